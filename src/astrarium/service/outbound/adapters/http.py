"""HTTP by httpcore: one connection for one call, to an address that was chosen before, read within bounds.

httpcore is what httpx is built on. It follows no redirect, keeps no cookie, asks no proxy and unpacks nothing: what
httpx would do beyond it is what this adapter must not do.
"""

import asyncio
import ssl
import time
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final

import httpcore

from astrarium import __version__
from astrarium.service.outbound.addresses import Address
from astrarium.service.outbound.errors import Reason
from astrarium.service.outbound.policies import Policy
from astrarium.service.outbound.port import Answer, NoAnswer, Request

MOST_HEADERS: Final = 65_536
"""Bytes of status line and headers, and of what frames a body."""
MOST_TRIED: Final = 4
"""Addresses of one host that one call tries."""
PIECE: Final = 16_384
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


class HttpClient:
    """Sends requests and reads the heads of their answers; `trust` says whose certificates are believed."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self._given_trust = trust

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Read at the first call, since that takes longer than most calls."""
        return self._given_trust or ssl.create_default_context()

    async def send(self, request: Request, policy: Policy) -> Answer:
        """One request on a connection of its own.

        Raises `NoAnswer`.
        """
        began = time.monotonic()
        network = _Network(request.addresses, MOST_HEADERS + 2 * policy.kept_bytes)
        written = _written(request, policy)
        connection = httpcore.AsyncHTTPConnection(
            written.url.origin, ssl_context=self._trust, network_backend=network
        )
        reading = _Reading()
        try:
            async with asyncio.timeout_at(request.deadline):
                await reading.read(connection, written, policy.kept_bytes)
        except (TimeoutError, httpcore.TimeoutException) as error:
            if reading.response is None:
                raise NoAnswer("timeout", "no answer came in time") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            if reading.response is None:
                raise NoAnswer(_reason(error), _words(error)) from error
        finally:
            await connection.aclose()
            await network.aclose()
        return reading.answer(time.monotonic() - began)


class _Reading:
    """An answer as far as it has come."""

    def __init__(self) -> None:
        self.response: httpcore.Response | None = None
        self.head = bytearray()
        self.is_whole = False

    async def read(
        self, connection: httpcore.AsyncHTTPConnection, request: httpcore.Request, most: int
    ) -> None:
        """Read until the end, or until there is more than `most` of the body."""
        response = await connection.handle_async_request(request)
        self.response = response
        try:
            async for piece in response.aiter_stream():
                self.head += piece
                if len(self.head) > most:
                    del self.head[most:]
                    return
            self.is_whole = True
        finally:
            await response.aclose()

    def answer(self, elapsed_s: float) -> Answer:
        """What there is of it."""
        response = self.response
        assert response is not None
        headers: dict[str, str] = {}
        for name, value in response.headers:
            headers.setdefault(name.decode("ascii").lower(), value.decode("latin-1"))
        return Answer(
            status=response.status, headers=headers, body_head=bytes(self.head),
            is_whole=self.is_whole, elapsed_s=elapsed_s,
        )  # fmt: skip


class _Network(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that were judged, whatever name httpcore says; reads no more than `most` bytes."""

    def __init__(self, addresses: Sequence[Address], most: int) -> None:
        self._addresses = addresses[:MOST_TRIED]
        self._most = most
        self._sockets = httpcore.AnyIOBackend()
        self._open: httpcore.AsyncNetworkStream | None = None

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002  (the name is for TLS and the Host header alone)
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  (httpcore's)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Try one address after the other, each with its share of the time that is left."""
        deadline = time.monotonic() + (timeout or 0.0)
        for number, address in enumerate(self._addresses, 1):
            share_s = (deadline - time.monotonic()) / (len(self._addresses) - number + 1)
            try:
                stream = await self._sockets.connect_tcp(
                    str(address), port, max(share_s, 0.01), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(self._addresses):
                    raise
            else:
                self._open = stream
                return _BoundedStream(stream, self._most)
        raise httpcore.ConnectError("there is no address")

    async def aclose(self) -> None:
        """End the connection: httpcore leaves one open that was given up before it was ready (TLS)."""
        if self._open is not None:
            await self._open.aclose()


class _BoundedStream(httpcore.AsyncNetworkStream):
    """A connection that breaks when more than `most` bytes have come."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, most: int) -> None:
        self._stream = stream
        self._left = most

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  (httpcore's)
        """The next piece."""
        if self._left <= 0:
            raise httpcore.ReadError("the answer is too long")
        piece = await self._stream.read(min(max_bytes, PIECE), timeout)
        self._left -= len(piece)
        return piece

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109  (httpcore's)
        """Send all of it."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """End the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  (httpcore's)
    ) -> httpcore.AsyncNetworkStream:
        """The same connection, encrypted, once the other side has proved its name."""
        stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _BoundedStream(stream, self._left)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  (httpcore's)
        """What is known of the connection."""
        return self._stream.get_extra_info(info)


def _written(request: Request, policy: Policy) -> httpcore.Request:
    target = request.target
    url = httpcore.URL(
        scheme=target.scheme.encode(),
        host=target.host.encode(),
        port=target.port,
        target=target.path.encode(),
    )
    headers = {
        "host": target.host_header, "user-agent": f"Astrarium/{__version__}", "accept-encoding": "identity",
        "connection": "close", **{name.lower(): value for name, value in request.headers.items()},
    }  # fmt: skip
    if request.body or request.method in _WITH_BODY:
        headers["content-length"] = str(len(request.body))
    limits = {"connect": policy.connect_s, "read": None, "write": None, "pool": None}
    return httpcore.Request(
        request.method,
        url,
        headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()],
        content=request.body,
        extensions={"timeout": limits},
    )


def _reason(error: Exception) -> Reason:
    if isinstance(error, httpcore.ConnectError):
        return "tls" if isinstance(error.__cause__, ssl.SSLError) else "connect"
    return "broken"


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")[:200]
