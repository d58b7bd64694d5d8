"""`auto`: the calendar of the place's country, skipped days, and the lands where it will not guess."""

import pytest

from astrarium.civil.birth import Birth, CalendarDate
from astrarium.civil.errors import AmbiguousCalendar, InvalidDate, MissingCountry
from astrarium.civil.place import Place
from astrarium.civil.understanding import understand_time


def gregorian(date: str, country: str | None, latitude: float = 40.0, longitude: float = -75.0) -> str:
    place = Place(latitude, longitude, country=country)
    return understand_time(Birth(date=CalendarDate(date, "auto"), time="12:00", zone="UTC"), place).utc[:10]


@pytest.mark.parametrize(
    ("country", "last_julian", "first_gregorian"),
    [
        ("GB", ("1752-09-02", "1752-09-13"), "1752-09-14"),
        ("IE", ("1752-09-02", "1752-09-13"), "1752-09-14"),
        ("US", ("1752-09-02", "1752-09-13"), "1752-09-14"),
        ("SE", ("1753-02-17", "1753-02-28"), "1753-03-01"),
        ("FI", ("1753-02-17", "1753-02-28"), "1753-03-01"),
        ("BG", ("1916-03-31", "1916-04-13"), "1916-04-14"),
        ("RU", ("1918-01-31", "1918-02-13"), "1918-02-14"),
        ("RO", ("1919-03-31", "1919-04-13"), "1919-04-14"),
        ("GR", ("1923-02-15", "1923-02-28"), "1923-03-01"),
    ],
)
def test_country_changes_from_one_day_to_the_next(
    country: str, last_julian: tuple[str, str], first_gregorian: str
) -> None:
    assert gregorian(last_julian[0], country) == last_julian[1]
    assert gregorian(first_gregorian, country) == first_gregorian
    assert gregorian("2000-01-01", country) == "2000-01-01"


def test_skipped_day_names_both_edges_and_offers_both_calendars() -> None:
    with pytest.raises(InvalidDate) as caught:
        gregorian("1752-09-05", "GB")
    error = caught.value
    assert "1752-09-02 of the Julian calendar was followed by 1752-09-14 of the Gregorian" in error.detail
    assert error.pointer == "/birth/date/date"
    assert error.data["near"] == [
        {"date": "1752-09-05", "calendar": "julian", "gregorian": "1752-09-16"},
        {"date": "1752-09-05", "calendar": "gregorian", "gregorian": "1752-09-05"},
    ]


@pytest.mark.parametrize("country", ["FR", "IT", "ES", "PT", "AT", "BR", "MX"])
def test_other_countries_were_gregorian_before_the_first_accepted_date(country: str) -> None:
    assert gregorian("1600-01-01", country) == "1600-01-01"


def test_alaska_changed_when_it_was_sold() -> None:
    sitka = (57.05, -135.33)
    assert gregorian("1867-10-06", "US", *sitka) == "1867-10-18"
    assert gregorian("1867-10-18", "US", *sitka) == "1867-10-18"
    assert gregorian("1800-01-01", "US", *sitka) == "1800-01-12"
    with pytest.raises(InvalidDate, match="1867-10-06"):
        gregorian("1867-10-10", "US", *sitka)


@pytest.mark.parametrize(
    ("date", "country"),
    [
        ("1650-01-01", "DE"),
        ("1700-12-31", "CH"),
        ("1700-12-31", "NL"),
        ("1650-01-01", "DK"),
        ("1650-01-01", "NO"),
        ("1900-01-01", "RS"),
        ("1900-01-01", "UA"),
        ("1900-01-01", "TR"),
        ("1850-01-01", "JP"),
        ("1900-01-01", "CN"),
        ("1750-01-01", "CA"),
        ("1990-01-01", "ET"),
        ("1705-06-01", "SE"),
    ],
)
def test_auto_asks_where_country_and_date_do_not_tell(date: str, country: str) -> None:
    with pytest.raises(AmbiguousCalendar) as caught:
        gregorian(date, country)
    error = caught.value
    assert (error.code, error.pointer) == ("ambiguous_calendar", "/birth/date/calendar")
    assert [choice["calendar"] for choice in error.data["choices"]] == ["julian", "gregorian"]


@pytest.mark.parametrize(
    ("date", "country"),
    [
        ("1701-01-12", "DE"),
        ("1923-03-01", "RS"),
        ("1926-01-01", "TR"),
        ("1873-01-01", "JP"),
        ("1912-01-01", "CN"),
    ],
)
def test_auto_is_gregorian_again_once_the_custom_is_plain(date: str, country: str) -> None:
    assert gregorian(date, country) == date


def test_american_land_beyond_the_colonies_is_asked_about() -> None:
    with pytest.raises(AmbiguousCalendar, match="not British"):
        gregorian("1750-01-01", "US", 37.8, -122.4)
    assert gregorian("1760-01-01", "US", 37.8, -122.4) == "1760-01-01"


def test_auto_without_a_country_asks_for_it() -> None:
    with pytest.raises(MissingCountry) as caught:
        gregorian("1990-01-01", None)
    assert (caught.value.code, caught.value.pointer) == ("missing_country", "/birth/place")
    assert "country" in caught.value.hint


@pytest.mark.parametrize("calendar", ["auto", "julian"])
def test_swedish_leap_day_of_1712_says_how_to_enter_it(calendar: str) -> None:
    place = Place(59.33, 18.07, country="SE", zone="Europe/Stockholm")
    with pytest.raises(InvalidDate, match="Swedish calendar") as caught:
        understand_time(Birth(date=CalendarDate("1712-02-30", calendar), time="12:00"), place)  # type: ignore[arg-type]
    assert caught.value.data["near"] == [{"date": "1712-02-29", "calendar": "julian"}]


def test_julian_leap_day_is_read_where_auto_means_julian() -> None:
    assert gregorian("1900-02-29", "RU") == "1900-03-13"
    with pytest.raises(InvalidDate, match="exists in the Julian calendar"):
        gregorian("1900-02-29", "FR")
    with pytest.raises(InvalidDate):
        gregorian("1900-02-29", "RS")
