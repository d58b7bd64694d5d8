"""How sure a sign is when the birth time is not: the share of the window that each body spends in each sign.

Exact, not sampled: within a window a longitude is a smooth function that turns back at stations only. The window is
cut at every station and at every boundary that is crossed, each found by root finding on the polynomials of the
table, and the lengths of the parts are added up.
"""

from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.chart.detail import fill_frame_longitudes
from astrarium.chart.selection import Selection
from astrarium.sky.bodies import INDEX

Array = NDArray[np.float64]

STEP_DAYS: Final = 0.5  # no body turns back twice within it
ROOT_DAYS: Final = 1e-8  # a millisecond
MOST_STEPS: Final = 60


class Passage(msgspec.Struct, frozen=True):
    """The stay of one body in one sign of one frame, as a share of the window."""

    sign: str
    share: float


class Window(msgspec.Struct, frozen=True):
    """A stretch of TT: `days` from a day at midnight and a fraction."""

    tt_day: float
    tt_fraction: float
    days: float


def passages(selection: Selection, window: Window) -> dict[str, tuple[tuple[Passage, ...], ...]]:
    """For every frame (by id) and body in order: the signs of the window with their shares, largest share first.

    Shares of one body in one frame add up to 1. The window must lie inside the table.
    """
    steps = max(1, int(np.ceil(window.days / STEP_DAYS)))
    nodes = np.linspace(0.0, window.days, steps + 1)
    bodies = np.array([INDEX[body] for body in selection.bodies], dtype=np.int64)
    longitudes, speeds = _frame_longitudes(selection, bodies, window, nodes)
    found: dict[str, tuple[tuple[Passage, ...], ...]] = {}
    for z, zodiac in enumerate(selection.zodiacs):
        starts = zodiac.starts
        of_bodies = []
        for b in range(bodies.size):
            body = bodies[b : b + 1]

            def longitude_at(days: float, z: int = z, body: NDArray[np.int64] = body) -> float:
                return float(_frame_longitudes(selection, body, window, np.array([days]))[0][0, z, 0])

            def speed_at(days: float, body: NDArray[np.int64] = body) -> float:
                return float(_frame_longitudes(selection, body, window, np.array([days]))[1][0, 0])

            cuts = _cuts(nodes, longitudes[:, z, b], speeds[:, b], starts, longitude_at, speed_at)
            of_bodies.append(_shares(cuts, starts, zodiac.signs, longitude_at))
        found[zodiac.id] = tuple(of_bodies)
    return found


def _frame_longitudes(
    selection: Selection, bodies: NDArray[np.int64], window: Window, days: Array
) -> tuple[Array, Array]:
    longitudes = np.empty((days.size, len(selection.zodiacs), bodies.size))
    speeds = np.empty((days.size, bodies.size))
    fill_frame_longitudes(
        selection.plan,
        bodies,
        window.tt_day,
        window.tt_fraction + days,
        longitudes,
        speeds,
    )
    return longitudes, speeds


def _cuts(
    nodes: Array,
    longitudes: Array,
    speeds: Array,
    starts: tuple[float, ...],
    longitude_at: Callable[[float], float],
    speed_at: Callable[[float], float],
) -> list[float]:
    """The ends of the window, the stations and the crossings of boundaries in it, in order (days)."""
    cuts = [float(nodes[0])]
    for k in range(nodes.size - 1):
        early, late = float(nodes[k]), float(nodes[k + 1])
        parts = [(early, float(longitudes[k])), (late, float(longitudes[k + 1]))]
        if speeds[k] * speeds[k + 1] < 0.0:
            station = _root(speed_at, early, late, float(speeds[k]))
            parts.insert(1, (station, longitude_at(station)))
        for (begin, from_deg), (end, to_deg) in pairwise(parts):
            moved = _signed(to_deg - from_deg)
            for start in starts:
                ahead = _signed(start - from_deg)
                if min(0.0, moved) < ahead < max(0.0, moved):

                    def past_start(days: float, start: float = start) -> float:
                        return _signed(longitude_at(days) - start)

                    cuts.append(_root(past_start, begin, end, -ahead))
            cuts.append(end)
    return sorted(cuts)


def _shares(
    cuts: list[float],
    starts: tuple[float, ...],
    signs: tuple[str, ...],
    longitude_at: Callable[[float], float],
) -> tuple[Passage, ...]:
    """Add up the parts between cuts by the sign that the middle of each stands in."""
    total = cuts[-1] - cuts[0]
    stays: dict[str, float] = {}
    for begin, end in pairwise(cuts):
        if end > begin:
            index = bisect_right(starts, longitude_at(0.5 * (begin + end))) - 1
            stays[signs[index]] = stays.get(signs[index], 0.0) + (end - begin) / total
    return tuple(Passage(sign, share) for sign, share in sorted(stays.items(), key=lambda stay: -stay[1]))


def _root(function: Callable[[float], float], early: float, late: float, early_value: float) -> float:
    """Where a function that changes sign between two instants is zero, by bisection and regula falsi in turn."""
    late_value = function(late)
    for step in range(MOST_STEPS):
        if late - early < ROOT_DAYS:
            break
        share = (
            0.5 if step % 3 == 2 or late_value == early_value else early_value / (early_value - late_value)
        )
        middle = early + min(max(share, 0.001), 0.999) * (late - early)
        value = function(middle)
        if value * early_value > 0.0:
            early, early_value = middle, value
        else:
            late, late_value = middle, value
    return 0.5 * (early + late)


def _signed(angle_deg: float) -> float:
    """The angle in [-180, 180)."""
    return (angle_deg + 180.0) % 360.0 - 180.0
