"""Bodies side by side: columns in which each body of an instant has a lane, for loops that take many bodies at once.

A loop over neighbouring numbers, without branches and calls, is compiled to instructions that take four or eight of
them at a time; bodies one after another, each with all of its branches, cost five times as much. What is computed of
one lane depends on nothing in the others, so that every machine gives the same bits, however many it takes at once.

All columns lie in one array: their distances are then known to the compiler, which so knows that none runs into
another. Loops run over a multiple of eight lanes (`padded`); what the spare ones hold is of no consequence.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from astrarium.sky.compiling import kernel

Array = NDArray[np.float64]

EIGHT: Final = 8
MOST_BODIES: Final = 64
WIDTH: Final = MOST_BODIES + EIGHT
"""Lanes of a column: the bodies, and points that a chart adds to them."""

# Where the columns begin. Of a place, in radians and au, mean equinox of date; then its daily rates.
LONGITUDE: Final = 0 * WIDTH
LATITUDE: Final = 1 * WIDTH
DISTANCE: Final = 2 * WIDTH
LONGITUDE_RATE: Final = 3 * WIDTH
LATITUDE_RATE: Final = 4 * WIDTH
DISTANCE_RATE: Final = 5 * WIDTH
BENT: Final = 6 * WIDTH
"""1 where the Sun bends the body's light, else 0."""
SIN_LONGITUDE: Final = 7 * WIDTH
COS_LONGITUDE: Final = 8 * WIDTH
SIN_LATITUDE: Final = 9 * WIDTH
COS_LATITUDE: Final = 10 * WIDTH
TAN_LATITUDE: Final = 11 * WIDTH
TRUE_LONGITUDE: Final = 12 * WIDTH
"""Of the true equinox, in degrees, [0, 360)."""
RIGHT_ASCENSION: Final = 13 * WIDTH
DECLINATION: Final = 14 * WIDTH
COUNTED: Final = 15 * WIDTH
"""As a sign frame counts the longitude, radians."""
PASSED: Final = 16 * WIDTH
"""How many boundaries lie at or before the longitude."""
SEPARATION: Final = 17 * WIDTH
"""From one of the others, degrees in [0, 180]."""
LANES_SIZE: Final = 18 * WIDTH


@kernel("int64(int64)", inlined=True)
def padded(count: int) -> int:
    """The number of lanes that loops over `count` bodies run over: the next multiple of eight."""
    return (count + EIGHT - 1) & -EIGHT


@kernel("void(float64[::1], int64, int64, float64[:], int64)")
def count_passed(columns: Array, count: int, column: int, boundaries: Array, n: int) -> None:
    """Fill `PASSED` of the first lanes: how many of the first `n` boundaries a column's number has reached."""
    for i in range(count):
        columns[PASSED + i] = 0.0
    fours = n - n % 4
    for k in range(0, fours, 4):
        b0, b1, b2, b3 = boundaries[k], boundaries[k + 1], boundaries[k + 2], boundaries[k + 3]
        for i in range(count):
            number = columns[column + i]
            columns[PASSED + i] += (
                (1.0 if b0 <= number else 0.0)
                + (1.0 if b1 <= number else 0.0)
                + (1.0 if b2 <= number else 0.0)
                + (1.0 if b3 <= number else 0.0)
            )
    for k in range(fours, n):
        boundary = boundaries[k]
        for i in range(count):
            columns[PASSED + i] += 1.0 if boundary <= columns[column + i] else 0.0
