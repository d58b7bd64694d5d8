"""Jobs end to end beside bare PgQueuer on the same server, and how soon a job begins when nothing else is done.

`python -m benchmarks.jobs`. Both sides run in one process on the same event loop with the same number of jobs at once,
and take turns. Ours also keeps the job for people to see: its payload, state, times and result.
"""

import asyncio
import logging
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import uvloop
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from sqlalchemy.engine import URL

from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.limits import PoolLimits
from astrarium.service.database.listener import Listener, listening
from astrarium.service.database.transactions import Database
from astrarium.service.database.upgrade import upgrade
from astrarium.service.jobs.adapters.pgqueuer import PgQueuerClaims
from astrarium.service.jobs.service import Handler, Kind, Work, enqueue, enqueue_many
from astrarium.service.jobs.worker import Worker
from benchmarks.folder import data_directory
from benchmarks.measure import ratio, verdict

JOBS = 5_000
PORTION = 100
AT_ONCE = 20
ROUNDS = 5
SINGLE_JOBS = 200
APART_S = 0.03
TARGET = 0.6
P50_MS = 10.0
P99_MS = 200.0


class Empty(msgspec.Struct, frozen=True):
    """A job with nothing to do."""

    number: int


KIND = Kind(name="benchmark.empty", payload=Empty, time_limit=timedelta(seconds=30))


class Ours:
    """Astrarium's jobs on a database."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.database = Database(url, PoolLimits(connections=2, keeper_connections=4))

    async def rate(self) -> float:
        """Jobs a second from the first transaction that asks for some to the last outcome."""
        left = JOBS
        done = asyncio.Event()

        async def handler(_work: Work, _payload: Empty) -> None:
            nonlocal left
            left -= 1
            if not left:
                done.set()

        started = time.perf_counter()
        for begin in range(0, JOBS, PORTION):
            async with self.database.keeper() as transaction:
                payloads = [Empty(i) for i in range(begin, begin + PORTION)]
                await enqueue_many(transaction, KIND, payloads, now=_now())
        async with self._worker(handler):
            await done.wait()
        return JOBS / (time.perf_counter() - started)  # the worker has written the last outcome when it ends

    async def latencies_ms(self) -> list[float]:
        """From asking for a job to its handler's first line, one after another on an idle worker."""
        began: asyncio.Queue[float] = asyncio.Queue()

        async def handler(_work: Work, _payload: Empty) -> None:
            began.put_nowait(time.perf_counter())

        found = []
        async with self._worker(handler):
            for number in range(SINGLE_JOBS):
                await asyncio.sleep(APART_S)
                asked = time.perf_counter()
                async with self.database.keeper() as transaction:
                    await enqueue(transaction, KIND, Empty(number), now=_now())
                found.append((await began.get() - asked) * 1000)
        return found

    @asynccontextmanager
    async def _worker(self, handler: Handler[Any]) -> AsyncIterator[None]:
        own = Database(self.url, PoolLimits(connections=1, keeper_connections=3))
        listener = Listener(self.url)
        worker = Worker(
            {KIND: handler}, PgQueuerClaims(), self.database, own, listener, _now, concurrency=AT_ONCE
        )
        async with listening(listener):
            task = asyncio.create_task(worker.run())
            yield
            worker.stop()
            await task
        await own.close()


class Bare:
    """PgQueuer alone on a database of its own."""

    def __init__(self, url: URL) -> None:
        self.address = url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def rate(self) -> float:
        """Jobs a second, as ours."""
        left = JOBS
        done = asyncio.Event()

        async def handler(_job: object) -> None:
            nonlocal left
            left -= 1
            if not left:
                done.set()

        asking = await asyncpg.connect(self.address)
        queries = Queries(AsyncpgDriver(asking))
        started = time.perf_counter()
        for begin in range(0, JOBS, PORTION):
            payloads = [str(i).encode() for i in range(begin, begin + PORTION)]
            await queries.enqueue(["empty"] * PORTION, payloads, [0] * PORTION)
        async with self._manager(handler):
            await done.wait()
        elapsed = time.perf_counter() - started
        await asking.close()
        return JOBS / elapsed

    async def latencies_ms(self) -> list[float]:
        """As ours."""
        began: asyncio.Queue[float] = asyncio.Queue()

        async def handler(_job: object) -> None:
            began.put_nowait(time.perf_counter())

        asking = await asyncpg.connect(self.address)
        queries = Queries(AsyncpgDriver(asking))
        found = []
        async with self._manager(handler):
            for _ in range(SINGLE_JOBS):
                await asyncio.sleep(APART_S)
                asked = time.perf_counter()
                await queries.enqueue("empty", b"{}")
                found.append((await began.get() - asked) * 1000)
        await asking.close()
        return found

    @asynccontextmanager
    async def _manager(self, handler: Any) -> AsyncIterator[None]:
        connection = await asyncpg.connect(self.address)
        manager = QueueManager(Queries(AsyncpgDriver(connection)))
        manager.entrypoint("empty")(handler)
        task = asyncio.create_task(manager.run(batch_size=AT_ONCE // 2, max_concurrent_tasks=AT_ONCE))
        yield
        manager.shutdown.set()
        await task
        await connection.close()


def _now() -> datetime:
    return datetime.now(UTC)


def _told(name: str, found: list[float]) -> str:
    cuts = statistics.quantiles(found, n=100)
    return f"{name}: p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms, longest {max(found):.1f} ms"


async def measure(server: EmbeddedServer) -> bool:
    """Print what was found; returns whether every target is met."""
    await upgrade(server.url)
    login = server.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(login)
    await connection.execute("CREATE DATABASE bare")
    await connection.close()
    ours, bare = Ours(server.url), Bare(server.url.set(database="bare"))
    connection = await asyncpg.connect(bare.address)
    await Queries(AsyncpgDriver(connection)).install()
    await connection.close()
    rates: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS + 1):
        for side, found in zip((ours, bare), rates, strict=True):
            rate = await side.rate()
            if number:
                found.append(rate)
    share = ratio(*rates)
    print(f"jobs a second: ours {statistics.median(rates[0]):.0f}, bare {statistics.median(rates[1]):.0f}")
    print(verdict("ours over bare PgQueuer", share, TARGET))
    await ours.latencies_ms()
    found = await ours.latencies_ms()
    print(_told("a job begins on an idle worker after, ours", found))
    print(_told("a job begins on an idle worker after, bare", await bare.latencies_ms()))
    await ours.database.close()
    cuts = statistics.quantiles(found, n=100)
    is_soon = cuts[49] <= P50_MS and cuts[98] <= P99_MS
    print(f"target p50 {P50_MS:g} ms, p99 {P99_MS:g} ms: {'met' if is_soon else 'MISSED'}")
    return share.median >= TARGET and is_soon


def main() -> int:
    """Run it on a server of its own."""
    for name in ("astrarium", "pgqueuer"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with data_directory() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        server = EmbeddedServer(Path(folder) / "postgresql")
        server.start()
        try:
            return 0 if runner.run(measure(server)) else 1
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
