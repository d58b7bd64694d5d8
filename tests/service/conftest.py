"""One service and one PostgreSQL for the whole run, a fresh database for each test that asks, and shared words."""

import asyncio
import importlib.util
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partialmethod
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import text, update
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from astrarium.service.accounts import cookies, keys, registration, sessions, tokens
from astrarium.service.accounts.means import rules_of
from astrarium.service.accounts.models import accounts
from astrarium.service.app import create_app
from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.statements import observers
from astrarium.service.database.upgrade import upgrade
from astrarium.service.settings import Settings

NOON_OF_A_DAY = datetime(2026, 11, 23, 15, 20, 45, tzinfo=UTC)
SECRET_KEY = "c29tZSAzMiBieXRlcyB0aGF0IGFyZSBubyBzZWNyZXQ="
UNTOUCHED = "untouched"
"""The database that every test's own is a copy of: nobody is connected to it."""
BROWSING = Path(__file__).with_name("browsing.py")
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
            asyncio.run(run_alone(server.url, f"CREATE DATABASE {UNTOUCHED} TEMPLATE {server.url.database}"))
            yield server
        finally:
            server.stop()


@pytest.fixture
def database_url(postgres) -> Iterator[URL]:
    """A database of the test's own, with this version's tables."""
    with a_database(postgres) as url:
        yield url


@pytest.fixture(scope="module")
def lasting_database(postgres) -> Iterator[URL]:
    """A database of the tests of one file, with this version's tables."""
    with a_database(postgres) as url:
        yield url


@contextmanager
def a_database(postgres: EmbeddedServer) -> Iterator[URL]:
    name = f"test_{new_id().hex}"
    asyncio.run(run_alone(postgres.url, f"CREATE DATABASE {name} TEMPLATE {UNTOUCHED}"))
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
        address = postgres.url.render_as_string(hide_password=False)
        return Settings(database_url=address, **{"secret_keys": (SECRET_KEY,), **choices})

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
    """One account at one service: requests with its session's cookie, or with its API key."""

    def __init__(self, client: TestClient, account_id: UUID, credential: dict[str, str]) -> None:
        self.client = client
        self.account_id = account_id
        self.credential = credential

    def send(self, method: str, path: str, **choices: Any) -> httpx.Response:
        headers = self.credential | choices.pop("headers", {})
        return self.client.request(method, f"/api/v1{path}", headers=headers, **choices)

    get = partialmethod(send, "GET")
    post = partialmethod(send, "POST")
    put = partialmethod(send, "PUT")
    patch = partialmethod(send, "PATCH")
    delete = partialmethod(send, "DELETE")


@pytest.fixture
def own_service(database_url, tmp_path) -> Iterator[TestClient]:
    """A service on a database of the test's own, at a clock that the test sets: `app.state.at`."""
    settings = Settings(
        database_url=database_url.render_as_string(hide_password=False), session_idle_s=31_536_000,
        session_lifetime_s=31_536_000, secret_keys=(SECRET_KEY,), password_memory_kib=8, password_passes=1,
        mail_url=f"file://{tmp_path}/letters", storage_url=f"file://{tmp_path}/files",
    )  # fmt: skip
    application = create_app(settings, now=lambda: application.state.at)
    application.state.at = NOON_OF_A_DAY
    with TestClient(application, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def statements_run():
    """The statements of a block, as pairs of the pool's name and the text: `with statements_run() as ran: …`."""

    @contextmanager
    def collect() -> Iterator[list[tuple[str, str]]]:
        ran: list[tuple[str, str]] = []

        def note(pool: str, statement: str) -> None:
            ran.append((pool, statement))

        observers.append(note)
        try:
            yield ran
        finally:
            observers.remove(note)

    return collect


@pytest.fixture
def caller_of_role(own_service, database_url):
    """Make an account and give its `SignedIn`: by a session, or by a key where `scopes` are named."""

    def made(role: str = "user", *, tier: str = "free", scopes: tuple[str, ...] | None = None) -> SignedIn:
        account_id, credential = asyncio.run(let_in(database_url, role, tier, scopes))
        return SignedIn(own_service, account_id, credential)

    return made


@pytest.fixture
def account(caller_of_role):
    """Make an account of a customer and give its `SignedIn`."""

    def made(tier: str = "free", scopes: tuple[str, ...] | None = None) -> SignedIn:
        return caller_of_role(tier=tier, scopes=scopes)

    return made


@pytest.fixture
def signed_in(account) -> SignedIn:
    """Somebody with an account, signed in."""
    return account()


async def let_in(
    url: URL, role: str, tier: str, scopes: tuple[str, ...] | None
) -> tuple[UUID, dict[str, str]]:
    """An account, and the headers that its requests carry."""
    engine = create_async_engine(url, poolclass=NullPool)
    rules = rules_of(Settings(session_lifetime_s=31_536_000))
    async with engine.begin() as transaction:
        email = f"{new_id().hex}@stars.example"
        account_id = await registration.create(transaction, email, "", role=role, now=NOON_OF_A_DAY)
        await transaction.execute(update(accounts).where(accounts.c.id == account_id).values(tier=tier))
        if scopes is None:
            opened = await sessions.begin(transaction, account_id, "a test", rules=rules, now=NOON_OF_A_DAY)
            cookie = f"{cookies.session_cookie_name(is_https=False)}={opened.token}"
            headers = {"Cookie": cookie, "X-CSRF-Token": tokens.forgery_token(opened.token)}
        else:
            draft = keys.KeyDraft(name="a test", scopes=scopes)
            made = await keys.make(transaction, account_id, draft, now=NOON_OF_A_DAY)
            headers = {"Authorization": f"Bearer {made.key}"}
    await engine.dispose()
    return account_id, headers


@pytest.fixture(scope="session")
def browsing() -> ModuleType:
    """The module of a browser without scripts: pytest imports no files beside the tests by itself."""
    specification = importlib.util.spec_from_file_location("browsing", BROWSING)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def my_browser(signed_in, browsing):
    """A browser without scripts in which `signed_in` is signed in."""
    name, _, token = signed_in.credential["Cookie"].partition("=")
    return browsing.Browser(signed_in.client, {name: token})


@pytest.fixture(scope="session", name="let_in")
def _let_in():
    """`let_in(url, role, tier, scopes)`: an account in any database, and the headers that its requests carry."""
    return let_in
