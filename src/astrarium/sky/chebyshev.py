"""Kernels that read the table: the value and daily rate of one Chebyshev piece at an instant.

All pieces of a record that cover the same part of the block share the argument of their polynomials, so the
Chebyshev polynomials and their derivatives are tabulated once per instant (`fill_basis`) and each piece is two dot
products (`value_and_rate`, by `sums.series_sums`). Sums run in a fixed order without fused or reordered arithmetic, so
that every machine gives the same bytes.

Kernels that run once per body take plain arrays and tuples of numbers. A tuple that holds arrays is taken apart once,
by the kernel that Python calls: reaching into one counts references, which costs more than a polynomial.
"""

from math import floor
from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.sky.compiling import kernel
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.sums import series_sums

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEVELS: Final = 3  # blocks cut into 1, 2 or 4 parts
MOST_COEFFICIENTS: Final = 20
FIRST, SECOND = 0, 4  # columns of the basis: T_1, then zeros, then T_2 and all that follow
BASIS_SHAPE: Final = (LEVELS, 2, SECOND - 2 + MOST_COEFFICIENTS)

LEADS: Final = types.Array(types.float64, 1, "C", readonly=True)
MIDDLES: Final = types.Array(types.int32, 1, "C", readonly=True)
TAILS: Final = types.Array(types.int16, 1, "C", readonly=True)
PIECES: Final = types.int64[:, ::1]
QUANTA: Final = types.float64[::1]
BASIS: Final = types.float64[:, :, ::1]


@kernel(types.int64(types.float64, types.int64, types.float64, types.float64))
def block_of(first_jd: float, blocks: int, jd_day: float, jd_fraction: float) -> int:
    """The number of the block that holds an instant (TT), or -1 outside the table (also for NaN)."""
    block = floor(((jd_day - first_jd) + jd_fraction) / BLOCK_DAYS)
    if not 0.0 <= block < blocks:
        return -1
    return int(block)


@kernel(types.int64(types.float64, types.int64))
def part_of(days_in_block: float, level: int) -> int:
    """Which of 2**level parts of a block holds a day; the block's end belongs to its last part."""
    parts = 1 << level
    return min(int(days_in_block * parts / BLOCK_DAYS), parts - 1)


@kernel(types.void(types.float64, BASIS))
def fill_basis(days_in_block: float, basis: Array) -> None:
    """Tabulate T_k and dT_k/dt (per day) at an instant for blocks of 1, 2 and 4 parts.

    `basis[level, 0, SECOND - 2 + k]` is T_k for k ≥ 2, `basis[level, 1, …]` its daily rate, for the part of a block
    in 2**level parts that holds the instant; T_1 and its rate stand in the column `FIRST`.
    """
    for level in range(LEVELS):
        part_days = BLOCK_DAYS / (1 << level)
        part = part_of(days_in_block, level)
        rate = 2.0 / part_days
        x = (days_in_block - part * part_days) * rate - 1.0
        basis[level, 0, FIRST], basis[level, 1, FIRST] = x, rate
        for column in range(FIRST + 1, SECOND):
            basis[level, 0, column] = 0.0
            basis[level, 1, column] = 0.0
        basis[level, 0, SECOND] = 2.0 * x * x - 1.0
        basis[level, 1, SECOND] = 4.0 * x * rate
        basis[level, 0, SECOND + 1] = 2.0 * x * basis[level, 0, SECOND] - x
        basis[level, 1, SECOND + 1] = (
            2.0 * (rate * basis[level, 0, SECOND] + x * basis[level, 1, SECOND]) - rate
        )
        # T(m+n) = 2 T(m) T(n) - T(m-n): doubling keeps the chain of dependent steps short.
        for k in range(2, MOST_COEFFICIENTS // 2):
            column, double = SECOND - 2 + k, SECOND - 2 + 2 * k
            value, value_rate = basis[level, 0, column], basis[level, 1, column]
            basis[level, 0, double] = 2.0 * value * value - 1.0
            basis[level, 1, double] = 4.0 * value * value_rate
            following, following_rate = basis[level, 0, column + 1], basis[level, 1, column + 1]
            basis[level, 0, double + 1] = 2.0 * value * following - x
            basis[level, 1, double + 1] = 2.0 * (value_rate * following + value * following_rate) - rate


@kernel(
    types.UniTuple(types.float64, 2)(
        LEADS, MIDDLES, TAILS, PIECES, QUANTA, types.int64, types.int64, types.int64, BASIS
    ),
    inlined=True,
)
def value_and_rate(
    leads: Array,
    middles: NDArray[np.int32],
    tails: NDArray[np.int16],
    pieces: IntArray,
    quanta: Array,
    words: int,
    piece: int,
    level: int,
    basis: Array,
) -> tuple[float, float]:
    """Value and daily rate of one piece of a record, in the piece's unit.

    `words` is where the record begins, counted in eight bytes; `basis` from `fill_basis`.
    """
    middle, tail = 2 * words + pieces[piece, 1], 4 * words + pieces[piece, 3]
    numbers = (middle, pieces[piece, 2], tail, pieces[piece, 4], level, SECOND)
    value, rate = series_sums(middles, tails, basis, numbers)
    lead = words + pieces[piece, 0]
    quantum, slope = quanta[piece], leads[lead + 1]
    return (
        leads[lead] + (slope * basis[level, 0, FIRST] + quantum * value),
        slope * basis[level, 1, FIRST] + quantum * rate,
    )
