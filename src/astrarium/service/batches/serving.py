"""Results on their way out: as long as they are, in any range, never held whole."""

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.response import Stream

from astrarium.service.batches.errors import RangeNotSatisfiable
from astrarium.service.batches.joining import Segment
from astrarium.service.http.conditional import is_among
from astrarium.service.storage.service import Store

MEDIA_TYPES: Final = {
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
}
_RANGE: Final = re.compile(r"bytes=\s*(?:(?P<first>\d{1,18})-(?P<last>\d{1,18})?|-(?P<suffix>\d{1,18}))\s*")


class Whole(msgspec.Struct, frozen=True):
    """A file of results: what it is put together of, its tag, and when it was made."""

    format: str
    name: str
    tag: str
    made_at: datetime
    segments: tuple[Segment, ...]

    @property
    def size(self) -> int:
        """Its length."""
        return sum(one.length for one in self.segments)


def answer(request: Request[Any, Any, Any], files: Store, whole: Whole) -> Stream:
    """The file, or the range of it that the request asks for (RFC 9110, 14), or 304.

    One range is answered; a list of several is not heeded, as a server may. With `If-Range`, the range counts only
    while the file is the one that the caller has begun to read. Raises `RangeNotSatisfiable`.
    """
    size = whole.size
    headers = {
        "ETag": whole.tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="{whole.name}"',
        "X-Accel-Buffering": "no",
    }
    known = request.headers.get("if-none-match")
    if known is not None and is_among(known, whole.tag):
        return Stream(_nothing(), status_code=304, headers=headers, media_type=MEDIA_TYPES[whole.format])
    asked = _range(request, whole.tag, size)
    start, end = asked or (0, size)
    headers["Content-Length"] = str(end - start)
    if asked is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return Stream(
        _bytes(files, cut(whole.segments, start, end)),
        status_code=200 if asked is None else 206,
        headers=headers,
        media_type=MEDIA_TYPES[whole.format],
    )


def _range(request: Request[Any, Any, Any], tag: str, size: int) -> tuple[int, int] | None:
    """The range that is asked for, from and to before; None for all of it."""
    match = _RANGE.fullmatch(request.headers.get("range", ""))
    if match is None:
        return None
    condition = request.headers.get("if-range")
    if condition is not None and condition != tag:  # compared strongly; a date is none of ours
        return None
    if match["suffix"] is not None:
        start, end = max(0, size - int(match["suffix"])), size
    else:
        start = int(match["first"])
        last = size - 1 if match["last"] is None else int(match["last"])
        if last < start <= size - 1:
            return None
        end = min(size, last + 1)
    if start >= end:
        raise RangeNotSatisfiable(size)
    return start, end


def cut(segments: Iterable[Segment], start: int, end: int) -> Sequence[Segment]:
    """The segments of a range of the whole."""
    found = []
    at = 0
    for one in segments:
        first, last = max(start, at), min(end, at + one.length)
        if first < last:
            found.append(Segment(one.name, one.start + first - at, one.start + last - at))
        at += one.length
    return found


async def _bytes(files: Store, segments: Iterable[Segment]) -> AsyncIterator[bytes]:
    for one in segments:
        async for piece in files.stream(one.name, one.start, one.end):
            yield piece


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""
