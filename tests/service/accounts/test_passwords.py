"""Which passwords may be chosen: length counts, composition does not, and what anyone tries first is refused."""

import unicodedata
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import astrarium
from astrarium.service.accounts import addresses, passwords
from astrarium.service.accounts.errors import InvalidEmail, WeakPassword
from builders.common_passwords import chosen

LEAST = 15
EMAIL = "ada.lovelace@stars.example"


def refusal(password: str, *, least: int = LEAST, email: str = EMAIL) -> str | None:
    try:
        passwords.require_acceptable(
            passwords.normalised(password), email=email, least=least, pointer="/password"
        )
    except WeakPassword as error:
        return error.errors[0].code
    return None


@pytest.mark.parametrize(
    "password",
    [
        "a wren in the wych elm",
        "correcthorsebatterystaple",
        "nur kleine Buchstaben hier",
        "ваша кошка спит на окне",
        "猫は窓のそばで静かに眠っている長い午後",
        "🦊🌲🪐🍄🎻🚲🧶🌵🪁🐙🎲🧊🔭🥝🪶",
        "               a lot of space",
    ],
)
def test_long_ones_of_any_characters_are_taken(password):
    assert refusal(password) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "too_short"),
        ("fourteen chars", "too_short"),
        ("x" * 257, "too_long"),
        ("aaaaaaaaaaaaaaaaaaaa", "too_common"),
        ("abcabcabcabcabcabc", "too_common"),
        ("abcdefghijklmnopqrst", "too_common"),
        ("zyxwvutsrqponmlkjihg", "too_common"),
        ("qwertyuiopasdfghjkl", "too_common"),
        ("123456789012345678", "too_common"),
        ("1qaz2wsx3edc4rfv", "too_common"),
        ("passwordpassword", "too_common"),
        ("PASSWORD1234567890", "too_common"),
        ("Password!!!!!!!!", "too_common"),
        ("ｐａｓｓｗｏｒｄ１２３４５６７８９", "too_common"),
        ("ada.lovelace@stars.example", "too_near"),
        ("Ada.Lovelace 1815", "too_near"),
        ("astrarium2026!!!", "too_near"),
        ("my-astrarium-1234", "too_near"),
    ],
)
def test_what_is_tried_first_is_refused(password, reason):
    assert refusal(password) == reason


def test_where_eight_characters_do_common_ones_of_that_length_are_refused():
    for common in ("sunshine", "Football", "iloveyou", "baseball1"):
        assert refusal(common, least=8) == "too_common", common
    assert refusal("tv8kqz!m", least=8) is None


def test_the_least_length_is_in_characters_as_people_see_them():
    composed = "é" * 7 + "wren elm"
    assert refusal(unicodedata.normalize("NFD", composed)) == refusal(composed) is None


@given(st.text(max_size=60))
def test_a_password_is_the_same_however_it_was_typed(password):
    once = passwords.normalised(password)
    assert passwords.normalised(once) == once
    assert passwords.normalised(unicodedata.normalize("NFD", password)) == passwords.normalised(
        unicodedata.normalize("NFC", password)
    )


@given(st.text(max_size=300))
def test_any_text_is_judged_without_a_failure(password):
    assert refusal(password) in {None, "too_short", "too_long", "too_common", "too_near"}


def test_the_shipped_list_is_what_its_builder_made_of_its_source():
    folder = Path(astrarium.__path__[0]) / "data"
    text = (folder / "common_passwords.txt").read_bytes()
    told = msgspec.json.decode((folder / "common_passwords.json").read_bytes())
    assert told["sha256"] == sha256(text).hexdigest()
    assert told["passwords"] == len(passwords.common_passwords()) > 10_000
    assert len(text) < 500_000
    assert chosen(text.decode().split()) == text.decode().split("\n")[:-1]
    assert chosen(["short", "LongEnough", "longenough"]) == ["longenough"]


@pytest.mark.parametrize(
    "text",
    [
        "ada@stars.example",
        " Ada+sky@sub.stars.example ",
        "ада@звёзды.example",
        "o'neill@localhost",
        "a_b@x.co",
    ],
)
def test_addresses_that_are_taken(text):
    assert addresses.read(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "", "ada", "@stars.example", "ada@", "ada@stars..example", "ada@-stars.example", "a da@stars.example",
        "ada@stars.example\n.x", "ada@stars.example, eve@x.example", "<ada@stars.example>", "ada@[127.0.0.1]",
        "a@b@c.example", "x" * 65 + "@stars.example", "ada@" + "x" * 260 + ".example", "ada\u0000@stars.example",
        "ada\u202e@stars.example",
    ],
)  # fmt: skip
def test_texts_that_are_no_address(text):
    with pytest.raises(InvalidEmail):
        addresses.read(text)


def test_addresses_that_differ_by_case_are_one_accounts():
    assert addresses.key_of("Ada@Stars.Example") == addresses.key_of("ada@stars.example")
    assert addresses.key_of("ada@stars.example") != addresses.key_of("a.da@stars.example")
    assert addresses.key_of("ada\0@stars.example") not in {
        addresses.key_of("ada@stars.example"),
        "ada\0@stars.example",
    }
