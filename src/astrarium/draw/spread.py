"""Spreading crowded marks around a circle: as little as possible, never changing their order.

Given the true longitudes and the smallest separation that the glyphs need, find the places that minimise the sum
of squared displacements while neighbours keep their order and their separation, all around the circle.

Cut open at one gap, the problem is isotonic regression: with x_i sorted and s the separation, z_i = x_i − i·s must
not decrease, which the pool-adjacent-violators algorithm solves exactly (Ayer et al. 1955; Best & Chakravarti 1990).
The cut drops one constraint, that between the last mark and the first. Where the answer happens to keep it, the
answer is the optimum of the whole circle too (a relaxation whose optimum is feasible). Some cut always succeeds: on
a circle with room to spare, any gap of the optimum that is wider than s; on a full one, where the z_i repeat, the place
after which their running sum over the mean is lowest, for then everything is one pool. The widest gap nearly always
does, so the gaps are tried from the widest.
"""

from collections.abc import Sequence
from typing import Final

FULL_CIRCLE_DEG: Final = 360.0
TOLERANCE_DEG: Final = 1e-9


def wrap(longitude_deg: float) -> float:
    """A longitude brought into [0, 360); the remainder of a tiny negative number would round up to 360 itself."""
    wrapped = longitude_deg % FULL_CIRCLE_DEG
    return wrapped if wrapped < FULL_CIRCLE_DEG else 0.0


def fitting_separation(count: int, separation_deg: float) -> float:
    """The separation that `count` marks can have at most, `separation_deg` if the circle has room for it."""
    return min(separation_deg, FULL_CIRCLE_DEG / count) if count else separation_deg


def isotonic(values: Sequence[float]) -> list[float]:
    """The non-decreasing sequence nearest to `values` in the sum of squares, by pooling adjacent violators."""
    pools: list[tuple[float, int]] = []
    for value in values:
        total, count = value, 1
        while pools and pools[-1][0] * count >= total * pools[-1][1]:
            earlier_total, earlier_count = pools.pop()
            total, count = total + earlier_total, count + earlier_count
        pools.append((total, count))
    return [total / count for total, count in pools for _ in range(count)]


def spread(longitudes_deg: Sequence[float], separation_deg: float) -> list[float]:
    """Places for marks at `longitudes_deg`, at least `separation_deg` apart, displaced as little as possible.

    Args:
        longitudes_deg: True places, degrees, in any order, finite; equal ones keep the order they are given in.
        separation_deg: Smallest distance of neighbours, degrees; where the circle is too small for it, the marks
            share the circle evenly (`fitting_separation`).

    Returns:
        The places in the order of the input, degrees in [0, 360), in the same cyclic order as the true ones.
    """
    count = len(longitudes_deg)
    wrapped = [wrap(longitude) for longitude in longitudes_deg]
    if count < 2:
        return wrapped
    separation = fitting_separation(count, separation_deg)
    order = sorted(range(count), key=wrapped.__getitem__)
    ascending = [wrapped[index] for index in order]
    placed = _spread_ascending(ascending, separation)
    result = [0.0] * count
    for index, place in zip(order, placed, strict=True):
        result[index] = wrap(place)
    return result


def _spread_ascending(ascending: Sequence[float], separation: float) -> list[float]:
    def gap_before(index: int) -> float:
        return (ascending[index] - ascending[index - 1]) % FULL_CIRCLE_DEG

    widest_first = sorted(range(len(ascending)), key=gap_before, reverse=True)
    attempts = (_spread_opened(ascending, separation, cut) for cut in widest_first)
    return next(places for places in attempts if places is not None)


def _spread_opened(ascending: Sequence[float], separation: float, cut: int) -> list[float] | None:
    """The optimum of the circle cut open before mark `cut`; `None` if its ends then run into each other."""
    count = len(ascending)
    opened = [*ascending[cut:], *(longitude + FULL_CIRCLE_DEG for longitude in ascending[:cut])]
    lowered = isotonic([longitude - index * separation for index, longitude in enumerate(opened)])
    if lowered[-1] - lowered[0] > FULL_CIRCLE_DEG - count * separation + TOLERANCE_DEG:
        return None
    places = [low + index * separation for index, low in enumerate(lowered)]
    return places[count - cut :] + places[: count - cut]
