"""A worker in the test's own event loop, on a database of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from astrarium.service.database.limits import PoolLimits
from astrarium.service.database.listener import Listener, listening
from astrarium.service.database.transactions import Database
from astrarium.service.jobs.adapters.pgqueuer import PgQueuerClaims
from astrarium.service.jobs.models import FINISHED
from astrarium.service.jobs.service import Handler, Job, Kind, job
from astrarium.service.jobs.worker import Rhythm, Worker

PATIENCE_S = 20
QUICK = Rhythm(beat_s=0.1, lost_after_s=1.0, poll_s=5.0, progress_s=0.05, grace_s=5.0)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Office:
    """A database, and workers on it."""

    def __init__(self, url) -> None:
        self.url = url
        self.database = Database(url, PoolLimits(connections=4, keeper_connections=4))

    @asynccontextmanager
    async def worker(
        self, handlers: Mapping[Kind[Any], Handler], rhythm: Rhythm = QUICK, **choices: Any
    ) -> AsyncIterator[Worker]:
        own = Database(self.url, PoolLimits(connections=1, keeper_connections=3))
        listener = Listener(self.url)
        worker = Worker(
            handlers, PgQueuerClaims(), self.database, own, listener, utc_now, rhythm=rhythm, **choices
        )
        async with listening(listener):
            task = asyncio.create_task(worker.run())
            try:
                yield worker
            finally:
                worker.stop()
                await asyncio.wait_for(task, PATIENCE_S)
                await own.close()

    def now(self) -> datetime:
        return utc_now()

    async def job(self, job_id: UUID) -> Job:
        async with self.database.keeper() as transaction:
            found = await job(transaction, job_id)
        assert found is not None
        return found

    async def until(self, job_id: UUID, *states: str) -> Job:
        """The job once it is in one of the states."""
        async with asyncio.timeout(PATIENCE_S):
            while (found := await self.job(job_id)).state not in (states or FINISHED):  # noqa: ASYNC110  (of a database)
                await asyncio.sleep(0.01)
        return found


@pytest.fixture
def office(database_url) -> Callable[[Callable[[Office], Any]], Any]:
    """Run a test's body with an `Office`: `office(body)`."""

    def run(body: Callable[[Office], Any]) -> Any:
        async def inside() -> Any:
            one = Office(database_url)
            try:
                return await body(one)
            finally:
                await one.database.close()

        return asyncio.run(inside())

    return run
