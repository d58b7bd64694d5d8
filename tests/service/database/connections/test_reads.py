"""Reads of one statement: an account sees its own rows, and its name never reaches the connection's next user."""

import asyncio

import msgspec
import pytest
from sqlalchemy import any_, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, UUID
from sqlalchemy.exc import ProgrammingError

from astrarium.service.database.errors import DatabaseTimeout
from astrarium.service.database.reads import Read


class Number(msgspec.Struct, frozen=True):
    value: float


def test_account_reads_its_own_row_and_nobody_elses(things):
    async def main():
        async with things.open() as database:
            mine = await database.read_one(things.ada, things.one, {"id": things.of_ada[3]})
            others = await database.read_one(things.ada, things.one, {"id": things.of_ben[3]})
            return mine, others

    mine, others = asyncio.run(main())
    assert (mine.id, mine.name, mine.marks) == (things.of_ada[3], "thing 3", {"n": [3]})
    assert others is None


def test_rows_keep_the_order_and_bound_of_their_statement(things):
    async def main():
        async with things.open() as database:
            return await database.read_all(things.ben, things.all, {"least": 2, "limit": 5})

    assert [row.name for row in asyncio.run(main())] == [f"thing {number}" for number in (9, 8, 7, 6, 5)]


def test_lists_are_compared_by_any(things):
    table = things.table
    among = Read(
        select(table.c.number.label("value")).where(
            table.c.id == any_(bindparam("ids", type_=ARRAY(UUID(as_uuid=True))))
        ),
        Number,
    )

    async def main():
        async with things.open() as database:
            ids = [things.of_ada[1], things.of_ada[4], things.of_ben[5]]
            return await database.read_all(things.ada, among, {"ids": ids})

    assert {row.value for row in asyncio.run(main())} == {1, 4}


def test_list_of_changing_length_is_refused_as_the_read_is_written(things):
    with pytest.raises(ValueError, match="any_"):
        Read(select(things.table.c.id).where(things.table.c.id.in_(bindparam("ids", expanding=True))), dict)


def test_keeper_reads_every_accounts_rows(things):
    async def main():
        async with things.open() as database:
            return await database.keeper_read_all(things.all, {"least": 0, "limit": 100})

    assert len(asyncio.run(main())) == 20


async def next_user_sees(database, things):
    """What a connection's next user finds as its account, and as rows, where it names none."""
    lent = await database.primary.take()
    try:
        named = await lent.driver_connection.fetchval("SELECT current_setting('astrarium.account', true)")
        return named or None, await lent.driver_connection.fetchval("SELECT count(*) FROM things")
    finally:
        database.primary.give(lent, lent.close)


def test_account_is_forgotten_after_a_read(things):
    async def main():
        async with things.open() as database:
            during = await database.read_one(things.ada, things.named_account)
            assert during.value == things.ada.hex
            assert await next_user_sees(database, things) == (None, 0)
            assert database.state().pools[0].opened == 1  # it was the same connection

    asyncio.run(main())


def test_account_is_forgotten_after_a_read_that_failed(things):
    table = things.table
    failing = Read(
        select((1 / (table.c.number - bindparam("zero", type_=table.c.number.type))).label("value")), Number
    )

    async def main():
        async with things.open() as database:
            with pytest.raises(Exception, match="division by zero"):
                await database.read_all(things.ada, failing, {"zero": 3})
            assert await next_user_sees(database, things) == (None, 0)
            assert database.state().pools[0].opened == 1

    asyncio.run(main())


SLEEP = Read(select(func.pg_sleep(bindparam("seconds")).label("nothing")), dict)


def test_account_is_forgotten_after_a_read_that_was_stopped(things):
    async def main():
        async with things.open(statement_timeout_s=0.05) as database:
            with pytest.raises(DatabaseTimeout):
                await database.read_one(things.ada, SLEEP, {"seconds": 30})
            assert await next_user_sees(database, things) == (None, 0)

    asyncio.run(main())


def test_account_is_forgotten_after_a_read_that_was_cancelled(things):
    async def main():
        async with things.open() as database:
            reading = asyncio.create_task(database.read_one(things.ada, SLEEP, {"seconds": 30}))
            await things.until(lambda: database.state().pools[0].in_use)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            assert await next_user_sees(database, things) == (None, 0)

    asyncio.run(main())


def test_readers_of_two_accounts_never_see_each_other_on_shared_connections(things):
    async def main():
        async with things.open(connections=2, connection_timeout_s=5.0) as database:

            async def read(account, ids):
                seen = await database.read_all(account, things.all, {"least": 0, "limit": 100})
                return {row.id for row in seen} == set(ids)

            pairs = [(things.ada, things.of_ada), (things.ben, things.of_ben)] * 50
            return await asyncio.gather(*(read(*pair) for pair in pairs))

    assert all(asyncio.run(main()))


def test_statement_itself_cannot_name_another_account(things):
    """A read takes a SELECT of columns; what it is given is a value, never a part of the statement."""
    hostile = "x' OR set_config('astrarium.account', '" + things.ben.hex + "', true) = '"
    by_name = Read(
        select(things.table.c.id).where(things.table.c.name == bindparam("name")),
        lambda id: id,  # noqa: A006
    )

    async def main():
        async with things.open() as database:
            return await database.read_all(things.ada, by_name, {"name": hostile})

    assert asyncio.run(main()) == []


def test_read_cannot_write(things):
    """The role of a read may write its own rows, but a Read holds a SELECT alone."""

    async def main():
        async with things.open() as database, database.reading(things.ada) as transaction:
            await transaction.execute(text("DELETE FROM things"))

    with pytest.raises(Exception, match="read-only transaction") as told:
        asyncio.run(main())
    assert not isinstance(told.value, ProgrammingError)
