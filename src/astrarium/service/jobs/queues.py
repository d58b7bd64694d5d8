"""Queues as an administrator sees them: how much waits, since when, who works on it, and whether it is paused."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from astrarium.service.database.transactions import Transaction
from astrarium.service.jobs import news
from astrarium.service.jobs.models import IS_UNFINISHED, job_queues, job_workers, jobs
from astrarium.service.jobs.schemas import Queue, WorkerSeen

DEAD_COUNTED: Final = 10_000
"""Dead jobs are counted as far as this."""

_COUNTS: Final = (
    select(jobs.c.queue, jobs.c.state, func.count(), func.min(jobs.c.created_at))
    .where(IS_UNFINISHED)
    .group_by(jobs.c.state, jobs.c.queue)
)
_DEAD: Final = text(
    "SELECT queue, count(*) FROM (SELECT queue FROM jobs WHERE state = 'dead'"
    " ORDER BY created_at DESC, id DESC LIMIT :most) AS latest GROUP BY queue"
)


async def queues(transaction: Transaction, names: Sequence[str]) -> list[Queue]:
    """The queues of `names` and those that have jobs, each with its numbers; a keeper's transaction."""
    found = {name: Queue(name=name) for name in names}

    def put(name: str, **numbers: object) -> None:
        found[name] = msgspec.structs.replace(found.get(name, Queue(name=name)), **numbers)

    for name, state, count, oldest in await transaction.execute(_COUNTS):
        put(name, **{state: count})
        if state != "running":
            earlier = found[name].oldest
            put(name, oldest=oldest if earlier is None else min(earlier, oldest))
    for name, count in await transaction.execute(_DEAD, {"most": DEAD_COUNTED}):
        put(name, dead=count)
    paused = select(job_queues.c.name, job_queues.c.paused_at).where(job_queues.c.paused_at.is_not(None))
    for name, paused_at in await transaction.execute(paused):
        put(name, paused_at=paused_at)
    return [found[name] for name in sorted(found)]


async def workers(transaction: Transaction) -> list[WorkerSeen]:
    """The workers that gave a sign of life lately; a keeper's transaction."""
    columns = [job_workers.c[name] for name in WorkerSeen.__struct_fields__]
    rows = await transaction.execute(select(*columns).order_by(job_workers.c.id))
    return [WorkerSeen(**row._mapping) for row in rows]  # noqa: SLF001  (SQLAlchemy's public name for a row by labels)


async def pause(transaction: Transaction, queue: str, *, now: datetime) -> None:
    """Let no worker claim from a queue until `resume`; what runs goes on. A keeper's transaction."""
    await _set(transaction, queue, now)


async def resume(transaction: Transaction, queue: str) -> None:
    """Let workers claim from a queue again."""
    await _set(transaction, queue, None)


async def _set(transaction: Transaction, queue: str, paused_at: datetime | None) -> None:
    said = insert(job_queues).values(name=queue, paused_at=paused_at)
    kept = func.coalesce(job_queues.c.paused_at, paused_at) if paused_at is not None else None
    await transaction.execute(said.on_conflict_do_update(index_elements=["name"], set_={"paused_at": kept}))
    await news.say(transaction, news.PAUSES)
