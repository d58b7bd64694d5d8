"""One exact time: what the clock, the calendar and the place make of it."""

import pytest

from astrarium.civil.birth import Birth, CalendarDate
from astrarium.civil.errors import (
    AmbiguousTime,
    AmbiguousZone,
    BirthTimeError,
    NonexistentTime,
)
from astrarium.civil.place import Place
from astrarium.civil.understanding import understand_time
from astrarium.civil.understood import Instant

LONDON = Place(51.50853, -0.12574, name="London", country="GB", zone="Europe/London")
BERLIN = Place(52.52437, 13.41053, name="Berlin", country="DE", zone="Europe/Berlin")
ULM = Place(48.39841, 9.99155, name="Ulm", country="DE", zone="Europe/Berlin")
MANILA = Place(14.6042, 120.9822, name="Manila", country="PH", zone="Asia/Manila")
SITKA = Place(57.05315, -135.33088, name="Sitka", country="US", zone="America/Sitka")
URUMQI = Place(
    43.80096, 87.60046, name="Ürümqi", country="CN", zone="Asia/Urumqi", other_zones=("Asia/Shanghai",)
)


def test_exact_time_is_one_instant_with_all_that_a_reader_checks() -> None:
    understood = understand_time(Birth(date="1990-05-17", time="12:30"), LONDON)
    noon_and_a_half = Instant(2_448_028.5, 11.5 / 24)
    assert understood.start == understood.middle == understood.end == noon_and_a_half
    assert understood.utc == "1990-05-17T11:30:00Z"
    assert understood.local == "1990-05-17T12:30:00+01:00"
    assert (understood.zone, understood.offset_seconds, understood.dst) == ("Europe/London", 3_600, True)
    assert (understood.source, understood.calendar, understood.scale) == ("iana", "gregorian", "UTC")
    assert (understood.known, understood.confidence) == ("exact", "certain")
    assert (understood.window_utc, understood.fold, understood.notes, understood.alternatives) == (
        None,
        None,
        (),
        (),
    )


def test_fraction_of_a_second_is_kept() -> None:
    understood = understand_time(Birth(date="1990-05-17", time="12:30:15.25"), LONDON)
    assert understood.utc == "1990-05-17T11:30:15.250000Z"
    assert understood.local == "1990-05-17T12:30:15.250000+01:00"
    assert understood.start.jd_ut_fraction == pytest.approx((11.5 * 3_600 + 15.25) / 86_400, abs=1e-15)


@pytest.mark.parametrize(("date", "scale"), [("1971-12-31", "UT1"), ("1972-01-01", "UTC")])
def test_scale_is_ut1_before_1972(date: str, scale: str) -> None:
    assert understand_time(Birth(date=date, time="23:59:59", zone="UTC"), LONDON).scale == scale
    assert understand_time(Birth(instant=f"{date}T00:00:00Z"), LONDON).scale == scale


def test_instant_needs_no_zone() -> None:
    understood = understand_time(Birth(instant="1990-05-17T11:30:00Z"), Place(51.5, -0.1))
    assert understood.start == Instant(2_448_028.5, 11.5 / 24)
    assert (understood.utc, understood.local) == ("1990-05-17T11:30:00Z", "1990-05-17T11:30:00+00:00")
    assert (understood.source, understood.zone, understood.known) == ("utc", "UTC", "exact")


@pytest.mark.parametrize(
    "instant", ["1600-01-01T00:00Z", "2200-12-31T23:59:59.999999Z", "2000-02-29T12:00:00Z"]
)
def test_instants_of_the_whole_range_are_accepted(instant: str) -> None:
    understood = understand_time(Birth(instant=instant), LONDON)
    assert understood.utc[:16] == instant[:16]
    assert 0.0 <= understood.start.jd_ut_fraction < 1.0


def test_nonexistent_local_time_names_both_neighbours() -> None:
    with pytest.raises(NonexistentTime) as caught:
        understand_time(Birth(date="2024-03-31", time="01:30"), LONDON)
    error = caught.value
    assert (error.code, error.pointer) == ("nonexistent_time", "/birth/time")
    assert error.data == {
        "local": "2024-03-31T01:30:00",
        "zone": "Europe/London",
        "reason": "daylight_saving",
        "before": {"utc": "2024-03-31T00:59:59Z", "local": "2024-03-31T00:59:59+00:00", "offset_seconds": 0},
        "after": {
            "utc": "2024-03-31T01:00:00Z",
            "local": "2024-03-31T02:00:00+01:00",
            "offset_seconds": 3_600,
        },
    }
    assert "daylight saving" in error.detail
    assert "2024-03-31T02:00:00+01:00" in error.hint


@pytest.mark.parametrize(
    ("place", "date", "time", "zone", "reason"),
    [
        (LONDON, "2024-03-31", "01:30", None, "daylight_saving"),
        (LONDON, "1847-12-01", "00:00:30", "Europe/London", "local_mean_time_ended"),
        (Place(-13.83, -171.77, zone="Pacific/Apia"), "2011-12-30", "12:00", None, "date_line"),
        (MANILA, "1844-12-31", "12:00", None, "date_line"),
        (Place(10.5, -66.9, zone="America/Caracas"), "2016-05-01", "02:45", None, "zone_change"),
    ],
)
def test_gap_says_why(place: Place, date: str, time: str, zone: str | None, reason: str) -> None:
    with pytest.raises(NonexistentTime) as caught:
        understand_time(Birth(date=date, time=time, zone=zone), place)
    assert caught.value.data["reason"] == reason


def test_ambiguous_time_gives_both_readings_and_computes_nothing() -> None:
    with pytest.raises(AmbiguousTime) as caught:
        understand_time(Birth(date="2024-10-27", time="01:30:00.5"), LONDON)
    error = caught.value
    assert (error.code, error.pointer) == ("ambiguous_time", "/birth/time")
    assert error.data["readings"] == [
        {
            "fold": 0,
            "utc": "2024-10-27T00:30:00.500000Z",
            "local": "2024-10-27T01:30:00.500000+01:00",
            "offset_seconds": 3_600,
        },
        {
            "fold": 1,
            "utc": "2024-10-27T01:30:00.500000Z",
            "local": "2024-10-27T01:30:00.500000+00:00",
            "offset_seconds": 0,
        },
    ]
    assert "`fold`" in error.hint


@pytest.mark.parametrize(
    ("fold", "utc", "other"),
    [
        (0, "2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"),
        (1, "2024-10-27T01:30:00Z", "2024-10-27T00:30:00Z"),
    ],
)
def test_chosen_reading_is_kept_with_the_other_beside_it(fold: int, utc: str, other: str) -> None:
    understood = understand_time(Birth(date="2024-10-27", time="01:30", fold=fold), LONDON)
    assert (understood.utc, understood.fold) == (utc, fold)
    assert [reading.utc for reading in understood.alternatives] == [other]
    assert "twice" in understood.notes[0]


def test_needless_fold_is_ignored() -> None:
    plain = understand_time(Birth(date="2024-06-15", time="12:00"), LONDON)
    assert understand_time(Birth(date="2024-06-15", time="12:00", fold=1), LONDON) == plain


def test_fold_does_not_rescue_a_gap() -> None:
    for fold in (0, 1):
        with pytest.raises(NonexistentTime):
            understand_time(Birth(date="2024-03-31", time="01:30", fold=fold), LONDON)


def test_local_mean_time_on_request_is_explained() -> None:
    understood = understand_time(Birth(date="1879-03-14", time="11:30", zone="LMT"), ULM)
    assert (understood.utc, understood.offset_seconds) == ("1879-03-14T10:50:02Z", 2_398)
    assert (understood.source, understood.zone) == ("lmt", "LMT")
    assert "local mean time of 9.99155° E, +00:39:58" in understood.notes[0]
    assert understood.confidence == "certain"


def test_local_mean_time_after_standard_time_began_is_allowed_with_a_warning() -> None:
    understood = understand_time(Birth(date="1985-06-15", time="12:00", zone="LMT"), ULM)
    assert understood.utc == "1985-06-15T11:20:02Z"
    assert understood.confidence == "doubtful"
    assert any("no longer on local mean time" in note for note in understood.notes)
    assert [(reading.utc, reading.offset_seconds) for reading in understood.alternatives] == [
        ("1985-06-15T10:00:00Z", 7_200)
    ]


@pytest.mark.parametrize(
    ("longitude", "offset"),
    [
        (180.0, 43_200),
        (-180.0, -43_200),
        (0.0, 0),
        (9.99155, 2_398),
        (-0.0021, -1),
        (-0.0020, 0),
        (0.0021, 1),
    ],
)
def test_mean_time_rounds_to_the_nearest_second(longitude: float, offset: int) -> None:
    place = Place(0.0, longitude)
    assert understand_time(Birth(date="1850-01-01", time="12:00", zone="LMT"), place).offset_seconds == offset


def test_zone_by_name_is_obeyed_before_its_standard_time_and_the_birthplaces_own_offered() -> None:
    understood = understand_time(Birth(date="1879-03-14", time="11:30", zone="Europe/Berlin"), ULM)
    assert (understood.utc, understood.source) == ("1879-03-14T10:36:32Z", "zone_lmt")
    assert understood.confidence == "doubtful"
    own = understood.alternatives[0]
    assert (own.utc, own.offset_seconds) == ("1879-03-14T10:50:02Z", 2_398)
    assert any("13.5 min" in note and "9.99155° E" in note for note in understood.notes)


def test_without_a_zone_the_birthplaces_own_mean_time_is_read_and_said() -> None:
    understood = understand_time(Birth(date="1879-03-14", time="11:30"), ULM)
    assert (understood.utc, understood.source) == ("1879-03-14T10:50:02Z", "place_lmt")
    assert (understood.zone, understood.confidence) == ("Europe/Berlin", "likely")
    assert "9.99155° E" in understood.notes[0]
    assert [reading.utc for reading in understood.alternatives] == ["1879-03-14T10:36:32Z"]


def test_own_mean_time_ends_where_the_zones_does() -> None:
    # Germany went to +01:00 at 1893-04-01 00:00 of Berlin mean time, 1893-03-31T23:06:32Z; in Ulm it was 23:46:30.
    before = understand_time(Birth(date="1893-03-31", time="23:46:29"), ULM)
    assert (before.source, before.utc) == ("place_lmt", "1893-03-31T23:06:31Z")
    with pytest.raises(NonexistentTime) as caught:
        understand_time(Birth(date="1893-03-31", time="23:50"), ULM)
    assert caught.value.data["before"]["local"] == "1893-03-31T23:46:29+00:39:58"
    assert caught.value.data["after"]["local"] == "1893-04-01T00:06:32+01:00"
    after = understand_time(Birth(date="1893-04-01", time="00:06:32"), ULM)
    assert (after.source, after.utc) == ("iana", "1893-03-31T23:06:32Z")


def test_own_mean_time_east_of_standard_time_comes_twice() -> None:
    memel = Place(55.7, 21.1, country="DE", zone="Europe/Berlin")
    with pytest.raises(AmbiguousTime) as caught:
        understand_time(Birth(date="1893-04-01", time="00:20"), memel)
    assert [reading["offset_seconds"] for reading in caught.value.data["readings"]] == [5_064, 3_600]


def test_own_mean_time_keeps_the_date_of_its_side_of_the_date_line() -> None:
    manila = understand_time(Birth(date="1800-01-01", time="12:00"), MANILA)
    assert manila.offset_seconds == 29_036 - 86_400
    sitka = understand_time(Birth(date="1850-01-01", time="12:00"), SITKA)
    assert sitka.offset_seconds == 86_400 - 32_479


def test_two_clocks_in_use_are_asked_about() -> None:
    with pytest.raises(AmbiguousZone) as caught:
        understand_time(Birth(date="1990-05-05", time="08:00"), URUMQI)
    error = caught.value
    assert (error.code, error.pointer) == ("ambiguous_zone", "/birth/zone")
    assert [(clock["zone"], clock["utc"]) for clock in error.data["zones"]] == [
        ("Asia/Urumqi", "1990-05-05T02:00:00Z"),
        ("Asia/Shanghai", "1990-05-04T23:00:00Z"),
    ]


def test_two_clocks_are_asked_about_even_where_one_has_a_gap() -> None:
    with pytest.raises(AmbiguousZone):
        understand_time(Birth(date="1990-04-15", time="02:30"), URUMQI)


def test_two_clocks_that_agree_are_not_asked_about() -> None:
    understood = understand_time(Birth(date="1880-05-05", time="08:00"), URUMQI)
    assert (understood.source, understood.offset_seconds) == ("place_lmt", 21_024)


def test_named_clock_of_two_is_obeyed_and_the_other_offered() -> None:
    understood = understand_time(Birth(date="1990-05-05", time="08:00", zone="Asia/Urumqi"), URUMQI)
    assert (understood.utc, understood.confidence) == ("1990-05-05T02:00:00Z", "doubtful")
    assert [reading.utc for reading in understood.alternatives] == ["1990-05-04T23:00:00Z"]


def test_fixed_offset_is_taken_at_its_word() -> None:
    understood = understand_time(Birth(date="1940-08-15", time="12:00", zone="+01:00"), LONDON)
    assert (understood.source, understood.zone, understood.utc) == ("fixed", "+01:00", "1940-08-15T11:00:00Z")
    assert (understood.dst, understood.confidence, understood.notes) == (False, "certain", ())
    behind = understand_time(Birth(date="1950-07-26", time="12:00", zone="-00:44:30"), LONDON)
    assert behind.local == "1950-07-26T12:00:00-00:44:30"


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Zulu"])
def test_utc_by_any_of_its_names_is_utc(zone: str) -> None:
    assert understand_time(Birth(date="1990-05-17", time="12:30", zone=zone), LONDON).source == "utc"


def test_old_name_of_a_zone_is_kept_as_given() -> None:
    understood = understand_time(Birth(date="1943-06-01", time="12:00", zone="Asia/Calcutta"), LONDON)
    assert (understood.zone, understood.utc) == ("Asia/Calcutta", "1943-06-01T05:30:00Z")


@pytest.mark.parametrize("zone", ["GMT+0", "GMT-0", "GMT0"])
def test_old_name_that_looks_like_an_offset_is_a_zone(zone: str) -> None:
    understood = understand_time(Birth(date="1990-05-17", time="12:30", zone=zone), LONDON)
    assert (understood.source, understood.zone, understood.utc) == ("iana", zone, "1990-05-17T12:30:00Z")


def test_julian_date_is_shown_in_its_calendar_and_explained() -> None:
    birth = Birth(date=CalendarDate("1642-12-25", "julian"), time="01:30", zone="LMT")
    newton = understand_time(birth, Place(52.8089, -0.6306, country="GB", zone="Europe/London"))
    assert newton.utc == "1643-01-04T01:32:31Z"
    assert newton.local == "1642-12-25T01:30:00-00:02:31"
    assert newton.calendar == "julian"
    assert "1642-12-25 of the Julian calendar is 1643-01-04 of the Gregorian." in newton.notes


def test_every_refusal_is_one_kind_of_error() -> None:
    for kind in (AmbiguousTime, AmbiguousZone, NonexistentTime):
        assert issubclass(kind, BirthTimeError)
