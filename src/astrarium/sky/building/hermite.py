"""States from SPK segments of type 13: Hermite interpolation of sampled positions and velocities.

The layout (states, epochs, a directory, window size less one, count) and the choice of window, the samples nearest to
the epoch, are those of NAIF's *SPK Required Reading*. Samples here are evenly spaced, so the divided differences of a
whole window become one matrix, made once.
"""

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from jplephem.daf import DAF
from jplephem.spk import SPK
from numpy.typing import NDArray

Array = NDArray[np.float64]

J2000_JD: Final = 2451545.0
SECONDS_PER_DAY: Final = 86400.0


class SampledOrbit:
    """One body's samples, evenly spaced in TDB, relative to the segment's centre (km, ICRF)."""

    def __init__(self, daf: DAF, start: int, end: int) -> None:
        count = int(daf.map_array(end, end)[0])
        self.window = int(daf.map_array(end - 1, end - 1)[0]) + 1
        states = np.array(daf.map_array(start, start + 6 * count - 1)).reshape(count, 6)
        epochs = np.array(daf.map_array(start + 6 * count, start + 7 * count - 1))
        steps = np.diff(epochs)
        if not np.allclose(steps, steps[0]):
            raise ValueError("this reader takes evenly spaced samples")
        self.step_days = float(steps[0]) / SECONDS_PER_DAY
        self.first_days = float(epochs[0]) / SECONDS_PER_DAY  # since J2000 TDB
        self.positions: Array = states[:, :3]
        self.velocities: Array = states[:, 3:] * SECONDS_PER_DAY  # km per day

    @property
    def span(self) -> tuple[float, float]:
        """JD (TDB) of the first and the last sample."""
        first = J2000_JD + self.first_days
        return first, first + self.step_days * (len(self.positions) - 1)

    def position(self, tdb_day: Array, tdb_fraction: Array) -> Array:
        """Position (km) at two-part TDB, shape (3, n)."""
        steps = ((tdb_day - J2000_JD - self.first_days) + tdb_fraction) / self.step_days
        middle = np.rint(steps) if self.window % 2 else np.floor(steps)
        first = middle.astype(np.int64) - (self.window - 1) // 2
        first = np.clip(first, 0, len(self.positions) - self.window)
        samples = first[:, None] + np.arange(self.window)
        offset = steps - first - 0.5 * (self.window - 1)
        data = np.concatenate([self.positions[samples], self.velocities[samples] * self.step_days], axis=1)
        powers = offset[:, None] ** np.arange(2 * self.window)
        weights = powers @ _hermite_matrix(self.window)
        return np.asarray(np.einsum("nk,nkc->cn", weights, data))


@cache
def _hermite_matrix(window: int) -> Array:
    """Rows: powers of the offset in steps; columns: weights of the window's values, then of its derivatives."""
    nodes = np.arange(window) - 0.5 * (window - 1)
    order = np.arange(2 * window)
    values = nodes[:, None] ** order
    slopes = order * np.where(order > 0, nodes[:, None] ** np.maximum(order - 1, 0), 0.0)
    return np.linalg.inv(np.concatenate([values, slopes]))


def read_orbits(path: Path) -> dict[str, SampledOrbit]:
    """Every Sun-centred orbit of a kernel, by the body's name in lower case; (1181) Lilith is `asteroid_lilith`."""
    kernel = SPK.open(str(path))
    found = {}
    for segment in kernel.segments:
        name = segment.source.decode("ascii").strip().lower()
        orbit = SampledOrbit(kernel.daf, segment.start_i, segment.end_i)
        found["asteroid_lilith" if name == "lilith" else name] = orbit
    kernel.close()
    return found
