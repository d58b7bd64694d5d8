"""Kernels that arrange one chart's numbers into rounded columns, ready to become structs.

Python's part of telling a chart is then one `tolist` per table. Numbers are rounded as `numpy.round` does, to the
digits of the receipt.
"""

from math import floor
from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.aspects import signed_deg
from astrarium.chart.plan import READ_F8
from astrarium.chart.receipt import ANGLE_DIGITS, DISTANCE_DIGITS
from astrarium.sky.apparent import (
    DECLINATION,
    DISTANCE,
    LATITUDE,
    LATITUDE_SPEED,
    LONGITUDE,
    LONGITUDE_SPEED,
    RIGHT_ASCENSION,
)
from astrarium.sky.compiling import kernel

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
ByteArray = NDArray[np.int8]

MINUTES_PER_DAY: Final = 1440.0
MINUTE_DIGITS: Final = 3
STRENGTH_DIGITS: Final = 4
SLOWEST_DEG_PER_DAY: Final = 1e-4  # slower than this, minutes of birth time say nothing

ANGLE_UNITS: Final = 10.0**ANGLE_DIGITS
DISTANCE_UNITS: Final = 10.0**DISTANCE_DIGITS
MINUTE_UNITS: Final = 10.0**MINUTE_DIGITS
STRENGTH_UNITS: Final = 10.0**STRENGTH_DIGITS

# The digits of longitude, latitude, distance, speed, latitude speed, right ascension, declination.
POSITION_DIGITS: Final = (*(ANGLE_DIGITS,) * 2, DISTANCE_DIGITS, *(ANGLE_DIGITS,) * 4)
SPEED, DECLINATION_TOLD = 3, 6
# Of degree, width, distance to the boundary, minutes to it.
PLACEMENT_DIGITS: Final = (*(ANGLE_DIGITS,) * 3, MINUTE_DIGITS)
# Of separation, orb, strength.
ASPECT_DIGITS: Final = (ANGLE_DIGITS, ANGLE_DIGITS, STRENGTH_DIGITS)
POSITION_COLUMNS, PLACEMENT_COLUMNS, ASPECT_COLUMNS = map(
    len, (POSITION_DIGITS, PLACEMENT_DIGITS, ASPECT_DIGITS)
)
ASPECT_CODES: Final = 4  # body, body, kind, whether it applies

_TABLE = types.float64[:, ::1]


@kernel("float64(float64, float64)")
def rounded(value: float, units: float) -> float:
    """The nearest whole number of 1/`units`, halves to even; the double nearest to that decimal number."""
    return float(np.rint(value * units) / units)


@kernel("float64(float64)")
def rounded_circle(angle_deg: float) -> float:
    """An angle rounded within [0, 360): what rounds up to 360 is 0."""
    angle = angle_deg - 360.0 * floor(angle_deg / 360.0)
    angle = np.rint(angle * ANGLE_UNITS) / ANGLE_UNITS
    return 0.0 if angle >= 360.0 else angle


@kernel(types.void(_TABLE, _TABLE))
def fill_positions(places: Array, columns: Array) -> None:
    """Rounded columns of a chart's places (rows of `sky.apparent` columns); NaN where there is no distance."""
    for body in range(places.shape[0]):
        columns[0, body] = rounded_circle(places[body, LONGITUDE])
        columns[1, body] = rounded(places[body, LATITUDE], ANGLE_UNITS)
        columns[2, body] = rounded(places[body, DISTANCE], DISTANCE_UNITS)
        columns[3, body] = rounded(places[body, LONGITUDE_SPEED], ANGLE_UNITS)
        columns[4, body] = rounded(places[body, LATITUDE_SPEED], ANGLE_UNITS)
        columns[5, body] = rounded_circle(places[body, RIGHT_ASCENSION])
        columns[6, body] = rounded(places[body, DECLINATION], ANGLE_UNITS)


@kernel(
    types.void(
        _TABLE,
        types.int8[:, :],
        types.float64[:, :],
        types.float64[:],
        types.float64[:, :, ::1],
    )
)
def fill_placements(widths: Array, signs: ByteArray, degrees: Array, speeds: Array, columns: Array) -> None:
    """Rounded columns `[frame, column, point]` of the points' places in signs.

    `widths[frame, sign]`, `signs` and `degrees` `[frame, point]`, `speeds` in degrees per day; minutes are NaN for a
    point that hardly moves, and all columns for one that has no sign.
    """
    for frame in range(signs.shape[0]):
        for point in range(signs.shape[1]):
            sign = signs[frame, point]
            width = widths[frame, sign] if sign >= 0 else np.nan
            degree = rounded(degrees[frame, point], ANGLE_UNITS)
            boundary = min(degree, width - degree)
            speed = abs(speeds[point])
            columns[frame, 0, point] = degree
            columns[frame, 1, point] = width
            columns[frame, 2, point] = rounded(boundary, ANGLE_UNITS)
            columns[frame, 3, point] = np.nan
            if speed > SLOWEST_DEG_PER_DAY:
                columns[frame, 3, point] = rounded(boundary / speed * MINUTES_PER_DAY, MINUTE_UNITS)


@kernel(types.int64(_TABLE, types.int8[:, :], READ_F8, READ_F8, _TABLE, types.int8[:, ::1]))
def fill_aspect_columns(
    places: Array,
    found: ByteArray,
    angles_deg: Array,
    limits_deg: Array,
    columns: Array,
    codes: ByteArray,
) -> int:
    """Columns of the aspects that hold in every row of `found`, closest first; returns how many.

    `places` are those of the first row.
    """
    count = 0
    pair = 0
    for a in range(places.shape[0]):
        for b in range(a + 1, places.shape[0]):
            code = found[0, pair]
            lasts = code >= 0
            for row in range(1, found.shape[0]):
                lasts = lasts and found[row, pair] == code
            pair += 1
            if not lasts:
                continue
            difference = signed_deg(places[a, LONGITUDE] - places[b, LONGITUDE])
            growing = (places[a, LONGITUDE_SPEED] > places[b, LONGITUDE_SPEED]) == (difference >= 0.0)
            orb = abs(difference) - angles_deg[code]
            size = abs(orb)
            place = count
            while place > 0 and columns[1, place - 1] > size:
                for column in range(ASPECT_COLUMNS):
                    columns[column, place] = columns[column, place - 1]
                for column in range(ASPECT_CODES):
                    codes[column, place] = codes[column, place - 1]
                place -= 1
            columns[0, place] = abs(difference)
            columns[1, place] = size
            columns[2, place] = rounded(1.0 - size / limits_deg[code], STRENGTH_UNITS)
            codes[0, place] = a
            codes[1, place] = b
            codes[2, place] = code
            codes[3, place] = growing == (orb < 0.0)
            count += 1
    for place in range(count):
        columns[0, place] = rounded(columns[0, place], ANGLE_UNITS)
        columns[1, place] = rounded(columns[1, place], ANGLE_UNITS)
    return count
