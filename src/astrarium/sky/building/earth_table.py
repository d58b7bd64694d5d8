"""Build the table of the Earth's motion, and prove it on the places of stars."""

from pathlib import Path
from typing import Final

import numpy as np

from astrarium.sky.building.errors import NotAccurate
from astrarium.sky.building.fit import ARCSEC_PER_RAD, CoordinatePlan, SeriesPlan
from astrarium.sky.building.proof import Advance, Report, unwatched
from astrarium.sky.building.reduction import LIGHT_SPEED_AU_PER_DAY, Ephemeris
from astrarium.sky.building.star_reduction import apparent_star_place
from astrarium.sky.building.table_builder import build_table
from astrarium.sky.earth_motion import EARTH_MOTION, EARTH_MOTION_PATH
from astrarium.sky.stars import list_stars, star_places
from astrarium.sky.table import SeriesError, Table, TableHeader, open_table

TOLERANCE_ARCSEC: Final = 0.0003

# A velocity wrong by 1e-10 of the speed of light moves a star by 0.00002″.
VELOCITY_TOLERANCE: Final = 1e-10 * LIGHT_SPEED_AU_PER_DAY
PLANS: Final = (
    SeriesPlan(
        EARTH_MOTION,
        1,
        20,
        tuple(CoordinatePlan(axis, "au", 5e-10, 1e-8, VELOCITY_TOLERANCE) for axis in ("x", "y", "z")),
    ),
)


def build_earth_motion(
    *, kernel: Path, output: Path, first_year: int, last_year: int, instants: int, report: Report
) -> TableHeader:
    """Write `output/earth.bin` and `output/earth.json` for whole years, both ends included (see `build_table`).

    Raises `NotAccurate` when a star's place misses the direct reduction by more than 0.0003″.
    """
    return build_table(
        kernel=kernel,
        output=output,
        name=EARTH_MOTION_PATH.stem,
        first_year=first_year,
        last_year=last_year,
        instants=instants,
        report=report,
        plans=PLANS,
        proof=check_stars,
    )


def check_stars(
    ephemeris: Ephemeris,
    path: Path,
    instants: int,
    report: Report,
    advance: Advance = unwatched,
    *,
    planets: Table | None = None,
) -> tuple[SeriesError, ...]:
    """The worst differences of stars' places, on the sky, from the direct reduction; none of distance.

    Stars of the catalogue are taken by turns, `instants` places in all. `planets` gives nutation and the Sun, the table
    in use unless given. Raises `NotAccurate`.
    """
    table = open_table(path)
    generator = np.random.default_rng(20260102)
    span = int(table.header.blocks * table.header.block_days)
    catalogue = list_stars()
    each = -(-instants // len(catalogue))
    worst = np.zeros(2)
    for star in catalogue:
        day = table.header.first_jd + generator.integers(0, span, each).astype(np.float64)
        fraction = generator.random(each)
        found = star_places(day, fraction, (star,), table=planets, earth=table)
        longitude, latitude, _, _ = apparent_star_place(ephemeris, star, day, fraction)
        turn = np.remainder(np.radians(found.longitude_deg[:, 0]) - longitude + np.pi, 2.0 * np.pi) - np.pi
        rise = np.radians(found.latitude_deg[:, 0]) - latitude
        worst = np.maximum(worst, np.abs([turn * np.cos(latitude), rise]).max(axis=1))
        advance(each)
    in_longitude, in_latitude = (round(float(angle) * ARCSEC_PER_RAD, 9) for angle in worst)
    report(f"stars: {in_longitude:.6f}″ in longitude, {in_latitude:.6f}″ in latitude")
    error = SeriesError(EARTH_MOTION, in_longitude, in_latitude, 0.0)
    if max(in_longitude, in_latitude) > TOLERANCE_ARCSEC:
        raise NotAccurate(error, TOLERANCE_ARCSEC, 0.0)
    return (error,)
