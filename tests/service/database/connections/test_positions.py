"""Positions travel from a caller's write to its next read, and a made-up one does no harm."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.service.database import positions


@given(st.integers(0, 2**64 - 1))
def test_positions_are_written_and_read_as_postgresql_does(position):
    assert positions.parse(positions.told(position)) == position


@pytest.mark.parametrize(
    "written", ["", "0", "1/", "/1", "g/1", "1/123456789", "1/1/1", " 1/1", "１/1", "-1/1"]
)
def test_what_is_no_position_is_none(written):
    assert positions.parse(written) is None


def answer(headers, work):
    """The headers of an answer whose request carried `headers` and did `work`."""
    sent = []

    async def application(scope, receive, send):
        work()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "headers": headers}
    asyncio.run(positions.carrying(application)(scope, None, send))
    return dict(sent[0]["headers"])


def seen_by(*headers):
    wanted = []
    answer(list(headers), lambda: wanted.append(positions.wanted()))
    return wanted[0]


def test_request_carries_its_position_in_header_or_cookie():
    assert seen_by() == 0
    assert seen_by((b"x-astrarium-position", b"1/A")) == (1 << 32) + 10
    assert seen_by((b"cookie", b"other=1; astrarium_position=2/B; more=x")) == (2 << 32) + 11
    assert (
        seen_by((b"x-astrarium-position", b"1/A"), (b"cookie", b"astrarium_position=2/B")) == (2 << 32) + 11
    )


@pytest.mark.parametrize("value", [b"nonsense", b"\xff\xfe", b"1/A; drop", b""])
def test_position_that_is_none_is_passed_over(value):
    assert seen_by((b"x-astrarium-position", value), (b"cookie", b"astrarium_position=" + value[:2])) == 0


def test_answer_to_a_write_tells_its_position():
    assert answer([], lambda: positions.note(26)) == {b"x-astrarium-position": b"0/1A"}


def test_caller_with_cookies_is_given_one_more():
    told = answer([(b"cookie", b"session=1")], lambda: positions.note(26))
    assert told[b"set-cookie"].startswith(b"astrarium_position=0/1A; Path=/; Max-Age=")


def test_answer_without_a_write_tells_nothing():
    assert answer([(b"x-astrarium-position", b"1/A")], positions.wanted) == {}


def test_older_position_does_not_replace_a_newer_one():
    assert answer([(b"x-astrarium-position", b"1/A")], lambda: positions.note(26)) == {}


def test_write_outside_of_a_request_is_nobodys():
    positions.note(26)
    assert positions.wanted() == 0
