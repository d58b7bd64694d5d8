"""The ticks: each is given its job once, by whichever worker comes first, in one transaction with the next one's date.

A worker that sees a schedule due locks its row; others pass it by. The clock is the database's, one for all machines.
"""

import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, func, insert, or_, select, update

from astrarium.service.database.errors import DatabaseError
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.jobs.service import enqueue
from astrarium.service.schedules import expressions
from astrarium.service.schedules.declared import Declared, Schedule
from astrarium.service.schedules.models import schedule_runs, schedules

Clock = Callable[[Transaction], Awaitable[datetime]]

EXPRESSION: Final = func.coalesce(schedules.c.chosen_expression, schedules.c.declared_expression)
"""What a schedule runs by."""

SET_BACK: Final = timedelta(minutes=1)
"""A clock that is further behind the last settling was set back. What comes within a minute of it is settled anyway."""

logger = logging.getLogger("astrarium.service")


async def database_clock(transaction: Transaction) -> datetime:
    """The instant by the database's clock."""
    now: datetime = (await transaction.execute(select(func.clock_timestamp()))).scalar_one()
    return now


async def tick(database: Database, known: Declared, clock: Clock = database_clock) -> None:
    """Give every tick of the `known` schedules that has come, and that nobody else is at, its job.

    A schedule whose job cannot be enqueued is logged and keeps its tick for the next time; the others go on. Raises
    `DatabaseError`.
    """
    left = set(known)
    while left:
        name = None
        try:
            async with database.keeper() as transaction:
                now = await clock(transaction)
                row = (await transaction.execute(_due(left, now))).first()
                if row is None:
                    return
                name = row.name
                await _settle(transaction, known[row.name], row, now)
        except DatabaseError:
            raise
        except Exception:
            if name is None:
                raise
            logger.exception("the schedule %s could not run", name)
            left.discard(name)


async def wait_s(database: Database, known: Declared, clock: Clock = database_clock) -> float | None:
    """How long until the next tick of the `known` schedules, from 0; None where none will come."""
    soonest = select(func.min(schedules.c.next_at)).where(schedules.c.name.in_(known), *_runs())
    async with database.keeper() as transaction:
        now = await clock(transaction)
        due: datetime | None = (await transaction.execute(soonest)).scalar_one()
    return None if due is None else max(0.0, (due - now).total_seconds())


def _due(names: Collection[str], now: datetime) -> Any:  # noqa: ANN401  (a select of columns and an expression)
    """One schedule with something to settle: a tick that has come, or a clock that was set back since the last."""
    return (
        select(schedules, EXPRESSION.label("expression"))
        .where(schedules.c.name.in_(names), *_runs())
        .where(or_(schedules.c.next_at <= now, schedules.c.settled_at > now + SET_BACK))
        .order_by(schedules.c.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _runs() -> tuple[Any, ...]:
    return (schedules.c.paused_at.is_(None),)


async def _settle(transaction: Transaction, one: Schedule[Any], row: Row[Any], now: datetime) -> None:
    """Enqueue what the ticks up to now ask for, and say when the next one is.

    Where the clock was set back, the next tick is by the new time; what has run already does not run again.
    """
    ticks = expressions.ticks_between(row.expression, row.settled_at, now, one.most_missed)
    for instant in await _not_run(transaction, one.name, ticks):
        job_id = await enqueue(transaction, one.kind, one.payload(instant), now=now, key=one.key(instant))
        run = {"id": new_id(), "schedule": one.name, "tick": instant, "job_id": job_id}
        await transaction.execute(insert(schedule_runs).values(run))
    settled = {
        "settled_at": now,
        "next_at": expressions.next_after(row.expression, now),
        "retired_at": None,
    }
    await transaction.execute(update(schedules).where(schedules.c.name == one.name).values(settled))


async def _not_run(transaction: Transaction, name: str, ticks: list[datetime]) -> list[datetime]:
    done = select(schedule_runs.c.tick).where(
        schedule_runs.c.schedule == name, schedule_runs.c.tick.in_(ticks)
    )
    ran = set((await transaction.execute(done)).scalars()) if ticks else set()
    return [instant for instant in ticks if instant not in ran]
