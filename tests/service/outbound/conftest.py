"""Real servers on the loopback that answer as told, and an `Outbound` that may call them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from msgspec.structs import replace

from astrarium.service.outbound.adapters.http import HttpClient
from astrarium.service.outbound.service import POLICIES, Outbound, allowed_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A server whose connections are all served by one function; it remembers what it was asked."""

    def __init__(self, serve: Serve) -> None:
        self.connections = 0
        self.asked: list[bytes] = []
        self._serve = serve
        self.port = 0

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.asked.append(head)
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the other side has gone
        finally:
            writer.close()

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@asynccontextmanager
async def serving(serve: Serve, **choices):
    """A server for as long as the block runs."""
    server = Server(serve)
    listening = await asyncio.start_server(server.meet, "127.0.0.1", 0, **choices)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


def saying(*pieces: bytes) -> Serve:
    """Serve these bytes and end."""

    async def serve(_reader, writer):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return serve


class Names:
    """A system of names that tells what a test says; each asking takes the next answer, and the last one stays."""

    def __init__(self, **hosts: list[list[str]]) -> None:
        self.hosts = {name.replace("_", "."): answers for name, answers in hosts.items()}
        self.asked: list[str] = []

    async def resolve(self, host: str, _port: int):
        self.asked.append(host)
        answers = self.hosts.get(host, [[]])
        told = answers.pop(0) if len(answers) > 1 else answers[0]
        return [ip_address(one) for one in told]


@pytest.fixture
def outbound_of():
    """An `Outbound` that customers may let call this machine, with names as told and with changed policies."""

    def made(names=None, *, allowed=("127.0.0.1",), trust=None, monotonic=None, **policies) -> Outbound:
        changed = {
            purpose: replace(policy, **policies.get(purpose, {})) for purpose, policy in POLICIES.items()
        }
        clock = {} if monotonic is None else {"monotonic": monotonic}
        return Outbound(
            HttpClient(trust), (names or Names()).resolve, now=lambda: NOON, allowed=allowed_of(allowed),
            policies=changed, **clock,
        )  # fmt: skip

    return made
