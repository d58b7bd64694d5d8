import pytest

import astrarium
from astrarium.chart.natal import cast
from astrarium.chart.structs import ChartRequest
from astrarium.civil.birth import Birth, CalendarDate, PlaceReference, TimeWindow
from astrarium.reading import time_words


def told(time, **birth):
    chart = cast(
        ChartRequest(birth=Birth(**({"date": "1990-05-17", "place": "London, GB"} | birth), time=time))
    )
    return chart, " ".join(time_words.sentences(chart))


def test_an_exact_time_says_the_clock_the_instant_and_the_rule():
    chart, text = told("12:30")
    assert time_words.headline(chart.time) == "17 May 1990, 12:30"
    assert text == (
        "12:30 in London was 11:30 UTC: Europe/London, daylight saving time, 1 h ahead of UTC, "
        f"from the IANA database {chart.receipt.tables['zones']}."
    )


def test_a_window_says_its_ends_and_for_which_instant_the_numbers_stand():
    chart, text = told(TimeWindow("08:00", "12:00"))
    assert time_words.headline(chart.time) == "17 May 1990, time uncertain"
    assert text.startswith(
        "The birth lies between 07:00 and 11:00 UTC; positions are those of the middle, 09:00. Clocks in London"
    )


def test_an_unknown_time_names_the_days_of_both_ends():
    chart, text = told(None)
    assert time_words.headline(chart.time) == "17 May 1990, time unknown"
    assert text.startswith("The birth lies between 16 May 1990, 23:00 and 17 May 1990, 23:00 UTC;")


def test_before_there_was_utc_the_instant_is_in_universal_time():
    _, text = told("12:00", date="1930-01-15", place="Amsterdam, NL")
    assert (
        "12:00 in Amsterdam was 11:40:28 Universal Time: Europe/Amsterdam, 19 min 32 s ahead of UTC" in text
    )


def test_a_julian_date_is_said_to_be_one_and_its_instant_has_the_gregorian_day():
    chart, text = told("12:00", date=CalendarDate("1643-01-04", "julian"))
    assert time_words.headline(chart.time) == "4 January 1643, 12:00 (Julian calendar)"
    assert "Universal Time on 14 January 1643" in text


@pytest.mark.parametrize(
    ("zone", "rule"),
    [("+05:30", "5 h 30 min ahead of UTC, as given"), ("LMT", "local mean time of the birthplace, as asked")],
)
def test_a_zone_of_ones_own_is_named_as_the_rule(zone, rule):
    assert rule in told("12:00", zone=zone)[1]


def test_an_instant_at_bare_coordinates_needs_no_clock():
    chart = cast(
        ChartRequest(
            birth=Birth(instant="2000-01-01T12:00:00Z", place=PlaceReference(latitude=0.0, longitude=0.0))
        )
    )
    assert next(iter(time_words.sentences(chart))) == "12:00 was 12:00 UTC: given in UTC."


def test_facts_hold_every_step_by_name():
    chart = astrarium.chart("1990-05-17", "12:30", "London, GB")
    facts = dict(time_words.facts(chart))
    assert facts["Local time"] == chart.time.local
    assert facts["UTC"] == chart.time.utc
    assert facts["Zone"] == "Europe/London, UTC+1, daylight saving"
    assert facts["Julian date (TT)"] == f"{chart.time.jd_tt:.6f}"
    assert "Window" not in facts


def test_other_readings_of_the_same_words_are_told_with_their_offset():
    chart, _ = told("01:30", date="2021-10-31", fold=1)
    (reading,) = time_words.other_readings(chart.time)
    assert reading.startswith("31 October 2021, 00:30 UTC (UTC+1): ")
