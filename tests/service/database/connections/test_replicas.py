"""Reads from a real streaming replica that is stopped, paused, killed and started again while it is read."""

import asyncio
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, insert, text
from sqlalchemy.engine import URL

from astrarium.service.database import positions
from astrarium.service.database.embedded.programs import credentials, environment
from astrarium.service.database.identifiers import new_id

PROBE_S = 0.1


class Standby(msgspec.Struct):
    """A replica made by `pg_basebackup`, with its own socket."""

    folder: Path
    primary: object

    @property
    def url(self) -> URL:
        return self.primary.url.set(query={"host": str(self.folder)})

    def run(self, program, *arguments):
        folder = self.primary.programs()
        subprocess.run(
            [folder / program, *arguments],
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            env=environment({"PGPASSWORD": self.primary.url.password}),
            **credentials(self.primary.user),
        )

    def make(self):
        host, user = self.primary.url.query["host"], self.primary.url.username
        self.run("pg_basebackup", "-h", host, "-U", user, "-D", self.folder / "cluster", "-R", "-c", "fast")

    def start(self):
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c max_connections=200"
        log = self.folder / "log"
        self.run("pg_ctl", "-D", self.folder / "cluster", "-w", "-l", log, "-o", options, "start")

    def stop(self, how="immediate"):
        self.run("pg_ctl", "-D", self.folder / "cluster", "-w", "-m", how, "stop")

    def signal(self, number):
        """Send a signal to the server and all of its processes."""
        main = int((self.folder / "cluster" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        for process in (main, *map(int, children)):
            os.kill(process, number)


@pytest.fixture
def standby(things, postgres) -> Iterator[Standby]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if postgres.user is not None:
            os.chown(folder, postgres.user.pw_uid, postgres.user.pw_gid)
        standby = Standby(folder, postgres)
        standby.make()
        standby.start()
        try:
            yield standby
        finally:
            standby.stop()


def address(things, standby):
    return standby.url.set(database=things.url.database)


def opened(things, standby, **limits):
    chosen = {"replica_probe_s": PROBE_S, "connections": 4, "replica_connections": 4} | limits
    return things.open([address(things, standby)], **chosen)


def state(database):
    return database.state().replicas[0]


async def joined(things, database):
    await things.until(lambda: state(database).in_rotation)


async def left(things, database):
    await things.until(lambda: not state(database).in_rotation)


async def write(database, things, name="new"):
    """Write one thing, and give the position that holds it."""
    carried = positions.Carried(0)
    token = positions._carried.set(carried)
    try:
        async with database.of(things.ada) as transaction:
            await transaction.execute(
                insert(things.table).values(id=new_id(), account_id=things.ada, number=100, name=name)
            )
    finally:
        positions._carried.reset(token)
    return carried.position


async def names(database, things, after=0):
    rows = await database.read_all(things.ada, things.all, {"least": 100, "limit": 10}, after)
    return [row.name for row in rows]


async def pause(standby, things, call):
    async with things.open() as other:
        replica = type(other)(address(things, standby))
        async with replica.keeper() as transaction:
            await transaction.execute(text("SET LOCAL ROLE NONE"))
            await transaction.execute(text(f"SELECT {call}()"))
        await replica.close()


def test_reads_go_to_the_replica_under_row_level_security(things, standby):
    async def main():
        async with opened(things, standby) as database:
            await joined(things, database)
            seen = await database.read_all(things.ada, things.all, {"least": 0, "limit": 100}, 0)
            other = await database.read_one(things.ada, things.one, {"id": things.of_ben[0]}, 0)
            async with database.reading(things.ben) as transaction:
                is_replica = await transaction.scalar(func.pg_is_in_recovery())
                count = await transaction.scalar(text("SELECT count(*) FROM things"))
            assert {row.id for row in seen} == set(things.of_ada)
            assert (other, is_replica, count, state(database).reads) == (None, True, 10, 3)

    asyncio.run(main())


def test_writes_never_go_to_the_replica(things, standby):
    async def main():
        async with opened(things, standby) as database:
            await joined(things, database)
            async with database.of(things.ada) as transaction:
                account = await transaction.scalar(func.pg_is_in_recovery())
            async with database.keeper() as transaction:
                keeper = await transaction.scalar(func.pg_is_in_recovery())
            return account, keeper

    assert asyncio.run(main()) == (False, False)


def test_callers_read_their_writes_while_the_replica_stands_still(things, standby):
    async def main():
        async with opened(things, standby) as database:
            await joined(things, database)
            await pause(standby, things, "pg_wal_replay_pause")
            after = await write(database, things)
            assert after > 0
            assert await names(database, things, after) == ["new"]
            assert await names(database, things) == []  # who wrote nothing may read what was
            await pause(standby, things, "pg_wal_replay_resume")
            await things.until(lambda: state(database).lag_s == 0.0)
            before = state(database).reads
            assert await names(database, things, after) == ["new"]
            assert state(database).reads == before + 1

    asyncio.run(main())


def test_every_write_is_read_back_at_once(things, standby):
    async def main():
        async with opened(things, standby) as database:
            await joined(things, database)
            for number in range(30):
                after = await write(database, things, f"new {number}")
                async with database.reading(things.ada, after) as transaction:
                    written = text("SELECT count(*) FROM things WHERE number = 100")
                    assert await transaction.scalar(written) == number + 1
            assert database.state().replicas[0].reads > 0

    asyncio.run(main())


def test_replica_that_lags_leaves_the_rotation_and_returns(things, standby):
    async def main():
        async with opened(things, standby, replica_lag_s=0.3) as database:
            await joined(things, database)
            await pause(standby, things, "pg_wal_replay_pause")
            await write(database, things)
            await left(things, database)
            assert await names(database, things) == ["new"]
            await pause(standby, things, "pg_wal_replay_resume")
            await joined(things, database)

    asyncio.run(main())


async def read_all_the_time(database, things, stopped):
    """Read without a pause; count the reads."""
    count = 0
    while not stopped.is_set():
        async with asyncio.timeout(10):
            assert len(await database.read_all(things.ada, things.all, {"least": 0, "limit": 10}, 0)) == 10
        count += 1
    return count


@pytest.mark.parametrize("way", ["stopped and started", "frozen"])
def test_readers_notice_nothing_of_a_replica_that_goes_and_returns(things, standby, way):
    async def main():
        async with opened(things, standby) as database:
            await joined(things, database)
            stopped = asyncio.Event()
            readers = [asyncio.create_task(read_all_the_time(database, things, stopped)) for _ in range(3)]
            if way == "frozen":
                standby.signal(signal.SIGSTOP)
                try:
                    await left(things, database)
                finally:
                    standby.signal(signal.SIGCONT)
            else:
                await asyncio.to_thread(standby.stop)
                await left(things, database)
                await asyncio.to_thread(standby.start)
            await joined(things, database)
            before = state(database).reads
            await things.until(lambda: state(database).reads > before)
            stopped.set()
            assert all([await reader for reader in readers])
            assert database.state().pools[0].in_use == 0

    asyncio.run(main())


def test_replica_that_never_was_there_costs_no_read(things):
    async def main():
        nowhere = things.url.set(query={"host": "/nowhere"})
        async with things.open([nowhere], replica_probe_s=PROBE_S) as database:
            assert await database.read_one(things.ada, things.one, {"id": things.of_ada[0]})
            await things.until(lambda: database.state().pools[2].unreachable)
            assert not state(database).in_rotation

    asyncio.run(main())


def test_primary_that_is_named_as_a_replica_is_not_used_as_one(things):
    async def main():
        async with things.open([things.url], replica_probe_s=PROBE_S) as database:
            await things.until(lambda: database.state().pools[2].opened)
            assert await database.read_one(things.ada, things.one, {"id": things.of_ada[0]})
            assert (state(database).in_rotation, state(database).reads) == (False, 0)

    asyncio.run(main())
