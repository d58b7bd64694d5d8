"""What statements cost is counted by their text, and slow ones are remembered with a plan and without values."""

import asyncio

import msgspec
import pytest
from sqlalchemy import bindparam, func, select, text

from astrarium.service.database import statements
from astrarium.service.database.reads import Read
from astrarium.service.database.state import Histogram, PoolState

NAME = "a name that is nobody's business"


def test_calls_and_rows_are_counted_by_text(things):
    async def main():
        async with things.open() as database:
            for least in (0, 5):
                await database.read_all(things.ada, things.all, {"least": least, "limit": 100})
            async with database.of(things.ada) as transaction:
                await transaction.execute(text("SELECT number FROM things"))
            return database.primary.statements.by_text, database.state().pools[0]

    by_text, state = asyncio.run(main())
    assert [(one.calls, one.rows) for one in by_text.values()] == [(2, 15), (1, 10)]
    assert state.statements == state.durations.count == 3


def slow_read(things):
    pause = select(func.pg_sleep(0.01)).scalar_subquery()
    return Read(
        select(things.table.c.name).where(things.table.c.name == bindparam("name"), pause.is_not(None)), dict
    )


@pytest.mark.parametrize("way", ["read", "transaction"])
def test_slow_statement_is_remembered_with_its_plan_and_without_its_values(things, way, caplog):
    read = slow_read(things)

    async def main():
        async with things.open(slow_statement_s=0.005, connections=2) as database:
            if way == "read":
                await database.read_all(things.ada, read, {"name": NAME})
            else:
                async with database.of(things.ada) as transaction:
                    await transaction.execute(read.statement, {"name": NAME})
            slow = database.primary.statements.slow[0]
            await things.until(lambda: slow.plan)
            assert database.state().slow_statements == 1
            assert await database.read_all(things.ada, things.all, {"least": 0, "limit": 1})
            return slow

    slow = asyncio.run(main())
    assert "things" in slow.plan
    assert slow.seconds >= 0.005
    assert "things" in caplog.text
    assert NAME not in repr(slow) + caplog.text


def test_explaining_runs_nothing(things):
    async def main():
        async with things.open() as database:
            plan = await database.keepers.explain(
                "DELETE FROM things WHERE number = $1::int AND name = $2::text"
            )
            rows = await database.keeper_read_all(things.all, {"least": 0, "limit": 100})
            return plan, len(rows)

    plan, count = asyncio.run(main())
    assert "Delete on things" in plan
    assert count == 20


def test_plan_that_cannot_be_had_harms_nothing(things):
    async def main():
        async with things.open() as database:
            with pytest.raises(Exception, match="no_such_table"):
                await database.primary.explain("SELECT * FROM no_such_table")
            return await database.read_one(things.ada, things.one, {"id": things.of_ada[0]})

    assert asyncio.run(main())


def test_texts_without_end_do_not_fill_the_memory():
    async def explain(statement):
        return statement

    kept = statements.Statements(PoolState(name="x", limit=1), 1.0, explain)
    for number in range(3 * statements.MOST_TEXTS):
        kept.note(f"SELECT {number}", 0.0, 1)
    assert len(kept.by_text) == statements.MOST_TEXTS + 1
    assert sum(one.calls for one in kept.by_text.values()) == 3 * statements.MOST_TEXTS


def test_quantiles_lie_in_their_bucket():
    durations = Histogram()
    assert durations.quantile(0.95) == 0.0
    for seconds in [0.003] * 95 + [0.3] * 5:
        durations.add(seconds)
    assert 0.0025 < durations.quantile(0.5) <= 0.005
    assert 0.25 < durations.quantile(0.99) <= 0.5
    assert msgspec.json.decode(msgspec.json.encode(durations), type=Histogram) == durations
