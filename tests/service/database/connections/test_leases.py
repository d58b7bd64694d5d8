"""Leases: held by one until an instant of the database's clock, with tokens that only grow."""

import asyncio
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from astrarium.service.database import leases

HOUR = timedelta(hours=1)
ENDED = timedelta(seconds=-1)
TAKE = """
import asyncio, sys
from datetime import timedelta
from sqlalchemy.engine import make_url
from astrarium.service.database import leases
from astrarium.service.database.transactions import Database

async def main():
    database = Database(make_url(sys.argv[1]))
    sys.stdin.readline()  # all of them at once
    lease = await leases.take(database, "work", sys.argv[2], timedelta(hours=1))
    print("none" if lease is None else lease.token, flush=True)
    await database.close()

asyncio.run(main())
"""


def test_lease_has_one_holder_until_it_ends(things):
    async def main():
        async with things.open() as database:
            first = await leases.take(database, "work", "a", ENDED)
            second = await leases.take(database, "work", "b", HOUR)
            assert await leases.take(database, "work", "a", HOUR) is None
            assert await leases.take(database, "work", "b", HOUR) is None
            assert (await leases.take(database, "other work", "a", HOUR)).token == 1
            return first, second

    first, second = asyncio.run(main())
    assert (first.holder, second.holder) == ("a", "b")
    assert second.token > first.token


def test_released_lease_is_free_at_once_with_a_greater_token(things):
    async def main():
        async with things.open() as database:
            first = await leases.take(database, "work", "a", HOUR)
            await leases.release(database, first)
            return first, await leases.take(database, "work", "a", HOUR)

    first, second = asyncio.run(main())
    assert second.token == first.token + 1


def test_renewed_lease_keeps_its_token(things):
    async def main():
        async with things.open() as database:
            lease = await leases.take(database, "work", "a", HOUR)
            return lease, await leases.renew(database, lease, 2 * HOUR)

    lease, renewed = asyncio.run(main())
    assert renewed.token == lease.token
    assert renewed.until > lease.until + HOUR / 2


def test_lease_that_ended_is_not_renewed(things):
    async def main():
        async with things.open() as database:
            lease = await leases.take(database, "work", "a", ENDED)
            with pytest.raises(leases.LeaseLost, match="token 1"):
                await leases.renew(database, lease, HOUR)

    asyncio.run(main())


def test_former_holder_releases_nothing_of_the_next(things):
    async def main():
        async with things.open() as database:
            former = await leases.take(database, "work", "a", ENDED)
            await leases.take(database, "work", "a", HOUR)
            await leases.release(database, former)
            assert await leases.take(database, "work", "b", HOUR) is None

    asyncio.run(main())


def test_late_write_of_a_former_holder_is_fenced_off(things):
    async def main():
        async with things.open() as database:
            former = await leases.take(database, "work", "a", ENDED)
            await leases.take(database, "work", "b", HOUR)
            with pytest.raises(leases.LeaseLost):
                await write(database, former)
            async with database.keeper() as transaction:
                return await transaction.scalar(text("SELECT count(*) FROM things"))

    assert asyncio.run(main()) == 20


async def write(database, lease):
    async with database.keeper() as transaction:
        await transaction.execute(text("DELETE FROM things"))
        await leases.fence(transaction, lease)


def test_lease_cannot_be_taken_between_fence_and_commit(things):
    """The lease ends while a fenced transaction is open; whoever wants it waits for the commit."""

    async def main():
        async with things.open(keeper_connections=2) as database:
            lease = await leases.take(database, "work", "a", timedelta(seconds=0.3))
            async with database.keeper() as transaction:
                await leases.fence(transaction, lease)
                await transaction.execute(text("SELECT pg_sleep(0.4)"))
                taking = asyncio.create_task(leases.take(database, "work", "b", HOUR))
                await transaction.execute(text("SELECT pg_sleep(0.1)"))
                assert not taking.done()
            return await taking

    assert asyncio.run(main()).token == 2


def test_of_many_processes_one_gets_the_lease(things):
    address = things.url.render_as_string(hide_password=False)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE, address, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    told = sorted(process.communicate(timeout=60)[0].strip() for process in processes)
    assert told == ["1", "none"]


def test_database_itself_refuses_a_smaller_token_and_a_deletion(things):
    async def main(statement):
        async with things.open() as database:
            await leases.take(database, "work", "a", HOUR)
            async with database.keeper() as transaction:
                await transaction.execute(text(statement))

    with pytest.raises(Exception, match="only grows"):
        asyncio.run(main("UPDATE leases SET token = 0"))
    with pytest.raises(Exception, match="permission denied"):
        asyncio.run(main("DELETE FROM leases"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["take", "end", "renew", "release"]), max_size=12))
def test_tokens_only_grow_whatever_happens(things, steps):
    async def main():
        tokens, lease = [], None
        async with things.open() as database:
            for step in steps:
                if step in {"take", "end"}:
                    taken = await leases.take(database, "grown", step, ENDED if step == "end" else HOUR)
                    if taken is not None:
                        lease = taken
                        tokens.append(taken.token)
                elif lease is not None and step == "release":
                    await leases.release(database, lease)
                elif lease is not None:
                    with suppress(leases.LeaseLost):
                        assert (await leases.renew(database, lease, HOUR)).token == lease.token
        return tokens

    tokens = asyncio.run(main())
    assert tokens == sorted(set(tokens))
