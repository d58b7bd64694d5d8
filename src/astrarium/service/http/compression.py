"""Compression of answers: zstd, brotli or gzip, by what the caller accepts."""

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import brotli

from astrarium.service.http.asgi import Application, Message, Receive, Scope, Send

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdCompressor
else:
    from backports.zstd import ZstdCompressor

LEAST_SIZE_BYTES: Final = 1024
_ZSTD_LEVEL: Final = 1
"""Levels by a chart of 19,908 bytes: 26 µs give 4,431 bytes, level 3 36 µs and 4,379, level 6 87 µs and 4,211."""
_BROTLI_QUALITY: Final = 3
"""60 µs give 4,297 bytes; quality 2 46 µs and 4,498, quality 4 98 µs and 4,160."""
_BROTLI_WINDOW_BITS: Final = 18
"""A window of 256 KB bounds what a stream holds; a chart has the same size with 4 MB."""
_GZIP_LEVEL: Final = 4
"""60 µs give 4,616 bytes; level 1 34 µs and 5,127, level 6 75 µs and 4,370."""
_GZIP_CONTAINER: Final = 31

_COMPRESSIBLE: Final = (
    b"text/", b"application/json", b"application/problem+json", b"application/javascript", b"application/manifest+json",
    b"application/vnd.msgpack", b"application/msgpack", b"application/vnd.oai.openapi", b"image/svg+xml",
)  # fmt: skip

_WITHOUT_END: Final = b"text/event-stream"
"""Small messages for hours: a compressor for each reader would hold more memory than all else of the connection."""


class Compressor(Protocol):
    """A compressed stream: `piece` gives what can be sent by now, `last` the rest."""

    def piece(self, data: bytes) -> bytes: ...

    def last(self, data: bytes) -> bytes: ...


class _Zstd:
    def __init__(self) -> None:
        self._stream = ZstdCompressor(_ZSTD_LEVEL)

    def piece(self, data: bytes) -> bytes:
        return self._stream.compress(data, ZstdCompressor.FLUSH_BLOCK)

    def last(self, data: bytes) -> bytes:
        return self._stream.compress(data, ZstdCompressor.FLUSH_FRAME)


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Compressor(quality=_BROTLI_QUALITY, lgwin=_BROTLI_WINDOW_BITS)

    def piece(self, data: bytes) -> bytes:
        return bytes(self._stream.process(data) + self._stream.flush())

    def last(self, data: bytes) -> bytes:
        return bytes(self._stream.process(data) + self._stream.finish())


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_CONTAINER)

    def piece(self, data: bytes) -> bytes:
        return self._stream.compress(data) + self._stream.flush(zlib.Z_SYNC_FLUSH)

    def last(self, data: bytes) -> bytes:
        return self._stream.compress(data) + self._stream.flush()


ENCODINGS: Final[dict[bytes, Callable[[], Compressor]]] = {b"zstd": _Zstd, b"br": _Brotli, b"gzip": _Gzip}
"""The encodings on offer, best first: what a caller weighs equally is decided by this order."""


def compressed(application: Application) -> Application:
    """Wrap `application`: text of at least 1 KB leaves compressed to a caller who accepts it.

    What is already compressed, small or of another kind passes untouched. A strong `ETag` becomes weak, since the
    bytes differ from the uncompressed ones.
    """

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        encoding = _accepted(scope)
        await application(scope, receive, _CompressingSend(send, encoding) if encoding else send)

    return handle


def _accepted(scope: Scope) -> bytes | None:
    """The best encoding of those that `Accept-Encoding` weighs highest; `None` where it would rather have none."""
    weights = dict(_weights(scope))
    if not weights:
        return None
    others = weights.get(b"*", 0.0)
    best = max(ENCODINGS, key=lambda encoding: weights.get(encoding, others))
    weight = weights.get(best, others)
    return best if weight > 0 and weight >= weights.get(b"identity", 0.0) else None


def _weights(scope: Scope) -> Iterator[tuple[bytes, float]]:
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            yield from map(_weighted, value.lower().split(b","))


def _weighted(part: bytes) -> tuple[bytes, float]:
    """An encoding and its weight (RFC 9110, 12.4.2), which is 0 where it is none."""
    name, _, parameter = part.partition(b";")
    try:
        weight = float(parameter.strip().removeprefix(b"q=") or 1)
    except ValueError:
        weight = 0.0
    return name.strip(), weight if 0 <= weight <= 1 else 0.0


class _CompressingSend:
    """Holds the start of an answer back until its first body message tells whether compression pays."""

    __slots__ = ("compressor", "encoding", "send", "start")

    def __init__(self, send: Send, encoding: bytes) -> None:
        self.send = send
        self.encoding = encoding
        self.start: Message | None = None
        self.compressor: Compressor | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_compressible(message):
            self.start = message
            return
        if message["type"] == "http.response.body":
            more = message.get("more_body", False)
            if self.start is not None:
                await self._begin(message, more=more)
            elif self.compressor is not None:
                body = message.get("body", b"")
                message["body"] = self.compressor.piece(body) if more else self.compressor.last(body)
        await self.send(message)

    async def _begin(self, message: Message, *, more: bool) -> None:
        start, self.start = self.start, None
        assert start is not None
        body = message.get("body", b"")
        if more:
            self.compressor = ENCODINGS[self.encoding]()
            message["body"] = self.compressor.piece(body)
            start["headers"] = _as_encoded(start["headers"], self.encoding, None)
        elif len(body) >= LEAST_SIZE_BYTES:
            message["body"] = body = ENCODINGS[self.encoding]().last(body)
            start["headers"] = _as_encoded(start["headers"], self.encoding, len(body))
        else:
            start["headers"] = [*start["headers"], (b"vary", b"Accept-Encoding")]
        await self.send(start)


def _is_compressible(start: Message) -> bool:
    headers = dict(start["headers"])
    kind = headers.get(b"content-type", b"")
    return b"content-encoding" not in headers and kind.startswith(_COMPRESSIBLE) and kind != _WITHOUT_END


def _as_encoded(
    headers: list[tuple[bytes, bytes]], encoding: bytes, length: int | None
) -> list[tuple[bytes, bytes]]:
    changed = [(name, value) for name, value in headers if name not in {b"content-length", b"etag"}]
    changed += [(name, _weak(value)) for name, value in headers if name == b"etag"]
    if length is not None:
        changed.append((b"content-length", b"%d" % length))
    return [*changed, (b"content-encoding", encoding), (b"vary", b"Accept-Encoding")]


def _weak(etag: bytes) -> bytes:
    return etag if etag.startswith(b"W/") else b"W/" + etag
