"""Real servers on the loopback that answer as told, and an `Outbound` that may call them."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
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
        self.was_asked = asyncio.Event()
        self._meetings: set[asyncio.Task] = set()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._meetings.add(meeting := asyncio.current_task())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.asked.append(head)
            self.was_asked.set()
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the other side has gone, or the test is over
        finally:
            self._meetings.discard(meeting)
            writer.close()

    async def end(self) -> None:
        """Serve nobody any more."""
        for meeting in list(self._meetings):
            meeting.cancel()
            await asyncio.wait([meeting])

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@pytest.fixture(name="serving")
def _serving():
    """`async with serving(serve) as server`: a server for as long as the block runs."""
    return serving


@pytest.fixture(name="saying")
def _saying():
    """`saying(*pieces)`: serve these bytes and end."""
    return saying


@asynccontextmanager
async def serving(serve: Serve, *, host: str = "127.0.0.1", port: int = 0, **choices):
    server = Server(serve)
    listening = await asyncio.start_server(server.meet, host, port, **choices)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await server.end()


def saying(*pieces: bytes) -> Serve:
    async def serve(_reader, writer):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return serve


class Names:
    """A system of names that tells what a test says; each asking takes the next answer, and the last one stays."""

    def __init__(self, hosts: dict[str, list[list[str]]]) -> None:
        self.hosts = hosts
        self.asked: list[str] = []

    async def resolve(self, host: str, _port: int):
        self.asked.append(host)
        answers = self.hosts.get(host, [[]])
        told = answers.pop(0) if len(answers) > 1 else answers[0]
        return [ip_address(one) for one in told]


@pytest.fixture
def names():
    """`names({host: [addresses, addresses of the next asking, …]})`."""
    return Names


@pytest.fixture
def outbound_of():
    """An `Outbound` that customers may let call this machine, with names as told and with changed policies."""

    def made(
        names=None, *, allowed=("127.0.0.1",), trust=None, client=None, monotonic=time.monotonic, **policies
    ):
        changed = {
            purpose: replace(policy, **policies.get(purpose, {})) for purpose, policy in POLICIES.items()
        }
        resolve = (names or Names({})).resolve
        return Outbound(
            client or HttpClient(trust), resolve, now=lambda: NOON, allowed=allowed_of(allowed), policies=changed,
            monotonic=monotonic,
        )  # fmt: skip

    return made


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of hooks.example, as the side that shows it and the side that trusts it have it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hooks.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    both = tmp_path_factory.mktemp("certificate") / "both.pem"
    pem = made.public_bytes(Encoding.PEM)
    both.write_bytes(pem + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(both)
    return shown, ssl.create_default_context(cadata=pem.decode())
