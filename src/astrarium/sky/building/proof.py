"""The proof of a finished table: its places against the direct reduction on random instants."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from astrarium.sky.bodies import BODIES
from astrarium.sky.building.errors import NotAccurate
from astrarium.sky.building.fit import ARCSEC_PER_RAD
from astrarium.sky.building.reduction import (
    Array,
    Ephemeris,
    apparent_place,
    osculating_apogee_place,
    true_node_place,
)
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.positions import Places, places_from, sky_of
from astrarium.sky.table import SeriesError, Table, default_table, open_table

TOLERANCE_ARCSEC: Final = {"moon": 0.002, "true_node": 0.002, "osculating_apogee": 0.02}
PLANET_TOLERANCE_ARCSEC: Final = 0.001
MINOR_TOLERANCE_ARCSEC: Final = 0.01
DISTANCE_TOLERANCE_AU: Final = 1e-9
MINOR_DISTANCE_TOLERANCE_AU: Final = 1e-8
SUN_SEMIDIAMETER_DEG: Final = 959.63 / 3600.0  # at 1 au

Report: TypeAlias = Callable[[str], None]
"""Receives one line per step, for people."""
Advance: TypeAlias = Callable[[int], None]
"""Receives how many places were reduced since the last call."""
Proof: TypeAlias = Callable[[Ephemeris, Path, int, Report, Advance], tuple[SeriesError, ...]]
"""What compares a finished table with the direct reduction at so many instants; see `check`."""


def unwatched(_places: int) -> None:
    """Advance unseen."""


def check(
    ephemeris: Ephemeris,
    path: Path,
    instants: int,
    report: Report,
    advance: Advance = unwatched,
    *,
    planets: Table | None = None,
) -> tuple[SeriesError, ...]:
    """The worst differences of a table's places from the direct reduction, body by body.

    Left out are the instants at which a body is behind the disc of the Sun: no light arrives then, and the bending of
    light, 40″ near the centre, magnifies every difference. `planets` gives a table of minor bodies its Sun and
    nutation, the table in use unless given. Raises `NotAccurate`.
    """
    table = open_table(path)
    if table.has("sun"):
        planets, sky = table, sky_of(table, None)
    else:
        planets = planets or default_table()
        sky = sky_of(planets, table)
    generator = np.random.default_rng(20260101)
    span = table.header.blocks * BLOCK_DAYS
    day = table.header.first_jd + generator.integers(0, int(span), instants).astype(np.float64)
    fraction = generator.random(instants)
    bodies = tuple(one.body for one in table.header.series if one.body != "earth_orientation")
    found = places_from(sky, planets, day, fraction, bodies)
    sun = places_from(sky, planets, day, fraction, ("sun",))
    nutation = found.earth[:, 0]
    errors = []
    for number, body in enumerate(found.bodies):
        if body == "true_node":
            longitude, latitude, distance = true_node_place(ephemeris, day, fraction)
            longitude = longitude + nutation
        elif body == "osculating_apogee":
            longitude, latitude, distance = osculating_apogee_place(ephemeris, day, fraction)
            longitude = longitude + nutation
        else:
            longitude, latitude, distance = apparent_place(ephemeris, body, day, fraction)
        seen = ~_behind_the_sun(found, number, sun)
        error = SeriesError(
            body,
            _worst_angle((np.deg2rad(found.longitude_deg[:, number]) - longitude)[seen]),
            _worst_angle((np.deg2rad(found.latitude_deg[:, number]) - latitude)[seen]),
            float(np.nanmax(np.abs(found.distance_au[:, number] - distance), initial=0.0)),
        )
        errors.append(error)
        report(
            f"{body:18} {error.longitude_arcsec:.6f}″ in longitude, {error.latitude_arcsec:.6f}″ in latitude, "
            f"{error.distance_au:.1e} au"
        )
        advance(instants)
    for error in errors:
        limit, distance_limit = tolerances(error.body)
        # A body that has no place anywhere is NaN, which compares with nothing: ask for what is good.
        good = max(error.longitude_arcsec, error.latitude_arcsec) <= limit
        if not (good and error.distance_au <= distance_limit):
            raise NotAccurate(error, limit, distance_limit)
    return tuple(errors)


def tolerances(body: str) -> tuple[float, float]:
    """How far a body may be from the direct reduction: arcseconds, au."""
    if body in {one.id for one in BODIES if one.table == "minor"}:
        return MINOR_TOLERANCE_ARCSEC, MINOR_DISTANCE_TOLERANCE_AU
    return TOLERANCE_ARCSEC.get(body, PLANET_TOLERANCE_ARCSEC), DISTANCE_TOLERANCE_AU


def _behind_the_sun(found: Places, number: int, sun: Places) -> NDArray[np.bool_]:
    """The instants at which the Sun's disc hides a body; a point without a distance is never hidden."""
    ahead = np.remainder(found.longitude_deg[:, number] - sun.longitude_deg[:, 0] + 180.0, 360.0) - 180.0
    apart_deg = np.hypot(ahead, found.latitude_deg[:, number] - sun.latitude_deg[:, 0])
    farther = found.distance_au[:, number] > sun.distance_au[:, 0]
    return np.asarray((apart_deg < SUN_SEMIDIAMETER_DEG / sun.distance_au[:, 0]) & farther)


def _worst_angle(difference_rad: Array) -> float:
    wrapped = np.remainder(difference_rad + np.pi, 2.0 * np.pi) - np.pi
    return round(float(np.abs(wrapped).max()) * ARCSEC_PER_RAD, 9)
