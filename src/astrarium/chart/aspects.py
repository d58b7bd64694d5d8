"""Aspects: the angles between bodies that count, and the kernel that finds them.

An aspect set is data: angles and orbs. The kernel looks the nearest angle up in a table over the separation, one
entry per half degree, instead of comparing with every angle in turn.
"""

from functools import cache
from typing import Final

import msgspec
import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.errors import UnknownAspects
from astrarium.chart.plan import READ_F8, READ_I1
from astrarium.sky.compiling import kernel

Array = NDArray[np.float64]
CodeArray = NDArray[np.int8]

BINS_PER_DEGREE: Final = 2
BINS: Final = 180 * BINS_PER_DEGREE + 1
NO_ASPECT: Final = -1


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


class AspectTable(msgspec.Struct, frozen=True):
    """An aspect set as the kernel reads it: angles, orbs, and the nearest aspect of each half degree of separation."""

    angles_deg: Array
    orbs_deg: Array
    nearest: CodeArray


def aspect_set(name: str) -> AspectSet:
    """The aspect set of a name; raises `UnknownAspects`."""
    if name not in SETS:
        raise UnknownAspects(name, tuple(SETS))
    return SETS[name]


@cache
def aspect_table(chosen: AspectSet) -> AspectTable:
    """The kernel's form of a set.

    A bin holds the aspect whose span of angles ± orb touches it; spans lie at least a bin apart or the nearer angle
    wins at the bin's centre.
    """
    angles = np.array([kind.angle_deg for kind in chosen.kinds], dtype=np.float64)
    orbs = np.array([kind.orb_deg for kind in chosen.kinds], dtype=np.float64)
    nearest = np.full(BINS, NO_ASPECT, dtype=np.int8)
    if angles.size:
        centre = (np.arange(BINS)[:, None] + 0.5) / BINS_PER_DEGREE
        outside = np.abs(centre - angles) - orbs
        best = outside.argmin(axis=1)
        touches = outside[np.arange(BINS), best] <= 0.5 / BINS_PER_DEGREE
        nearest[touches] = best[touches].astype(np.int8)
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


@kernel(types.void(types.float64[:, ::1], READ_F8, READ_F8, READ_I1, types.int8[::1]))
def fill_aspects(
    places: Array, angles_deg: Array, orbs_deg: Array, nearest: CodeArray, codes: CodeArray
) -> None:
    """Find the aspects between all pairs of one chart's places, in the order (0,1), (0,2), …, (1,2), ….

    `places` are rows of `sky.apparent` columns; `codes[p]` becomes the aspect's number in its set or `NO_ASPECT`.
    """
    pair = 0
    for a in range(places.shape[0]):
        longitude = places[a, 0]
        for b in range(a + 1, places.shape[0]):
            separation = abs(signed_deg(longitude - places[b, 0]))
            code = np.int8(NO_ASPECT)  # also for a body that has no place
            if separation <= 180.0:
                code = nearest[int(separation * BINS_PER_DEGREE)]
                if code >= 0 and abs(separation - angles_deg[code]) > orbs_deg[code]:
                    code = np.int8(NO_ASPECT)
            codes[pair] = code
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
