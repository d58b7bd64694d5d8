"""The signs of one frame as a ring: any number of them, of any widths."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from astrarium.draw.errors import BrokenSignRing
from astrarium.draw.spread import FULL_CIRCLE_DEG, wrap

TOLERANCE_DEG: Final = 1e-6


class Arc(msgspec.Struct, frozen=True):
    """One sign's arc, longitudes of date in degrees."""

    sign: str
    start_deg: float
    width_deg: float

    @property
    def middle_deg(self) -> float:
        """The longitude of its middle."""
        return self.start_deg + self.width_deg / 2.0


class SignRing(msgspec.Struct, frozen=True):
    """Signs around the circle without gap or overlap; made and checked by `sign_ring`."""

    arcs: tuple[Arc, ...]

    def __iter__(self) -> Iterator[Arc]:
        return iter(self.arcs)

    def at(self, longitude_deg: float) -> tuple[str, float]:
        """The sign in which a longitude lies, and the degrees since its start; intervals are half open."""
        first = self.arcs[0].start_deg
        along = wrap(longitude_deg - first)
        starts = [arc.start_deg - first for arc in self.arcs]
        index = bisect_right(starts, along) - 1
        return self.arcs[index].sign, along - starts[index]


def sign_ring(sign_starts_deg: Sequence[float], signs: Sequence[str]) -> SignRing:
    """Join starts and names of the signs of one frame.

    Args:
        sign_starts_deg: Longitude of date at which each sign begins, degrees, ascending around the circle once;
            the first may lie anywhere.
        signs: The signs' names in the same order.

    Raises:
        BrokenSignRing: Lengths that differ, fewer than two signs, starts that are not finite or not in order.
    """
    if len(sign_starts_deg) != len(signs):
        raise BrokenSignRing(f"{len(sign_starts_deg)} starts for {len(signs)} signs", sign_starts_deg, signs)
    if len(signs) < 2:
        raise BrokenSignRing("fewer than two signs", sign_starts_deg, signs)
    if not all(math.isfinite(start) for start in sign_starts_deg):
        raise BrokenSignRing("a start is not a finite number", sign_starts_deg, signs)
    wrapped = [wrap(start) for start in sign_starts_deg]
    widths = [
        wrap(following - start) for start, following in zip(wrapped, [*wrapped[1:], wrapped[0]], strict=True)
    ]
    if min(widths) <= 0.0 or abs(sum(widths) - FULL_CIRCLE_DEG) > TOLERANCE_DEG:
        raise BrokenSignRing("the starts are not in ascending order", sign_starts_deg, signs)
    unwrapped = wrapped[0]
    arcs = []
    for sign, width in zip(signs, widths, strict=True):
        arcs.append(Arc(sign, unwrapped, width))
        unwrapped += width
    return SignRing(tuple(arcs))
