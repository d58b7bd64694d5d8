"""Compression of answers: zstd where Python brings it (3.14), else gzip, by what the caller accepts."""

import importlib
import zlib
from collections.abc import Callable
from typing import Any, Final, Protocol

from astrarium.service.http.asgi import Application, Message, Receive, Scope, Send

LEAST_SIZE_BYTES: Final = 1024
_GZIP_LEVEL: Final = 4
_ZSTD_LEVEL: Final = 3
_GZIP_CONTAINER: Final = 31

_COMPRESSIBLE: Final = (
    b"text/", b"application/json", b"application/problem+json", b"application/javascript", b"application/manifest+json",
    b"application/vnd.msgpack", b"application/msgpack", b"application/vnd.oai.openapi", b"image/svg+xml",
)  # fmt: skip


class Compressor(Protocol):
    """A compressed stream: `piece` gives what can be sent by now, `last` the rest."""

    def piece(self, data: bytes) -> bytes: ...

    def last(self, data: bytes) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._stream = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_CONTAINER)

    def piece(self, data: bytes) -> bytes:
        return self._stream.compress(data) + self._stream.flush(zlib.Z_SYNC_FLUSH)

    def last(self, data: bytes) -> bytes:
        return self._stream.compress(data) + self._stream.flush()


def _zstd() -> dict[bytes, Callable[[], Compressor]]:
    try:
        zstd: Any = importlib.import_module("compression.zstd")
    except ImportError:
        return {}

    class _Zstd:
        def __init__(self) -> None:
            self._stream = zstd.ZstdCompressor(_ZSTD_LEVEL)

        def piece(self, data: bytes) -> bytes:
            return bytes(self._stream.compress(data, zstd.ZstdCompressor.FLUSH_BLOCK))

        def last(self, data: bytes) -> bytes:
            return bytes(self._stream.compress(data, zstd.ZstdCompressor.FLUSH_FRAME))

    return {b"zstd": _Zstd}


ENCODINGS: Final[dict[bytes, Callable[[], Compressor]]] = {**_zstd(), b"gzip": _Gzip}
"""The encodings that this Python offers, best first."""


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
    """The best encoding that `Accept-Encoding` allows with the highest weight."""
    header = next((value for name, value in scope["headers"] if name == b"accept-encoding"), b"")
    if not header:
        return None
    weights = dict(_weighted(part) for part in header.lower().split(b","))
    best = max(ENCODINGS, key=lambda encoding: weights.get(encoding, weights.get(b"*", 0.0)))
    return best if weights.get(best, weights.get(b"*", 0.0)) > 0 else None


def _weighted(part: bytes) -> tuple[bytes, float]:
    name, _, parameter = part.partition(b";")
    try:
        weight = float(parameter.strip().removeprefix(b"q=") or 1)
    except ValueError:
        weight = 0.0
    return name.strip(), weight


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
    return b"content-encoding" not in headers and headers.get(b"content-type", b"").startswith(_COMPRESSIBLE)


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
