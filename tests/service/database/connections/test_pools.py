"""Pools: bounded, every wait with an end, and whole again after the server was gone."""

import asyncio
import os
import signal
import socket

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from astrarium.service.database.errors import DatabaseBusy, DatabaseTimeout, DatabaseUnreachable
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.limits import PoolLimits, limits_for
from astrarium.service.database.transactions import Database


async def read(things, database):
    return await database.read_one(things.ada, things.one, {"id": things.of_ada[0]})


async def write(things, database):
    async with database.of(things.ada) as transaction:
        return await transaction.scalar(text("SELECT count(*) FROM things"))


WAYS = pytest.mark.parametrize("way", [read, write])


@WAYS
def test_exhausted_pool_refuses_in_time_and_counts_it(things, way):
    async def main():
        async with things.open(connection_timeout_s=0.05) as database:
            async with database.of(things.ada):
                with pytest.raises(DatabaseBusy, match=r"0\.05 s"):
                    await way(things, database)
                state = database.state().pools[0]
                assert (state.refused, state.in_use, state.waiting, state.waits.count) == (1, 1, 0, 1)
            assert await way(things, database)
            assert database.state().pools[0].in_use == 0

    asyncio.run(main())


def test_waiting_callers_get_their_turn_in_order(things):
    async def main():
        turns = []
        async with things.open(connection_timeout_s=5.0) as database:

            async def turn(number):
                async with database.of(things.ada):
                    turns.append(number)

            async with database.of(things.ada):
                waiting = []
                for number in range(5):
                    waiting.append(asyncio.create_task(turn(number)))
                    await things.until(lambda: database.state().pools[0].waiting == len(waiting))
            await asyncio.gather(*waiting)
            assert database.state().pools[0].opened == 1
        return turns

    assert asyncio.run(main()) == [0, 1, 2, 3, 4]


def test_caller_that_gives_up_waiting_takes_no_place(things):
    async def main():
        async with things.open(connection_timeout_s=5.0) as database:
            async with database.of(things.ada):
                waiting = asyncio.create_task(read(things, database))
                await things.until(lambda: database.state().pools[0].waiting)
                waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting
            return await read(things, database)

    assert asyncio.run(main())


def test_pool_never_opens_more_than_its_limit(things):
    async def main():
        async with things.open(connections=3, connection_timeout_s=10.0) as database:
            await asyncio.gather(*(write(things, database) for _ in range(40)))
            return database.state().pools[0]

    state = asyncio.run(main())
    assert state.opened <= 3
    assert state.committed == 40


@WAYS
def test_server_that_is_not_there_is_unreachable(things, way):
    address = things.url.set(query={"host": "/nowhere"})

    async def main():
        database = Database(address)
        with pytest.raises(DatabaseUnreachable):
            await way(things, database)
        assert database.state().pools[0].unreachable == 1
        await database.close()

    asyncio.run(main())


@WAYS
def test_server_that_never_answers_is_unreachable_in_time(things, way):
    async def main():
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            address = URL.create(
                "postgresql+asyncpg",
                host="127.0.0.1",
                port=silent.getsockname()[1],
                database="x",
                username="x",
            )
            database = Database(address, PoolLimits(connection_timeout_s=0.1))
            with pytest.raises(DatabaseUnreachable):
                await way(things, database)
            await database.close()

    asyncio.run(main())


def test_server_that_takes_no_more_connections_is_busy(things):
    """A login that may connect once; its second connection is refused by the server."""
    name = f"once_{new_id().hex}"

    async def main():
        async with things.open() as database, database.keeper() as transaction:
            await transaction.execute(text("SET LOCAL ROLE NONE"))
            await transaction.execute(text(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 1 PASSWORD 'known'"))
            await transaction.execute(text(f"GRANT astrarium_service TO {name}"))
        once = Database(things.url.set(username=name, password="known"), PoolLimits(connections=2))
        async with once.of(things.ada):
            with pytest.raises(DatabaseBusy):
                await read(things, once)
        await once.close()

    asyncio.run(main())


async def cut(database, things):
    """End every connection of `database` from the server's side, and wait until that is seen here."""
    async with things.open() as other, other.keeper() as transaction:
        await transaction.execute(text("SET LOCAL ROLE NONE"))
        await transaction.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


@WAYS
def test_connection_that_died_idle_is_replaced(things, way):
    async def main():
        async with things.open() as database:
            assert await way(things, database)
            await cut(database, things)
            assert await way(things, database)
            state = database.state().pools[0]
            assert (state.opened, state.in_use) == (2, 0)

    asyncio.run(main())


@WAYS
def test_many_connections_that_died_fail_nobody(things, way):
    async def main():
        async with things.open(connections=4, connection_timeout_s=5.0) as database:
            await asyncio.gather(*(way(things, database) for _ in range(20)))
            await cut(database, things)
            return await asyncio.gather(*(way(things, database) for _ in range(20)))

    assert all(asyncio.run(main()))


async def cut_within(database, things, *further):
    """Change something, lose the connection, and go on with the same transaction."""
    async with database.of(things.ada) as transaction:
        await transaction.execute(text("DELETE FROM things"))
        await cut(database, things)
        for statement in further:
            await transaction.execute(text(statement))


def test_connection_that_dies_within_a_transaction_is_told(things):
    async def main():
        async with things.open() as database:
            with pytest.raises(DatabaseUnreachable):
                await cut_within(database, things, "SELECT 1")
            assert await write(things, database) == 10

    asyncio.run(main())


def test_connection_that_dies_before_the_commit_is_told(things):
    async def main():
        async with things.open() as database:
            with pytest.raises(DatabaseUnreachable):
                await cut_within(database, things)
            assert await write(things, database) == 10

    asyncio.run(main())


@WAYS
def test_server_that_stops_answering_is_given_up(things, way):
    async def main():
        async with things.open(statement_timeout_s=0.1, connection_timeout_s=0.5) as database:
            assert await way(things, database)
            lent = await database.primary.take()
            process = lent.driver_connection.get_server_pid()
            database.primary.give(lent, lent.close)
            os.kill(process, signal.SIGSTOP)
            try:
                with pytest.raises(DatabaseTimeout):
                    await way(things, database)
            finally:
                os.kill(process, signal.SIGCONT)
            assert await way(things, database)

    asyncio.run(main())


def test_old_connection_is_replaced_before_its_use(things):
    async def main():
        async with things.open(connection_life_s=0.0) as database:
            for _ in range(3):
                assert await read(things, database)
            state = database.state().pools[0]
            assert (state.opened, state.lost) == (3, 0)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("cores", "processes", "together"),
    [(1, 1, 6), (2, 1, 12), (4, 4, 24), (64, 64, 384), (64, 1, 48), (1, 8, 32)],
)
def test_pools_are_sized_from_cores_and_processes(cores, processes, together):
    limits = limits_for(None, processes, cores=cores)
    assert processes * (limits.connections + limits.keeper_connections) == together
    assert limits.connections >= 2
    assert limits.keeper_connections >= 2
