"""An account, a way to its database, and an ear for what is told of it."""

import asyncio
import contextlib
from datetime import UTC, datetime

import asyncpg
import pytest

from astrarium.service.database.transactions import Database
from astrarium.service.live import telling

NOW = datetime(2026, 11, 23, 15, 20, 45, tzinfo=UTC)


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
