"""Sign frames as values: what a zodiac is, and its numbers in the form that kernels read."""

from collections.abc import Sequence
from math import inf, radians
from typing import Literal, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from astrarium.sky.zodiacs import kernels

ZodiacKind = Literal["stars", "tropical", "sidereal", "draconic", "linear"]
CountingKind = Literal[
    "stars",
    "tropical",
    "epoch",
    "direction",
    "hour_circle",
    "linear",
    "draconic_mean",
    "draconic_true",
]

COUNTING_CODES: dict[CountingKind, int] = {
    "stars": kernels.STARS,
    "tropical": kernels.TROPICAL,
    "epoch": kernels.EPOCH,
    "direction": kernels.DIRECTION,
    "hour_circle": kernels.HOUR_CIRCLE,
    "linear": kernels.LINEAR,
    "draconic_mean": kernels.DRACONIC_MEAN,
    "draconic_true": kernels.DRACONIC_TRUE,
}
NODES: dict[CountingKind, Literal["mean", "true"]] = {"draconic_mean": "mean", "draconic_true": "true"}

TWELVE_SIGNS = (
    "aries",
    "taurus",
    "gemini",
    "cancer",
    "leo",
    "virgo",
    "libra",
    "scorpio",
    "sagittarius",
    "capricorn",
    "aquarius",
    "pisces",
)
TWELVE_STARTS = tuple(30.0 * index for index in range(12))

Seven = tuple[float, float, float, float, float, float, float]
NO_PARAMETERS: Seven = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class Counting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the longitudes that a frame counts by come from longitudes of date; the table is in `kernels`."""

    kind: CountingKind
    parameters: Seven = NO_PARAMETERS


class Ayanamsa(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a sidereal zodiac of twelve equal signs begins.

    `definition` says it in words, `source` who published it, `number` is the index that programs customarily
    use for it (`None` where there is none), `counting` the form that kernels read.
    """

    id: str
    version: int
    name: str
    definition: str
    source: str
    description: str
    good_for: str
    counting: Counting
    number: int | None = None


class Zodiac(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sign frame: named, versioned and cited.

    `signs` are ids in the order of the sky and `starts` the longitudes in degrees where they begin, ascending
    within [0, 360) and counted in the frame's own `reference`. A sign is half-open, [start, next start); the
    last one reaches over 360° to the first.
    """

    id: str
    version: int
    name: str
    kind: ZodiacKind
    signs: tuple[str, ...]
    starts: tuple[float, ...]
    reference: str
    source: str
    description: str
    good_for: str
    counting: Counting

    @property
    def versioned_id(self) -> str:
        """The id with its version, as receipts carry it: `iau13@1`."""
        return f"{self.id}@{self.version}"

    @property
    def widths(self) -> tuple[float, ...]:
        """The arcs of the signs in degrees, in order; their sum is 360."""
        following = (*self.starts[1:], self.starts[0] + 360.0)
        return tuple(end - start for start, end in zip(self.starts, following, strict=True))

    @property
    def node(self) -> Literal["mean", "true"] | None:
        """Which of the Moon's nodes the frame is counted from; `None` if from none."""
        return NODES.get(self.counting.kind)


class FrameTable(NamedTuple):
    """Several zodiacs as arrays, one row each, for kernels: `kernels.place_in_signs(x, starts[i], counts[i])`.

    `kinds` int64 (z,), `parameters` float64 (z, 7), `starts` float64 radians (z, most signs) padded with
    infinity, `counts` int64 (z,). The index of a sign is its index in `Zodiac.signs`.
    """

    kinds: npt.NDArray[np.int64]
    parameters: npt.NDArray[np.float64]
    starts: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]


def frame_table(zodiacs: Sequence[Zodiac]) -> FrameTable:
    """The zodiacs as arrays, in the given order."""
    most = max((len(zodiac.signs) for zodiac in zodiacs), default=0)
    starts = np.full((len(zodiacs), most), inf)
    for row, zodiac in enumerate(zodiacs):
        starts[row, : len(zodiac.starts)] = [radians(start) for start in zodiac.starts]
    return FrameTable(
        kinds=np.array([COUNTING_CODES[zodiac.counting.kind] for zodiac in zodiacs], dtype=np.int64),
        parameters=np.array([zodiac.counting.parameters for zodiac in zodiacs], dtype=np.float64).reshape(
            len(zodiacs), kernels.PARAMETERS
        ),
        starts=starts,
        counts=np.array([len(zodiac.signs) for zodiac in zodiacs], dtype=np.int64),
    )
