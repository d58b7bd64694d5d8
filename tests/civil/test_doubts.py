"""Confidence, notes and other readings: what history, law and calendars leave open."""

import pytest

from astrarium.civil.birth import Birth, CalendarDate, TimeWindow
from astrarium.civil.calendars import gregorian_day
from astrarium.civil.clocks import choose_clock
from astrarium.civil.doubts import is_reference_city
from astrarium.civil.known_doubts import KNOWN_DOUBTS
from astrarium.civil.place import Place
from astrarium.civil.understanding import understand_time

PARIS = Place(48.85341, 2.3488, name="Paris", country="FR", zone="Europe/Paris")
LYON = Place(45.74906, 4.84789, name="Lyon", country="FR", zone="Europe/Paris")
MUNICH = Place(48.13743, 11.57549, name="Munich", country="DE", zone="Europe/Berlin")
BERLIN = Place(52.52437, 13.41053, name="Berlin", country="DE", zone="Europe/Berlin")
KOLKATA = Place(22.56263, 88.36304, name="Kolkata", country="IN", zone="Asia/Kolkata")
MUMBAI = Place(19.07283, 72.88261, name="Mumbai", country="IN", zone="Asia/Kolkata")
BOSTON = Place(42.35843, -71.05977, name="Boston", country="US", zone="America/New_York")
NEW_YORK = Place(40.71427, -74.00597, name="New York City", country="US", zone="America/New_York")
LONDON = Place(51.50853, -0.12574, name="London", country="GB", zone="Europe/London")


@pytest.mark.parametrize(
    ("place", "date", "other"),
    [
        (LYON, "1940-08-15", ["1940-08-15T11:00:00Z"]),
        (MUNICH, "1945-07-01", ["1945-07-01T10:00:00Z"]),
        (KOLKATA, "1920-05-01", ["1920-05-01T06:06:40Z"]),
        (MUMBAI, "1900-03-12", ["1900-03-12T07:09:00Z", "1900-03-12T06:30:00Z"]),
        (BOSTON, "1955-10-15", []),
    ],
)
def test_place_known_to_have_kept_another_clock_is_doubtful(
    place: Place, date: str, other: list[str]
) -> None:
    understood = understand_time(Birth(date=date, time="12:00"), place)
    assert understood.confidence == "doubtful"
    assert understood.notes
    assert [reading.utc for reading in understood.alternatives] == other


@pytest.mark.parametrize(
    ("place", "date"),
    [
        (PARIS, "1940-08-15"),
        (BERLIN, "1945-07-01"),
        (NEW_YORK, "1955-10-15"),
        (LONDON, "1955-06-01"),
        (LYON, "1970-01-01"),
    ],
)
def test_reference_city_and_the_years_since_1970_are_certain(place: Place, date: str) -> None:
    understood = understand_time(Birth(date=date, time="12:00"), place)
    assert (understood.confidence, understood.notes, understood.alternatives) == ("certain", (), ())


@pytest.mark.parametrize(
    ("place", "date"), [(LYON, "1969-12-31"), (MUNICH, "1920-05-01"), (BOSTON, "1955-01-15")]
)
def test_place_away_from_the_reference_city_is_only_likely_before_1970(place: Place, date: str) -> None:
    understood = understand_time(Birth(date=date, time="12:00"), place)
    assert understood.confidence == "likely"
    assert place.name in understood.notes[0]
    assert "1970" in understood.notes[0]


def test_bare_coordinates_are_only_likely_before_1970() -> None:
    understood = understand_time(
        Birth(date="1950-01-01", time="12:00"), Place(48.85, 2.35, zone="Europe/Paris")
    )
    assert (understood.confidence, "this place" in understood.notes[0]) == ("likely", True)


def test_doubt_shows_on_windows_and_unknown_times_too() -> None:
    for time in (None, TimeWindow("10:00", "14:00")):
        understood = understand_time(Birth(date="1940-08-15", time=time), LYON)
        assert (understood.confidence, understood.alternatives) == ("doubtful", ())


def test_second_clock_of_a_place_is_offered_where_it_differs() -> None:
    kashgar = Place(39.47, 75.99, zone="Asia/Shanghai", other_zones=("Asia/Urumqi",))
    understood = understand_time(Birth(date="2005-05-05", time="08:00", zone="Asia/Urumqi"), kashgar)
    assert (understood.utc, understood.confidence) == ("2005-05-05T02:00:00Z", "doubtful")
    assert [(reading.utc, reading.offset_seconds) for reading in understood.alternatives] == [
        ("2005-05-05T00:00:00Z", 28_800)
    ]
    hebron = Place(31.53, 35.1, zone="Asia/Hebron", other_zones=("Asia/Jerusalem",))
    agreeing = understand_time(Birth(date="2005-12-05", time="08:00", zone="Asia/Jerusalem"), hebron)
    assert (agreeing.confidence, agreeing.alternatives) == ("certain", ())


@pytest.mark.parametrize(
    ("date", "confidence"),
    [("1850-06-01", "doubtful"), ("1919-12-31", "doubtful"), ("1975-06-01", "certain")],
)
def test_birth_at_sea_before_zones_were_kept_there_is_doubtful(date: str, confidence: str) -> None:
    atlantic = Place(30.0, -35.0, zone="Etc/GMT+2")
    understood = understand_time(Birth(date=date, time="12:00"), atlantic)
    assert (understood.utc[11:], understood.confidence) == ("14:00:00Z", confidence)
    assert [reading.utc[11:] for reading in understood.alternatives] == (
        ["14:20:00Z"] if confidence == "doubtful" else []
    )


@pytest.mark.parametrize("date", ["2027-01-01", "2100-06-15"])
def test_future_clocks_are_likely_because_laws_change(date: str) -> None:
    understood = understand_time(Birth(date=date, time="12:00"), PARIS)
    assert understood.confidence == "likely"
    assert "laws change" in understood.notes[0]


def test_fixed_offsets_have_no_future_to_fear() -> None:
    assert (
        understand_time(Birth(date="2100-06-15", time="12:00", zone="+01:00"), PARIS).confidence == "certain"
    )


@pytest.mark.parametrize(
    ("name", "longitude", "zone", "expected"),
    [
        ("New York City", -74.00597, "America/New_York", True),
        ("St. John's", -52.70931, "America/St_Johns", True),
        ("São Paulo", -46.63611, "America/Sao_Paulo", True),
        ("Ürümqi", 87.60046, "Asia/Urumqi", True),
        ("Calcutta", 88.36304, "Asia/Kolkata", True),
        ("London", -0.12574, "GB", True),
        ("Londonderry", -7.30917, "Europe/London", False),
        ("Lyon", 4.84789, "Europe/Paris", False),
        (None, 2.3488, "Europe/Paris", False),
    ],
)
def test_reference_city_is_known_by_name_and_meridian(
    name: str | None, longitude: float, zone: str, expected: bool
) -> None:
    place = Place(40.0, longitude, name=name)
    assert is_reference_city(choose_clock(zone, place), place) == expected


def test_gregorian_date_before_the_change_is_likely_and_its_julian_reading_offered() -> None:
    understood = understand_time(Birth(date="1740-03-01", time="06:00"), LONDON)
    assert understood.utc.startswith("1740-03-01T")
    assert understood.confidence == "likely"
    assert any("Julian calendar until 1752-09-02" in note for note in understood.notes)
    assert any(reading.utc.startswith("1740-03-12T") for reading in understood.alternatives)


def test_gregorian_date_said_to_be_one_is_not_doubted() -> None:
    birth = Birth(date=CalendarDate("1740-03-01", "gregorian"), time="06:00", zone="LMT")
    understood = understand_time(birth, LONDON)
    assert understood.confidence == "certain"
    assert not any("Julian" in note for note in understood.notes)


@pytest.mark.parametrize(
    ("date", "spoken"), [("1732-02-11", True), ("1732-03-25", False), ("1752-02-11", False)]
)
def test_english_year_before_lady_day_is_explained(date: str, spoken: bool) -> None:
    birth = Birth(date=CalendarDate(date, "julian"), time="10:00", zone="LMT")
    notes = understand_time(birth, LONDON).notes
    assert any("25 March" in note for note in notes) == spoken


def test_zone_and_place_of_one_mean_time_are_not_doubted() -> None:
    greenwich = Place(51.4779, -0.3125, name="Kew", country="GB", zone="Europe/London")
    understood = understand_time(Birth(date="1830-06-01", time="12:00", zone="Europe/London"), greenwich)
    assert (understood.source, understood.confidence, understood.alternatives) == ("zone_lmt", "likely", ())


def test_known_doubts_name_clocks_that_exist() -> None:
    assert KNOWN_DOUBTS
    for doubt in KNOWN_DOUBTS:
        assert gregorian_day(1600, 1, 1) <= doubt.first <= doubt.last <= gregorian_day(2200, 12, 31)
        for zone, _ in doubt.others:
            assert choose_clock(zone, PARIS).history.periods
