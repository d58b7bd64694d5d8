"""One service and one PostgreSQL for the whole run, a fresh database for each test that asks, and shared words."""

import asyncio
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partialmethod
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from astrarium.service.app import create_app
from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.upgrade import upgrade
from astrarium.service.permissions import Caller
from astrarium.service.settings import Settings

NOON_OF_A_DAY = datetime(2026, 11, 23, 15, 20, 45, tzinfo=UTC)
BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedServer]:
    """A PostgreSQL server of this run, whose own database has this version's tables and stays empty."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # root lends the server to another user, who has to get in
        server = EmbeddedServer(Path(folder) / "postgresql", {"fsync": "off", "max_connections": "200"})
        server.start()
        try:
            asyncio.run(upgrade(server.url))
            yield server
        finally:
            server.stop()


@pytest.fixture
def database_url(postgres) -> Iterator[URL]:
    """A database of the test's own, with this version's tables."""
    name = f"test_{new_id().hex}"
    asyncio.run(run_alone(postgres.url, f"CREATE DATABASE {name} TEMPLATE {postgres.url.database}"))
    yield postgres.url.set(database=name)
    asyncio.run(run_alone(postgres.url, f"DROP DATABASE {name} WITH (FORCE)"))


async def run_alone(url: URL, statement: str) -> None:
    """Run a statement that no transaction may hold, from a database that is nobody's template."""
    engine = create_async_engine(
        url.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(scope="session")
def settings_of(postgres):
    """Settings of a service on the run's shared database, for tests that write nothing."""

    def made(**choices: Any) -> Settings:
        return Settings(database_url=postgres.url.render_as_string(hide_password=False), **choices)

    return made


@pytest.fixture(scope="session")
def app(settings_of) -> Litestar:
    return create_app(settings_of(), now=lambda: NOON_OF_A_DAY)


@pytest.fixture(scope="session")
def client(app) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def birth() -> dict[str, Any]:
    return dict(BIRTH)


@pytest.fixture
def cast(client):
    """Ask for one chart by its birth and settings."""

    def ask(birth: dict[str, Any] | None = None, /, **settings: Any) -> httpx.Response:
        return client.post("/api/v1/charts", json={"birth": BIRTH if birth is None else birth, **settings})

    return ask


@pytest.fixture
def send(client):
    """Send raw bytes as the body of a chart request."""

    def post(body: bytes, content_type: str | None = "application/json") -> httpx.Response:
        headers = {"Content-Type": content_type} if content_type else {}
        return client.post("/api/v1/charts", content=body, headers=headers)

    return post


@pytest.fixture
def problem():
    """Check that an answer is a whole problem of one status and code, and give it."""

    def check(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
        told = answer.json()
        assert (answer.status_code, told["code"]) == (status, code), told
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert told["status"] == status
        assert told["type"] == f"/api/docs/errors#{code}"
        assert told["instance"] == answer.request.url.path
        assert told["request_id"] == answer.headers["x-request-id"]
        assert told["title"]
        for sentence in (told["detail"], told["hint"]):
            assert sentence[0] == sentence[0].upper()
            assert sentence[-1] in ".!?"
        return told

    return check


class SignedIn:
    """One account at one service: requests that it sends."""

    def __init__(self, client: TestClient, account_id: UUID, caller: Caller) -> None:
        self.client = client
        self.account_id = account_id
        self.caller = caller

    def send(self, method: str, path: str, **choices: Any) -> httpx.Response:
        headers = {"X-Caller": msgspec.json.encode(self.caller).decode(), **choices.pop("headers", {})}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **choices)

    get = partialmethod(send, "GET")
    post = partialmethod(send, "POST")
    patch = partialmethod(send, "PATCH")
    delete = partialmethod(send, "DELETE")


@pytest.fixture
def own_service(database_url) -> Iterator[TestClient]:
    """A service on a database of the test's own, at a clock that the test sets: `app.state.at`."""
    settings = Settings(database_url=database_url.render_as_string(hide_password=False))
    application = create_app(settings, now=lambda: application.state.at)
    application.state.at = NOON_OF_A_DAY
    inner = application.asgi_handler

    async def with_caller(scope, receive, send):
        for name, value in scope.get("headers", ()):
            if name == b"x-caller":
                scope["state"]["caller"] = msgspec.json.decode(value, type=Caller)
        await inner(scope, receive, send)

    application.asgi_handler = with_caller
    with TestClient(application, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def account(own_service, database_url):
    """Make an account and give its `SignedIn`."""

    def made(tier: str = "free", **choices: Any) -> SignedIn:
        account_id = new_id()
        asyncio.run(add_account(database_url, account_id))
        caller = Caller(account_id=account_id, role="user", tier=tier, **choices)
        return SignedIn(own_service, account_id, caller)

    return made


async def add_account(url: URL, account_id: UUID) -> None:
    """A bare account, for tests of what accounts own."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        email = f"{account_id}@example.org"
        await connection.execute(
            text("INSERT INTO accounts (id, email, email_key) VALUES (:id, :email, :email)"),
            {"id": account_id, "email": email},
        )
    await engine.dispose()
