"""The aspects of many charts as one flat list, chart by chart, closest first: what Arrow and text are made of."""

from typing import Final

import msgspec
import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.batch import ChartArrays
from astrarium.chart.columns import ANGLE_UNITS, STRENGTH_UNITS, rounded
from astrarium.sky.compiling import kernel

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

SEPARATION, ORB, STRENGTH = 0, 1, 2
MEASURES: Final = 3


class AspectLists(msgspec.Struct, frozen=True, eq=False):
    """Chart r has the aspects `offsets[r]` to `offsets[r + 1]`.

    `pairs` and `kinds` are indices in `ChartArrays.pairs` and the set's kinds; `measures` has the rows separation
    (degrees), orb (degrees, from exactness) and strength; `applying` is 1 for an aspect that closes.
    """

    offsets: Integers
    pairs: Integers
    kinds: Integers
    measures: Array
    applying: Integers


def aspect_lists(arrays: ChartArrays, codes: NDArray[np.int8]) -> AspectLists:
    """The aspects of all charts; `codes` are `arrays.aspects`, or those of them that hold."""
    kinds = arrays.selection.aspects.kinds
    codes = np.ascontiguousarray(codes)
    total = int((codes >= 0).sum())
    lists = AspectLists(
        np.empty(len(codes) + 1, np.int64),
        np.empty(total, np.int64),
        np.empty(total, np.int64),
        np.empty((MEASURES, total)),
        np.empty(total, np.int64),
    )
    _fill(
        codes,
        *arrays.orbs(),
        np.array([kind.angle_deg for kind in kinds], np.float64),
        np.array([kind.orb_deg for kind in kinds], np.float64),
        lists.offsets,
        lists.pairs,
        lists.kinds,
        lists.measures,
        lists.applying,
    )
    return lists


@kernel(
    types.void(
        types.int8[:, ::1],
        types.float64[:, ::1],
        types.float64[:, ::1],
        types.float64[::1],
        types.float64[::1],
        types.int64[::1],
        types.int64[::1],
        types.int64[::1],
        types.float64[:, ::1],
        types.int64[::1],
    )
)
def _fill(
    codes: NDArray[np.int8],
    orbs: Array,
    rates: Array,
    angles_deg: Array,
    limits_deg: Array,
    offsets: Integers,
    pairs: Integers,
    kinds: Integers,
    measures: Array,
    applying: Integers,
) -> None:
    at = 0
    for row in range(codes.shape[0]):
        first = at
        offsets[row] = first
        for pair in range(codes.shape[1]):
            if codes[row, pair] < 0:
                continue
            size = abs(orbs[row, pair])
            place = at
            while place > first and abs(orbs[row, pairs[place - 1]]) > size:
                pairs[place] = pairs[place - 1]
                place -= 1
            pairs[place] = pair
            at += 1
        for place in range(first, at):
            pair = pairs[place]
            code = codes[row, pair]
            orb = orbs[row, pair]
            kinds[place] = code
            measures[SEPARATION, place] = rounded(angles_deg[code] + orb, ANGLE_UNITS)
            measures[ORB, place] = rounded(abs(orb), ANGLE_UNITS)
            measures[STRENGTH, place] = rounded(1.0 - abs(orb) / limits_deg[code], STRENGTH_UNITS)
            applying[place] = 1 if orb * rates[row, pair] < 0.0 else 0
    offsets[codes.shape[0]] = at
