"""Signs of life of a worker, and what it learns with each: jobs that it lost, jobs that shall stop, pauses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, text

import astrarium
from astrarium.service.database.transactions import Transaction
from astrarium.service.jobs.models import job_queues, job_workers, jobs
from astrarium.service.jobs.work import Work

_LIVE: Final = text(
    "UPDATE pgqueuer SET heartbeat = now()"
    " WHERE id = ANY(CAST(:queue_ids AS bigint[])) AND queue_manager_id = :worker_id RETURNING id"
)
_SEEN: Final = text(
    "INSERT INTO job_workers AS w"
    " (id, host, process, version, queues, concurrency, running, started_at, seen_at, stopping_at)"
    " VALUES (:id, :host, :process, :version, CAST(:queues AS jsonb), :concurrency, :running, :started_at, now(),"
    "  CASE WHEN :is_stopping THEN now() END)"
    " ON CONFLICT (id) DO UPDATE SET running = excluded.running, seen_at = excluded.seen_at,"
    "  stopping_at = coalesce(w.stopping_at, excluded.stopping_at)"
)
_PROGRESS: Final = text(
    "UPDATE jobs SET progress_done = p.done, progress_total = p.total"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:attempts AS integer[]), CAST(:dones AS bigint[]),"
    "  CAST(:totals AS bigint[])) AS p(id, attempt, done, total)"
    " WHERE jobs.id = p.id AND jobs.attempts = p.attempt AND jobs.state = 'running'"
)


class About(msgspec.Struct, frozen=True):
    """What a worker says of itself."""

    id: UUID
    host: str
    process: int
    queues: tuple[str, ...]
    concurrency: int
    running: int
    started_at: datetime
    is_stopping: bool


async def beat(transaction: Transaction, about: About, queue_ids: Sequence[int]) -> set[int]:
    """Give a sign of life for a worker and its rows of the queue; returns those that are still its own."""
    said = {
        **msgspec.structs.asdict(about),
        "version": astrarium.__version__,
        "queues": msgspec.json.encode(about.queues).decode(),
    }
    await transaction.execute(_SEEN, said)
    if not queue_ids:
        return set()
    return set(
        (await transaction.execute(_LIVE, {"queue_ids": list(queue_ids), "worker_id": about.id})).scalars()
    )


async def forget(transaction: Transaction, worker_id: UUID) -> None:
    """A worker that ended is seen no more."""
    await transaction.execute(delete(job_workers).where(job_workers.c.id == worker_id))


async def cancelled(transaction: Transaction, job_ids: Sequence[UUID]) -> set[UUID]:
    """Which of the jobs shall stop."""
    if not job_ids:
        return set()
    asked = select(jobs.c.id).where(jobs.c.id.in_(job_ids), jobs.c.cancel_requested)
    return set((await transaction.execute(asked)).scalars())


async def paused(transaction: Transaction) -> frozenset[str]:
    """The queues that are paused."""
    return frozenset(
        (
            await transaction.execute(select(job_queues.c.name).where(job_queues.c.paused_at.is_not(None)))
        ).scalars()
    )


async def write_progress(transaction: Transaction, works: Sequence[Work]) -> None:
    """Write how far jobs have come."""
    if works:
        values = {
            "ids": [one.job_id for one in works],
            "attempts": [one.attempt for one in works],
            "dones": [one.done for one in works],
            "totals": [one.total for one in works],
        }
        await transaction.execute(_PROGRESS, values)
