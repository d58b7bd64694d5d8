"""Batches: a service with a folder for its files, an account, and a worker that runs until there is nothing to do."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from astrarium.service.app import create_app
from astrarium.service.batches.means import BatchMeans
from astrarium.service.batches.tasks import handlers
from astrarium.service.database.limits import PoolLimits
from astrarium.service.database.listener import Listener, listening
from astrarium.service.database.transactions import Database
from astrarium.service.jobs.adapters.pgqueuer import PgQueuerClaims
from astrarium.service.jobs.models import UNFINISHED
from astrarium.service.jobs.models import jobs as table
from astrarium.service.jobs.worker import Rhythm, Worker
from astrarium.service.settings import Settings

NOON = datetime(2026, 11, 23, 15, 20, 45, tzinfo=UTC)
CHUNK_ROWS = 4
MOST_ROWS = 100
PATIENCE_S = 30
QUICK = Rhythm(beat_s=0.5, lost_after_s=5.0, poll_s=1.0, progress_s=0.05, grace_s=5.0)


@pytest.fixture
def own_service(database_url, tmp_path) -> Iterator[TestClient]:
    """A service on a database and a folder of the test's own, with chunks of a few rows."""
    settings = Settings(
        database_url=database_url.render_as_string(hide_password=False),
        secret_keys=("c29tZSAzMiBieXRlcyB0aGF0IGFyZSBubyBzZWNyZXQ=",),
        session_idle_s=31_536_000,
        session_lifetime_s=31_536_000,
        storage_url=f"file://{tmp_path}/files",
        batch_body_limit_bytes=1_000_000,
    )
    application = create_app(settings, now=lambda: application.state.at)
    application.state.at = NOON
    parts = application.state.parts
    parts.batches = BatchMeans(parts.files, rows_limit=MOST_ROWS, kept_days=30, chunk_rows=CHUNK_ROWS)
    with TestClient(application, raise_server_exceptions=False) as client:
        yield client


class Jobs:
    """The jobs of batches of a service's database."""

    def __init__(self, client: TestClient) -> None:
        self.state = client.app.state

    def run(self, *kinds: str) -> dict[str, int]:
        """Work until no job is left, of these kinds or of all; tells how many have ended of each."""
        return asyncio.run(self._run(kinds))

    async def _run(self, kinds: tuple[str, ...]) -> dict[str, int]:
        parts = self.state.parts
        url = parts.database.address
        chosen = {
            kind: handler
            for kind, handler in handlers(parts.batches).items()
            if not kinds or kind.name in kinds
        }
        database = Database(url, PoolLimits(connections=4, keeper_connections=4))
        own = Database(url, PoolLimits(connections=1, keeper_connections=3))
        listener = Listener(url)
        worker = Worker(
            chosen, PgQueuerClaims(), database, own, listener, lambda: self.state.at, rhythm=QUICK
        )
        names = [kind.name for kind in chosen]
        async with listening(listener), asyncio.timeout(PATIENCE_S):
            task = asyncio.create_task(worker.run())
            while await self._left(database, names):  # noqa: ASYNC110  (of a database)
                await asyncio.sleep(0.01)
            worker.stop()
            await task
        ended = await self._ended(database, names)
        await own.close()
        await database.close()
        return ended

    async def _left(self, database: Database, names: list[str]) -> bool:
        async with database.keeper() as transaction:
            left = select(table.c.id).where(table.c.kind.in_(names), table.c.state.in_(UNFINISHED)).limit(1)
            return (await transaction.execute(left)).first() is not None

    async def _ended(self, database: Database, names: list[str]) -> dict[str, int]:
        async with database.keeper() as transaction:
            found = select(table.c.kind, table.c.state).where(table.c.kind.in_(names))
            rows = (await transaction.execute(found)).all()
        assert {row.state for row in rows} <= {"done", "cancelled"}
        return {name: count for name in names if (count := sum(row.kind == name for row in rows))}


@pytest.fixture
def jobs(own_service) -> Jobs:
    return Jobs(own_service)


@pytest.fixture
def send(signed_in):
    """Send a table, and give the answer."""

    def post(table: bytes | str, content_type: str = "text/csv", **options: str) -> httpx.Response:
        content = table.encode() if isinstance(table, str) else table
        return signed_in.post(
            "/batches", content=content, headers={"Content-Type": content_type}, params=options
        )

    return post
