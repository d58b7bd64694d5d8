"""Kill workers and PostgreSQL at random points while jobs are done, many times, and count what is lost.

`python -m benchmarks.endurance [--jobs 10000] [--rounds 3]`. A job counts as acknowledged once the transaction that
asked for it is known to have committed. Each run leaves a row, so that a job that ran twice is seen; its outcome may
count only once.
"""

import argparse
import asyncio
import logging
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from astrarium.service.database.embedded import postmaster
from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.errors import DatabaseError
from astrarium.service.database.limits import PoolLimits
from astrarium.service.database.listener import Listener, listening
from astrarium.service.database.transactions import Database
from astrarium.service.database.upgrade import upgrade
from astrarium.service.jobs.adapters.pgqueuer import PgQueuerClaims
from astrarium.service.jobs.service import Kind, Retries, Work, enqueue_many
from astrarium.service.jobs.worker import Rhythm, Worker
from benchmarks.folder import data_directory

TROUBLE = (DatabaseError, SQLAlchemyError, OSError)
RHYTHM = Rhythm(beat_s=0.5, lost_after_s=3.0)
RECOVERY_S = 60.0
PORTION = 50


class Numbered(msgspec.Struct, frozen=True):
    """A job that does nothing but leave a row."""

    number: int


KIND = Kind(
    name="endurance.job",
    payload=Numbered,
    retries=Retries(most_attempts=100, first_wait=timedelta(seconds=0.2), longest_wait=timedelta(seconds=1)),
    time_limit=timedelta(seconds=20),
)


class Plan(msgspec.Struct, frozen=True):
    """How much is asked, and how often something dies in the meantime."""

    jobs: int
    workers: int = 2
    worker_kills: int = 20
    server_kills: int = 5
    seed: int = 1


class Found(msgspec.Struct, frozen=True):
    """What a round showed. `twice` ran more than once; that is allowed, and its outcome counted once."""

    acknowledged: int
    lost: int
    unfinished: int
    twice: int
    left_in_queue: int
    recovery_s: float

    @property
    def is_good(self) -> bool:
        """Nothing lost, all finished in time."""
        return (
            not self.lost and not self.unfinished and not self.left_in_queue and self.recovery_s <= RECOVERY_S
        )


async def leave_a_row(work: Work, payload: Numbered) -> dict[str, int]:
    """The handler."""
    await asyncio.sleep(0.002)
    async with work.database.keeper() as transaction:
        await transaction.execute(
            text("INSERT INTO endurance (job_id, attempt) VALUES (:job_id, :attempt)"),
            {"job_id": work.job_id, "attempt": work.attempt},
        )
    return {"number": payload.number}


def work_for_good(address: str) -> None:
    """A worker process, until it is killed."""
    logging.getLogger("astrarium").setLevel(logging.CRITICAL)
    asyncio.run(_work(make_url(address)))


async def _work(url: URL) -> None:
    database = Database(url, PoolLimits(connections=4, keeper_connections=8))
    own = Database(url, PoolLimits(connections=1, keeper_connections=3))
    listener = Listener(url)
    worker = Worker(
        {KIND: leave_a_row}, PgQueuerClaims(), database, own, listener, _now, concurrency=8, rhythm=RHYTHM
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
    async with listening(listener):
        await worker.run()
    await database.close()
    await own.close()


async def endure(server: EmbeddedServer, plan: Plan) -> Found:
    """One round on a running server whose tables are this version's."""
    chance = random.Random(plan.seed)
    logging.getLogger("astrarium").setLevel(logging.CRITICAL)
    database = Database(server.url, PoolLimits(connections=2, keeper_connections=4))
    async with _table(database), _workers(server.url, plan.workers) as processes:
        acknowledged, _ = await asyncio.gather(
            _ask(database, plan, chance), _kill(server, processes, plan, chance)
        )
        calm_since = time.monotonic()
        async with asyncio.timeout(4 * RECOVERY_S):
            while await _unfinished(database):  # noqa: ASYNC110  (of a database)
                await asyncio.sleep(0.1)
        recovery_s = time.monotonic() - calm_since
        found = await _look(database, acknowledged, recovery_s)
    await database.close()
    return found


@asynccontextmanager
async def _table(database: Database) -> AsyncIterator[None]:
    async with _own_login(database) as connection:
        await connection.exec_driver_sql("CREATE TABLE endurance (job_id uuid, attempt integer)")
        await connection.exec_driver_sql("GRANT SELECT, INSERT ON endurance TO astrarium_keeper")
    yield
    async with _own_login(database) as connection:
        await connection.exec_driver_sql("DROP TABLE endurance")


@asynccontextmanager
async def _own_login(database: Database) -> AsyncIterator[Any]:
    async with database.keeper() as transaction:
        await transaction.exec_driver_sql("RESET SESSION AUTHORIZATION")
        await transaction.exec_driver_sql("SET LOCAL ROLE NONE")
        yield transaction


@asynccontextmanager
async def _workers(url: URL, count: int) -> AsyncIterator[list[BaseProcess]]:
    processes = [_start(url) for _ in range(count)]
    try:
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            await asyncio.to_thread(process.join)


def _start(url: URL) -> BaseProcess:
    address = url.render_as_string(hide_password=False)
    process = multiprocessing.get_context("spawn").Process(target=work_for_good, args=(address,))
    process.start()
    return process


async def _ask(database: Database, plan: Plan, chance: random.Random) -> set[Any]:
    """Ask for jobs, transaction by transaction; what is not known to have committed does not count."""
    acknowledged: set[Any] = set()
    while len(acknowledged) < plan.jobs:
        try:
            async with database.keeper() as transaction:
                payloads = [Numbered(len(acknowledged) + i) for i in range(PORTION)]
                ids = await enqueue_many(transaction, KIND, payloads, now=_now())
        except TROUBLE:
            await asyncio.sleep(0.05)
            continue
        acknowledged.update(ids)
        await asyncio.sleep(chance.uniform(0, 0.02))
    return acknowledged


async def _kill(
    server: EmbeddedServer, processes: list[BaseProcess], plan: Plan, chance: random.Random
) -> None:
    """Kill what the plan says, in a random order and at random moments; a worker is replaced at once."""
    kills = ["worker"] * plan.worker_kills + ["server"] * plan.server_kills
    chance.shuffle(kills)
    for victim in kills:
        await asyncio.sleep(chance.uniform(0.05, 1.5))
        if victim == "server":
            found = postmaster.written(server.place.cluster("18"))
            if found is not None:
                with suppress(ProcessLookupError):
                    os.kill(found.pid, signal.SIGKILL)
            continue
        i = chance.randrange(len(processes))
        processes[i].kill()
        await asyncio.to_thread(processes[i].join)
        processes[i] = _start(server.url)


async def _unfinished(database: Database) -> bool:
    try:
        async with database.keeper() as transaction:
            left = await transaction.execute(
                text("SELECT count(*) FROM jobs WHERE state IN ('waiting', 'queued', 'running')")
            )
            return bool(left.scalar_one())
    except TROUBLE:
        return True


async def _look(database: Database, acknowledged: set[Any], recovery_s: float) -> Found:
    async with database.keeper() as transaction:
        states = {row.id: row.state for row in await transaction.execute(text("SELECT id, state FROM jobs"))}
        counted = text("SELECT job_id, count(*) AS times FROM endurance GROUP BY job_id")
        ran = {row.job_id: row.times for row in await transaction.execute(counted)}
        left = (await transaction.execute(text("SELECT count(*) FROM pgqueuer"))).scalar_one()
    return Found(
        acknowledged=len(acknowledged),
        lost=sum(1 for job_id in acknowledged if states.get(job_id) != "done" or job_id not in ran),
        unfinished=sum(1 for state in states.values() if state != "done"),
        twice=sum(1 for count in ran.values() if count > 1),
        left_in_queue=left,
        recovery_s=recovery_s,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> int:
    """Run the rounds and say what they found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    is_good = True
    for number in range(chosen.rounds):
        with data_directory() as folder:
            server = EmbeddedServer(Path(folder) / "postgresql")
            server.start()
            try:
                asyncio.run(upgrade(server.url))
                found = asyncio.run(endure(server, Plan(jobs=chosen.jobs, seed=number)))
            finally:
                server.stop()
        is_good = is_good and found.is_good
        print(
            f"round {number + 1}: {found.acknowledged} jobs acknowledged, {found.lost} lost, {found.unfinished} not"
            f" done, {found.twice} ran more than once, {found.left_in_queue} rows left in the queue; all finished"
            f" {found.recovery_s:.1f} s after the last kill; target 0 lost within {RECOVERY_S:g} s:"
            f" {'met' if found.is_good else 'MISSED'}",
            flush=True,
        )
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
