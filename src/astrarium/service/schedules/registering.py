"""The table of schedules brought to what this version declares; what an operator chose stays."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert

from astrarium.service.database.transactions import Transaction
from astrarium.service.schedules import expressions
from astrarium.service.schedules.declared import Declared, Schedule
from astrarium.service.schedules.models import schedules


async def register(transaction: Transaction, known: Declared, *, now: datetime) -> None:
    """Bring the table to `known`, in a keeper's transaction; it may be repeated, and by several processes at once.

    A new schedule begins with the first tick after now, and so does one that comes back or whose declared expression
    is another, unless an operator chose one. A schedule that nobody declares any more is retired.
    """
    for name in sorted(known):
        one = known[name]
        row = {"name": name, **_told(one), "settled_at": now, "next_at": _next(one.expression, now)}
        await transaction.execute(insert(schedules).values(row).on_conflict_do_nothing())
    there = select(schedules).order_by(schedules.c.name).with_for_update()
    for found in (await transaction.execute(there)).all():
        values = _changes(found, known.get(found.name), now)
        if values:
            await transaction.execute(update(schedules).where(schedules.c.name == found.name).values(values))


async def register_missing(transaction: Transaction, known: Declared, *, now: datetime) -> None:
    """Register all where the table lacks one: for a process that asks before any worker has run."""
    count = select(func.count()).where(schedules.c.name.in_(known))
    if await transaction.scalar(count) != len(known):
        await register(transaction, known, now=now)


def _told(one: Schedule[Any]) -> dict[str, Any]:
    return {
        "kind": one.kind.name,
        "about": one.about,
        "declared_expression": one.expression,
        "catch_up": one.catch_up,
        "most_missed": one.most_missed,
    }


def _changes(found: Row[Any], one: Schedule[Any] | None, now: datetime) -> dict[str, Any]:
    """What has to be another in a row that is there."""
    if one is None:
        return {} if found.retired_at else {"retired_at": now}
    told = _told(one)
    changes = {name: value for name, value in told.items() if getattr(found, name) != value}
    is_another = "declared_expression" in changes and found.chosen_expression is None
    if found.retired_at:
        changes["retired_at"] = None
    if found.retired_at or is_another:
        expression = found.chosen_expression or one.expression
        changes |= {"settled_at": now, "next_at": _next(expression, now)}
    return changes


def _next(expression: str, now: datetime) -> datetime:
    return expressions.next_after(expression, now)
