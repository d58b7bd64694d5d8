"""The door of schedules: what features declare, what workers run, and what operators see and change."""

from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import UNSET
from sqlalchemy import Row, Select, func, insert, select, update

from astrarium.service.database.deleting import some_of
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Transaction
from astrarium.service.errors import NotFound
from astrarium.service.http import paging
from astrarium.service.http.conditional import require_match, tag_of
from astrarium.service.http.paging import Asked, Listing, Page
from astrarium.service.jobs import service as jobs
from astrarium.service.schedules import expressions, schemas
from astrarium.service.schedules.declared import Declared, Due, Schedule, declared
from astrarium.service.schedules.errors import ScheduleRetired
from astrarium.service.schedules.models import schedule_runs, schedules
from astrarium.service.schedules.registering import register, register_missing
from astrarium.service.schedules.schemas import Run, ScheduleChange, ScheduleDetail, Started
from astrarium.service.schedules.ticker import Ticker, running
from astrarium.service.schedules.ticking import EXPRESSION, database_clock

__all__ = [
    "Declared",
    "Due",
    "Schedule",
    "Ticker",
    "browse",
    "change",
    "database_clock",
    "declared",
    "etag",
    "purge",
    "read",
    "register",
    "register_missing",
    "run_now",
    "running",
]

WHAT: Final = "schedule"
RUNS_TOLD: Final = 20
TICKS_TOLD: Final = 5
RUNS_KEPT: Final = timedelta(days=30)
LISTING: Final = Listing(
    "schedules",
    key=schedules.c.name,
    sorts={"name": schedules.c.name, "next_at": schedules.c.next_at},
    default="name",
)

_LAST_AT: Final = (
    select(func.max(schedule_runs.c.created_at))
    .where(schedule_runs.c.schedule == schedules.c.name)
    .scalar_subquery()
)
_COLUMNS: Final = (schedules, EXPRESSION.label("expression"), _LAST_AT.label("last_at"))


def etag(detail: ScheduleDetail) -> str:
    """The `ETag` of a schedule: another one with every change and every run."""
    return tag_of(detail)


async def browse(transaction: Transaction, asked: Asked) -> Page[schemas.Schedule]:
    """One page of the schedules; raises `InvalidSort` and `InvalidCursor`."""
    return await paging.read(
        transaction, select(*_COLUMNS), LISTING, asked, lambda row: schemas.Schedule(**_told(row))
    )


async def read(transaction: Transaction, name: str) -> ScheduleDetail:
    """One schedule with its last runs; raises `NotFound`."""
    return await _detail(transaction, _named(name))


async def change(
    transaction: Transaction,
    name: str,
    wanted: ScheduleChange,
    *,
    now: datetime,
    if_match: str | None = None,
) -> ScheduleDetail:
    """Change what `wanted` names; what was missed while it was paused, or by the expression before, is not made up for.

    Raises `NotFound`, `PreconditionFailed` and `InvalidExpression`.
    """
    kept = await _detail(transaction, _named(name).with_for_update(of=schedules))
    require_match(if_match, etag(kept))
    values: dict[str, Any] = {}
    expression = kept.expression
    if wanted.expression is not UNSET:
        chosen = None if wanted.expression is None else expressions.normalized(wanted.expression)
        expression = chosen or kept.declared_expression
        values["chosen_expression"] = None if expression == kept.declared_expression else expression
    is_paused = kept.paused_at is not None
    if wanted.paused is not UNSET and wanted.paused != is_paused:
        values["paused_at"] = now if wanted.paused else None
    if expression != kept.expression or "paused_at" in values:
        values |= {"settled_at": now, "next_at": expressions.next_after(expression, now)}
    if values:
        await transaction.execute(update(schedules).where(schedules.c.name == name).values(values))
    return await read(transaction, name)


async def run_now(transaction: Transaction, known: Declared, name: str, *, now: datetime) -> Started:
    """Enqueue the schedule's job at once, paused or not; its ticks stay as they are.

    While one with the same key is unfinished, that one is the answer. Raises `NotFound` and `ScheduleRetired`.
    """
    if (await transaction.execute(_named(name))).first() is None:
        raise NotFound(WHAT)
    if (one := known.get(name)) is None:
        raise ScheduleRetired(name)
    job_id = await jobs.enqueue(transaction, one.kind, one.payload(now), now=now, key=one.key(now))
    run = {"id": new_id(), "schedule": name, "tick": None, "job_id": job_id}
    await transaction.execute(insert(schedule_runs).values(run))
    return Started(job_id)


async def purge(transaction: Transaction, *, before: datetime) -> int:
    """Forget a portion of the runs from before `before`, in a keeper's transaction; tells how many."""
    purged: int = (
        await transaction.execute(some_of(schedule_runs, schedule_runs.c.created_at < before))
    ).rowcount
    return purged


def _named(name: str) -> Select[Any]:
    return select(*_COLUMNS).where(schedules.c.name == name)


async def _detail(transaction: Transaction, statement: Select[Any]) -> ScheduleDetail:
    row = (await transaction.execute(statement)).first()
    if row is None:
        raise NotFound(WHAT)
    told = _told(row)
    runs = await _last_runs(transaction, row.name)
    coming = ()
    if told["next_at"] is not None:
        coming = (row.next_at, *expressions.coming(row.expression, row.next_at, TICKS_TOLD - 1))
    return ScheduleDetail(**told, coming=coming, runs=runs)


async def _last_runs(transaction: Transaction, name: str) -> tuple[Run, ...]:
    last = (
        select(schedule_runs)
        .where(schedule_runs.c.schedule == name)
        .order_by(schedule_runs.c.id.desc())
        .limit(RUNS_TOLD)
    )
    rows = (await transaction.execute(last)).all()
    states = await jobs.states(transaction, [row.job_id for row in rows])
    return tuple(
        Run(tick=row.tick, enqueued_at=row.created_at, job_id=row.job_id, state=states.get(row.job_id))
        for row in rows
    )


def _told(row: Row[Any]) -> dict[str, Any]:
    """What all may know of a schedule, by the names of `Schedule`."""
    standing = "retired" if row.retired_at else "paused" if row.paused_at else "active"
    told = {name: getattr(row, name, None) for name in schemas.Schedule.__struct_fields__}
    next_at = row.next_at if standing == "active" else None
    return {**told, "standing": standing, "zone": "UTC", "next_at": next_at}
