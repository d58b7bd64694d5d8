"""The direct reduction: from JPL's barycentric states to apparent geocentric places, one honest step after another.

This is the truth that the table is fitted to and checked against. It follows the IAU 2006/2000A conventions by
ERFA (the `eraXxx` routine of each step is named) and costs some 100 µs per place, which is why there is a table.

Frames: "mean ecliptic of date" is the IAU 2006 ecliptic with the mean equinox of date (`erfa.ecm06`, frame bias
inside); adding the nutation in longitude gives the true equinox of date on the same plane.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import erfa
import numpy as np
from jplephem.spk import SPK
from numpy.typing import NDArray

from astrarium.sky.building.hermite import read_orbits

Array = NDArray[np.float64]

KM_PER_AU: Final = 149597870.7
LIGHT_SPEED_AU_PER_DAY: Final = 299792.458 * 86400.0 / KM_PER_AU
SUN_SCHWARZSCHILD_AU: Final = 1.97412574336e-8  # 2GM/c², the constant of eraLd
EARTH_MOON_GM: Final = 398600.435507 + 4902.800118  # km³/s², DE440 header
LIGHT_TIME_ITERATIONS: Final = 5

# SPK chains from the solar system barycentre; from Jupiter on the barycentre of the planet's system.
_CHAINS: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "sun": ((0, 10),),
    "moon": ((0, 3), (3, 301)),
    "mercury": ((0, 1), (1, 199)),
    "venus": ((0, 2), (2, 299)),
    "earth": ((0, 3), (3, 399)),
    "mars": ((0, 4),),
    "jupiter": ((0, 5),),
    "saturn": ((0, 6),),
    "uranus": ((0, 7),),
    "neptune": ((0, 8),),
    "pluto": ((0, 9),),
}
UNDEFLECTED: Final = frozenset({"sun", "moon"})


class Ephemeris:
    """JPL's kernel, opened: barycentric ICRF states in au and au per day.

    `orbits` is a second kernel with Sun-centred samples of minor bodies (type 13), added to the Sun of the first.
    """

    def __init__(self, path: Path, orbits: Path | None = None) -> None:
        self._spk = SPK.open(str(path))
        self._orbits = read_orbits(orbits) if orbits else {}

    @property
    def span(self) -> tuple[float, float]:
        """First and last JD (TDB) that every source holds."""
        starts = [segment.start_jd for segment in self._spk.segments]
        ends = [segment.end_jd for segment in self._spk.segments]
        for orbit in self._orbits.values():
            first, last = orbit.span
            starts.append(first)
            ends.append(last)
        return max(starts), min(ends)

    def close(self) -> None:
        """Release the kernel file."""
        self._spk.close()

    def position(self, body: str, tdb_day: Array, tdb_fraction: Array) -> Array:
        """Barycentric position of `body`, shape (3, n), au, ICRF."""
        if body in self._orbits:
            from_sun = self._orbits[body].position(tdb_day, tdb_fraction)
            return self.position("sun", tdb_day, tdb_fraction) + from_sun / KM_PER_AU
        total = sum(self._spk[pair].compute(tdb_day, tdb_fraction) for pair in _CHAINS[body])
        return np.asarray(total) / KM_PER_AU

    def state(self, body: str, tdb_day: Array, tdb_fraction: Array) -> tuple[Array, Array]:
        """Barycentric position (au) and velocity (au per day) of `body`, each of shape (3, n), ICRF."""
        position = np.zeros((3, tdb_day.size))
        velocity = np.zeros((3, tdb_day.size))
        for pair in _CHAINS[body]:
            r, v = self._spk[pair].compute_and_differentiate(tdb_day, tdb_fraction)
            position += r
            velocity += v
        return position / KM_PER_AU, velocity / KM_PER_AU

    def moon_from_earth(self, tdb_day: Array, tdb_fraction: Array) -> tuple[Array, Array]:
        """Geometric geocentric state of the Moon, km and km per second, shapes (3, n), ICRF."""
        moon, moon_rate = self._spk[3, 301].compute_and_differentiate(tdb_day, tdb_fraction)
        earth, earth_rate = self._spk[3, 399].compute_and_differentiate(tdb_day, tdb_fraction)
        return moon - earth, (moon_rate - earth_rate) / 86400.0


def tdb_from_tt(jd_tt_day: Array, jd_tt_fraction: Array) -> tuple[Array, Array]:
    """Two-part TDB of two-part TT at the geocentre (`erfa.dtdb`, 3 µs)."""
    tdb_minus_tt_s = erfa.dtdb(jd_tt_day, jd_tt_fraction, jd_tt_fraction, 0.0, 0.0, 0.0)
    return jd_tt_day, jd_tt_fraction + tdb_minus_tt_s / 86400.0


def _ecliptic_of_date(directions: Array, jd_tt_day: Array, jd_tt_fraction: Array) -> Array:
    """Rotate ICRF vectors (3, n) to the mean ecliptic and equinox of date (`erfa.ecm06`)."""
    rotation = erfa.ecm06(jd_tt_day, jd_tt_fraction)
    return np.asarray(np.einsum("nij,jn->in", rotation, directions))


def _spherical(vectors: Array) -> tuple[Array, Array]:
    longitude = np.arctan2(vectors[1], vectors[0])
    latitude = np.arctan2(vectors[2], np.hypot(vectors[0], vectors[1]))
    return longitude, latitude


def apparent_direction(
    ephemeris: Ephemeris, body: str, jd_tt_day: Array, jd_tt_fraction: Array, *, deflected: bool
) -> tuple[Array, Array]:
    """Apparent geocentric direction of `body` (unit vectors (3, n), ICRF axes) and light-time distance (au).

    Light time is iterated five times; then deflection by the Sun with the body at its finite distance (`erfa.ld`;
    never for Sun and Moon), then relativistic annual aberration (`erfa.ab`).
    """
    day, fraction = tdb_from_tt(jd_tt_day, jd_tt_fraction)
    earth, earth_rate = ephemeris.state("earth", day, fraction)
    sun = ephemeris.position("sun", day, fraction)
    offset, distance = _seen_from(ephemeris, body, day, fraction, earth)
    direction = offset / distance
    earth_from_sun = earth - sun
    sun_distance = np.sqrt((earth_from_sun * earth_from_sun).sum(axis=0))
    if deflected and body not in UNDEFLECTED:
        from_sun = offset + earth_from_sun
        from_sun /= np.sqrt((from_sun * from_sun).sum(axis=0))
        direction = erfa.ld(
            1.0, direction.T, from_sun.T, (earth_from_sun / sun_distance).T, sun_distance, 1e-9
        ).T
    beta = earth_rate / LIGHT_SPEED_AU_PER_DAY
    lorentz = np.sqrt(1.0 - (beta * beta).sum(axis=0))
    direction = erfa.ab(direction.T, beta.T, sun_distance, lorentz).T
    return direction, distance


def _seen_from(
    ephemeris: Ephemeris, body: str, day: Array, fraction: Array, observer: Array
) -> tuple[Array, Array]:
    """Vector (au) from the observer to where the body was when its light left, and its length."""
    offset = ephemeris.position(body, day, fraction) - observer
    distance = np.sqrt((offset * offset).sum(axis=0))
    for _ in range(LIGHT_TIME_ITERATIONS - 1):
        offset = ephemeris.position(body, day, fraction - distance / LIGHT_SPEED_AU_PER_DAY) - observer
        distance = np.sqrt((offset * offset).sum(axis=0))
    return offset, distance


def mean_ecliptic_place(
    ephemeris: Ephemeris, body: str, jd_tt_day: Array, jd_tt_fraction: Array
) -> tuple[Array, Array, Array]:
    """What the table stores of a body: longitude, latitude (rad, mean ecliptic of date) and distance (au).

    Light time and aberration are in, deflection and nutation are not: those two do not bend to a polynomial and
    are added in closed form when the table is read.
    """
    direction, distance = apparent_direction(ephemeris, body, jd_tt_day, jd_tt_fraction, deflected=False)
    longitude, latitude = _spherical(_ecliptic_of_date(direction, jd_tt_day, jd_tt_fraction))
    return longitude, latitude, distance


def apparent_place(
    ephemeris: Ephemeris, body: str, jd_tt_day: Array, jd_tt_fraction: Array
) -> tuple[Array, Array, Array]:
    """What the table must give back: apparent longitude, latitude (rad, true equinox of date), distance (au)."""
    direction, distance = apparent_direction(ephemeris, body, jd_tt_day, jd_tt_fraction, deflected=True)
    longitude, latitude = _spherical(_ecliptic_of_date(direction, jd_tt_day, jd_tt_fraction))
    nutation_longitude, _ = erfa.nut06a(jd_tt_day, jd_tt_fraction)
    return longitude + nutation_longitude, latitude, distance


def true_node_place(
    ephemeris: Ephemeris, jd_tt_day: Array, jd_tt_fraction: Array
) -> tuple[Array, Array, Array]:
    """Node of the Moon's osculating geocentric orbit, mean ecliptic of date: longitude (rad), 0, radius (au)."""
    position, velocity = _moon_of_date(ephemeris, jd_tt_day, jd_tt_fraction)
    momentum = np.cross(position, velocity, axis=0)
    longitude = np.arctan2(momentum[0], -momentum[1])
    node = np.stack([np.cos(longitude), np.sin(longitude), np.zeros_like(longitude)])
    eccentricity = _eccentricity_vector(position, velocity, momentum)
    semilatus = (momentum * momentum).sum(axis=0) / EARTH_MOON_GM
    radius = semilatus / (1.0 + (eccentricity * node).sum(axis=0))
    return longitude, np.zeros_like(longitude), radius / KM_PER_AU


def osculating_apogee_place(
    ephemeris: Ephemeris, jd_tt_day: Array, jd_tt_fraction: Array
) -> tuple[Array, Array, Array]:
    """Apogee of the Moon's osculating geocentric orbit, mean ecliptic of date: longitude, latitude (rad), au."""
    position, velocity = _moon_of_date(ephemeris, jd_tt_day, jd_tt_fraction)
    momentum = np.cross(position, velocity, axis=0)
    eccentricity = _eccentricity_vector(position, velocity, momentum)
    longitude, latitude = _spherical(-eccentricity)
    semilatus = (momentum * momentum).sum(axis=0) / EARTH_MOON_GM
    radius = semilatus / (1.0 - np.sqrt((eccentricity * eccentricity).sum(axis=0)))
    return longitude, latitude, radius / KM_PER_AU


def _moon_of_date(ephemeris: Ephemeris, jd_tt_day: Array, jd_tt_fraction: Array) -> tuple[Array, Array]:
    position, velocity = ephemeris.moon_from_earth(*tdb_from_tt(jd_tt_day, jd_tt_fraction))
    return (
        _ecliptic_of_date(position, jd_tt_day, jd_tt_fraction),
        _ecliptic_of_date(velocity, jd_tt_day, jd_tt_fraction),
    )


def _eccentricity_vector(position: Array, velocity: Array, momentum: Array) -> Array:
    radius = np.sqrt((position * position).sum(axis=0))
    return np.asarray(np.cross(velocity, momentum, axis=0) / EARTH_MOON_GM - position / radius)


def earth_orientation(
    ephemeris: Ephemeris, jd_tt_day: Array, jd_tt_fraction: Array
) -> tuple[Array, Array, Array]:
    """Nutation in longitude and obliquity (`erfa.nut06a`) and the equation of the equinoxes (GAST − GMST), rad."""
    del ephemeris
    longitude, obliquity = erfa.nut06a(jd_tt_day, jd_tt_fraction)
    sidereal = erfa.gst06a(jd_tt_day, jd_tt_fraction, jd_tt_day, jd_tt_fraction)
    mean_sidereal = erfa.gmst06(jd_tt_day, jd_tt_fraction, jd_tt_day, jd_tt_fraction)
    equation = np.remainder(sidereal - mean_sidereal + np.pi, 2.0 * np.pi) - np.pi
    return longitude, obliquity, equation


def earth_motion(ephemeris: Ephemeris, jd_tt_day: Array, jd_tt_fraction: Array) -> tuple[Array, Array, Array]:
    """Barycentric x, y and z of the Earth (au, ICRF)."""
    x, y, z = ephemeris.position("earth", *tdb_from_tt(jd_tt_day, jd_tt_fraction))
    return x, y, z


def place_of(body: str) -> Callable[[Ephemeris, Array, Array], tuple[Array, Array, Array]]:
    """What gives a table series: a body of the kernel, a point of the Moon's orbit, the Earth's axis or its motion."""
    if body == "earth_motion":
        return earth_motion
    if body == "earth_orientation":
        return earth_orientation
    if body == "true_node":
        return true_node_place
    if body == "osculating_apogee":
        return osculating_apogee_place
    return lambda ephemeris, day, fraction: mean_ecliptic_place(ephemeris, body, day, fraction)
