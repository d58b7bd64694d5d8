"""Arithmetic of vectors against ERFA, and what an inverse owes."""

import erfa
import numpy as np
import pytest

from astrarium.sky.precession import icrs_to_ecliptic
from astrarium.sky.site import KM_PER_AU, from_axis_and_equator
from astrarium.sky.vectors import aberrated, deflected, length_of, rotated, rotated_back, unit

GENERATOR = np.random.default_rng(11)


def directions(count: int) -> np.ndarray:
    vectors = GENERATOR.normal(size=(count, 3))
    return vectors / np.linalg.norm(vectors, axis=1)[:, None]


@pytest.mark.parametrize("direction", directions(20))
def test_aberration_is_that_of_erfa(direction: np.ndarray) -> None:
    velocity = 1e-4 * directions(1)[0]
    expected = erfa.ab(direction, velocity, 1e9, np.sqrt(1.0 - velocity @ velocity))

    assert np.array(aberrated(tuple(direction), tuple(velocity))) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("direction", directions(20))
def test_aberration_by_the_opposite_velocity_takes_it_off(direction: np.ndarray) -> None:
    velocity = 1e-4 * directions(1)[0]
    seen = aberrated(tuple(direction), tuple(velocity))

    assert np.array(aberrated(seen, tuple(-velocity))) == pytest.approx(direction, abs=1e-15)


@pytest.mark.parametrize("distance", [0.3, 0.99, 1.02, 5.0, 40.0])
@pytest.mark.parametrize("offset", [1e-3, 5e-3, 0.1, 1.5])
def test_deflection_is_that_of_erfa_for_a_body_at_a_finite_distance(distance: float, offset: float) -> None:
    sun = np.array([1.0, 0.0, 0.0])
    body = distance * np.array([np.cos(offset), np.sin(offset), 0.0])
    from_sun = body - sun
    expected = erfa.ld(1.0, body / distance, from_sun / np.linalg.norm(from_sun), -sun, 1.0, 1e-9)

    assert np.array(deflected(tuple(body), tuple(sun))) == pytest.approx(expected, abs=1e-15)


def test_a_body_behind_the_suns_centre_stays_finite() -> None:
    assert np.isfinite(deflected((2.0, 0.0, 0.0), (1.0, 0.0, 0.0))).all()


@pytest.mark.parametrize("direction", directions(5))
def test_turning_back_undoes_a_turn(direction: np.ndarray) -> None:
    rotation = icrs_to_ecliptic(1.5)
    turned = rotated(rotation, tuple(direction))

    assert np.array(turned) == pytest.approx(np.reshape(rotation, (3, 3)) @ direction, abs=1e-15)
    assert np.array(rotated_back(rotation, turned)) == pytest.approx(direction, abs=1e-15)


def test_a_unit_vector_keeps_its_direction() -> None:
    assert unit((0.0, 3.0, -4.0)) == pytest.approx((0.0, 0.6, -0.8), abs=1e-15)
    assert length_of((0.0, 3.0, -4.0)) == 5.0


@pytest.mark.parametrize("latitude_deg", [-90.0, -66.0, -0.001, 0.0, 45.0, 89.9, 90.0])
@pytest.mark.parametrize("altitude_m", [-430.0, 0.0, 8849.0])
def test_a_site_lies_where_erfa_puts_it(latitude_deg: float, altitude_m: float) -> None:
    x, _, z = erfa.gd2gc(1, 0.0, np.radians(latitude_deg), altitude_m) / (1000.0 * KM_PER_AU)

    assert from_axis_and_equator(np.radians(latitude_deg), altitude_m) == pytest.approx((x, z), abs=1e-16)
