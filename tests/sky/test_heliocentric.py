"""Seen from the Sun: what is refused, and what geometry demands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.sky.errors import NotFinite, OutOfRange, UnknownBody
from astrarium.sky.heliocentric import PLANETS_AND_EARTH, SEEN_FROM_SUN, heliocentric_places
from astrarium.sky.perspective_errors import NotSeenFromSun
from astrarium.sky.positions import places

NOON = 2448028.5, 0.5


@pytest.mark.parametrize("body", ["sun", "mean_node", "true_node", "mean_apogee", "osculating_apogee"])
def test_what_the_sun_cannot_see_is_refused(body: str) -> None:
    with pytest.raises(NotSeenFromSun, match=body) as caught:
        heliocentric_places(*NOON, (body,))

    assert caught.value.code == "not_seen_from_sun"
    assert "earth" in caught.value.hint


def test_an_unknown_body_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(UnknownBody, match="earth"):
        heliocentric_places(*NOON, ("eart",))


@pytest.mark.parametrize("day", [2305444.0, 2200000.5, 2600000.5])
def test_an_instant_outside_the_table_is_refused_with_its_years(day: float) -> None:
    with pytest.raises(OutOfRange, match="1600 to 2200"):
        heliocentric_places(day, 0.0)


@pytest.mark.parametrize("day", [np.nan, np.inf])
def test_an_instant_of_no_number_is_refused(day: float) -> None:
    with pytest.raises(NotFinite):
        heliocentric_places([2448028.5, day], 0.0)


def test_a_minor_body_outside_its_years_has_no_place() -> None:
    found = heliocentric_places(2310000.5, 0.0, ("earth", "ceres"))

    assert np.isfinite(found.values[0, 0]).all()
    assert np.isnan(found.values[0, 1]).all()


def test_every_body_that_is_offered_has_a_place() -> None:
    found = heliocentric_places(*NOON, SEEN_FROM_SUN)

    assert found.bodies == SEEN_FROM_SUN
    assert np.isfinite(found.values).all()


def test_a_body_named_twice_counts_once() -> None:
    assert heliocentric_places(*NOON, ("earth", "mars", "earth")).bodies == ("earth", "mars")


def test_no_instant_is_an_empty_answer() -> None:
    assert heliocentric_places([], []).values.shape == (0, len(PLANETS_AND_EARTH), 8)


@given(day=st.integers(2305448, 2524950), fraction=st.floats(0.0, 1.0, exclude_max=True))
def test_the_earth_stands_opposite_the_sun(day: int, fraction: float) -> None:
    """Aberration shows the Sun 20.5″ behind, and light time shows the Earth as much behind: the two agree to 1″."""
    seen = heliocentric_places(day + 0.5, fraction, ("earth",))
    sun = places(day + 0.5, fraction, ("sun",))
    turn = (seen.longitude_deg[0, 0] - sun.longitude_deg[0, 0]) % 360.0 - 180.0

    assert abs(turn * 3600.0) < 1.0
    assert seen.latitude_deg[0, 0] == pytest.approx(-sun.latitude_deg[0, 0], abs=1e-5)
    assert seen.distance_au[0, 0] == pytest.approx(sun.distance_au[0, 0], abs=1e-5)


@given(day=st.integers(2305448, 2524950), fraction=st.floats(0.0, 1.0, exclude_max=True))
def test_planets_never_turn_back_as_seen_from_the_sun(day: int, fraction: float) -> None:
    found = heliocentric_places(day + 0.5, fraction)

    assert (found.longitude_speed_deg_per_day > 0.0).all()
    assert ((found.longitude_deg >= 0.0) & (found.longitude_deg < 360.0)).all()


@given(day=st.integers(2305448, 2524940), fraction=st.floats(0.0, 16.0))
def test_places_move_by_their_speed_across_the_ends_of_polynomials(day: int, fraction: float) -> None:
    half = 0.01
    found = heliocentric_places(np.full(3, day + 0.5), fraction + np.array([-half, 0.0, half]))
    moved = (found.longitude_deg[2] - found.longitude_deg[0] + 180.0) % 360.0 - 180.0

    assert moved / (2.0 * half) == pytest.approx(found.longitude_speed_deg_per_day[1], abs=2e-5)


def test_the_ends_of_the_table_serve() -> None:
    """The light that reaches the Sun then is read from polynomials a few minutes outside the table."""
    first, last = 2305444.5, 2524964.5
    found = heliocentric_places([first, last - 1.0], [0.0, 1.0 - 1e-9])

    assert np.isfinite(found.values).all()
