"""Houses that divide the ecliptic itself: equal arcs from an angle, and the arcs between the angles.

All longitudes are radians in [0, 2π); every function fills the first twelve (or thirteen) of `out`.
"""

import math

import numpy as np
import numpy.typing as npt

from astrarium.sky.compiling import kernel
from astrarium.sky.house_angles import TAU, wrapped

FloatArray = npt.NDArray[np.float64]


@kernel()
def fill_opposite(out: FloatArray) -> None:
    """Cusps 4 to 9, opposite to cusps 10, 11, 12, 1, 2 and 3."""
    out[3] = wrapped(out[9] + math.pi)
    out[4] = wrapped(out[10] + math.pi)
    out[5] = wrapped(out[11] + math.pi)
    out[6] = wrapped(out[0] + math.pi)
    out[7] = wrapped(out[1] + math.pi)
    out[8] = wrapped(out[2] + math.pi)


@kernel()
def fill_equal_arcs(first_rad: float, count: int, out: FloatArray) -> None:
    """`count` equal arcs from `first_rad`."""
    first_rad = wrapped(first_rad)
    for i in range(count):
        out[i] = wrapped(first_rad + i * TAU / count)


@kernel()
def fill_porphyry(ascendant_rad: float, midheaven_rad: float, out: FloatArray) -> None:
    """Each quadrant between the angles in three equal arcs (Porphyry, 3rd century)."""
    eastern = wrapped(ascendant_rad - midheaven_rad) / 3.0
    northern = math.pi / 3.0 - eastern
    out[9] = midheaven_rad
    out[10] = wrapped(midheaven_rad + eastern)
    out[11] = wrapped(midheaven_rad + 2.0 * eastern)
    out[0] = ascendant_rad
    out[1] = wrapped(ascendant_rad + northern)
    out[2] = wrapped(ascendant_rad + 2.0 * northern)
    fill_opposite(out)


@kernel()
def fill_sripati(ascendant_rad: float, midheaven_rad: float, out: FloatArray) -> None:
    """Houses from the middle of one Porphyry house to the middle of the next (Śrīpati, 11th century)."""
    eastern = wrapped(ascendant_rad - midheaven_rad) / 6.0
    northern = math.pi / 6.0 - eastern
    out[9] = wrapped(midheaven_rad - northern)
    out[10] = wrapped(midheaven_rad + eastern)
    out[11] = wrapped(midheaven_rad + 3.0 * eastern)
    out[0] = wrapped(ascendant_rad - eastern)
    out[1] = wrapped(ascendant_rad + northern)
    out[2] = wrapped(ascendant_rad + 3.0 * northern)
    fill_opposite(out)
