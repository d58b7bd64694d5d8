"""A plan: everything that the charts of one selection share, in one object that costs nothing to hand to a kernel.

Python pays for every array that it passes to compiled code; a chart has some twenty that never change between calls.
They live in one numba structure, made once per selection and set of tables, together with the layout of the rows
that the kernel fills:

- `numbers[row]` (float64): the Earth (7), the places (bodies × 8), the angles (7), the cusps, the degrees in signs
  (frames × points);
- `codes[row]` (int8): status, houses (bodies), signs (frames × points), aspects (pairs).

Points are the bodies, the ascendant and the midheaven.
"""

from typing import Final, NamedTuple, Self

import numpy as np
from numba import types
from numba.experimental import structref
from numpy.typing import NDArray

from astrarium.sky.apparent import SKY, Sky
from astrarium.sky.compiling import kernel
from astrarium.sky.zodiacs.frames import FrameTable

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

ANGLES: Final = 7
ANGLES_IN_SIGNS: Final = 2  # ascendant and midheaven

READ_F8: Final = types.Array(types.float64, 1, "C", readonly=True)
READ_I1: Final = types.Array(types.int8, 1, "C", readonly=True)
FRAMES: Final = types.NamedTuple(
    (types.int64[::1], types.float64[:, ::1], types.float64[:, ::1], types.int64[::1]), FrameTable
)


class AspectTable(NamedTuple):
    """An aspect set as kernels read it: angles, orbs, and what each bin of the separation says (see `aspects`)."""

    angles_deg: Array
    orbs_deg: Array
    nearest: NDArray[np.int8]


ASPECTS: Final = types.NamedTuple((READ_F8, READ_F8, READ_I1), AspectTable)


@structref.register
class PlanType(types.StructRef):
    """Numba's type of a `Plan`."""


class Plan(structref.StructRefProxy):
    """The tables, the frames, the wanted bodies, houses and aspects."""

    sky: Sky
    frames: FrameTable
    bodies: IntArray
    house_system: int
    cusp_count: int
    aspects: AspectTable

    def __new__(cls, *fields: object) -> Self:
        """Made by `make_plan`, which checks the types."""
        plan: Self = structref.StructRefProxy.__new__(cls, *fields)
        return plan


_NAMES: Final = tuple(Plan.__annotations__)
_TYPES: Final = (SKY, FRAMES, types.int64[::1], types.int64, types.int64, ASPECTS)
structref.define_proxy(Plan, PlanType, list(_NAMES))
PLAN: Final = PlanType(list(zip(_NAMES, _TYPES, strict=True)))  # type: ignore[no-untyped-call] # numba's class


@kernel(PLAN(*_TYPES), allocates=True)
def make_plan(
    sky: Sky,
    frames: FrameTable,
    bodies: IntArray,
    house_system: int,
    cusp_count: int,
    aspects: AspectTable,
) -> Plan:
    """A plan of its fields, in the order and with the types of the structure."""
    return Plan(sky, frames, bodies, house_system, cusp_count, aspects)
