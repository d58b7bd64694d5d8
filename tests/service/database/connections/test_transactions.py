"""Transactions: whose rows they see, when they keep what they did, and what is told when they cannot."""

import asyncio

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, InvalidRequestError, ResourceClosedError

from astrarium.service.database.errors import (
    DatabaseContention,
    DatabaseError,
    DatabaseTimeout,
    TransactionAborted,
)
from astrarium.service.database.identifiers import new_id


async def count(database, account):
    async with database.of(account) as transaction:
        return await transaction.scalar(text("SELECT count(*) FROM things"))


def new_thing(things, account, **columns):
    return insert(things.table).values(id=new_id(), account_id=account, number=10, name="new", **columns)


async def write_and_fail(database, things):
    async with database.of(things.ada) as transaction:
        await transaction.execute(new_thing(things, things.ada))
        raise LookupError


async def write_and_pass_over_a_failure(database, things):
    async with database.of(things.ada) as transaction:
        await transaction.execute(new_thing(things, things.ada))
        with pytest.raises(IntegrityError):
            await transaction.execute(insert(things.table).values(id=things.of_ada[0], account_id=things.ada))


async def idle_until_cut(database, things):
    async with database.of(things.ada) as transaction:
        driver = (await transaction.get_raw_connection()).driver_connection
        await things.until(driver.is_closed)
        await transaction.execute(text("SELECT 1"))


def test_block_that_ends_is_kept_and_block_that_raises_is_not(things):
    async def main():
        async with things.open() as database:
            async with database.of(things.ada) as transaction:
                await transaction.execute(new_thing(things, things.ada))
            with pytest.raises(LookupError):
                await write_and_fail(database, things)
            state = database.state().pools[0]
            assert (state.committed, state.rolled_back, state.in_use) == (1, 1, 0)
            return await count(database, things.ada)

    assert asyncio.run(main()) == 11


def test_account_sees_and_writes_its_own_rows_only(things):
    async def main():
        async with things.open() as database:
            async with database.of(things.ada) as transaction:
                seen = (await transaction.execute(select(things.table.c.id))).scalars().all()
                changed = await transaction.execute(update(things.table).values(name="changed"))
                assert set(seen) == set(things.of_ada)
                assert changed.rowcount == 10
            with pytest.raises(Exception, match="row-level security"):
                async with database.of(things.ada) as transaction:
                    await transaction.execute(new_thing(things, things.ben))

    asyncio.run(main())


def test_keeper_sees_all_rows_and_the_next_account_does_not(things):
    async def main():
        async with things.open() as database:
            async with database.keeper() as transaction:
                everybody = await transaction.scalar(text("SELECT count(*) FROM things"))
            return everybody, await count(database, things.ben)

    assert asyncio.run(main()) == (20, 10)


def test_account_cannot_become_the_keeper_by_the_sharing_of_connections(things):
    async def main():
        async with things.open() as database, database.of(things.ada) as transaction:
            return await transaction.scalar(text("SELECT current_user"))

    assert asyncio.run(main()) == "astrarium_service"


def test_savepoint_saves_the_rest_of_a_transaction(things):
    async def main():
        async with things.open() as database:
            async with database.of(things.ada) as transaction:
                with pytest.raises(IntegrityError):
                    async with transaction.begin_nested():
                        await transaction.execute(
                            insert(things.table).values(id=things.of_ada[0], account_id=things.ada)
                        )
                await transaction.execute(new_thing(things, things.ada))
            return await count(database, things.ada)

    assert asyncio.run(main()) == 11


def test_failure_that_was_passed_over_is_not_taken_for_a_commit(things):
    async def main():
        async with things.open() as database:
            with pytest.raises(TransactionAborted):
                await write_and_pass_over_a_failure(database, things)
            return await count(database, things.ada)

    assert asyncio.run(main()) == 10


def test_transaction_is_of_no_use_after_its_block(things):
    async def main():
        async with things.open() as database:
            async with database.of(things.ada) as transaction:
                pass
            with pytest.raises(ResourceClosedError):
                await transaction.execute(text("SELECT 1"))

    asyncio.run(main())


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_block_alone_ends_its_transaction(things, end):
    async def main():
        async with things.open() as database, database.of(things.ada) as transaction:
            await getattr(transaction, end)()

    with pytest.raises(InvalidRequestError, match="block"):
        asyncio.run(main())


def test_cancelled_block_keeps_nothing_and_leaves_no_transaction_behind(things):
    async def main():
        async with things.open() as database:

            async def work():
                async with database.of(things.ada) as transaction:
                    await transaction.execute(new_thing(things, things.ada))
                    await transaction.execute(text("SELECT pg_sleep(30)"))

            working = asyncio.create_task(work())
            await things.until(lambda: database.state().pools[0].in_use)
            working.cancel()
            with pytest.raises(asyncio.CancelledError):
                await working
            assert database.state().pools[0].in_use == 0
            return await count(database, things.ada)

    assert asyncio.run(main()) == 10


def test_statement_that_takes_too_long_is_stopped_and_named(things):
    async def main():
        async with things.open(statement_timeout_s=0.05) as database:
            with pytest.raises(DatabaseTimeout):
                async with database.of(things.ada) as transaction:
                    await transaction.execute(select(func.pg_sleep(30)))
            return await count(database, things.ada)

    assert asyncio.run(main()) == 10


def test_transaction_that_idles_is_ended_and_named(things):
    async def main():
        async with things.open(idle_in_transaction_timeout_s=0.05) as database:
            with pytest.raises(DatabaseError) as told:
                await idle_until_cut(database, things)
            assert told.value.code in {"database_timeout", "database_unreachable"}
            return await count(database, things.ada)

    assert asyncio.run(main()) == 10


def change(things, id):  # noqa: A002
    return update(things.table).where(things.table.c.id == id).values(name="changed")


def test_lock_that_is_not_had_in_time_is_contention(things):
    async def main():
        async with (
            things.open(connections=2, lock_timeout_s=0.05) as database,
            database.of(things.ada) as first,
        ):
            await first.execute(change(things, things.of_ada[0]))
            with pytest.raises(DatabaseContention):
                async with database.of(things.ada) as second:
                    await second.execute(change(things, things.of_ada[0]))

    asyncio.run(main())


async def cross(database, things, runs, first, second, both_hold, others_hold):
    """Change two rows so that two of these deadlock the first time they run; count the runs."""

    async def work(transaction):
        runs.append(first)
        await transaction.execute(change(things, first))
        both_hold.set()
        await others_hold.wait()
        await transaction.execute(change(things, second))

    await database.run(things.ada, work)


def test_deadlock_is_run_once_more(things):
    async def main():
        runs = []
        async with things.open(connections=2) as database:
            one, other = asyncio.Event(), asyncio.Event()
            a, b = things.of_ada[:2]
            await asyncio.gather(
                cross(database, things, runs, a, b, one, other),
                cross(database, things, runs, b, a, other, one),
            )
            return len(runs), database.state().retried

    assert asyncio.run(main()) == (3, 1)


def test_work_that_cannot_be_kept_twice_is_told_so(things):
    runs = []

    async def work(transaction):
        runs.append(1)
        await transaction.execute(
            text("DO $$ BEGIN RAISE EXCEPTION 'never' USING ERRCODE = 'serialization_failure'; END $$")
        )

    async def main():
        async with things.open() as database:
            await database.run(things.ada, work)

    with pytest.raises(DatabaseContention):
        asyncio.run(main())
    assert len(runs) == 2


def test_error_of_the_features_own_is_left_alone(things):
    async def main():
        async with things.open() as database, database.of(things.ada):
            raise TimeoutError("of a mail server")

    with pytest.raises(TimeoutError, match="mail"):
        asyncio.run(main())
