"""Times that are not exact: a window of readings, and a whole civil day."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.civil.birth import Birth, TimeWindow
from astrarium.civil.calendars import microseconds_from_jd
from astrarium.civil.errors import AmbiguousTime, AmbiguousZone, NonexistentTime
from astrarium.civil.history import DAY_SECONDS, local_span
from astrarium.civil.place import Place
from astrarium.civil.understanding import understand_time
from astrarium.civil.understood import Instant, UnderstoodTime
from astrarium.civil.zones import load_zone, zone_names

LONDON = Place(51.50853, -0.12574, name="London", country="GB", zone="Europe/London")
APIA = Place(-13.83333, -171.76666, name="Apia", country="WS", zone="Pacific/Apia")
URUMQI = Place(
    43.80096, 87.60046, name="Ürümqi", country="CN", zone="Asia/Urumqi", other_zones=("Asia/Shanghai",)
)


def seconds(instant: Instant) -> float:
    return microseconds_from_jd(instant.jd_ut_day, instant.jd_ut_fraction) / 1e6


def hours_long(understood: UnderstoodTime) -> float:
    return (seconds(understood.end) - seconds(understood.start)) / 3_600


def test_window_has_its_ends_and_speaks_of_its_middle() -> None:
    understood = understand_time(Birth(date="1990-05-17", time=TimeWindow("08:00", "12:00")), LONDON)
    assert understood.known == "window"
    assert understood.window_utc == ("1990-05-17T07:00:00Z", "1990-05-17T11:00:00Z")
    assert (understood.utc, understood.local) == ("1990-05-17T09:00:00Z", "1990-05-17T10:00:00+01:00")
    assert understood.start == Instant(2_448_028.5, 7 / 24)
    assert understood.middle == Instant(2_448_028.5, 9 / 24)
    assert understood.end == Instant(2_448_028.5, 11 / 24)


def test_middle_of_an_odd_window_is_a_whole_second() -> None:
    understood = understand_time(Birth(date="1990-05-17", time=TimeWindow("08:00:00", "08:00:01")), LONDON)
    assert understood.utc == "1990-05-17T07:00:00Z"
    assert understood.window_utc == ("1990-05-17T07:00:00Z", "1990-05-17T07:00:01Z")


def test_window_of_one_reading_is_exact() -> None:
    window = understand_time(Birth(date="1990-05-17", time=TimeWindow("12:30", "12:30")), LONDON)
    assert window == understand_time(Birth(date="1990-05-17", time="12:30"), LONDON)
    with pytest.raises(AmbiguousTime) as caught:
        understand_time(Birth(date="2024-10-27", time=TimeWindow("01:30", "01:30")), LONDON)
    assert caught.value.pointer == "/birth/time/from"


@pytest.mark.parametrize(
    ("window", "pointer"),
    [(("01:30", "05:00"), "/birth/time/from"), (("00:30", "01:30"), "/birth/time/to")],
)
def test_window_that_ends_in_a_gap_is_refused_at_that_end(window: tuple[str, str], pointer: str) -> None:
    with pytest.raises(NonexistentTime) as caught:
        understand_time(Birth(date="2024-03-31", time=TimeWindow(*window)), LONDON)
    assert caught.value.pointer == pointer


def test_window_across_a_gap_is_an_hour_shorter() -> None:
    understood = understand_time(Birth(date="2024-03-31", time=TimeWindow("00:30", "02:30")), LONDON)
    assert hours_long(understood) == 1.0


@pytest.mark.parametrize(
    ("window", "utc", "words"),
    [
        (("01:30", "04:00"), ("2024-10-27T00:30:00Z", "2024-10-27T04:00:00Z"), ["start", "earlier"]),
        (("00:00", "01:30"), ("2024-10-26T23:00:00Z", "2024-10-27T01:30:00Z"), ["end", "later"]),
        (("01:15", "01:45"), ("2024-10-27T00:15:00Z", "2024-10-27T01:45:00Z"), ["start", "end"]),
    ],
)
def test_window_that_ends_in_a_fold_takes_the_outermost_readings_and_says_so(
    window: tuple[str, str], utc: tuple[str, str], words: list[str]
) -> None:
    understood = understand_time(Birth(date="2024-10-27", time=TimeWindow(*window)), LONDON)
    assert understood.window_utc == utc
    assert understood.fold is None
    spoken = " ".join(understood.notes)
    assert all(word in spoken for word in ["twice", *words])


@pytest.mark.parametrize(
    ("fold", "utc"),
    [
        (0, ("2024-10-27T00:15:00Z", "2024-10-27T00:45:00Z")),
        (1, ("2024-10-27T01:15:00Z", "2024-10-27T01:45:00Z")),
    ],
)
def test_fold_chooses_the_pass_of_a_window(fold: int, utc: tuple[str, str]) -> None:
    understood = understand_time(
        Birth(date="2024-10-27", time=TimeWindow("01:15", "01:45"), fold=fold), LONDON
    )
    assert (understood.window_utc, understood.fold) == (utc, fold)


@pytest.mark.parametrize(
    ("date", "hours", "utc"),
    [
        ("1990-05-17", 24, ("1990-05-16T23:00:00Z", "1990-05-17T23:00:00Z")),
        ("2024-03-31", 23, ("2024-03-31T00:00:00Z", "2024-03-31T23:00:00Z")),
        ("2024-10-27", 25, ("2024-10-26T23:00:00Z", "2024-10-28T00:00:00Z")),
    ],
)
def test_unknown_time_is_the_whole_civil_day(date: str, hours: int, utc: tuple[str, str]) -> None:
    understood = understand_time(Birth(date=date), LONDON)
    assert understood.known == "unknown"
    assert hours_long(understood) == hours
    assert understood.window_utc == utc
    assert "unknown" in understood.notes[0]
    assert any(f"{hours} h" in note for note in understood.notes) == (hours != 24)


def test_day_whose_first_hour_never_was_begins_after_it() -> None:
    cairo = Place(30.06263, 31.24967, country="EG", zone="Africa/Cairo")
    understood = understand_time(Birth(date="2024-04-26"), cairo)
    assert understood.window_utc == ("2024-04-25T22:00:00Z", "2024-04-26T21:00:00Z")
    assert hours_long(understood) == 23


def test_day_whose_midnight_came_twice_counts_from_the_first() -> None:
    havana = Place(23.13302, -82.38304, country="CU", zone="America/Havana")
    understood = understand_time(Birth(date="2024-11-03"), havana)
    assert understood.window_utc == ("2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z")


def test_repeated_day_is_as_long_as_it_was() -> None:
    kwajalein = Place(9.08333, 167.33333, country="MH", zone="Pacific/Kwajalein")
    apia = understand_time(Birth(date="1892-07-04", zone="Pacific/Apia"), APIA)
    assert hours_long(apia) == 48
    assert any("48 h" in note for note in apia.notes)
    with pytest.raises(NonexistentTime) as caught:
        understand_time(Birth(date="1993-08-21"), kwajalein)
    assert caught.value.data["reason"] == "date_line"


def test_day_that_the_date_line_took_is_refused_by_its_date() -> None:
    with pytest.raises(NonexistentTime) as caught:
        understand_time(Birth(date="2011-12-30"), APIA)
    error = caught.value
    assert (error.pointer, error.data["local"], error.data["reason"]) == (
        "/birth/date",
        "2011-12-30",
        "date_line",
    )
    assert error.data["before"]["local"] == "2011-12-29T23:59:59-10:00"
    assert error.data["after"]["local"] == "2011-12-31T00:00:00+14:00"


def test_two_clocks_are_asked_about_for_windows_and_unknown_times() -> None:
    for time in (None, TimeWindow("08:00", "12:00")):
        with pytest.raises(AmbiguousZone):
            understand_time(Birth(date="1990-05-05", time=time), URUMQI)


@given(st.sampled_from(zone_names()), st.dates().filter(lambda day: 1600 <= day.year <= 2200))
def test_day_of_any_zone_is_a_window_that_holds_its_middle(zone: str, date: dt.date) -> None:
    place = Place(0.0, 0.0)
    history = load_zone(zone)
    midnight = (date.toordinal() - dt.date(1970, 1, 1).toordinal()) * DAY_SECONDS
    if local_span(history, midnight, midnight + DAY_SECONDS) is None:
        with pytest.raises(NonexistentTime, match="date line"):
            understand_time(Birth(date=str(date), zone=zone), place)
        return
    understood = understand_time(Birth(date=str(date), zone=zone), place)
    assert seconds(understood.start) < seconds(understood.middle) < seconds(understood.end)
    assert 0 < hours_long(understood) <= 48
    assert understood.local[:10] == str(date) or hours_long(understood) > 24


@given(
    st.sampled_from(zone_names()),
    st.dates().filter(lambda day: 1600 <= day.year <= 2200),
    st.integers(0, 86_398),
    st.integers(1, 86_399),
)
def test_window_lies_within_its_day(zone: str, date: dt.date, first: int, length: int) -> None:
    last = min(first + length, 86_399)
    texts = [f"{at // 3_600:02d}:{at // 60 % 60:02d}:{at % 60:02d}" for at in (first, last)]
    place = Place(0.0, 0.0)
    try:
        window = understand_time(Birth(date=str(date), time=TimeWindow(*texts), zone=zone), place)
    except NonexistentTime:
        return
    day = understand_time(Birth(date=str(date), zone=zone), place)
    assert seconds(day.start) <= seconds(window.start) < seconds(window.end) < seconds(day.end)
