"""The ephemeris table, opened: memory-mapped records and the arrays that the kernels read them through.

Opening checks the format, the size and the SHA-256 of the records, so a table that opens is the table that was
built. The records are mapped, not read: processes on one machine share them.
"""

import hashlib
import mmap
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.sky.errors import TableUnusable
from astrarium.sky.layout import BLOCK_DAYS, FORMAT, Offsets, Series, offsets_of

SHIPPED: Final = Path(__file__).parent.parent / "data" / "ephemeris"
DEFAULT_PATH: Final = SHIPPED / "planets.json"
MINOR_PATH: Final = SHIPPED / "minor.json"
CHUNK_BYTES: Final = 1 << 20


class SourceFile(msgspec.Struct, frozen=True):
    """One input of the builder and its SHA-256."""

    name: str
    sha256: str


class SeriesError(msgspec.Struct, frozen=True):
    """The worst difference of a series from the direct reduction on the builder's random instants."""

    body: str
    longitude_arcsec: float
    latitude_arcsec: float
    distance_au: float


class Provenance(msgspec.Struct, frozen=True):
    """Where a table came from and how true it is."""

    builder: str
    libraries: dict[str, str]
    sources: tuple[SourceFile, ...]
    checked_instants: int
    errors: tuple[SeriesError, ...]


class TableHeader(msgspec.Struct, frozen=True):
    """What stands in `NAME.json`: the records' layout, span and digest, and their provenance.

    `first_jd` is the start of the first block (JD TT, midnight); `first_year` and `last_year` bound the years that
    the table serves in full.
    """

    format: int
    name: str
    first_jd: float
    blocks: int
    block_days: float
    first_year: int
    last_year: int
    record_bytes: int
    sha256: str
    series: tuple[Series, ...]
    provenance: Provenance


class Records(NamedTuple):
    """The mapped records of a table, as three views of the same bytes; see `layout`."""

    leads: NDArray[np.float64]
    middles: NDArray[np.int32]
    tails: NDArray[np.int16]


class Table(msgspec.Struct, frozen=True, eq=False):
    """An opened table."""

    path: Path
    header: TableHeader
    offsets: Offsets
    records: Records

    def has(self, body: str) -> bool:
        """Whether the table holds a body."""
        return any(series.body == body for series in self.header.series)

    def series_index(self, body: str) -> int:
        """Row of a body among the series; `KeyError` when the table does not hold it."""
        for index, series in enumerate(self.header.series):
            if series.body == body:
                return index
        raise KeyError(body)


def open_table(path: Path = DEFAULT_PATH) -> Table:
    """Open and check a table by its header file.

    Raises `TableUnusable` when either file is missing, unreadable, truncated, altered, or of a format that this
    version does not read.
    """
    header = _read_header(path)
    offsets = offsets_of(header.series)
    records_path = path.with_suffix(".bin")
    expected = header.blocks * header.record_bytes
    if offsets.record_bytes != header.record_bytes or header.block_days != BLOCK_DAYS:
        raise TableUnusable(path, "its layout does not add up to its record size")
    try:
        with records_path.open("rb") as file:
            size = file.seek(0, 2)
            if size != expected:
                raise TableUnusable(records_path, f"it has {size:,} bytes where {expected:,} belong")
            if _sha256(file) != header.sha256:
                raise TableUnusable(
                    records_path, "its contents are not those that were built (SHA-256 differs)"
                )
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise TableUnusable(records_path, error.strerror or "it cannot be read") from error
    return Table(
        path=path,
        header=header,
        offsets=offsets,
        records=Records(
            leads=np.frombuffer(mapped, dtype="<f8"),
            middles=np.frombuffer(mapped, dtype="<i4"),
            tails=np.frombuffer(mapped, dtype="<i2"),
        ),
    )


@cache
def default_table() -> Table:
    """The table of Sun, Moon, planets and points that ships with Astrarium, opened once per process."""
    return open_table(DEFAULT_PATH)


@cache
def minor_table() -> Table:
    """The table of minor bodies that ships with Astrarium, opened once per process."""
    return open_table(MINOR_PATH)


def _read_header(path: Path) -> TableHeader:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise TableUnusable(path, error.strerror or "it cannot be read") from error
    try:
        version: dict[str, Any] = msgspec.json.decode(text)
        if version.get("format") != FORMAT:
            raise TableUnusable(path, f"it has format {version.get('format')!r}, this version reads {FORMAT}")
        return msgspec.json.decode(text, type=TableHeader)
    except (msgspec.DecodeError, AttributeError) as error:
        raise TableUnusable(path, f"its header is damaged ({error})") from error


def _sha256(file: Any) -> str:  # noqa: ANN401 - any binary file
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()
