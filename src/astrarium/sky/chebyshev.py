"""Kernels that read the table: the value and daily rate of one Chebyshev piece at an instant.

All pieces of a record that cover the same part of the block share the argument of their polynomials, so the
Chebyshev polynomials and their derivatives are tabulated once per instant (`fill_basis`) and each piece is two dot
products (`value_and_rate`). Sums run in a fixed order without fused or reordered arithmetic, so that every machine
gives the same bytes.
"""

from math import floor
from typing import Final

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.table import Records

Array = NDArray[np.float64]


def _mapped(element: types.Type) -> types.Array:
    return types.Array(element, 1, "C", readonly=True)


RECORDS: Final = types.NamedTuple(
    (
        _mapped(types.float64),
        _mapped(types.int32),
        _mapped(types.int16),
        types.int64[:, ::1],
        types.float64[::1],
        types.int64[::1],
        types.int64[::1],
        types.float64,
        types.int64,
        types.int64,
    ),
    Records,
)
"""The numba type of `table.Records`."""

LEVELS: Final = 3  # blocks cut into 1, 2 or 4 parts
MOST_COEFFICIENTS: Final = 20
BASIS_SHAPE: Final = (LEVELS, 2, MOST_COEFFICIENTS)


@njit(types.int64(RECORDS, types.float64, types.float64), cache=True, nogil=True)
def block_of(records: Records, jd_day: float, jd_fraction: float) -> int:
    """The number of the block that holds an instant (TT), or -1 outside the table (also for NaN)."""
    block = floor(((jd_day - records.first_jd) + jd_fraction) / BLOCK_DAYS)
    if not 0.0 <= block < records.blocks:
        return -1
    return int(block)


@njit(types.int64(types.float64, types.int64), cache=True, nogil=True)
def part_of(days_in_block: float, level: int) -> int:
    """Which of 2**level parts of a block holds a day; the block's end belongs to its last part."""
    parts = 1 << level
    return min(int(days_in_block * parts / BLOCK_DAYS), parts - 1)


@njit(
    types.void(RECORDS, types.int64, types.float64, types.float64, types.float64[:, :, ::1]),
    cache=True,
    nogil=True,
)
def fill_basis(records: Records, block: int, jd_day: float, jd_fraction: float, basis: Array) -> None:
    """Tabulate T_k and dT_k/dt (per day) at an instant for blocks of 1, 2 and 4 parts.

    `basis[level, 0, k]` is T_k, `basis[level, 1, k]` its daily rate, for the part of a block in 2**level parts that
    holds the instant.
    """
    days = (jd_day - records.first_jd - BLOCK_DAYS * block) + jd_fraction
    for level in range(LEVELS):
        part_days = BLOCK_DAYS / (1 << level)
        part = part_of(days, level)
        rate = 2.0 / part_days
        x = (days - part * part_days) * rate - 1.0
        basis[level, 0, 0] = 1.0
        basis[level, 0, 1] = x
        basis[level, 1, 0] = 0.0
        basis[level, 1, 1] = rate
        for k in range(2, MOST_COEFFICIENTS):
            basis[level, 0, k] = 2.0 * x * basis[level, 0, k - 1] - basis[level, 0, k - 2]
            basis[level, 1, k] = (
                2.0 * x * basis[level, 1, k - 1]
                + 2.0 * rate * basis[level, 0, k - 1]
                - basis[level, 1, k - 2]
            )


@njit(
    types.UniTuple(types.float64, 2)(
        RECORDS, types.int64, types.int64, types.int64, types.float64[:, :, ::1]
    ),
    cache=True,
    nogil=True,
)
def value_and_rate(records: Records, block: int, piece: int, level: int, basis: Array) -> tuple[float, float]:
    """Value and daily rate of one piece of a block, in the piece's unit; `basis` from `fill_basis`."""
    lead = block * (records.record_bytes // 8) + records.pieces[piece, 0]
    middle = block * (records.record_bytes // 4) + records.pieces[piece, 1]
    middle_count = records.pieces[piece, 2]
    tail = block * (records.record_bytes // 2) + records.pieces[piece, 3]
    tail_count = records.pieces[piece, 4]
    value = 0.0
    rate = 0.0
    k = 2
    for i in range(middle, middle + middle_count):
        coefficient = float(records.middles[i])
        value += coefficient * basis[level, 0, k]
        rate += coefficient * basis[level, 1, k]
        k += 1
    for i in range(tail, tail + tail_count):
        coefficient = float(records.tails[i])
        value += coefficient * basis[level, 0, k]
        rate += coefficient * basis[level, 1, k]
        k += 1
    quantum = records.quanta[piece]
    slope = records.leads[lead + 1]
    return (
        records.leads[lead] + (slope * basis[level, 0, 1] + quantum * value),
        slope * basis[level, 1, 1] + quantum * rate,
    )
