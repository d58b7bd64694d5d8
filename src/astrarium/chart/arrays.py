"""What goes into the kernel of a chart and what comes out of it: named tuples of arrays, their types, and statuses."""

from math import pi
from typing import Final, NamedTuple

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.aspects import READ_F8, READ_I1
from astrarium.sky.zodiacs.frames import FrameTable

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
ByteArray = NDArray[np.int8]

RAD: Final = pi / 180.0
DEG: Final = 180.0 / pi
SECONDS_PER_DAY: Final = 86400.0
ANGLES: Final = 7
ANGLES_IN_SIGNS: Final = 2  # ascendant and midheaven
MIDHEAVEN: Final = 1
NO_HOUSE: Final = 0
NO_SIGN: Final = -1

# Status of a chart.
COMPUTED: Final = 0
OUTSIDE_TABLE: Final = 1
NOT_FINITE: Final = 2
BAD_LATITUDE: Final = 3
BAD_LONGITUDE: Final = 4
HOUSES_UNDEFINED: Final = 5


class Wanted(NamedTuple):
    """What every chart of a batch is asked for."""

    bodies: IntArray
    frames: FrameTable
    house_system: int
    aspect_angles_deg: Array
    aspect_orbs_deg: Array
    aspect_nearest: ByteArray


class Moments(NamedTuple):
    """When and where, one entry per chart: TT in two parts, ΔT (s), geodetic coordinates (degrees)."""

    tt_day: Array
    tt_fraction: Array
    delta_t_s: Array
    latitude_deg: Array
    longitude_deg: Array


class Results(NamedTuple):
    """What is filled, one row per chart; see `batch.ChartArrays` for shapes and meaning."""

    status: ByteArray
    earth: Array
    places: Array
    angles: Array
    cusps: Array
    houses: ByteArray
    signs: ByteArray
    degrees: Array
    aspects: ByteArray
    orbs: Array
    orb_rates: Array


FRAME_ARRAYS: Final = (types.int64[::1], types.float64[:, ::1], types.float64[:, ::1], types.int64[::1])
FRAMES: Final = types.NamedTuple(FRAME_ARRAYS, FrameTable)
KINDS, PARAMETERS_TABLE, STARTS, COUNTS = FRAME_ARRAYS
WANTED: Final = types.NamedTuple((types.int64[::1], FRAMES, types.int64, READ_F8, READ_F8, READ_I1), Wanted)
MOMENTS: Final = types.NamedUniTuple(types.float64[::1], 5, Moments)
_BYTES = types.int8[:, ::1]
_ROWS = types.float64[:, ::1]
_TABLES = types.float64[:, :, ::1]
RESULTS: Final = types.NamedTuple(
    (
        types.int8[::1],
        _ROWS,
        _TABLES,
        _ROWS,
        _ROWS,
        _BYTES,
        types.int8[:, :, ::1],
        _TABLES,
        _BYTES,
        _ROWS,
        _ROWS,
    ),
    Results,
)
