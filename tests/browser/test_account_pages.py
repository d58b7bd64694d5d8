"""The pages of accounts in a real browser: with and without scripts, on a phone, by day and by night."""

import re

import pyotp
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PASSWORD = "a wren in the wych elm"
CHART = "/chart?name=Ada&date=1990-05-17&time=12%3A30&place=London%2C+GB"
PUBLIC = [
    "sign-in",
    "register",
    "letter",
    "forgotten",
    "deleted",
    "verify?token=x",
    "reset?token=x",
    "email?token=x",
]
OWN = ["", "/address", "/password", "/second-factor", "/second-factor/recovery-codes", "/keys", "/deletion"]
WIDTHS = (320, 390, 768, 1280)


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("scripts", [False, True])
def test_a_person_signs_up_out_and_in_again_on_a_phone(begin, scripts):
    page, email = begin(java_script_enabled=scripts, viewport={"width": 390, "height": 844})
    page.get_by_role("navigation").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The sky you were")
    page.get_by_role("link", name="Sign in", exact=True).click()
    sign_in(page, email)
    expect(page.get_by_role("navigation").get_by_role("link", name="Account")).to_be_visible()


def test_a_stranger_keeps_a_chart_after_signing_in(begin, open_page):
    _, email = begin()
    page = open_page(CHART, java_script_enabled=False)
    page.get_by_role("link", name="Sign in to keep it").click()
    sign_in(page, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada")
    page.get_by_role("button", name="Keep this chart").click()
    expect(page.locator(".kept")).to_have_text("Kept in your charts as “Ada”.")
    assert page.url.endswith(CHART)


def test_a_second_factor_is_set_up_and_asked_for_without_scripts(begin, open_page):
    page, email = begin(java_script_enabled=False)
    page.get_by_role("link", name="Set up").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set it up").click()
    totp = pyotp.TOTP(page.locator(".secret").inner_text().replace(" ", ""))
    assert (
        page.get_by_role("link", name="Open the authenticator").get_attribute("href").startswith("otpauth://")
    )
    page.get_by_label("Code").fill(totp.now())
    page.get_by_role("button", name="Ask for codes").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    page.reload()
    expect(page.locator(".codes")).to_have_count(0)
    other = open_page("/account/sign-in", java_script_enabled=False)
    sign_in(other, email)
    other.get_by_label("Code").fill(codes[0])
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("navigation").get_by_role("link", name="Account")).to_be_visible()


def test_a_new_key_is_shown_once_and_going_back_shows_it_no_more(begin):
    page, _ = begin()
    page.goto("/account/keys")
    page.get_by_label("Name").fill("Weather station")
    page.get_by_label("Saved charts: read").check()
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator(".secret")).to_have_text(re.compile(r"^ast_\w{60}$"))
    page.goto("/account")
    page.go_back()
    expect(page.locator(".secret")).to_have_count(0)
    expect(page.get_by_text("Weather station").first).to_be_visible()


def test_after_signing_out_going_back_shows_nothing_of_the_account(begin):
    page, email = begin()
    page.get_by_role("navigation").get_by_role("button", name="Sign out").click()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert email not in page.content()


def assert_fit_to_show(page: Page, poor_contrasts) -> None:
    """Nothing is cut off, hard to read, unlabelled, or too small to be hit by a finger."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
    for details in page.locator("details").all():
        details.evaluate("node => { node.open = true }")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert poor_contrasts(page) == [], (page.url, scheme)
    unlabelled = page.locator("input:not([type=hidden]), select").evaluate_all(
        "nodes => nodes.filter((node) => !node.labels.length && !node.ariaLabel).map((node) => node.name)"
    )
    assert unlabelled == [], page.url
    small = page.locator(
        "main button, main .button, main input:not([type=hidden], [type=checkbox], [readonly]), main select"
    )
    heights = small.evaluate_all("nodes => nodes.map((node) => node.getBoundingClientRect().height)")
    assert min(heights, default=44) >= 40, (page.url, heights)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_strangers_page_is_fit_to_show(open_page, poor_contrasts, name):
    assert_fit_to_show(open_page(f"/account/{name}"), poor_contrasts)


def test_the_pages_of_an_account_are_fit_to_show(begin, poor_contrasts):
    page, _ = begin()
    for name in OWN:
        page.goto(f"/account{name}")
        assert_fit_to_show(page, poor_contrasts)
        page.set_viewport_size({"width": 1280, "height": 900})


def test_a_fault_is_announced_and_leads_to_its_field(open_page):
    page = open_page("/account/register")
    page.get_by_label("E-mail").fill("ada@stars.example")
    page.get_by_label("Password").fill("too short")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("alert")).to_contain_text("15 are the fewest")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_label("Password")).to_have_accessible_description(re.compile("15 are the fewest"))
