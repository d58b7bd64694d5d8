"""A table half built: what is finished survives an interrupt, a kill or a lost machine, and is gone on from.

While `NAME` is built, the folder `NAME.partial` beside it holds `request.json` (what is being built from what, and the
settled layout), `NAME.bin` (the records so far) and `journal` (one line per finished chunk: its blocks and the SHA-256
of its records). A line is written only when its records are on the disk, so everything the journal names can be
trusted after its digest was checked, and everything after it is built anew.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgspec

from astrarium.sky.building.errors import DirectoryBusy
from astrarium.sky.building.fit import SeriesPlan
from astrarium.sky.layout import Series
from astrarium.sky.table import SourceFile


class Request(msgspec.Struct, frozen=True):
    """Everything that decides the bytes of a table: two equal requests give the same records."""

    name: str
    first_jd: float
    blocks: int
    builder: str
    libraries: dict[str, str]
    sources: tuple[SourceFile, ...]
    plans: tuple[SeriesPlan, ...]


class _Begun(msgspec.Struct, frozen=True):
    """`request.json`: the request and the layout that was settled for it."""

    request: Request
    series: tuple[Series, ...]
    record_bytes: int


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold a directory against other builders, at most as long as the process lives. Raises `DirectoryBusy`."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DirectoryBusy(directory) from error
        yield
    finally:
        os.close(descriptor)


class PartialTable:
    """The folder of one table that is being built. Use it as a context; leaving it keeps what is finished."""

    def __init__(self, output: Path, request: Request) -> None:
        self.request = request
        self.folder = output / f"{request.name}.partial"
        self.series: tuple[Series, ...] | None = None
        self.done = 0
        """Blocks whose records are finished."""
        self._record_bytes = 0
        self._digest = hashlib.sha256()

    @property
    def records(self) -> Path:
        """The file of records."""
        return self.folder / f"{self.request.name}.bin"

    def __enter__(self) -> Self:
        begun = self._begun()
        if begun is None:
            shutil.rmtree(self.folder, ignore_errors=True)
            return self
        self.series, self._record_bytes = begun.series, begun.record_bytes
        self._open()
        self._take_up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.series is not None:
            self._file.close()
            self._journal.close()

    def begin(self, series: tuple[Series, ...], record_bytes: int) -> None:
        """Start from nothing with a settled layout."""
        self.folder.mkdir(parents=True)
        self.series, self._record_bytes = series, record_bytes
        begun = _Begun(self.request, series, record_bytes)
        unfinished = self.folder / "request.new"
        unfinished.write_bytes(msgspec.json.encode(begun))
        unfinished.replace(self.folder / "request.json")
        self._open()

    def append(self, records: bytes) -> None:
        """Add the records of the next blocks; they are on the disk when this returns."""
        blocks = len(records) // self._record_bytes
        self._file.write(records)
        _write_through(self._file)
        self._journal.write(f"{blocks} {hashlib.sha256(records).hexdigest()}\n")
        _write_through(self._journal)
        self._digest.update(records)
        self.done += blocks

    def sha256(self) -> str:
        """The digest of the records so far."""
        return self._digest.hexdigest()

    def discard(self) -> None:
        """Forget the folder with everything in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _begun(self) -> _Begun | None:
        """What the folder holds, if it was begun for the same request."""
        try:
            begun = msgspec.json.decode((self.folder / "request.json").read_bytes(), type=_Begun)
        except (OSError, msgspec.DecodeError):
            return None
        return begun if begun.request == self.request else None

    def _open(self) -> None:
        self._file = self.records.open("a+b")
        self._journal = (self.folder / "journal").open("a+", encoding="ascii", errors="replace")

    def _take_up(self) -> None:
        """Check every chunk that the journal names; keep those up to the first that does not hold."""
        self._journal.seek(0)
        lines = self._journal.readlines()
        self._file.seek(0)
        kept = []
        for line in lines:
            blocks, _, digest = line.partition(" ")
            count = int(blocks) if blocks.isdecimal() else 0
            if not 0 < count <= self.request.blocks - self.done:
                break
            records = self._file.read(count * self._record_bytes)
            if f"{hashlib.sha256(records).hexdigest()}\n" != digest:
                break
            kept.append(line)
            self._digest.update(records)
            self.done += count
        self._file.truncate(self.done * self._record_bytes)
        self._journal.truncate(sum(map(len, kept)))


def _write_through(file: IO[Any]) -> None:
    """Bring what was written to the disk itself."""
    file.flush()
    os.fsync(file.fileno())
