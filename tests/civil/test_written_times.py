"""Bad input: every wrong way to write a birth's time is refused, with its code, its pointer and the way out."""

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.civil.birth import Birth, CalendarDate, TimeWindow
from astrarium.civil.errors import BirthTimeError
from astrarium.civil.place import Place
from astrarium.civil.understanding import understand_time

if TYPE_CHECKING:
    from astrarium.civil.understood import UnderstoodTime

PARIS = Place(48.85341, 2.3488, name="Paris", country="FR", zone="Europe/Paris")
GOOD = {"date": "1985-06-15", "time": "12:00"}


def refusal(place: Place = PARIS, **fields: Any) -> BirthTimeError:
    with pytest.raises(BirthTimeError) as caught:
        understand_time(Birth(**fields), place)
    error = caught.value
    assert error.hint
    assert len(error.detail) < 300
    assert "\n" not in error.detail
    return error


@pytest.mark.parametrize(
    "date",
    [
        "",
        " ",
        "1985",
        "1985-06",
        "1985-6-15",
        "85-06-15",
        "15.06.1985",
        "06/15/1985",
        "1985/06/15",
        " 1985-06-15",
        "1985-06-15 ",
        "1985-06-15\n",
        "1985-06-15T12:00",
        "1985-06-15Z",
        "１９８５-06-15",
        "١٩٨٥-٠٦-١٥",
        "1985−06−15",
        "today",
        "1985-06-15\x00",
        "9" * 100_000,
        19850615,
        True,
    ],
)
def test_date_that_is_not_written_as_one_is_refused(date: Any) -> None:
    error = refusal(date=date, time="12:00")
    assert (error.code, error.pointer) == ("invalid_date", "/birth/date")
    assert "YYYY-MM-DD" in error.hint


@pytest.mark.parametrize(
    ("date", "why"),
    [
        ("1985-04-31", "30 days"),
        ("2023-02-29", "28 days"),
        ("1985-02-30", "28 days"),
        ("1985-13-01", "no month 13"),
        ("1985-00-01", "no month 00"),
        ("1985-06-00", "no day 00"),
        ("1985-06-99", "30 days"),
    ],
)
def test_date_that_its_calendar_lacks_says_why(date: str, why: str) -> None:
    error = refusal(date=date, time="12:00")
    assert error.code == "invalid_date"
    assert why in error.detail


def test_leap_day_of_1900_exists_in_the_julian_calendar() -> None:
    error = refusal(date="1900-02-29", time="12:00")
    assert "exists in the Julian calendar" in error.detail
    assert error.data["near"] == [{"date": "1900-02-29", "calendar": "julian"}]


def test_date_in_a_calendar_is_pointed_at() -> None:
    assert refusal(date=CalendarDate("1985-04-31"), time="12:00").pointer == "/birth/date/date"
    error = refusal(date=CalendarDate("1985-04-30", "mayan"), time="12:00")  # type: ignore[arg-type]
    assert (error.code, error.pointer) == ("invalid_calendar", "/birth/date/calendar")


@pytest.mark.parametrize(
    "date", ["0000-06-15", "-0043-03-15", "1599-12-31", "2201-01-01", "9999-12-31", "123456-01-01"]
)
def test_year_outside_the_tables_names_the_range(date: str) -> None:
    error = refusal(date=date, time="12:00")
    assert (error.code, error.pointer) == ("date_out_of_range", "/birth/date")
    assert "1600-01-01" in error.detail
    assert "2200-12-31" in error.detail
    assert (error.data["first"], error.data["last"]) == ("1600-01-01", "2200-12-31")


def test_range_is_counted_in_the_gregorian_calendar() -> None:
    assert refusal(date=CalendarDate("1599-12-21", "julian")).data["gregorian"] == "1599-12-31"
    assert (
        understand_time(Birth(date=CalendarDate("1599-12-22", "julian"), zone="UTC"), PARIS).utc[:10]
        == "1600-01-01"
    )
    assert refusal(date=CalendarDate("2200-12-17", "julian")).data["gregorian"] == "2201-01-01"


@pytest.mark.parametrize(
    ("time", "near"),
    [
        ("9:30", "09:30"),
        ("09.30", "09:30"),
        ("9h30", "09:30"),
        ("9:30 pm", "21:30"),
        ("12:05 AM", "00:05"),
        ("12:05 PM", "12:05"),
        (" 09:30", "09:30"),
        ("09:30\n", "09:30"),
        ("０９:３０", "09:30"),
        ("9:30:15", "09:30:15"),
    ],
)
def test_loosely_written_time_is_refused_and_its_meaning_offered(time: str, near: str) -> None:
    error = refusal(date="1985-06-15", time=time)
    assert (error.code, error.pointer) == ("invalid_time", "/birth/time")
    assert error.data["near"] == {"time": near}
    assert near in error.hint
    understand_time(Birth(date="1985-06-15", time=near), PARIS)


@pytest.mark.parametrize(
    "time",
    [
        "noon",
        "12",
        "1230",
        "12:3",
        "12:30Z",
        "12:30+01:00",
        "12:30:15.",
        "12:30:15.1234567",
        "99:99 pm",
        "0:30 pm",
        "-1:30",
    ],
)
def test_time_of_no_plain_meaning_is_refused_without_an_offer(time: str) -> None:
    error = refusal(date="1985-06-15", time=time)
    assert error.code == "invalid_time"
    assert "near" not in error.data
    assert "HH:MM" in error.hint


@pytest.mark.parametrize("time", ["", "  "])
def test_empty_time_is_told_from_an_unknown_one(time: str) -> None:
    assert "leave `time` out" in refusal(date="1985-06-15", time=time).hint


@pytest.mark.parametrize("time", ["1" * 10_000, 1230, 12.5])
def test_time_that_is_no_such_text_is_refused(time: Any) -> None:
    assert refusal(date="1985-06-15", time=time).code == "invalid_time"


@pytest.mark.parametrize(
    ("date", "time", "near"),
    [
        ("1985-06-15", "24:00", {"date": "1985-06-16", "time": "00:00"}),
        ("1985-12-31", "24:00:00", {"date": "1986-01-01", "time": "00:00"}),
        (CalendarDate("1900-02-28", "julian"), "24:00", {"date": "1900-02-29", "time": "00:00"}),
        ("2016-12-31", "23:59:60", {"time": "23:59:59"}),
        ("1985-06-15", "12:30:60", {"time": "12:30:59"}),
    ],
)
def test_reading_that_no_clock_shows_offers_the_one_next_to_it(
    date: Any, time: str, near: dict[str, str]
) -> None:
    error = refusal(date=date, time=time)
    assert (error.code, error.pointer) == ("invalid_time", "/birth/time")
    assert error.data["near"] == near
    assert all(part in error.hint for part in near.values())


@pytest.mark.parametrize(
    ("time", "why"), [("25:00", "hour is 23"), ("12:60", "minute is 59"), ("12:30:61", "second is 59")]
)
def test_reading_beyond_the_clock_says_where_it_ends(time: str, why: str) -> None:
    assert why in refusal(date="1985-06-15", time=time).detail


@pytest.mark.parametrize(
    "zone", ["", "  ", 3600, "x" * 10_000, "+1:0", "+", "-99", "+01:60", "+00:00:60", "+24:00", "-25:00"]
)
def test_malformed_zone_is_refused(zone: Any) -> None:
    error = refusal(**GOOD, zone=zone)
    assert (error.code, error.pointer) == ("invalid_zone", "/birth/zone")


@pytest.mark.parametrize(
    ("zone", "near"),
    [("+1", "+01:00"), ("UTC+1", "+01:00"), ("GMT-0330", "-03:30"), ("+0530", "+05:30"), ("-5:00", "-05:00")],
)
def test_loosely_written_offset_is_offered_well_written(zone: str, near: str) -> None:
    error = refusal(**GOOD, zone=zone)
    assert (error.code, error.data["near"]) == ("invalid_zone", near)


def test_unknown_zone_is_pointed_at_where_it_came_from() -> None:
    assert refusal(**GOOD, zone="Europe/Pariss").pointer == "/birth/zone"
    error = refusal(Place(1.0, 2.0, zone="Europe/Pariss"), **GOOD)
    assert (error.code, error.pointer) == ("unknown_zone", "/birth/place")
    assert error.data["near"][0] == "Europe/Paris"


def test_lower_case_lmt_is_no_zone_and_no_surprise() -> None:
    assert refusal(**GOOD, zone="lmt").code == "unknown_zone"


def test_place_without_a_zone_asks_for_one() -> None:
    error = refusal(Place(0.0, 0.0), **GOOD)
    assert (error.code, error.pointer) == ("missing_zone", "/birth/zone")
    assert understand_time(Birth(**GOOD, zone="LMT"), Place(0.0, 0.0)).utc == "1985-06-15T12:00:00Z"


def test_birth_without_a_date_is_refused() -> None:
    for fields in ({}, {"time": "12:00"}, {"zone": "UTC"}):
        error = refusal(**fields)
        assert (error.code, error.pointer) == ("missing_date", "/birth/date")


@pytest.mark.parametrize("fold", [2, -1, 0.5, "0"])
def test_fold_that_chooses_nothing_is_refused(fold: Any) -> None:
    error = refusal(**GOOD, fold=fold)
    assert (error.code, error.pointer) == ("invalid_fold", "/birth/fold")


@pytest.mark.parametrize(
    "clash",
    [
        {"date": "1985-06-15"},
        {"time": "12:00"},
        {"zone": "UTC"},
        {"fold": 0},
        {"date": "1985-06-15", "fold": 1},
    ],
)
def test_instant_beside_its_parts_is_a_conflict_that_names_them(clash: dict[str, Any]) -> None:
    error = refusal(instant="1985-06-15T12:00:00Z", **clash)
    assert (error.code, error.pointer) == ("conflicting_birth", "/birth/instant")
    assert error.data["fields"] == list(clash)
    assert all(f"{name}" in error.hint for name in clash)


@pytest.mark.parametrize(
    "instant",
    [
        "",
        "now",
        "1985-06-15",
        "1985-06-15T12:00:00",
        "1985-06-15T12:00:00+00:00",
        "1985-06-15 12:00:00Z",
        "1985-06-15t12:00:00z",
        "1985-06-15T12Z",
        "1985-06-31T12:00:00Z",
        "1985-06-15T24:00:00Z",
        "1985-06-15T12:00:00.1234567Z",
        "1985-06-15T12:00:00Z\n",
        "Z" * 10_000,
        482328000,
    ],
)
def test_instant_that_is_no_utc_is_refused(instant: Any) -> None:
    error = refusal(instant=instant)
    assert (error.code, error.pointer) == ("invalid_instant", "/birth/instant")


def test_leap_second_of_an_instant_offers_the_second_before() -> None:
    assert refusal(instant="2016-12-31T23:59:60Z").data["near"] == "2016-12-31T23:59:59Z"


@pytest.mark.parametrize("instant", ["1599-12-31T23:59:59Z", "2201-01-01T00:00:00Z", "-0500-01-01T00:00:00Z"])
def test_instant_outside_the_tables_names_the_range(instant: str) -> None:
    error = refusal(instant=instant)
    assert (error.code, error.pointer) == ("date_out_of_range", "/birth/instant")


def test_checks_come_in_the_order_writing_day_range_zone() -> None:
    assert refusal(date="1985-04-31", time="noon", zone="Mars").code == "invalid_time"
    assert refusal(date="0985-04-31", time="25:00", zone="Mars").code == "invalid_date"
    assert refusal(date="0985-04-30", time="12:00", zone="Mars").code == "date_out_of_range"
    assert refusal(date="1985-04-30", time="12:00", zone="Mars").code == "unknown_zone"


@given(
    date=st.one_of(
        st.none(), st.text(max_size=20), st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True)
    ),
    time=st.one_of(st.none(), st.text(max_size=12), st.from_regex(r"[0-9]{2}:[0-9]{2}", fullmatch=True)),
    zone=st.one_of(st.none(), st.text(max_size=12), st.from_regex(r"[+-][0-9]{2}:[0-9]{2}", fullmatch=True)),
    calendar=st.sampled_from(["gregorian", "julian", "auto"]),
)
def test_no_writing_breaks_the_understanding(
    date: str | None, time: str | None, zone: str | None, calendar: Any
) -> None:
    birth = Birth(date=None if date is None else CalendarDate(date, calendar), time=time, zone=zone)
    outcome: UnderstoodTime | BirthTimeError
    try:
        outcome = understand_time(birth, PARIS)
    except BirthTimeError as error:
        outcome = error
    if isinstance(outcome, BirthTimeError):
        assert outcome.code
        assert outcome.hint
        assert str(outcome.pointer).startswith("/birth/")
    else:
        assert outcome.utc.endswith("Z")


def test_window_faults_point_at_the_end_in_fault() -> None:
    assert refusal(date="1985-06-15", time=TimeWindow("8:00", "12:00")).pointer == "/birth/time/from"
    assert refusal(date="1985-06-15", time=TimeWindow("08:00", "24:00")).pointer == "/birth/time/to"
    error = refusal(date="1985-06-15", time=TimeWindow("22:00", "02:00"))
    assert (error.code, error.pointer) == ("invalid_window", "/birth/time")
    assert "midnight" in error.hint
