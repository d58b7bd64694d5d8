import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import astrarium
from astrarium.chart.natal import cast
from astrarium.chart.structs import ChartRequest, SignProbability
from astrarium.civil.birth import Birth, TimeWindow
from astrarium.service.charts.window_view import shares_of, summary_of, window_view, words_of


def uncertain(date="1990-05-17", time=None, place="London, GB", **more):
    return cast(ChartRequest(birth=Birth(date=date, time=time, place=place), **more))


def test_an_exact_chart_has_no_window_to_show():
    chart = astrarium.chart("1990-05-17", "12:30", "London, GB")
    assert window_view(chart) is None
    assert shares_of(chart, chart.positions[0]) == {}


@settings(max_examples=15, deadline=None)
@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 1, 1)))
def test_every_strip_is_filled_from_end_to_end(date):
    view = window_view(uncertain(date.isoformat()))
    for strip in (*view.signs, *view.angles):
        assert strip.segments[0].start == 0.0
        for before, after in zip(strip.segments, strip.segments[1:], strict=False):
            assert after.start == pytest.approx(before.start + before.length, abs=0.001)
        last = strip.segments[-1]
        assert last.start + last.length == pytest.approx(100.0, abs=0.01)


def test_a_strip_of_signs_runs_the_way_the_sky_does():
    (moon,) = window_view(uncertain()).signs
    assert (moon.name, moon.words) == ("Moon", "Capricorn\xa092\xa0%, Aquarius\xa08\xa0%")
    assert [piece.glyph for piece in moon.segments] == ["capricorn", "aquarius"]
    morning = window_view(uncertain(time=TimeWindow("08:00", "12:00")))
    assert [piece.glyph for piece in morning.angles[0].segments] == ["gemini", "cancer", "leo"]


def test_a_retrograde_body_leaves_its_sign_backwards():
    view = window_view(uncertain("1988-05-27", zodiacs=("tropical",), bodies=("saturn", "uranus")))
    (uranus,) = (strip for strip in view.signs if strip.name == "Uranus")
    assert [piece.glyph for piece in uranus.segments] == ["capricorn", "sagittarius"]


def test_houses_stand_in_their_order_with_the_likeliest_set_off():
    view = window_view(uncertain(time=TimeWindow("08:00", "12:00")))
    sun = view.houses[0]
    assert [piece.text for piece in sun.segments] == ["10", "11"]
    assert sun.segments[0].ground != sun.segments[1].ground
    assert sun.words == "11th\xa059\xa0%, 10th\xa041\xa0%"


def test_houses_are_left_out_where_none_are_defined():
    polar = uncertain(time=TimeWindow("08:00", "09:00"), place="Longyearbyen, SJ")
    assert polar.window.houses_defined == 0.0
    assert window_view(polar).houses == ()


def test_what_is_certain_is_one_sentence_and_nothing_of_it_stands_twice():
    view = window_view(uncertain())
    assert view.settled.startswith("Sun in Taurus, Mercury in Aries, ")
    assert " and Mean Lilith in Libra" in view.settled
    assert "Moon" not in view.settled


def test_every_zodiac_has_its_shares_in_full():
    view = window_view(uncertain(zodiacs=("iau13", "tropical")))
    full = {row.name: row.of_zodiacs for row in view.full}
    assert full["Moon"] == ("Capricorn\xa092\xa0%, Aquarius\xa08\xa0%", "Aquarius\xa0100\xa0%")
    assert all(
        len(words.split(", ")) == count for words, count in zip(full["Ascendant"], (13, 12), strict=True)
    )


def test_many_signs_are_counted_and_a_certain_one_needs_no_share():
    assert words_of([SignProbability("leo", 1.0)]) == "Leo"
    many = [SignProbability(sign, 0.2) for sign in ("leo", "virgo", "libra", "aries", "pisces")]
    assert summary_of(many) == "any of 5 signs, Leo likeliest\xa0(20\xa0%)"
