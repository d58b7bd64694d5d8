"""An account, a way to its database, an ear for what is told of it, and a real server whose news it reads."""

import asyncio
import contextlib
import json
import signal
import socket
from datetime import UTC, datetime
from functools import partial

import asyncpg
import httpx
import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from astrarium.service import server
from astrarium.service.app import create_app
from astrarium.service.database.addresses import parse
from astrarium.service.database.transactions import Database
from astrarium.service.live import telling
from astrarium.service.live.service import tell, tell_in_passing
from astrarium.service.settings import Settings

NOW = datetime(2026, 11, 23, 15, 20, 45, tzinfo=UTC)
SECRET_KEY = "c29tZSAzMiBieXRlcyB0aGF0IGFyZSBubyBzZWNyZXQ="
PATIENCE_S = 20


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def of_account(database_url, let_in):
    """Run `work(database, account_id)` for a fresh account."""

    def run(work):
        async def running():
            account_id, _ = await let_in(database_url, "user", "free", None)
            database = Database(database_url)
            await database.open()
            try:
                return await work(database, account_id)
            finally:
                await database.close()

        return asyncio.run(running())

    return run


@pytest.fixture
def hearing(database_url):
    """`async with hearing() as heard`: the messages that PostgreSQL delivers, read as they come."""

    @contextlib.asynccontextmanager
    async def listen():
        address = database_url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(address)
        heard = asyncio.Queue()

        def hear(_connection, _process, _channel, payload):
            heard.put_nowait(telling.read_told(payload))

        await connection.add_listener(telling.CHANNEL, hear)
        try:
            yield heard
        finally:
            await connection.close()

    return listen


class Stage:
    """A server, an account at it, and what can be done with both."""

    def __init__(self, app, address, database, let_in):
        self.app = app
        self.address = address
        self.database = database
        self.let_in = let_in
        self.hub = app.state.hub
        self.now = NOW

    async def enter(self, scopes=None, role="user"):
        """A fresh account; gives its id and the headers of its requests."""
        self.account_id, self.credential = await self.let_in(self.database.address, role, "free", scopes)
        return self.account_id, self.credential

    def open(self, query="", headers=None, **choices):
        """The account's WebSocket."""
        address = f"ws://{self.address}/api/v1/live{query}"
        own = self.credential if headers is None else headers
        return connect(address, additional_headers=own, compression=None, proxy=None, **choices)

    async def refusal_of(self, query="", headers=None, **choices):
        """The problem that a handshake is refused with."""
        with pytest.raises(InvalidStatus) as caught:
            await self.open(query, headers, **choices)
        answer = caught.value.response
        problem = json.loads(answer.body)
        assert problem["status"] == answer.status_code
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["X-Request-Id"] == problem["request_id"]
        return problem

    async def request(self, method, path, **choices):
        async with httpx.AsyncClient(base_url=f"http://{self.address}/api/v1", trust_env=False) as client:
            headers = self.credential | choices.pop("headers", {})
            return await client.request(method, path, headers=headers, **choices)

    @contextlib.asynccontextmanager
    async def stream(self, query="", **headers):
        """The account's stream, as an iterator over its events; `None` stands for a heartbeat."""
        async with (
            httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client,
            client.stream(
                "GET",
                f"http://{self.address}/api/v1/live/stream{query}",
                headers=self.credential | headers | {"Accept-Encoding": "gzip"},
            ) as answer,
        ):
            yield answer, _events(answer)

    async def tell(self, event, data, topic="jobs", how=tell):
        async with self.database.of(self.account_id) as transaction:
            await how(transaction, self.account_id, topic, event, data, now=NOW)

    pass_on = partial(tell, how=tell_in_passing)

    @contextlib.asynccontextmanager
    async def superuser(self):
        """A connection that may do anything."""
        address = self.database.address.set(drivername="postgresql")
        connection = await asyncpg.connect(address.render_as_string(hide_password=False))
        try:
            yield connection
        finally:
            await connection.close()

    async def until(self, is_so):
        """Wait for a condition."""
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():  # noqa: ASYNC110  (of many things, few of which tell)
                await asyncio.sleep(0.01)


async def _events(answer):
    event = {}
    async for line in answer.aiter_lines():
        if not line and event:
            yield event
            event = {}
        elif line.startswith(":"):
            yield None
        elif line:
            name, _, value = line.partition(": ")
            event[name] = json.loads(value) if name == "data" else value


@pytest.fixture
def on_stage(database_url, let_in):
    """Run `work(stage)` beside a server with these settings, at the given time; the server is stopped by SIGTERM."""

    def run(work, now=lambda: NOW, **choices):
        settings = Settings(
            database_url=database_url.render_as_string(hide_password=False),
            **{
                "secret_keys": (SECRET_KEY,), "session_idle_s": 31_536_000, "session_lifetime_s": 31_536_000,
                "shutdown_timeout_s": PATIENCE_S, **choices,
            },
        )  # fmt: skip
        return asyncio.run(_stage(settings, now, let_in, work))

    return run


async def _stage(settings, now, let_in, work):
    app = create_app(settings, now)
    config = server._configuration(settings)
    config.app, config.factory, config.log_config = app, False, None
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    running = uvicorn.Server(config)
    previous = signal.signal(
        signal.SIGTERM, lambda *_: None
    )  # uvicorn raises the signal once more as it ends
    database = Database(parse(settings.database_url))
    await database.open()
    serving = asyncio.create_task(running.serve([listener]))
    stage = Stage(app, f"127.0.0.1:{listener.getsockname()[1]}", database, let_in)
    stage.server = running
    stage.serving = serving
    try:
        await stage.until(lambda: running.started)
        await stage.until(lambda: stage.hub.state().is_hearing)
        await stage.enter()
        return await asyncio.wait_for(work(stage), 60)
    finally:
        signal.raise_signal(signal.SIGTERM)
        await asyncio.wait_for(serving, 60)
        await database.close()
        signal.signal(signal.SIGTERM, previous)


async def receive(socket):
    """The next message of a WebSocket."""
    return json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_S))


@pytest.fixture(name="receive")
def _receive():
    return receive
