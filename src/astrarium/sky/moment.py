"""Kernels that take a table's apparent geocentric places apart again: vectors from the Earth, free of aberration.

The tables hold where bodies are *seen* from the Earth's centre. Other perspectives need where their light came from:
the direction with aberration taken off, times the distance, is the vector from the Earth now to the body when its
light left. The Earth's own place and velocity are in a table beside (`earth_motion`), so that nothing else is needed.

Vectors are in astronomical units, in the axes of the mean ecliptic and equinox of date; rates are those seen in these
axes. A *moment* is what all bodies share at an instant.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.sky.apparent import ARRAYS, GRID, MINOR, STATE, Grid, State, table_place
from astrarium.sky.chebyshev import (
    BASIS,
    LEADS,
    MIDDLES,
    TAILS,
    block_of,
    fill_basis,
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
from astrarium.sky.trigonometry import sine_cosine
from astrarium.sky.vectors import ROTATION, VECTOR, Vector, aberrated, rotated

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

LIGHT_SPEED_AU_PER_DAY: Final = 299792.458 * 86400.0 / 149597870.7

# Columns of a moment.
EARTH_PLACE = 0  # barycentric, au
EARTH_VELOCITY, EARTH_ACCELERATION = 3, 6  # in units of the speed of light; the same per day
TO_ECLIPTIC = 9  # nine numbers: ICRF to the mean ecliptic and equinox of date
SUN, SUN_RATE = 18, 21  # from the Earth, when its light left; au, au per day
NUTATION, OBLIQUITY, EQUATION_OF_EQUINOXES = 24, 26, 28  # rad, each followed by its daily rate
MOMENT_COLUMNS: Final = 30

STEP_DAYS: Final = 1e-5
"""Half the way over which rates are taken along a body's motion: what rounding adds to the Moon's is 1e-9 °/day."""
ACCELERATION_STEP_DAYS: Final = 0.01


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

Sight = tuple[float, float, float, float, float, float, float, float]
SIGHT: Final = types.UniTuple(types.float64, 8)


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


@kernel(SIGHT(STATE))
def sight_of(state: State) -> Sight:
    """Where a body is seen: unit vector and distance, then the daily rates of both, from a table's place."""
    longitude, latitude, distance, longitude_rate, latitude_rate, distance_rate = state
    sl, cl = sine_cosine(longitude)
    sb, cb = sine_cosine(latitude)
    x, y = cb * cl, cb * sl
    return (
        x,
        y,
        sb,
        distance,
        -y * longitude_rate - sb * cl * latitude_rate,
        x * longitude_rate - sb * sl * latitude_rate,
        cb * latitude_rate,
        distance_rate,
    )


@kernel(VECTOR(SIGHT, VECTOR, VECTOR, types.float64))
def light_path(sight: Sight, velocity: Vector, acceleration: Vector, step_days: float) -> Vector:
    """The vector from the Earth to where a body was when its light left, a step from the moment of a sight.

    The aberration by the Earth's `velocity` (in units of the speed of light, `acceleration` per day) is taken off.
    """
    x, y, z, distance, x_rate, y_rate, z_rate, distance_rate = sight
    x, y, z = aberrated(
        (x + step_days * x_rate, y + step_days * y_rate, z + step_days * z_rate),
        (
            -velocity[0] - step_days * acceleration[0],
            -velocity[1] - step_days * acceleration[1],
            -velocity[2] - step_days * acceleration[2],
        ),
    )
    distance += step_days * distance_rate
    return distance * x, distance * y, distance * z


@kernel(STATE(SIGHT, VECTOR, VECTOR))
def from_earth(sight: Sight, velocity: Vector, acceleration: Vector) -> State:
    """`light_path` at the moment itself, and its daily rate."""
    x, y, z = light_path(sight, velocity, acceleration, 0.0)
    after = light_path(sight, velocity, acceleration, STEP_DAYS)
    before = light_path(sight, velocity, acceleration, -STEP_DAYS)
    per_day = 0.5 / STEP_DAYS
    return (
        x,
        y,
        z,
        (after[0] - before[0]) * per_day,
        (after[1] - before[1]) * per_day,
        (after[2] - before[2]) * per_day,
    )


@kernel(STATE(VIEW, types.int64, types.float64, ROTATION, BASIS))
def earth_state(view: View, block: int, days_in_block: float, rotation: Rotation, basis: Array) -> State:
    """Barycentric place (au) and velocity (in units of the speed of light) of the Earth, in turned axes.

    `block` is one of the table of the Earth's motion; days a little outside it are answered by its own polynomials.
    `basis` is scratch.
    """
    fill_basis(days_in_block, basis)
    leads, middles, tails = view.earth_leads, view.earth_middles, view.earth_tails
    pieces, quanta = view.pieces, view.quanta
    words, piece = block * view.earth_grid.words, view.earth_grid.piece
    x, x_rate = value_and_rate(leads, middles, tails, pieces, quanta, words, piece, 0, basis)
    y, y_rate = value_and_rate(leads, middles, tails, pieces, quanta, words, piece + 1, 0, basis)
    z, z_rate = value_and_rate(leads, middles, tails, pieces, quanta, words, piece + 2, 0, basis)
    place = rotated(rotation, (x, y, z))
    velocity = rotated(rotation, (x_rate, y_rate, z_rate))
    return (
        place[0],
        place[1],
        place[2],
        velocity[0] / LIGHT_SPEED_AU_PER_DAY,
        velocity[1] / LIGHT_SPEED_AU_PER_DAY,
        velocity[2] / LIGHT_SPEED_AU_PER_DAY,
    )


@kernel(types.boolean(VIEW, types.float64, types.float64, BASIS, MOMENT))
def fill_moment(view: View, jd_tt_day: float, jd_tt_fraction: float, basis: Array, moment: Array) -> bool:
    """Fill `moment` (columns above) for an instant; whether it lies inside the tables, without which nothing is done.

    `basis`, scratch of `chebyshev.BASIS_SHAPE`, is left ready for the bodies of the planets' and the minor table.
    """
    grid, earth_grid = view.grid, view.earth_grid
    block = block_of(grid.first_jd, grid.blocks, jd_tt_day, jd_tt_fraction)
    earth_block = block_of(earth_grid.first_jd, earth_grid.blocks, jd_tt_day, jd_tt_fraction)
    if block < 0 or earth_block < 0:
        return False
    centuries = centuries_since_j2000(jd_tt_day, jd_tt_fraction)
    rotation = icrs_to_ecliptic(centuries)
    for i in range(9):
        moment[TO_ECLIPTIC + i] = rotation[i]
    days = (jd_tt_day - earth_grid.first_jd - BLOCK_DAYS * earth_block) + jd_tt_fraction
    after = earth_state(view, earth_block, days + ACCELERATION_STEP_DAYS, rotation, basis)
    before = earth_state(view, earth_block, days - ACCELERATION_STEP_DAYS, rotation, basis)
    earth = earth_state(view, earth_block, days, rotation, basis)
    for i in range(3):
        moment[EARTH_PLACE + i] = earth[i]
        moment[EARTH_VELOCITY + i] = earth[3 + i]
        moment[EARTH_ACCELERATION + i] = (after[3 + i] - before[3 + i]) * (0.5 / ACCELERATION_STEP_DAYS)
    fill_basis((jd_tt_day - grid.first_jd - BLOCK_DAYS * block) + jd_tt_fraction, basis)
    leads, middles, tails, pieces, quanta = view.leads, view.middles, view.tails, view.pieces, view.quanta
    words = block * grid.words
    sun = from_earth(
        sight_of(table_place(leads, middles, tails, pieces, quanta, words, grid.sun_piece, 0, 0, basis)),
        vector_at(moment, EARTH_VELOCITY),
        vector_at(moment, EARTH_ACCELERATION),
    )
    for i in range(6):
        moment[SUN + i] = sun[i]
    for piece in range(3):
        angle, rate = value_and_rate(leads, middles, tails, pieces, quanta, words, piece, 0, basis)
        moment[NUTATION + 2 * piece] = angle * ARCSECOND_RAD
        moment[NUTATION + 2 * piece + 1] = rate * ARCSECOND_RAD
    moment[OBLIQUITY] += mean_obliquity_rad(centuries)
    return True


@kernel(STATE(VIEW, types.int64, types.float64, types.int64, BASIS))
def body_place(view: View, block: int, days_in_block: float, body: int, basis: Array) -> State:
    """The table's place of a body (see `apparent.table_place`); NaN for points, and where no table holds the body."""
    sources, pieces, quanta, grid = view.sources, view.pieces, view.quanta, view.grid
    method, piece, level = sources[body, 0], sources[body, 1], sources[body, 2]
    part = part_of(days_in_block, level)
    if method < MINOR:
        return table_place(
            view.leads,
            view.middles,
            view.tails,
            pieces,
            quanta,
            block * grid.words,
            piece,
            level,
            part,
            basis,
        )
    minor_block = block - grid.minor_shift
    if method == MINOR and 0 <= minor_block < grid.minor_blocks:
        words = minor_block * grid.minor_words
        return table_place(
            view.minor_leads,
            view.minor_middles,
            view.minor_tails,
            pieces,
            quanta,
            words,
            piece,
            level,
            part,
            basis,
        )
    return np.nan, np.nan, np.nan, np.nan, np.nan, np.nan
