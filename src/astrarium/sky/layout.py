"""The shape of an ephemeris table on disk: which series it holds and where each coefficient of a block lies.

A table is two files side by side. `NAME.bin` holds equal-sized little-endian records, one per block of 16 days, in
order of time. `NAME.json` holds this layout, the digest of the records and where they came from.

A record is `[leads][middles][tails]`. Every *piece* (one coordinate of one body over one part of the block) is a
Chebyshev series: its first two coefficients are `leads` (float64), the next `middle_count` are `middles` (int32)
and the last `tail_count` are `tails` (int16), both in units of the series' `quantum`. Angles are in arcseconds,
distances in astronomical units, so the whole series is `lead + quantum × integers`.
"""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

BLOCK_DAYS: Final = 16.0
GRID_JD: Final = 2305444.5
"""A block of every table begins here, 1599-12-29: all tables share one grid of blocks."""
LEAD_COUNT: Final = 2
LARGEST_MIDDLE: Final = 2**31 - 1
LARGEST_TAIL: Final = 2**15 - 1
FORMAT: Final = 1


class Coordinate(msgspec.Struct, frozen=True):
    """How one coordinate of one body is kept: the number of coefficients of each width, and their unit."""

    name: str
    unit: str
    quantum: float
    middle_count: int
    tail_count: int

    @property
    def count(self) -> int:
        """Coefficients in all."""
        return LEAD_COUNT + self.middle_count + self.tail_count


class Series(msgspec.Struct, frozen=True):
    """One body's coordinates; `parts` is how many pieces the 16-day block is cut into."""

    body: str
    parts: int
    coordinates: tuple[Coordinate, ...]


class Offsets(msgspec.Struct, frozen=True):
    """Where the pieces of a record lie, for the kernels.

    `pieces` has one row per piece, `(lead, middle, middle_count, tail, tail_count)`, offsets counted in elements of
    the piece's own width from the start of the record; `quanta` their units. `first_piece[b]` is the row of body b's
    first piece (rows run part by part, coordinate by coordinate) and `parts[b]` its number of parts.
    """

    pieces: NDArray[np.int64]
    quanta: NDArray[np.float64]
    first_piece: NDArray[np.int64]
    parts: NDArray[np.int64]
    record_bytes: int


def offsets_of(series: tuple[Series, ...]) -> Offsets:
    """Lay the pieces of one record out: all leads, then all middles, then all tails, padded to eight bytes."""
    pieces = [
        (coordinate.middle_count, coordinate.tail_count, coordinate.quantum)
        for one in series
        for _ in range(one.parts)
        for coordinate in one.coordinates
    ]
    lead_bytes = 8 * LEAD_COUNT * len(pieces)
    middle_bytes = 4 * sum(middle for middle, _, _ in pieces)
    lead, middle, tail = 0, lead_bytes // 4, (lead_bytes + middle_bytes) // 2
    rows = []
    for middle_count, tail_count, _ in pieces:
        rows.append((lead, middle, middle_count, tail, tail_count))
        lead, middle, tail = lead + LEAD_COUNT, middle + middle_count, tail + tail_count
    counts = [one.parts * len(one.coordinates) for one in series]
    return Offsets(
        pieces=np.array(rows, dtype=np.int64),
        quanta=np.array([quantum for _, _, quantum in pieces], dtype=np.float64),
        first_piece=np.cumsum([0, *counts[:-1]], dtype=np.int64),
        parts=np.array([one.parts for one in series], dtype=np.int64),
        record_bytes=-(-2 * tail // 8) * 8,
    )
