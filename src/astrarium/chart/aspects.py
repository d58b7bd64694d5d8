"""Aspects: the angles between bodies that count, and the kernel that finds them.

An aspect set is data: angles and orbs. The kernel looks the aspect up in a table over the separation, one entry per
sixteenth of a degree. Nearly every entry decides; only where an orb ends within it the separation is compared.
"""

from functools import cache
from typing import Final

import msgspec
import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.errors import UnknownAspects
from astrarium.chart.plan import ASPECTS, READ_F8, AspectTable
from astrarium.sky import lanes
from astrarium.sky.apparent import LANES
from astrarium.sky.compiling import kernel
from astrarium.sky.lanes import padded

Array = NDArray[np.float64]
CodeArray = NDArray[np.int8]
BIN_NUMBERS: Final = types.int32[::1]

BINS_PER_DEGREE: Final = 16
BINS: Final = 180 * BINS_PER_DEGREE + 1
"""Up to and with 180°; one more bin holds what is nowhere."""
NO_ASPECT: Final = -1
AT_AN_EDGE: Final = -2
"""In the table over the separation: `AT_AN_EDGE - n` says that aspect n may hold, and is to be compared."""
ROUNDING_DEG: Final = 1e-9


class AspectKind(msgspec.Struct, frozen=True):
    """One aspect: its exact angle and how far from it (degrees, both ends included) it still counts."""

    id: str
    name: str
    angle_deg: float
    orb_deg: float


class AspectSet(msgspec.Struct, frozen=True):
    """A named choice of aspects whose orbs do not overlap."""

    id: str
    kinds: tuple[AspectKind, ...]


MAJOR: Final = AspectSet(
    "major",
    (
        AspectKind("conjunction", "Conjunction", 0.0, 8.0),
        AspectKind("sextile", "Sextile", 60.0, 5.0),
        AspectKind("square", "Square", 90.0, 7.0),
        AspectKind("trine", "Trine", 120.0, 7.0),
        AspectKind("opposition", "Opposition", 180.0, 8.0),
    ),
)
"""The five aspects of Ptolemy, with orbs in common modern use."""

ALL: Final = AspectSet(
    "all",
    (
        AspectKind("conjunction", "Conjunction", 0.0, 8.0),
        AspectKind("semisextile", "Semisextile", 30.0, 2.0),
        AspectKind("novile", "Novile", 40.0, 1.0),
        AspectKind("semisquare", "Semisquare", 45.0, 2.0),
        AspectKind("septile", "Septile", 360.0 / 7.0, 1.0),
        AspectKind("sextile", "Sextile", 60.0, 5.0),
        AspectKind("quintile", "Quintile", 72.0, 2.0),
        AspectKind("square", "Square", 90.0, 7.0),
        AspectKind("trine", "Trine", 120.0, 7.0),
        AspectKind("sesquiquadrate", "Sesquiquadrate", 135.0, 2.0),
        AspectKind("biquintile", "Biquintile", 144.0, 2.0),
        AspectKind("quincunx", "Quincunx", 150.0, 3.0),
        AspectKind("opposition", "Opposition", 180.0, 8.0),
    ),
)
"""Major and minor aspects together."""

NONE: Final = AspectSet("none", ())
SETS: Final = {one.id: one for one in (MAJOR, ALL, NONE)}


def aspect_set(name: str) -> AspectSet:
    """The aspect set of a name; raises `UnknownAspects`."""
    if name not in SETS:
        raise UnknownAspects(name, tuple(SETS))
    return SETS[name]


@cache
def aspect_table(chosen: AspectSet) -> AspectTable:
    """The kernel's form of a set: the number of an aspect, `NO_ASPECT`, or `AT_AN_EDGE` less the number, per bin."""
    angles = np.array([kind.angle_deg for kind in chosen.kinds], dtype=np.float64)
    orbs = np.array([kind.orb_deg for kind in chosen.kinds], dtype=np.float64)
    nearest = np.full(BINS + 1, NO_ASPECT, dtype=np.int8)
    low = np.arange(BINS + 1) / BINS_PER_DEGREE - ROUNDING_DEG
    high = low + 1.0 / BINS_PER_DEGREE + 2.0 * ROUNDING_DEG
    for code, (angle, orb) in enumerate(zip(angles, orbs, strict=True)):
        nearest[(high >= angle - orb) & (low <= angle + orb)] = AT_AN_EDGE - code
        nearest[(low >= angle - orb) & (high <= angle + orb)] = code
    nearest[BINS] = NO_ASPECT
    for array in (angles, orbs, nearest):
        array.flags.writeable = False
    return AspectTable(angles, orbs, nearest)


@kernel("float64(float64)")
def signed_deg(difference_deg: float) -> float:
    """The difference of two angles in [0, 360), brought to [-180, 180]."""
    if difference_deg > 180.0:
        return difference_deg - 360.0
    if difference_deg < -180.0:
        return difference_deg + 360.0
    return difference_deg


@kernel(types.int64(types.int64, types.float64, ASPECTS), inlined=True)
def aspect_in_bin(number: int, separation_deg: float, table: AspectTable) -> int:
    """`aspect_at` for a caller that knows the number of the bin."""
    code = int(table.nearest[number])
    if code > AT_AN_EDGE:
        return code
    code = AT_AN_EDGE - code
    return code if abs(separation_deg - table.angles_deg[code]) <= table.orbs_deg[code] else NO_ASPECT


@kernel(types.int64(types.float64, ASPECTS))
def aspect_at(separation_deg: float, table: AspectTable) -> int:
    """The number of the aspect at a separation in [0, 180], or `NO_ASPECT`."""
    return aspect_in_bin(int(separation_deg * BINS_PER_DEGREE), separation_deg, table)


@kernel(types.void(LANES, BIN_NUMBERS, types.int64, ASPECTS, types.int8[::1]), inlined=True)
def fill_aspects(
    columns: Array, numbers: NDArray[np.int32], bodies: int, table: AspectTable, codes: CodeArray
) -> None:
    """Find the aspects between all pairs of one chart's bodies, in the order (0,1), (0,2), …, (1,2), ….

    `columns` as `sky.place_kernels.fill_places` leaves them, `numbers` of `lanes.WIDTH` as scratch; `codes[p]` becomes
    the aspect's number in its set or `NO_ASPECT`.
    """
    pair = 0
    for a in range(bodies):
        longitude = columns[lanes.TRUE_LONGITUDE + a]
        for b in range(padded(bodies)):
            apart = abs(longitude - columns[lanes.TRUE_LONGITUDE + b])
            opposite = 360.0 - apart
            separation = apart if apart <= 180.0 else opposite
            columns[lanes.SEPARATION + b] = separation
            number = separation * BINS_PER_DEGREE
            # A body that has no place is as far as no aspect reaches.
            numbers[b] = np.int32(min(BINS, number))
        for b in range(a + 1, bodies):
            codes[pair] = aspect_in_bin(numbers[b], columns[lanes.SEPARATION + b], table)
            pair += 1


@kernel(
    types.void(
        types.float64[:, :, :],
        types.int8[:, :],
        READ_F8,
        types.float64[:, ::1],
        types.float64[:, ::1],
    )
)
def fill_orbs(places: Array, codes: CodeArray, angles_deg: Array, orbs: Array, rates: Array) -> None:
    """Orb (separation less the aspect's angle, degrees) and its daily change of every aspect; NaN where there is none.

    An aspect applies when the two have opposite signs. `places` are (charts, bodies, columns), `codes`, `orbs` and
    `rates` (charts, pairs).
    """
    for row in range(codes.shape[0]):
        pair = 0
        for a in range(places.shape[1]):
            for b in range(a + 1, places.shape[1]):
                orbs[row, pair] = np.nan
                rates[row, pair] = np.nan
                code = codes[row, pair]
                if code >= 0:
                    difference = signed_deg(places[row, a, 0] - places[row, b, 0])
                    rate = places[row, a, 3] - places[row, b, 3]
                    orbs[row, pair] = abs(difference) - angles_deg[code]
                    rates[row, pair] = rate if difference >= 0.0 else -rate
                pair += 1
