"""Cron expressions: what is refused and why, when the next tick is, and which were missed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrarium.service.schedules.errors import InvalidExpression
from astrarium.service.schedules.expressions import coming, next_after, normalized, ticks_between

EXPRESSIONS = [
    "* * * * *",
    "*/7 * * * *",
    "30 3 * * *",
    "0 0 * * mon",
    "15 6 1 * *",
    "0 12 29 2 *",
    "5,35 */4 * * 1-5",
]

FIRST, LAST = datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2099-01-01")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("", "it has 0 fields"),
        ("   ", "it has 0 fields"),
        ("* * * *", "it has 4 fields"),
        ("* * * * * *", "it has 6 fields"),
        ("* * * * * * *", "it has 7 fields"),
        ("60 * * * *", "out of range"),
        ("* 24 * * *", "out of range"),
        ("* * 0 * *", "out of range"),
        ("* * * 13 *", "out of range"),
        ("* * * * 8", "out of range"),
        ("*/0 * * * *", "step"),
        ("a b c d e", "not acceptable"),
        ("0-5-6 * * * *", "not acceptable"),
        ("1,,2 * * * *", ""),
        ("0 0 30 2 *", "that instant never comes"),
        ("0 0 31 4,6,9,11 *", "that instant never comes"),
        ("R * * * *", "to chance"),
        ("0 r(0-6) * * *", "to chance"),
        ("H H * * *", "to chance"),
        ("@reboot", "the names are @hourly"),
        ("@every 5m", "the names are"),
        ("0" * 300 + " * * * *", "longer than 200"),
        ("0 0 * * \N{BLACK SUN WITH RAYS}", ""),
    ],
)
def test_what_is_no_expression_is_refused_with_its_reason(expression, reason):
    with pytest.raises(InvalidExpression) as refused:
        normalized(expression)
    assert reason in refused.value.detail
    assert refused.value.errors[0].pointer == "/expression"
    assert "30 3 * * *" in refused.value.hint


def test_spaces_and_names_become_five_fields():
    assert normalized("  30   3 *\t* * ") == "30 3 * * *"
    assert normalized("@Daily") == "0 0 * * *"
    assert normalized("@monthly") == "0 0 1 * *"
    assert normalized("0 0 29 2 *") == "0 0 29 2 *"


def test_ticks_come_by_utc_whatever_zone_the_instant_is_told_in():
    here = datetime(2027, 3, 28, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert next_after("30 3 * * *", here) == at("2027-03-28T03:30")


def test_summer_time_neither_leaves_a_tick_out_nor_doubles_it():
    for day in ("2027-03-27T00:00", "2027-10-30T00:00"):
        ticks = coming("30 2 * * *", at(day), 4)
        assert [later - earlier for earlier, later in pairwise(ticks)] == [timedelta(days=1)] * 3


def test_a_tick_on_the_instant_is_past():
    assert next_after("0 * * * *", at("2026-11-23T15:00")) == at("2026-11-23T16:00")
    assert ticks_between("0 * * * *", at("2026-11-23T15:00"), at("2026-11-23T16:00"), 9) == [
        at("2026-11-23T16:00")
    ]
    assert ticks_between("0 * * * *", at("2026-11-23T15:00"), at("2026-11-23T15:59:59.999999"), 9) == []


def test_a_leap_day_is_found_across_a_century_without_one():
    assert next_after("0 12 29 2 *", at("2096-03-01T00:00")) == at("2104-02-29T12:00")


def test_the_last_of_the_missed_ticks_are_told():
    missed = ticks_between("0 * * * *", at("2026-11-20T00:30"), at("2026-11-23T12:15"), 3)
    assert missed == [at("2026-11-23T10:00"), at("2026-11-23T11:00"), at("2026-11-23T12:00")]


@settings(max_examples=60, deadline=None)
@given(
    expression=st.sampled_from(EXPRESSIONS),
    start=st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    minutes=st.integers(0, 100_000),
    most=st.integers(1, 20),
)
def test_ticks_between_two_instants_are_those_that_come_after_the_first(expression, start, minutes, most):
    until = start + timedelta(minutes=minutes)
    by_steps = []
    tick = next_after(expression, start)
    while tick <= until and len(by_steps) < 500:
        by_steps.append(tick)
        tick = next_after(expression, tick)
    found = ticks_between(expression, start, until, most)
    if tick > until:
        assert found == by_steps[-most:]
    assert all(
        start < one <= until and next_after(expression, one - timedelta(microseconds=1)) == one
        for one in found
    )
