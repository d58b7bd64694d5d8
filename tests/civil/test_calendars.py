"""Day counts and Julian dates: known days, round trips, and the two calendars side by side."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.civil.calendars import (
    DAY_MICROSECONDS,
    date_from_day,
    day_number,
    days_in_month,
    gregorian_day,
    gregorian_from_day,
    is_leap_year,
    iso_date,
    iso_local,
    iso_offset,
    iso_utc,
    jd_from_day,
    jd_from_microseconds,
    julian_day,
    julian_from_day,
    microseconds_from_jd,
)

DAYS = st.integers(-3_000_000, 3_000_000)
CALENDARS = st.sampled_from(["gregorian", "julian"])


@pytest.mark.parametrize(
    ("written", "calendar", "jd_day"),
    [
        ((2000, 1, 1), "gregorian", 2_451_544.5),
        ((1858, 11, 17), "gregorian", 2_400_000.5),
        ((1970, 1, 1), "gregorian", 2_440_587.5),
        ((1582, 10, 15), "gregorian", 2_299_160.5),
        ((1582, 10, 4), "julian", 2_299_159.5),
        ((-4712, 1, 1), "julian", -0.5),
        ((1600, 1, 1), "gregorian", 2_305_447.5),
        ((2200, 12, 31), "gregorian", 2_524_957.5),
    ],
)
def test_known_days_have_their_julian_dates(
    written: tuple[int, int, int], calendar: str, jd_day: float
) -> None:
    assert jd_from_day(day_number(*written, calendar)) == jd_day
    assert date_from_day(day_number(*written, calendar), calendar) == written


@given(DAYS, CALENDARS)
def test_every_day_comes_back_from_its_date(day: int, calendar: str) -> None:
    year, month, number = date_from_day(day, calendar)
    assert 1 <= number <= days_in_month(year, month, calendar)
    assert day_number(year, month, number, calendar) == day


@given(DAYS, CALENDARS)
def test_dates_follow_one_another(day: int, calendar: str) -> None:
    assert date_from_day(day, calendar) < date_from_day(day + 1, calendar)


@given(st.dates())
def test_gregorian_days_agree_with_the_standard_library(value: date) -> None:
    day = value.toordinal() - date(1970, 1, 1).toordinal()
    assert gregorian_day(value.year, value.month, value.day) == day
    assert gregorian_from_day(day) == (value.year, value.month, value.day)


@given(st.integers(-4800, 4800))
def test_julian_calendar_falls_behind_by_three_days_in_four_centuries(century_year: int) -> None:
    now = julian_day(century_year, 3, 1) - gregorian_day(century_year, 3, 1)
    later = julian_day(century_year + 400, 3, 1) - gregorian_day(century_year + 400, 3, 1)
    assert later - now == 3


@pytest.mark.parametrize(
    ("year", "gregorian", "julian"),
    [(1900, False, True), (2000, True, True), (2023, False, False), (2024, True, True), (2100, False, True)],
)
def test_leap_years_of_both_calendars(year: int, gregorian: bool, julian: bool) -> None:
    assert is_leap_year(year, "gregorian") == gregorian
    assert is_leap_year(year, "julian") == julian


@given(st.integers(-12_000_000_000_000_000, 8_000_000_000_000_000))
def test_two_part_julian_date_holds_every_microsecond(instant: int) -> None:
    jd_day, jd_fraction = jd_from_microseconds(instant)
    assert jd_day % 1 == 0.5
    assert 0.0 <= jd_fraction < 1.0
    assert microseconds_from_jd(jd_day, jd_fraction) == instant


@given(st.integers(-12_000_000_000_000, 8_000_000_000_000), st.integers(-3, 3))
def test_any_split_of_a_julian_date_is_read(seconds: int, days: int) -> None:
    instant = seconds * 1_000_000
    jd_day, jd_fraction = jd_from_microseconds(instant)
    assert abs(microseconds_from_jd(jd_day + days, jd_fraction - days) - instant) <= 1


@given(st.integers(-11_676_096_000, 7_289_654_400), st.integers(0, 999_999))
def test_iso_text_agrees_with_the_standard_library(seconds: int, microsecond: int) -> None:
    instant = seconds * 1_000_000 + microsecond
    moment = date(1970, 1, 1) + timedelta(days=instant // DAY_MICROSECONDS)
    assert iso_utc(instant).startswith(f"{moment.isoformat()}T")
    assert iso_utc(instant).endswith("Z")
    assert len(iso_utc(instant)) == (27 if microsecond else 20)


def test_julian_local_text_has_the_julian_date() -> None:
    newton = julian_day(1642, 12, 25) * DAY_MICROSECONDS + 5_400_000_000
    assert iso_local(newton, -151, "julian") == "1642-12-25T01:30:00-00:02:31"
    assert iso_local(newton, -151, "gregorian") == "1643-01-04T01:30:00-00:02:31"
    assert julian_from_day(newton // DAY_MICROSECONDS) == (1642, 12, 25)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "+00:00"), (3_600, "+01:00"), (-12_600, "-03:30"), (1_172, "+00:19:32"), (-75, "-00:01:15")],
)
def test_offsets_are_written_with_seconds_only_where_they_have_any(seconds: int, text: str) -> None:
    assert iso_offset(seconds) == text


def test_years_below_zero_carry_a_sign() -> None:
    assert iso_date(-43, 3, 15) == "-0043-03-15"
