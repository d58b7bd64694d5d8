"""A second factor at the pages of accounts: set up, asked for, taken off."""

import re
from html import unescape
from urllib.parse import urlencode

import pyotp

PASSWORD = "a wren in the wych elm"
OTHER = "a thrush under the hawthorn"
EMAIL = "ada@stars.example"
CHART = "/chart?date=1990-05-17&time=12%3A30&place=London%2C+GB"


def set_up(ada):
    ada.open("/account/second-factor").press("/account/second-factor", password=PASSWORD)
    assert ada.path == "/account/second-factor/setup"
    secret = re.search(r'class="secret" translate="no">([A-Z2-7 ]+)<', ada.page.text)[1].replace(" ", "")
    assert f"otpauth://totp/Astrarium:ada%40stars.example?secret={secret}" in unescape(ada.page.text)
    return pyotp.TOTP(secret)


def switched_on(ada, totp, clock):
    ada.press("/account/second-factor/setup", code=totp.at(clock()))
    assert ada.path == "/account/second-factor/recovery-codes"
    return re.findall(r"<code>([a-z0-9-]{19})</code>", ada.page.text)


def test_a_second_factor_is_set_up_and_asked_for(ada, browser, clock):
    totp = set_up(ada)
    ada.press("/account/second-factor/setup", code="000000")
    assert "The code is not right" in ada.fault("code")
    codes = switched_on(ada, totp, clock)
    assert len(set(codes)) == 10
    assert "shown this once" in ada.words
    ada.open("/account/second-factor/recovery-codes")
    assert not any(code in ada.page.text for code in codes)
    clock.wait(seconds=60)
    page = browser().sign_in(path=f"/account/sign-in?{urlencode({'next': '/account'})}")
    assert page.path == "/account/sign-in/code"
    page.press("/account/sign-in/code", code="000000")
    assert page.page.status_code == 403
    assert "The code is not right" in page.fault("code")
    page.press("/account/sign-in/code", code=totp.at(clock()))
    assert page.path == "/account"
    assert "A code is asked for besides" in page.words
    page = browser().sign_in().press("/account/sign-in/code", code=codes[0])
    assert page.path == "/"
    assert "recovery code" in page.letters.text_to(EMAIL)
    page = browser().sign_in().press("/account/sign-in/code", code=codes[0])
    assert page.page.status_code == 403


def test_the_code_alone_opens_nothing(ada, browser, clock):
    totp = set_up(ada)
    switched_on(ada, totp, clock)
    page = browser()
    assert page.open("/account/sign-in/code").path == "/account/sign-in?done=late"
    waiting = browser().sign_in()
    clock.wait(minutes=10)
    waiting.press("/account/sign-in/code", code=totp.at(clock()))
    assert waiting.path == "/account/sign-in?done=late"


def test_a_password_that_was_right_is_worth_nothing_once_it_was_changed(ada, browser, clock):
    totp = set_up(ada)
    switched_on(ada, totp, clock)
    waiting = browser().sign_in()
    clock.wait(seconds=60)
    ada.open("/account/password").press("/account/password", current_password=PASSWORD, new_password=OTHER)
    waiting.press("/account/sign-in/code", code=totp.at(clock()))
    assert waiting.path == "/account/sign-in?done=late"
    assert "astrarium" not in waiting.cookies


def test_the_seed_is_shown_to_the_session_that_gave_the_password_alone(ada, browser):
    set_up(ada)
    thief = browser().sign_in()
    thief.cookies["astrarium-seed"] = ada.cookies["astrarium-seed"]
    assert thief.open("/account/second-factor/setup").path == "/account/second-factor"


def test_recovery_codes_are_made_anew_and_the_second_factor_removed(ada, browser, clock):
    totp = set_up(ada)
    old = switched_on(ada, totp, clock)
    clock.wait(seconds=60)
    ada.open("/account/second-factor")
    ada.press("/account/second-factor/recovery-codes", password=OTHER, code=totp.at(clock()))
    assert ada.fault("password")
    assert re.search(r'<details class="sheet" open>\s*<summary>New recovery codes', ada.page.text)
    ada.press("/account/second-factor/recovery-codes", password=PASSWORD, code=totp.at(clock()))
    fresh = re.findall(r"<code>([a-z0-9-]{19})</code>", ada.page.text)
    assert len(fresh) == 10
    assert not set(fresh) & set(old)
    ada.open("/account/second-factor")
    ada.press("/account/second-factor/removal", password=PASSWORD, code=fresh[0])
    assert ada.path == "/account?done=factor-off"
    assert browser().sign_in().path == "/"


def test_deleting_asks_for_a_code_where_signing_in_does(ada, clock):
    totp = set_up(ada)
    switched_on(ada, totp, clock)
    clock.wait(seconds=60)
    ada.open("/account/deletion").press("/account/deletion", password=PASSWORD, understood="yes", code="")
    assert ada.fault("code") == "This was left empty. Fill it in."
    ada.press("/account/deletion", password=PASSWORD, understood="yes", code=totp.at(clock()))
    assert ada.path == "/account/deleted"
