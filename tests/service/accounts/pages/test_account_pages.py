"""The pages of accounts, as a browser without scripts uses them."""

import re
from urllib.parse import urlencode

import msgspec
import pytest
from litestar.testing import TestClient

from astrarium.service.app import create_app

PASSWORD = "a wren in the wych elm"
OTHER = "a thrush under the hawthorn"
EMAIL = "ada@stars.example"
CHART = "/chart?date=1990-05-17&time=12%3A30&place=London%2C+GB"


def test_a_stranger_sees_the_form_first_and_one_way_to_sign_in(browser):
    page = browser().open("/")
    assert "The sky you were born" in page.words
    navigation = re.search(r"<nav.*?</nav>", page.page.text, re.DOTALL)[0]
    assert re.findall(r'href="([^"]+)"', navigation) == ["/", "/api/docs", "/account/sign-in"]


def test_an_account_begins_with_a_letter_and_its_password_given_twice(browser):
    ada = browser().open("/account/register")
    ada.press("/account/register", email=EMAIL, password=PASSWORD)
    assert ada.sent.status_code == 303
    assert ada.path == "/account/letter?about=account"
    assert "Check your mail" in ada.words
    ada.open(f"/account/verify?token={ada.letters.token_for(EMAIL)}")
    ada.press("/account/verify", password=OTHER)
    assert ada.page.status_code == 403
    assert ada.fault("password").startswith("That is not the account's password.")
    ada.press("/account/verify", password=PASSWORD)
    assert ada.path == "/account?done=begun"
    assert EMAIL in ada.words
    navigation = re.search(r"<nav.*?</nav>", ada.page.text, re.DOTALL)[0]
    assert re.findall(r'(?:href|action)="([^"]+)"', navigation)[-2:] == ["/account", "/account/sign-out"]


def test_signing_up_shows_the_same_page_whether_there_is_an_account_or_not(ada, browser):
    pages = []
    for email in (EMAIL, "new@stars.example"):
        page = browser().open("/account/register").press("/account/register", email=email, password=OTHER)
        pages.append((page.sent.status_code, page.sent.headers["location"], page.path))
    assert pages[0] == pages[1]


def test_a_lost_password_is_asked_for_on_the_same_page_by_everybody(ada, browser):
    pages = []
    for email in (EMAIL, "nobody@stars.example"):
        page = browser().open("/account/forgotten").press("/account/forgotten", email=email)
        pages.append((page.sent.status_code, page.sent.headers["location"], page.words))
    assert pages[0] == pages[1]


def test_wrong_credentials_are_told_in_the_same_words_for_everybody(ada, browser):
    pages = [
        browser().sign_in(EMAIL, OTHER),
        browser().sign_in("nobody@stars.example", OTHER),
    ]
    assert {page.page.status_code for page in pages} == {401}
    assert len({page.words for page in pages}) == 1
    assert "do not belong together" in pages[0].words
    for page, email in zip(pages, (EMAIL, "nobody@stars.example"), strict=True):
        assert f'value="{email}"' in page.page.text
    assert OTHER not in pages[0].page.text


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"email": "ada", "password": PASSWORD}, "email", "That is not an e-mail address."),
        (
            {"email": EMAIL, "password": "short"},
            "password",
            "The password has 5 characters; 15 are the fewest.",
        ),
        (
            {"email": EMAIL, "password": "qwertyuiopqwertyuiop"},
            "password",
            "among the first that anyone tries",
        ),
        ({"email": "", "password": PASSWORD}, "email", "This was left empty. Fill it in."),
        ({"email": EMAIL, "password": ""}, "password", "This was left empty. Fill it in."),
    ],
)
def test_a_fault_of_signing_up_stands_beside_its_field(browser, typed, field, words):
    page = browser().open("/account/register").press("/account/register", **typed)
    assert page.page.status_code == 422
    assert words in page.fault(field)
    assert f'<a href="#{field}">' in page.page.text
    assert "`" not in page.words
    assert f'value="{typed["email"]}"' in page.page.text or not typed["email"]
    assert typed["password"] not in page.page.text or not typed["password"]


def test_signing_in_leads_on_to_where_one_was(ada, browser):
    page = browser().sign_in(path=f"/account/sign-in?{urlencode({'next': CHART})}")
    assert page.path == CHART
    assert page.open("/account/sign-in").path == "/"


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example"]
)
def test_signing_in_leads_to_no_other_site(ada, browser, onward):
    page = browser().open(f"/account/sign-in?{urlencode({'next': onward})}")
    assert "evil.example" not in page.page.text
    page.press("/account/sign-in", email=EMAIL, password=PASSWORD, next=onward)
    assert page.sent.headers["location"] == "/"
    assert ada.request("GET", f"/account/sign-in?{urlencode({'next': onward})}").headers["location"] == "/"
    letter = browser().open(f"/account/letter?{urlencode({'about': 'account', 'next': onward})}")
    assert "evil.example" not in letter.page.text


@pytest.mark.parametrize(
    "path",
    ["/account", "/account/address", "/account/password", "/account/second-factor", "/account/second-factor/setup",
     "/account/second-factor/recovery-codes", "/account/keys", "/account/deletion"],
)  # fmt: skip
def test_a_page_that_needs_an_account_leads_a_stranger_to_sign_in_and_back(ada, browser, path):
    stranger = browser()
    answer = stranger.request("GET", path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/account/sign-in?{urlencode({'next': path})}"
    if path != "/account":  # which only shows
        assert stranger.request("POST", path).headers["location"] == "/account/sign-in?done=ended"


def test_what_is_shown_to_somebody_signed_in_is_kept_nowhere(ada):
    for path in (
        "/",
        CHART,
        "/account",
        "/account/keys",
        "/account/password",
        "/account/second-factor",
        "/nowhere",
    ):
        assert ada.open(path).page.headers["cache-control"] == "no-store", path


def test_signing_out_ends_the_session(ada, browser):
    kept = dict(ada.cookies)
    ada.press("/account/sign-out")
    assert ada.path == "/"
    assert "astrarium" not in ada.cookies
    thief = browser()
    thief.cookies = kept
    assert thief.open("/account").path.startswith("/account/sign-in")


@pytest.mark.parametrize(
    "action",
    ["/account/sign-in", "/account/register", "/account/forgotten"],
)
def test_a_strangers_form_without_the_token_of_its_browser_is_refused(browser, action):
    page = browser().open(action)
    for forged in ({"csrf_token": ""}, {"csrf_token": "0" * 64}):
        refused = browser()
        refused.cookies = dict(page.cookies)
        refused.page = page.page
        refused.press(action, email=EMAIL, password=PASSWORD, **forged)
        assert refused.page.status_code == 403
        assert "nothing was changed" in refused.words
    without_cookie = browser()
    without_cookie.page = page.page
    assert without_cookie.press(action, email=EMAIL, password=PASSWORD).page.status_code == 403


def test_a_letters_form_without_the_token_of_its_browser_is_refused(browser):
    page = browser().open("/account/register").press("/account/register", email=EMAIL, password=PASSWORD)
    page.open(f"/account/verify?token={page.letters.token_for(EMAIL)}")
    page.cookies.clear()
    page.press("/account/verify", password=PASSWORD)
    assert page.page.status_code == 403


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("/account", "/account/sign-out"), ("/account/address", "/account/address"),
        ("/account/password", "/account/password"), ("/account/second-factor", "/account/second-factor"),
        ("/account/keys", "/account/keys"), ("/account/deletion", "/account/deletion"),
    ],
)  # fmt: skip
def test_a_form_of_a_session_without_its_token_is_refused(ada, path, action):
    ada.open(path).press(action, csrf_token="0" * 64, password=PASSWORD)
    assert ada.page.status_code == 403
    assert "nothing was changed" in ada.words


def test_another_sites_form_is_refused_whatever_it_carries(ada, browser):
    stranger = browser().open("/account/sign-in")
    fields = dict(stranger.form("/account/sign-in")) | {"email": EMAIL, "password": PASSWORD}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site"}
    answer = stranger.request("POST", "/account/sign-in", content=urlencode(fields), headers=headers)
    assert answer.status_code == 403


def test_a_lost_password_is_set_anew_by_the_letters_link(ada, browser):
    page = browser().open("/account/forgotten").press("/account/forgotten", email=EMAIL)
    page.open(f"/account/reset?token={page.letters.token_for(EMAIL)}")
    page.press("/account/reset", password="short")
    assert "15 are the fewest" in page.fault("password")
    page.press("/account/reset", password=OTHER)
    assert page.path == "/account/sign-in?done=reset"
    assert ada.open("/account").path.startswith("/account/sign-in")
    assert browser().sign_in(password=OTHER).path == "/"


@pytest.mark.parametrize("page", ["verify", "reset", "email"])
def test_a_link_that_does_not_work_says_so_and_shows_the_way_on(browser, page):
    shown = browser().open(f"/account/{page}?token=nonsense")
    assert shown.page.status_code == 422
    assert "was used, is too old, or was never valid" in shown.fault("token")
    assert 'class="button" href="/account' in shown.page.text
    assert not [action for action, _, _ in shown.forms]


def test_a_link_that_runs_out_before_the_form_is_sent_says_so(browser, clock):
    page = browser().open("/account/register").press("/account/register", email=EMAIL, password=PASSWORD)
    page.open(f"/account/verify?token={page.letters.token_for(EMAIL)}")
    assert EMAIL in page.words
    clock.wait(days=1)
    page.press("/account/verify", password=PASSWORD)
    assert page.page.status_code == 422
    assert "is too old" in page.fault("token")


def test_the_address_changes_once_the_link_in_its_letter_is_pressed(ada, browser):
    ada.open("/account/address").press("/account/address", email="lovelace@stars.example", password=OTHER)
    assert ada.fault("password").startswith("That is not the account's password.")
    assert 'value="lovelace@stars.example"' in ada.page.text
    ada.press("/account/address", email="lovelace@stars.example", password=PASSWORD)
    assert ada.path == "/account/letter?about=email"
    token = ada.letters.token_for("lovelace@stars.example")
    ada.open(f"/account/email?token={token}")
    assert EMAIL in ada.request("GET", "/account").text
    ada.press("/account/email")
    assert ada.path == "/account?done=email"
    assert "lovelace@stars.example" in ada.words
    assert browser().sign_in("lovelace@stars.example").path == "/"


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(ada, browser):
    elsewhere = browser().sign_in()
    ada.open("/account/password")
    ada.press("/account/password", current_password=OTHER, new_password=OTHER)
    assert ada.page.status_code == 403
    ada.press("/account/password", current_password=PASSWORD, new_password="too short")
    assert "15 are the fewest" in ada.fault("new_password")
    ada.press("/account/password", current_password=PASSWORD, new_password=OTHER)
    assert ada.path == "/account?done=password"
    assert elsewhere.open("/account").path.startswith("/account/sign-in")
    assert ada.press("/account/sign-out").path == "/"


def test_sessions_are_listed_and_ended_one_by_one_or_all(ada, browser):
    others = [browser().sign_in() for _ in range(3)]
    ada.open("/account")
    ends = [action for action, _, _ in ada.forms if action.endswith("/end")]
    assert len(ends) == 4
    assert ada.page.text.count("this one") == 1
    ada.press(ends[0])
    assert "That session has ended." in ada.words
    assert sum(one.open("/account").path == "/account" for one in others) == 2
    ada.press("/account/sessions/end")
    assert "Every other session has ended." in ada.words
    assert not any(one.open("/account").path == "/account" for one in others)
    assert ada.open("/account").path == "/account"


def test_nobody_ends_anothers_session(ada, browser):
    eve = browser().begin("eve@stars.example")
    elsewhere = browser().sign_in()
    end = next(action for action, _, _ in ada.open("/account").forms if action.endswith("/end"))
    token = dict(eve.open("/account").form("/account/sign-out"))["csrf_token"]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    eve.request("POST", end, content=urlencode({"csrf_token": token}), headers=headers)
    assert elsewhere.open("/account").path == "/account"


def test_a_key_is_made_shown_once_replaced_and_deleted(ada, service):
    ada.open("/account/keys").press("/account/keys", name="", scopes=["charts:read"])
    assert ada.fault("name") == "This was left empty. Fill it in."
    ada.press("/account/keys", name="a program", scopes=[])
    assert ada.fault("scopes") == "This was left empty. Fill it in."
    assert 'value="a program"' in ada.page.text
    ada.press("/account/keys", name="<b>a program</b>", scopes=["charts:read", "account:read"], lives="30")
    assert ada.path == "/account/keys"
    key = re.search(r"ast_\w{10}_\w{49}", ada.page.text)[0]
    assert "<b>a program" not in ada.page.text
    assert "works until 23 December 2026" in ada.words
    assert "API key" in ada.letters.text_to(EMAIL)
    assert account_of(service, key) == 200
    assert key not in ada.open("/account/keys").page.text
    rotate = next(action for action, _, _ in ada.forms if action.endswith("/rotation"))
    ada.press(rotate, overlap="0")
    successor = re.search(r"ast_\w{10}_\w{49}", ada.page.text)[0]
    assert account_of(service, successor) == 200
    assert account_of(service, key) == 401
    delete = next(action for action, _, _ in ada.forms if action.endswith("/deletion"))
    ada.press(delete)
    assert "The key is deleted." in ada.words
    assert account_of(service, successor) == 401


def account_of(service, key):
    service.cookies.clear()
    return service.get("/api/v1/account", headers={"Authorization": f"Bearer {key}"}).status_code


@pytest.mark.parametrize("typed", [{"scopes": ["everything"]}, {"lives": "never"}])
def test_choices_that_no_form_offers_are_refused(ada, typed):
    ada.open("/account/keys").press("/account/keys", **{"name": "x", "scopes": ["charts:read"], **typed})
    assert ada.page.status_code == 422
    assert ada.fault(next(iter(typed)))


def test_a_key_is_no_way_into_the_pages(ada, service):
    ada.open("/account/keys").press("/account/keys", name="x", scopes=["account:read"])
    key = re.search(r"ast_\w{10}_\w{49}", ada.page.text)[0]
    service.cookies.clear()
    for path in ("/account", "/account/keys", "/account/password"):
        headers = {"Authorization": f"Bearer {key}", "Accept": "text/html"}
        assert service.get(path, headers=headers, follow_redirects=False).status_code == 403


def test_the_account_is_deleted_after_its_password_and_a_box_that_is_ticked(ada, browser):
    ada.open("/account/deletion").press("/account/deletion", password=PASSWORD)
    assert ada.fault("understood")
    ada.press("/account/deletion", password=OTHER, understood="yes")
    assert ada.fault("password")
    ada.press("/account/deletion", password=PASSWORD, understood="yes")
    assert ada.path == "/account/deleted"
    assert ada.open("/account").path.startswith("/account/sign-in")
    assert browser().sign_in().page.status_code == 401


def test_too_many_attempts_say_how_long_to_wait(ada, browser):
    page = browser().open("/account/sign-in")
    for _ in range(5):
        page.press("/account/sign-in", email=EMAIL, password=OTHER)
    page.press("/account/sign-in", email=EMAIL, password=OTHER)
    assert page.page.status_code == 429
    assert page.page.headers["retry-after"] == "1"
    assert "too many attempts" in page.words


PUBLIC = ["sign-in", "register", "letter", "verify", "forgotten", "reset", "email", "deleted"]
OWN = ["", "/address", "/password", "/second-factor", "/second-factor/recovery-codes", "/keys", "/deletion"]


def test_every_page_obeys_the_policy_and_every_form_carries_its_token(ada, browser):
    stranger = browser()
    shown = [(name, stranger.open(f"/account/{name}").page) for name in PUBLIC]
    shown += [(name, ada.open(f"/account{name}").page) for name in OWN]
    for name, page in shown:
        assert page.status_code == (422 if name in {"verify", "reset", "email"} else 200), name
        inline = r"\sstyle=|<style|<script(?! type=\"module\" src=\"/static/)|\son\w+=|javascript:"
        assert not re.findall(inline, page.text), name
        assert page.headers["x-robots-tag"] == "noindex"
        assert page.headers["cache-control"] == "no-store"
        ids = re.findall(r'\sid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids)), name
        for action, method, fields in ada.forms_of(page):
            assert method == "post"
            assert len(dict(fields)["csrf_token"]) == 64, (name, action)
        for kind, purpose in re.findall(r'type="(password|email)" autocomplete="([\w-]+)"', page.text):
            assert (
                purpose
                in {"password": {"current-password", "new-password"}, "email": {"username", "email"}}[kind]
            )


def test_a_notice_of_anothers_making_is_not_shown(ada):
    assert "evil" not in ada.open("/account?done=evil").words


def test_cookies_over_https_are_bound_to_the_host(browser, settings, clock, mailbox_of_all):
    secure = msgspec.structs.replace(settings, https=True)
    with TestClient(create_app(secure, now=clock), base_url="https://testserver.local") as client:
        page = type(browser())(client, mailbox_of_all).open("/account/sign-in")
        header = page.page.headers["set-cookie"]
    assert header.startswith("__Host-astrarium-form=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(header.split("; "))
