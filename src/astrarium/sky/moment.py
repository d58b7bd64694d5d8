"""Kernels that take a table's apparent geocentric places apart again: vectors from the Earth, free of aberration.

The tables hold where bodies are *seen* from the Earth's centre. Other perspectives need where their light came from:
the direction with aberration taken off, times the distance, is the vector from the Earth now to the body when its
light left. The Earth's own place and velocity are in a table beside (`earth_motion`), so that nothing else is needed.

Vectors are in ICRF axes and astronomical units. A *moment* is what all bodies share at an instant; it is read from the
polynomials of one block, also a little beyond its ends, so that steps of seconds stay on one smooth curve.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.sky.apparent import ARRAYS, GRID, MINOR, SOURCES, STATE, Grid, State, table_place
from astrarium.sky.chebyshev import (
    BASIS,
    LEADS,
    LEVELS,
    MIDDLES,
    MOST_COEFFICIENTS,
    PIECES,
    QUANTA,
    TAILS,
    part_of,
    value_and_rate,
)
from astrarium.sky.compiling import kernel
from astrarium.sky.earth_motion import EARTH_MOTION
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.positions import sky_of
from astrarium.sky.precession import (
    ARCSECOND_RAD,
    Rotation,
    centuries_since_j2000,
    icrs_to_ecliptic,
    mean_obliquity_rad,
)
from astrarium.sky.table import Table
from astrarium.sky.vectors import ROTATION, VECTOR, Vector, aberrated, direction_of, rotated_back

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

LIGHT_SPEED_AU_PER_DAY: Final = 299792.458 * 86400.0 / 149597870.7

# Columns of a moment.
EARTH_PLACE = 0  # barycentric, au
EARTH_VELOCITY = 3  # in units of the speed of light
TO_ECLIPTIC = 6  # nine numbers: ICRF to the mean ecliptic and equinox of date
SUN, SUN_RATE = 15, 18  # from the Earth, when its light left; au, au per day
NUTATION, OBLIQUITY, EQUATION_OF_EQUINOXES = 21, 22, 23
MOMENT_COLUMNS: Final = 24


class EarthGrid(NamedTuple):
    """Where the blocks of the table of the Earth's motion lie; `words` are eight bytes of a record."""

    first_jd: float
    blocks: int
    words: int
    piece: int


class View(NamedTuple):
    """What moments and vectors are made from: the parts of a `Sky` and the table of the Earth's motion.

    `pieces` and `quanta` describe the pieces of planets, minor bodies and the Earth's motion, one after another.
    """

    leads: Array
    middles: NDArray[np.int32]
    tails: NDArray[np.int16]
    minor_leads: Array
    minor_middles: NDArray[np.int32]
    minor_tails: NDArray[np.int16]
    pieces: IntArray
    quanta: Array
    sources: IntArray
    earth_leads: Array
    earth_middles: NDArray[np.int32]
    earth_tails: NDArray[np.int16]
    grid: Grid
    earth_grid: EarthGrid


EARTH_GRID: Final = types.NamedTuple((types.float64, *(types.int64,) * 3), EarthGrid)
VIEW: Final = types.NamedTuple((*ARRAYS, LEADS, MIDDLES, TAILS, GRID, EARTH_GRID), View)
MOMENT: Final = types.float64[::1]


@lru_cache(maxsize=8)
def view_of(planets: Table, minor: Table | None, earth: Table) -> View:
    """Three tables as the kernels of perspectives read them."""
    sky = sky_of(planets, minor)
    motion = earth.series_index(EARTH_MOTION)
    return View(
        *sky[:6],
        pieces=np.concatenate([sky.pieces, earth.offsets.pieces]),
        quanta=np.concatenate([sky.quanta, earth.offsets.quanta]),
        sources=sky.sources,
        earth_leads=earth.records.leads,
        earth_middles=earth.records.middles,
        earth_tails=earth.records.tails,
        grid=sky.grid,
        earth_grid=EarthGrid(
            first_jd=earth.header.first_jd,
            blocks=earth.header.blocks,
            words=earth.header.record_bytes // 8,
            piece=len(sky.pieces) + int(earth.offsets.first_piece[motion]),
        ),
    )


@kernel(types.void(types.float64, types.float64, BASIS))
def fill_basis_beside(days_in_block: float, step_days: float, basis: Array) -> None:
    """As `chebyshev.fill_basis` at a step from an instant, on the polynomials of the instant itself."""
    for level in range(LEVELS):
        part_days = BLOCK_DAYS / (1 << level)
        rate = 2.0 / part_days
        x = (days_in_block + step_days - part_of(days_in_block, level) * part_days) * rate - 1.0
        basis[level, 0, 0], basis[level, 1, 0] = 1.0, 0.0
        basis[level, 0, 1], basis[level, 1, 1] = x, rate
        for k in range(2, MOST_COEFFICIENTS):
            basis[level, 0, k] = 2.0 * x * basis[level, 0, k - 1] - basis[level, 0, k - 2]
            basis[level, 1, k] = (
                2.0 * (rate * basis[level, 0, k - 1] + x * basis[level, 1, k - 1]) - basis[level, 1, k - 2]
            )


@kernel(ROTATION(MOMENT))
def rotation_of(moment: Array) -> Rotation:
    """The rotation from ICRF to the mean ecliptic and equinox of date of a moment."""
    return (
        moment[TO_ECLIPTIC],
        moment[TO_ECLIPTIC + 1],
        moment[TO_ECLIPTIC + 2],
        moment[TO_ECLIPTIC + 3],
        moment[TO_ECLIPTIC + 4],
        moment[TO_ECLIPTIC + 5],
        moment[TO_ECLIPTIC + 6],
        moment[TO_ECLIPTIC + 7],
        moment[TO_ECLIPTIC + 8],
    )


@kernel(VECTOR(MOMENT, types.int64))
def vector_at(moment: Array, column: int) -> Vector:
    """Three neighbouring columns of a moment."""
    return moment[column], moment[column + 1], moment[column + 2]


@kernel(STATE(STATE, ROTATION, VECTOR))
def from_earth(state: State, rotation: Rotation, velocity: Vector) -> State:
    """The vector from the Earth to a body when its light left, and its rate, from an apparent place without deflection.

    The rate leaves out what precession and the change of aberration add, below 50 m/s at Pluto and 1 m/s at the Moon.
    """
    longitude, latitude, distance, longitude_rate, latitude_rate, distance_rate = state
    x, y, z = direction_of(longitude, latitude)
    vx, vy, vz = velocity
    ux, uy, uz = aberrated(rotated_back(rotation, (x, y, z)), (-vx, -vy, -vz))
    # d(d·u)/dt = d'·u + d·(λ' pole × u + b' north), north = (-sin b cos λ, -sin b sin λ, cos b)
    across = (x * x + y * y) ** 0.5
    turn, rise = distance * longitude_rate, distance * latitude_rate / across
    rx, ry, rz = rotated_back(
        rotation,
        (
            distance_rate * x - turn * y - rise * z * x,
            distance_rate * y + turn * x - rise * z * y,
            distance_rate * z + rise * across * across,
        ),
    )
    return distance * ux, distance * uy, distance * uz, rx, ry, rz


@kernel(
    types.void(
        LEADS, MIDDLES, TAILS, LEADS, MIDDLES, TAILS, PIECES, QUANTA, GRID, EARTH_GRID,
        types.int64, types.int64, types.float64, types.float64, types.float64, BASIS, MOMENT,
    ),
)  # fmt: skip
def fill_moment(
    leads: Array,
    middles: NDArray[np.int32],
    tails: NDArray[np.int16],
    earth_leads: Array,
    earth_middles: NDArray[np.int32],
    earth_tails: NDArray[np.int16],
    pieces: IntArray,
    quanta: Array,
    grid: Grid,
    earth_grid: EarthGrid,
    block: int,
    earth_block: int,
    jd_tt_day: float,
    jd_tt_fraction: float,
    step_days: float,
    basis: Array,
    moment: Array,
) -> None:
    """Fill `moment` (columns above) for a step from an instant that lies in the blocks given, one of either table.

    `basis`, scratch of `chebyshev.BASIS_SHAPE`, is left ready for the bodies of the planets' and the minor table.
    """
    days = (jd_tt_day - earth_grid.first_jd - BLOCK_DAYS * earth_block) + jd_tt_fraction
    fill_basis_beside(days, step_days, basis)
    words = earth_block * earth_grid.words
    for axis in range(3):
        place, rate = value_and_rate(
            earth_leads, earth_middles, earth_tails, pieces, quanta, words, earth_grid.piece + axis, 0, basis
        )
        moment[EARTH_PLACE + axis] = place
        moment[EARTH_VELOCITY + axis] = rate / LIGHT_SPEED_AU_PER_DAY
    days = (jd_tt_day - grid.first_jd - BLOCK_DAYS * block) + jd_tt_fraction
    fill_basis_beside(days, step_days, basis)
    centuries = centuries_since_j2000(jd_tt_day, jd_tt_fraction + step_days)
    rotation = icrs_to_ecliptic(centuries)
    for i in range(9):
        moment[TO_ECLIPTIC + i] = rotation[i]
    words = block * grid.words
    sun = from_earth(
        table_place(leads, middles, tails, pieces, quanta, words, grid.sun_piece, 0, 0, basis),
        rotation,
        vector_at(moment, EARTH_VELOCITY),
    )
    for i in range(6):
        moment[SUN + i] = sun[i]
    moment[NUTATION] = (
        value_and_rate(leads, middles, tails, pieces, quanta, words, 0, 0, basis)[0] * ARCSECOND_RAD
    )
    tilt = value_and_rate(leads, middles, tails, pieces, quanta, words, 1, 0, basis)[0] * ARCSECOND_RAD
    moment[OBLIQUITY] = mean_obliquity_rad(centuries) + tilt
    moment[EQUATION_OF_EQUINOXES] = (
        value_and_rate(leads, middles, tails, pieces, quanta, words, 2, 0, basis)[0] * ARCSECOND_RAD
    )


@kernel(
    STATE(
        LEADS, MIDDLES, TAILS, LEADS, MIDDLES, TAILS, PIECES, QUANTA, SOURCES, GRID,
        types.int64, types.float64, types.int64, BASIS,
    ),
)  # fmt: skip
def body_place(
    leads: Array,
    middles: NDArray[np.int32],
    tails: NDArray[np.int16],
    minor_leads: Array,
    minor_middles: NDArray[np.int32],
    minor_tails: NDArray[np.int16],
    pieces: IntArray,
    quanta: Array,
    sources: IntArray,
    grid: Grid,
    block: int,
    days_in_block: float,
    body: int,
    basis: Array,
) -> State:
    """The table's place of a body (see `apparent.table_place`); NaN for points, and where no table holds the body."""
    method, piece, level = sources[body, 0], sources[body, 1], sources[body, 2]
    part = part_of(days_in_block, level)
    if method < MINOR:
        return table_place(
            leads, middles, tails, pieces, quanta, block * grid.words, piece, level, part, basis
        )
    minor_block = block - grid.minor_shift
    if method == MINOR and 0 <= minor_block < grid.minor_blocks:
        words = minor_block * grid.minor_words
        return table_place(
            minor_leads, minor_middles, minor_tails, pieces, quanta, words, piece, level, part, basis
        )
    return np.nan, np.nan, np.nan, np.nan, np.nan, np.nan
