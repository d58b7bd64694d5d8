"""The forgery token in a form's body, in every way that a browser or an enemy may write one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.service.accounts.form_tokens import is_form, token_in

PARTS = "multipart/form-data; boundary=xyz"


def part(name, content, file=""):
    named = f'; filename="{file}"' if file else ""
    return (
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"
    )


@pytest.mark.parametrize(
    ("body", "kind", "token"),
    [
        (b"a=b&csrf_token=t%2Bk&c=d", "application/x-www-form-urlencoded", "t+k"),
        (b"csrf_token=t", "Application/X-WWW-Form-Urlencoded; charset=utf-8", "t"),
        (b"a=b", "application/x-www-form-urlencoded", ""),
        (b"\xff\xfe=&", "application/x-www-form-urlencoded", ""),
        (part("csrf_token", b"tok") + part("file", b"x", "a.csv") + b"--xyz--\r\n", PARTS, "tok"),
        (part("csrf_token", b"tok") + part("file", b"x" * 999, "a.csv")[:300], PARTS, "tok"),
        (part("other", b"tok") + part("file", b"x", "a.csv") + b"--xyz--\r\n", PARTS, ""),
        (part("csrf_token", b"tok")[:-2], PARTS, ""),
        (part("csrf_token", b""), PARTS, ""),
        (b"", PARTS, ""),
        (part("csrf_token", b"tok") + b"--xyz--", "multipart/form-data", ""),
        (part("csrf_token", b"tok") + b"--xyz--", 'multipart/form-data; boundary=""', ""),
        (b"no parts at all", PARTS, ""),
    ],
)
def test_the_token_is_found_where_it_is_and_nowhere_else(body, kind, token):
    assert is_form(kind)
    assert token_in(body, kind) == token


@pytest.mark.parametrize("kind", ["", "application/json", "text/plain", "multipart/mixed"])
def test_what_is_no_form_is_said_to_be_none(kind):
    assert not is_form(kind)


@given(body=st.binary(max_size=400), boundary=st.text(max_size=20))
def test_no_body_makes_it_fail(body, boundary):
    for kind in (f"multipart/form-data; boundary={boundary}", "application/x-www-form-urlencoded"):
        assert isinstance(token_in(body, kind), str)
