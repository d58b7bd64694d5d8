"""What apparent places are made from: the tables as kernels read them, the place of one body in them, and the columns
of a place.

`place_kernels.fill_places` makes the places of all bodies at an instant from these.
"""

from math import pi
from typing import Final, NamedTuple

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.sky.chebyshev import (
    BASIS,
    LEADS,
    MIDDLES,
    PIECES,
    QUANTA,
    TAILS,
    value_and_rate,
)
from astrarium.sky.compiling import kernel
from astrarium.sky.points import mean_apogee, mean_node
from astrarium.sky.precession import ARCSECOND_RAD

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
State = tuple[float, float, float, float, float, float]

DEG: Final = 180.0 / pi
RAD: Final = pi / 180.0
SUN_SCHWARZSCHILD_AU: Final = 1.97412574336e-8  # 2GM/c² of the Sun, IAU 2009 constants (eraLd)
LEAST_DENOMINATOR: Final = 1e-9  # keeps the deflection finite for a body right behind the Sun's centre

# Columns of a place.
LONGITUDE, LATITUDE, DISTANCE = 0, 1, 2
LONGITUDE_SPEED, LATITUDE_SPEED, DISTANCE_SPEED = 3, 4, 5
RIGHT_ASCENSION, DECLINATION = 6, 7
PLACE_COLUMNS: Final = 8

# How a body's place is made.
UNDEFLECTED, DEFLECTED, MINOR, POINT_LONGITUDE, POINT, MEAN_NODE, MEAN_APOGEE, ABSENT = range(8)

# What `place_kernels.fill_places` returns of the Earth.
NUTATION, NUTATION_RATE, OBLIQUITY_NUTATION, EQUATION_OF_EQUINOXES = 0, 1, 2, 3
OBLIQUITY, CENTURIES, SUN_DECLINATION = 4, 5, 6
EARTH_COLUMNS: Final = 7
Earth = tuple[float, float, float, float, float, float, float]


class Grid(NamedTuple):
    """The numbers of two tables on one grid of blocks; block b of the first is block b − `minor_shift` of the second.

    `words` and `minor_words` are the lengths of their records in eight bytes.
    """

    first_jd: float
    blocks: int
    words: int
    minor_blocks: int
    minor_words: int
    minor_shift: int
    sun_piece: int
    node_piece: int
    node_level: int


class Sky(NamedTuple):
    """What places are made from: the mapped records of two tables, planets and minor bodies, and how to read them.

    `pieces` and `quanta` (see `layout.Offsets`) describe the pieces of the first table, then those of the second.
    `sources[body]` is `(method, first piece, level)`.
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
    grid: Grid


GRID: Final = types.NamedTuple((types.float64, *(types.int64,) * 8), Grid)
SOURCES: Final = types.int64[:, ::1]
ARRAYS: Final = (LEADS, MIDDLES, TAILS, LEADS, MIDDLES, TAILS, PIECES, QUANTA, SOURCES)
SKY: Final = types.NamedTuple((*ARRAYS, GRID), Sky)
STATE: Final = types.UniTuple(types.float64, 6)
LANES: Final = types.float64[::1]
NOWHERE: Final[State] = (np.nan, np.nan, np.nan, np.nan, np.nan, np.nan)


@kernel("float64(float64)", inlined=True)
def wrap_degrees(angle_deg: float) -> float:
    """The angle in [0, 360), never 360 itself; NaN stays NaN."""
    wrapped = angle_deg - 360.0 * np.floor(angle_deg / 360.0)
    return 0.0 if wrapped >= 360.0 else wrapped


@kernel(
    STATE(LEADS, MIDDLES, TAILS, PIECES, QUANTA, types.int64, types.int64, types.int64, types.int64, BASIS),
    inlined=True,
)
def table_place(
    leads: Array,
    middles: NDArray[np.int32],
    tails: NDArray[np.int16],
    pieces: IntArray,
    quanta: Array,
    words: int,
    first_piece: int,
    level: int,
    part: int,
    basis: Array,
) -> State:
    """Longitude, latitude (rad, mean ecliptic of date), distance (au) of a body's pieces, and their daily rates."""
    piece = first_piece + 3 * part
    longitude, longitude_rate = value_and_rate(
        leads, middles, tails, pieces, quanta, words, piece, level, basis
    )
    latitude, latitude_rate = value_and_rate(
        leads, middles, tails, pieces, quanta, words, piece + 1, level, basis
    )
    distance, distance_rate = value_and_rate(
        leads, middles, tails, pieces, quanta, words, piece + 2, level, basis
    )
    return (
        longitude * ARCSECOND_RAD,
        latitude * ARCSECOND_RAD,
        distance,
        longitude_rate * ARCSECOND_RAD,
        latitude_rate * ARCSECOND_RAD,
        distance_rate,
    )


@kernel(
    STATE(
        LEADS, MIDDLES, TAILS, PIECES, QUANTA, types.int64, types.int64, types.int64, types.int64, types.int64,
        types.float64, BASIS,
    ),
    inlined=True,
)  # fmt: skip
def point_place(
    leads: Array,
    middles: NDArray[np.int32],
    tails: NDArray[np.int16],
    pieces: IntArray,
    quanta: Array,
    words: int,
    method: int,
    piece: int,
    level: int,
    part: int,
    centuries: float,
    basis: Array,
) -> State:
    """A point of the Moon's orbit, as `table_place`; it has no distance (NaN)."""
    if method == MEAN_NODE:
        longitude, longitude_rate = mean_node(centuries)
        return longitude, 0.0, np.nan, longitude_rate, 0.0, np.nan
    if method == MEAN_APOGEE:
        longitude, latitude, longitude_rate, latitude_rate = mean_apogee(centuries)
        return longitude, latitude, np.nan, longitude_rate, latitude_rate, np.nan
    if method == POINT_LONGITUDE:
        longitude, longitude_rate = value_and_rate(
            leads, middles, tails, pieces, quanta, words, piece + part, level, basis
        )
        return longitude * ARCSECOND_RAD, 0.0, np.nan, longitude_rate * ARCSECOND_RAD, 0.0, np.nan
    piece += 2 * part
    longitude, longitude_rate = value_and_rate(
        leads, middles, tails, pieces, quanta, words, piece, level, basis
    )
    latitude, latitude_rate = value_and_rate(
        leads, middles, tails, pieces, quanta, words, piece + 1, level, basis
    )
    return (
        longitude * ARCSECOND_RAD,
        latitude * ARCSECOND_RAD,
        np.nan,
        longitude_rate * ARCSECOND_RAD,
        latitude_rate * ARCSECOND_RAD,
        np.nan,
    )
