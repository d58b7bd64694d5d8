"""The door of the storage: `Store`, files by name, written whole and read in any part.

A file is there when all of it is: one that breaks off while it is written leaves nothing behind. Writing a name again
replaces the file at once and as a whole. Names hold ids and numbers, never anything of a person.
"""

import io
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import cached_property
from typing import Final

import msgspec
import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from astrarium.service.outbound.service import BreakerOpen, Outbound
from astrarium.service.storage.errors import FileMissing, InvalidStorage, StorageUnreachable

__all__ = ["FileMissing", "InvalidStorage", "StorageUnreachable", "Store", "Stored"]

PART_BYTES: Final = 8 << 20
"""What is sent at once of a file whose length is not known; S3 takes at least 5 MiB."""
PARTS_AT_ONCE: Final = 2
READ_BYTES: Final = 1 << 20
LIST_AT_ONCE: Final = 500


class Stored(msgspec.Struct, frozen=True):
    """One file: its name, its length and when it was written."""

    name: str
    size: int
    written_at: datetime


class Store:
    """Files by name. Nothing is reached before the first is asked for; then `InvalidStorage` may be raised.

    Every method may be repeated, and raises `StorageUnreachable` where the place does not answer. With `outbound`, for
    a place that is not on this machine, one that failed again and again is left alone for a while.
    """

    def __init__(self, place: Callable[[], ObjectStore], outbound: Outbound | None = None) -> None:
        self._made_by = place
        self._outbound = outbound

    @cached_property
    def _place(self) -> ObjectStore:
        return self._made_by()

    async def put(self, name: str, content: bytes | AsyncIterable[bytes]) -> None:
        """Write a file as a whole. What an iterable raises is raised, and then there is no file."""
        with self._asking(name):
            await obstore.put_async(
                self._place, name, content, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE
            )

    def put_now(self, name: str, content: bytes) -> None:
        """Write a file from a thread of its own."""
        with self._asking(name):
            obstore.put(self._place, name, content)

    async def read(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes of a file from `start` to before `end`. Raises `FileMissing`."""
        with self._asking(name):
            if end is None:
                whole = await (await obstore.get_async(self._place, name)).bytes_async()
                return bytes(whole)[start:]
            if end <= start:
                return b""
            return bytes(await obstore.get_range_async(self._place, name, start=start, end=end))

    async def stream(self, name: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The same in pieces, each read when it is asked for. Raises `FileMissing`."""
        for at in range(start, end, READ_BYTES):
            yield await self.read(name, at, min(at + READ_BYTES, end))

    def open(self, name: str) -> io.BufferedReader:
        """A file to read from a thread, in which one may move about. Raises `FileMissing`."""
        with self._asking(name):
            size = obstore.head(self._place, name)["size"]
        return io.BufferedReader(_Reading(self._place, name, size, self._asking), READ_BYTES)

    async def list(self, prefix: str) -> AsyncIterator[Stored]:
        """Every file under a folder."""
        with self._asking(prefix):
            async for some in obstore.list(self._place, prefix, chunk_size=LIST_AT_ONCE):
                for one in some:
                    yield Stored(one["path"], one["size"], one["last_modified"])

    async def delete(self, names: Sequence[str]) -> None:
        """Delete files; those that are not there are passed over."""
        for name in names:
            with self._asking(name):
                try:
                    await obstore.delete_async(self._place, name)
                except FileNotFoundError:
                    continue

    async def delete_under(self, prefix: str) -> int:
        """Delete every file under a folder; tells how many there were."""
        names = [one.name async for one in self.list(prefix)]
        await self.delete(names)
        return len(names)

    @contextmanager
    def _asking(self, name: str) -> Iterator[None]:
        if self._outbound is None:
            with _told(name):
                yield
            return
        try:
            with self._outbound.permitted("storage", is_answer=_is_answer), _told(name):
                yield
        except BreakerOpen as error:
            raise StorageUnreachable from error


class _Reading(io.RawIOBase):
    """A stored file as a raw stream."""

    def __init__(
        self, place: ObjectStore, name: str, size: int, asking: Callable[[str], AbstractContextManager[None]]
    ) -> None:
        self._place = place
        self._name = name
        self._size = size
        self._at = 0
        self._asking = asking

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what io hands in
        length = min(len(buffer), self._size - self._at)
        if length <= 0:
            return 0
        with self._asking(self._name):
            part = obstore.get_range(self._place, self._name, start=self._at, length=length)
        buffer[:length] = part
        self._at += length
        return length


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissing(name) from error
    except (BaseError, OSError) as error:
        raise StorageUnreachable from error


def _is_answer(error: Exception) -> bool:
    """Whether the place is well all the same: a file that is not there, or a fault of what was to be written."""
    return not isinstance(error, StorageUnreachable)
