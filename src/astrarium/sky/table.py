"""The ephemeris table, opened: memory-mapped records and the arrays that the kernels read them through.

Opening checks the format, the layout, the size and the SHA-256 of header and records, so a table that opens is the
table that was built. The records are mapped, not read: processes on one machine share them.

The tables in use are those that ship, each replaced by its namesake in the directory of `use_tables`, if there is one.
"""

import hashlib
import mmap
import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.sky.errors import TableUnusable
from astrarium.sky.layout import BLOCK_DAYS, FORMAT, GRID_JD, Offsets, Series, offsets_of
from astrarium.sky.table_directory import tables_directory

SHIPPED: Final = Path(__file__).parent.parent / "data" / "ephemeris"
DEFAULT_PATH: Final = SHIPPED / "planets.json"
MINOR_PATH: Final = SHIPPED / "minor.json"
PLANETS, MINOR = "planets", "minor"
TABLES: Final = (PLANETS, MINOR, "earth")
CHUNK_BYTES: Final = 1 << 20
BUILDERS: Final = {"earth": "builders.earth_motion"}
"""The builders of the tables that ship, where it is not `builders.ephemeris`."""


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

    `first_jd` is the start of the first block (JD TT, midnight). The table serves the years `first_year` to
    `last_year`, the outer ones cut where its sources begin or end. `sha256` digests the records, `header_sha256` this
    header with that field empty.
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
    header_sha256: str

    def sealed(self) -> "TableHeader":
        """This header with its own digest."""
        bare = msgspec.structs.replace(self, header_sha256="")
        return msgspec.structs.replace(
            self, header_sha256=hashlib.sha256(msgspec.json.encode(bare)).hexdigest()
        )


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

    Raises `TableUnusable`, whose hint names the command that builds the same table, when either file is missing,
    unreadable, truncated, altered, or of a format that this version does not read.
    """
    header = _read_header(path)
    records_path = path.with_suffix(".bin")
    offsets = offsets_of(header.series)
    expected = header.blocks * header.record_bytes
    try:
        with records_path.open("rb") as file:
            size = file.seek(0, 2)
            if size != expected:
                raise _unusable(records_path, f"it has {size:,} bytes where {expected:,} belong", path)
            if _sha256(file) != header.sha256:
                raise _unusable(
                    records_path, "its contents are not those that were built (SHA-256 differs)", path
                )
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise _unusable(records_path, error.strerror or "it cannot be read", path) from error
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


def default_table() -> Table:
    """The table of Sun, Moon, planets and points in use, opened once per process."""
    return table_in_use(PLANETS)


def minor_table() -> Table:
    """The table of minor bodies in use, opened once per process."""
    return table_in_use(MINOR)


def table_in_use(name: str) -> Table:
    """The table `name` of the directory that `use_tables` settled, else the one that ships; opened once per process.

    Raises `TableUnusable` for a broken table, also where a whole one ships.
    """
    return _opened(name, tables_directory())


def tables_in_use() -> tuple[Table, ...]:
    """Every table in use, opened. Raises `TableUnusable` for a broken one."""
    return tuple(table_in_use(name) for name in TABLES)


@cache
def _opened(name: str, directory: Path | None) -> Table:
    own = directory / f"{name}.json" if directory else None
    return open_table(own if own and table_is_there(own) else SHIPPED / f"{name}.json")


def table_is_there(path: Path) -> bool:
    """Whether anything stands where a table's two files belong, whole or not, readable or not."""
    for file in (path, path.with_suffix(".bin")):
        try:
            file.lstat()
        except FileNotFoundError:
            continue
        except OSError:
            return True
        return True
    return False


def _read_header(path: Path) -> TableHeader:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error.strerror or "it cannot be read", path) from error
    try:
        version: dict[str, Any] = msgspec.json.decode(text)
        if version.get("format") != FORMAT:
            reason = f"it has format {version.get('format')!r}, this version reads {FORMAT}"
            raise _unusable(path, reason, path, text)
        header = msgspec.json.decode(text, type=TableHeader)
    except (msgspec.DecodeError, AttributeError) as error:
        raise _unusable(path, f"its header is damaged ({error})", path, text) from error
    if not _adds_up(header):
        raise _unusable(path, "its layout does not add up", path, text)
    if (header.first_jd - GRID_JD) % BLOCK_DAYS:
        raise _unusable(path, "its blocks do not lie on the grid that all tables share", path, text)
    if header.sealed() != header:
        raise _unusable(path, "its header is not the one that was built (SHA-256 differs)", path, text)
    return header


def _adds_up(header: TableHeader) -> bool:
    """Whether the layout can be read at all, and makes records of the size that the header says."""
    whole = (
        header.blocks > 0
        and header.record_bytes > 0
        and header.block_days == BLOCK_DAYS
        and all(one.parts > 0 and one.parts.bit_count() == 1 for one in header.series)
        and all(
            coordinate.middle_count >= 0 and coordinate.tail_count >= 0
            for one in header.series
            for coordinate in one.coordinates
        )
    )
    return whole and offsets_of(header.series).record_bytes == header.record_bytes


def _unusable(file: Path, reason: str, header_path: Path, header_text: bytes | None = None) -> TableUnusable:
    """The refusal of a table, with the way to build the same table again."""
    name = header_path.stem
    if header_path.parent == SHIPPED:
        builder = BUILDERS.get(name, f"builders.ephemeris {name}")
        return TableUnusable(
            file, reason, f"Reinstall Astrarium, or build the table anew from a clone: `python -m {builder}`."
        )
    command = build_command(header_path, header_text)
    return TableUnusable(
        file, reason, f"Build it anew with `{command}`, or remove it to use the table that ships."
    )


def build_command(path: Path, header_text: bytes | None = None) -> str:
    """The command that builds the table at `path` again, with its years as far as they can still be read.

    `header_text` saves reading the header once more. Without years the command builds all that the sources hold.
    """
    if header_text is None:
        try:
            header_text = path.read_bytes()
        except OSError:
            header_text = b""
    years = [re.search(rb'"%s_year"\s*:\s*(\d{4})\b' % end, header_text) for end in (b"first", b"last")]
    options = [
        f"{option} {found[1].decode()}"
        for option, found in zip(("--from", "--to"), years, strict=True)
        if found
    ]
    bodies = "minor" if path.stem == MINOR_PATH.stem else "planets"
    where = shlex.quote(str(path.parent))
    return " ".join(("astrarium ephemeris build", *options, f"--bodies {bodies} --directory {where}"))


def _sha256(file: Any) -> str:  # noqa: ANN401 - any binary file
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()
