"""Locks: one holder at a time among all processes, and a holder that learns at once when it is none any more."""

import asyncio
import subprocess
import sys

import pytest
from sqlalchemy import text

from astrarium.service.database import locks

HOLD = """
import asyncio, sys
from sqlalchemy.engine import make_url
from astrarium.service.database import locks
from astrarium.service.database.transactions import Database

async def main():
    database = Database(make_url(sys.argv[1]))
    async with locks.hold(database, "work"):
        print("held", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def other_process(things):
    """Another process that holds the lock `work` until it is killed."""
    address = things.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, address], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


async def kill_holders(database):
    """End the connections that hold advisory locks, from the server's side."""
    async with database.keeper() as transaction:
        await transaction.execute(text("SET LOCAL ROLE NONE"))
        await transaction.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )


def test_lock_has_one_holder_at_a_time(things):
    async def main():
        async with things.open() as database:
            async with locks.hold(database, "work"):
                with pytest.raises(locks.LockTaken, match="work"):
                    await take(database, "work")
                await take(database, "other work")
            await take(database, "work", timeout_s=5.0)

    asyncio.run(main())


async def take(database, name, timeout_s=0.0):
    async with locks.hold(database, name, timeout_s=timeout_s):
        pass


def test_waiting_for_a_lock_ends(things):
    async def main():
        async with things.open() as database, locks.hold(database, "work"):
            with pytest.raises(locks.LockTaken):
                await take(database, "work", timeout_s=0.05)

    asyncio.run(main())


def test_waiting_for_a_lock_succeeds_when_it_is_released(things):
    async def main():
        async with things.open() as database:
            async with locks.hold(database, "work"):
                waiting = asyncio.create_task(take(database, "work", timeout_s=10.0))
                await asyncio.sleep(0)
            await waiting

    asyncio.run(main())


def test_lock_of_a_process_that_was_killed_is_free(things, other_process):
    async def main():
        async with things.open() as database:
            with pytest.raises(locks.LockTaken):
                await take(database, "work")
            other_process.kill()
            await take(database, "work", timeout_s=10.0)

    asyncio.run(main())


async def work_until_lost(database, held, lost_seen):
    async with locks.hold(database, "work") as lost:
        held.set()
        try:
            await asyncio.Event().wait()
        finally:
            lost_seen.append(lost.is_set())


def test_holder_is_told_when_its_connection_is_killed(things):
    async def main():
        held, lost_seen = asyncio.Event(), []
        async with things.open() as database:
            working = asyncio.create_task(work_until_lost(database, held, lost_seen))
            await held.wait()
            await kill_holders(database)
            with pytest.raises(locks.LockLost):
                await asyncio.wait_for(working, 10)
            assert lost_seen == [True]
            assert working.cancelling() == 0
            await take(database, "work", timeout_s=5.0)

    asyncio.run(main())


def test_holder_that_is_cancelled_by_others_is_cancelled(things):
    async def main():
        held = asyncio.Event()
        async with things.open() as database:
            working = asyncio.create_task(work_until_lost(database, held, []))
            await held.wait()
            working.cancel()
            with pytest.raises(asyncio.CancelledError):
                await working
            await take(database, "work", timeout_s=5.0)
            assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_block_that_ends_as_its_lock_is_lost_is_told_nothing_late(things):
    async def main():
        async with things.open() as database:
            async with locks.hold(database, "work"):
                pass
            await kill_holders(database)
            await asyncio.sleep(0)
            assert asyncio.current_task().cancelling() == 0

    asyncio.run(main())
