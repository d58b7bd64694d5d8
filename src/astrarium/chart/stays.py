"""How long a longitude stays in each part of a circle: the exact accounting of a cubic.

A cubic is cut where it turns back. On each monotone piece it passes the boundaries of the circle one after the other;
every passage is a root, and the time between two of them belongs to the part that lies between.
"""

from math import floor, sqrt
from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.sky.compiling import kernel

Array = NDArray[np.float64]

MOST_STEPS: Final = 60
ROOT: Final = 1e-12  # of a step


@kernel("float64(float64[::1], float64)")
def cubic_at(cubic: Array, s: float) -> float:
    """The value of one cubic."""
    value: float = cubic[0] + s * (cubic[1] + s * (cubic[2] + s * cubic[3]))
    return value


@kernel("UniTuple(float64, 2)(float64[::1])")
def turning_points(cubic: Array) -> tuple[float, float]:
    """Where in (0, 1) a cubic turns back, the earlier first; 1 stands for none."""
    a, b, c = 3.0 * cubic[3], cubic[2], cubic[1]
    discriminant = b * b - a * c
    if not discriminant > 0.0:
        return 1.0, 1.0
    q = -(b + sqrt(discriminant)) if b >= 0.0 else -(b - sqrt(discriminant))
    first = q / a if a != 0.0 else 1.0
    second = c / q if q != 0.0 else 1.0
    if not 0.0 < first < 1.0:
        first = 1.0
    if not 0.0 < second < 1.0:
        second = 1.0
    return min(first, second), max(first, second)


@kernel("float64(float64[::1], float64, float64, float64)")
def reach(cubic: Array, target: float, early: float, late: float) -> float:
    """When a cubic that is monotone between two instants and passes the target there reaches it.

    Newton's steps, halving the bracket where one would leave it.
    """
    rises = cubic_at(cubic, late) > cubic_at(cubic, early)
    s = 0.5 * (early + late)
    for _ in range(MOST_STEPS):
        over = cubic_at(cubic, s) - target
        if (over > 0.0) == rises:
            late = s
        else:
            early = s
        slope = cubic[1] + s * (2.0 * cubic[2] + s * 3.0 * cubic[3])
        following = s - over / slope if slope != 0.0 else early
        if not early < following < late:
            following = 0.5 * (early + late)
        if abs(following - s) < ROOT:
            return following
        s = following
    return s


@kernel("void(float64[::1], float64[::1], int64, float64[::1])")
def add_stay(cubic: Array, starts_deg: Array, count: int, shares: Array) -> None:
    """Add to `shares[part]` the shares of one step that a cubic spends in each part of the circle.

    Parts are half-open, from their start to the next; the first `count` of `starts_deg` ascend within [0, 360).
    A cubic of NaN adds nothing.
    """
    first, second = turning_points(cubic)
    early = 0.0
    value = cubic[0]
    if np.isnan(value):
        return
    for piece in range(3):
        late = first if piece == 0 else second if piece == 1 else 1.0
        if late <= early:
            continue
        end = cubic_at(cubic, late)
        turns = floor(value / 360.0)
        part = -1
        for i in range(count):
            part += starts_deg[i] <= value - 360.0 * turns
        while True:
            ahead = part + 1 if end > value else part
            target = starts_deg[ahead % count] + 360.0 * (turns + ahead // count)
            leaves = value <= target < end if end > value else end < target <= value
            until = reach(cubic, target, early, late) if leaves else late
            shares[part % count] += until - early
            early = until
            if not leaves:
                break
            value = target
            part += 1 if end > value else -1
        value = end


@kernel(types.void(types.float64[:, :, ::1], types.float64[::1], types.int64, types.float64[:, ::1]))
def fill_stays(cubics: Array, starts_deg: Array, count: int, shares: Array) -> None:
    """The shares of the whole window that each row of cubics (rows, steps, 4) spends in each part (rows, parts)."""
    steps = cubics.shape[1]
    for row in range(cubics.shape[0]):
        shares[row] = 0.0
        for step in range(steps):
            add_stay(cubics[row, step], starts_deg, count, shares[row])
        for part in range(count):
            shares[row, part] /= steps


@kernel(
    types.void(types.float64[:, :, ::1], types.float64[::1], types.int64, types.float64[:, ::1]),
    allocates=True,
)
def fill_pair_stays(cubics: Array, starts_deg: Array, count: int, shares: Array) -> None:
    """The same for how far each row is ahead of each later one: pairs (0,1), (0,2), …, (1,2), …."""
    difference = np.empty(cubics.shape[2])
    steps = cubics.shape[1]
    pair = 0
    for a in range(cubics.shape[0]):
        for b in range(a + 1, cubics.shape[0]):
            shares[pair] = 0.0
            for step in range(steps):
                for power in range(difference.size):
                    difference[power] = cubics[a, step, power] - cubics[b, step, power]
                add_stay(difference, starts_deg, count, shares[pair])
            for part in range(count):
                shares[pair, part] /= steps
            pair += 1
