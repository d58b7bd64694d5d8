"""The wheel in words."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.draw.ring import sign_ring
from astrarium.draw.words import degree_minute, description, range_deg, title


def ring_of(starts):
    return sign_ring(list(starts.values()), list(starts))


@pytest.mark.parametrize(
    ("degree", "written"),
    [
        (0.0, (0, 0)),
        (14.1, (14, 6)),
        (29.9999, (29, 59)),
        (0.0166, (0, 0)),
        (44.5, (44, 30)),
        (30.0, (30, 0)),
    ],
)
def test_minutes_are_cut_off_and_never_rounded_into_the_next_degree(degree, written):
    assert degree_minute(degree) == written


@given(st.floats(0.0, 359.99))
def test_degree_and_minute_are_within_a_minute_of_the_truth(degree):
    degrees, minutes = degree_minute(degree)
    assert 0 <= minutes < 60
    assert -1e-6 <= degree - degrees - minutes / 60 < 1 / 60


def test_the_title_names_the_person_if_there_is_a_name(einstein, crowd):
    assert title(einstein) == "Birth chart of Albert Einstein"
    assert title(crowd([0.0])) == "Birth chart"


def test_the_description_says_everything_that_the_wheel_shows(einstein, frames):
    said = description(einstein, "iau13", ring_of(frames["iau13"]))
    assert "13 signs of the zodiac iau13 and placidus houses" in said
    assert "1879-03-14 at 11:30:00 local time, Ulm, Baden-Württemberg, DE, latitude 48.40°" in said
    assert "Ascendant 13°10′ of Gemini; Midheaven 17°01′ of Aquarius." in said
    assert "Moon 8°34′ of Ophiuchus, house 6." in said
    assert "Uranus 14°55′ of Leo, house 3, retrograde." in said
    assert "Jupiter opposition Uranus, orb 3.8°, separating" in said
    assert "True node " in said
    assert "unknown" not in said
    for position in einstein.positions:
        assert position.body.replace("_", " ") in said.lower()


def test_another_zodiac_is_described_in_its_own_degrees(einstein, frames):
    assert "Sun 23°30′ of Pisces" in description(einstein, "tropical", ring_of(frames["tropical"]))


def test_an_unknown_time_is_said_and_the_moon_has_a_range(timeless, frames):
    said = description(timeless, "iau13", ring_of(frames["iau13"]))
    assert "The birth time is unknown, so there are no houses and no angles" in said
    assert "the start of Aries is at the left" in said
    assert "Within the possible time: Moon from 2°26′ of Ophiuchus to 14°41′ of Ophiuchus." in said
    assert "11:30" not in said
    assert "house " not in said


def test_a_window_is_said_with_its_ends(windowed, frames):
    said = description(windowed, "iau13", ring_of(frames["iau13"]))
    assert "known to lie between 1879-03-13T23:20:00Z and 1879-03-14T23:20:00Z" in said
    assert "no houses" not in said


def test_a_window_without_ends_is_uncertain_and_no_more(windowed, frames):
    chart = msgspec.structs.replace(windowed, time=msgspec.structs.replace(windowed.time, window_utc=None))
    assert "The birth time is uncertain; positions stand" in description(
        chart, "iau13", ring_of(frames["iau13"])
    )


def test_a_range_across_the_wrap_and_a_backward_one_keep_their_sign(make_position):
    assert range_deg(make_position("moon", 0.5, 12.0, span=12.0)) == pytest.approx(12.0)
    assert range_deg(make_position("mars", 0.1, -0.4, span=-0.4)) == pytest.approx(-0.4)
    assert range_deg(make_position("mars", 0.1, -0.4)) == 0.0
