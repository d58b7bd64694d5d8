"""Heliocentric places against the direct reduction of DE440: ERFA and jplephem, step by step."""

import erfa
import numpy as np
import pytest

from astrarium.sky.building.reduction import LIGHT_SPEED_AU_PER_DAY, Array, Ephemeris, tdb_from_tt
from astrarium.sky.building.sources import kernel_path, orbits_path
from astrarium.sky.heliocentric import PLANETS_AND_EARTH, heliocentric_places

TOLERANCE_ARCSEC = 0.001
MINOR_TOLERANCE_ARCSEC = 0.01
SPEED_TOLERANCE = 1e-6
DISTANCE_TOLERANCE_AU = 2e-9
INSTANTS = 10_000
FIRST_DAY, DAYS = 2305448.5, 219_500
FIRST_MINOR_DAY, MINOR_DAYS = 2378497.5, 146_000


def arcsec(difference_deg: Array) -> float:
    return 3600.0 * float(np.abs((difference_deg + 180.0) % 360.0 - 180.0).max())


@pytest.fixture(scope="module")
def ephemeris():
    opened = Ephemeris(kernel_path(), orbits_path())
    yield opened
    opened.close()


def instants(first: float, days: int, count: int) -> tuple[Array, Array]:
    """Random instants, a tenth of them beside the ends of the polynomials."""
    generator = np.random.default_rng(20261123)
    day = first + generator.integers(0, days, count).astype(np.float64)
    fraction = generator.random(count)
    edge = count // 10
    day[:edge] = 2305444.5 + 16.0 * np.round((day[:edge] - 2305444.5) / 16.0)
    fraction[:edge] = generator.uniform(-0.008, 0.008, edge)
    inside = (day > first) & (day < first + days)
    return day[inside], fraction[inside]


def direct(ephemeris: Ephemeris, body: str, day: Array, fraction: Array) -> tuple[Array, Array, Array]:
    """Longitude and latitude (degrees, true equinox of date), distance (au)."""
    tdb_day, tdb_fraction = tdb_from_tt(day, fraction)
    sun = ephemeris.position("sun", tdb_day, tdb_fraction)
    distance = np.zeros(day.size)
    for _ in range(6):
        seen = ephemeris.position(body, tdb_day, tdb_fraction - distance / LIGHT_SPEED_AU_PER_DAY) - sun
        distance = np.linalg.norm(seen, axis=0)
    x, y, z = np.einsum("nij,jn->in", erfa.ecm06(day, fraction), seen)
    longitude = np.degrees(np.arctan2(y, x) + erfa.nut06a(day, fraction)[0])
    return longitude, np.degrees(np.arctan2(z, np.hypot(x, y))), distance


@pytest.mark.parametrize("body", [*PLANETS_AND_EARTH, "moon"])
def test_planets_agree_with_the_direct_reduction(ephemeris: Ephemeris, body: str) -> None:
    day, fraction = instants(FIRST_DAY, DAYS, INSTANTS)
    found = heliocentric_places(day, fraction, (body,))
    longitude, latitude, distance = direct(ephemeris, body, day, fraction)

    assert arcsec(found.longitude_deg[:, 0] - longitude) < TOLERANCE_ARCSEC
    assert arcsec(found.latitude_deg[:, 0] - latitude) < TOLERANCE_ARCSEC
    assert np.abs(found.distance_au[:, 0] - distance).max() < DISTANCE_TOLERANCE_AU


@pytest.mark.parametrize("body", ["ceres", "pallas", "chiron", "eros", "eris", "sedna"])
def test_minor_bodies_agree_with_the_direct_reduction(ephemeris: Ephemeris, body: str) -> None:
    day, fraction = instants(FIRST_MINOR_DAY, MINOR_DAYS, 2000)
    found = heliocentric_places(day, fraction, (body,))
    longitude, latitude, distance = direct(ephemeris, body, day, fraction)

    assert arcsec(found.longitude_deg[:, 0] - longitude) < MINOR_TOLERANCE_ARCSEC
    assert arcsec(found.latitude_deg[:, 0] - latitude) < MINOR_TOLERANCE_ARCSEC
    assert np.abs(found.distance_au[:, 0] - distance).max() < DISTANCE_TOLERANCE_AU


@pytest.mark.parametrize("body", [*PLANETS_AND_EARTH, "moon"])
def test_speeds_are_the_derivative_of_the_direct_reduction(ephemeris: Ephemeris, body: str) -> None:
    """Central differences of sixth order; no step meets the ends of DE440's own polynomials more than by chance."""
    day, fraction = instants(FIRST_DAY + 1.0, DAYS - 2, 1000)
    found = heliocentric_places(day, fraction, (body,))
    step, totals = 0.02, np.zeros((3, day.size))
    for steps, weight in {3: 1.0 / 60.0, 2: -9.0 / 60.0, 1: 45.0 / 60.0}.items():
        after = direct(ephemeris, body, day, fraction + steps * step)
        before = direct(ephemeris, body, day, fraction - steps * step)
        change = np.subtract(after, before)
        change[0] = (change[0] + 180.0) % 360.0 - 180.0
        totals += weight * change / step

    assert np.abs(found.longitude_speed_deg_per_day[:, 0] - totals[0]).max() < SPEED_TOLERANCE
    assert np.abs(found.latitude_speed_deg_per_day[:, 0] - totals[1]).max() < SPEED_TOLERANCE
    assert np.abs(found.distance_speed_au_per_day[:, 0] - totals[2]).max() < 2e-8
