"""What an account keeps, in a real browser: by keyboard, on a phone, by day and by night, with and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PAGES = (
    "/people", "/people/new", "/people/trash", "/people/transfer", "/charts", "/charts/trash", "/charts/transfer",
    "/share-links", "/batches", "/webhooks", "/notifications",
)  # fmt: skip
TABLE = b'name,date,time,place\nAda,1990-05-17,12:30,"London, GB"\n'


@pytest.fixture
def add(begin):
    """Begin an account and add a person by the form; gives the page."""

    def go(place: str = "London, GB", **options) -> Page:
        page, _ = begin(**options)
        page.get_by_role("link", name="People", exact=True).click()
        page.get_by_role("link", name="Add a person").click()
        page.get_by_label("Name").fill("Ada " + "Lovelace" * 12)
        page.get_by_label("Date of birth").fill("1990-05-17")
        page.get_by_label("Time", exact=True).fill("12:30")
        page.get_by_label("Place of birth").fill(place)
        page.get_by_label("Tags").fill("a, " + "b" * 50)
        page.get_by_label("Notes").fill("kept")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Save the person").click()
        return page

    return go


def test_a_place_of_many_namesakes_is_settled_by_one_press_without_scripts(add):
    page = add("Springfield", java_script_enabled=False, viewport={"width": 390, "height": 844})
    expect(page.get_by_role("alert")).to_contain_text("30 places are called")
    page.get_by_role("button", name=re.compile("Springfield, Illinois")).click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(page.get_by_text("kept", exact=True)).to_be_visible()
    page.get_by_role("link", name="Chart", exact=True).click()
    expect(page.get_by_text("Springfield, Illinois").first).to_be_visible()


def test_enter_saves_and_presses_no_remedy(add):
    page = add("Springfield")
    page.get_by_label("Place of birth").fill("London, GB")
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(page.get_by_text("17 May 1990, 12:30 · London, England, GB")).to_be_visible()


def test_a_link_is_made_copied_and_opened(add):
    page = add(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Keep a chart of them").click()
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_role("button", name="Make the link").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address == page.get_by_label("Address", exact=True).input_value()
    expect(page.get_by_role("img", name="The same address as a QR code")).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", name="Positions")).to_be_visible()


def test_pages_fit_a_small_phone_and_can_be_read_by_day_and_night(add, poor_contrasts):
    page = add()
    own = page.url.partition("?")[0]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": 320, "height": 700})
        for path in (*PAGES, own, f"{own}/edit"):
            page.goto(path)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (path, scheme)
            assert poor_contrasts(page) == [], (path, scheme)
            assert page.locator("h1").count() == 1, path
            assert page.locator("nav [aria-current]").count() >= 1, path


def test_a_batch_renews_itself_until_its_results_are_there(begin):
    page, _ = begin("/")
    page.goto("/batches")
    page.get_by_label("File of births").set_input_files(
        {"name": "births.csv", "mimeType": "text/csv", "buffer": TABLE}
    )
    page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_text("1 of 1 rows")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("link", name=re.compile("CSV"))).to_be_visible(timeout=60_000)
