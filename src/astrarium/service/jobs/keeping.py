"""What keeps the tables of jobs in order: repair of what should never be, and the end of what is over its keep.

A schedule calls both; each is one portion of work in the caller's transaction, and may be repeated.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, text

from astrarium.service.database.deleting import some_of
from astrarium.service.database.transactions import Transaction
from astrarium.service.jobs import news
from astrarium.service.jobs.models import job_workers, jobs

WORKER_SEEN: Final = timedelta(days=1)
"""How long a worker is told of that gave no sign of life."""
_MOST: Final = 1_000

_STRANDED: Final = text(
    "SELECT id, queue_id FROM jobs WHERE state IN ('queued', 'running')"
    " AND NOT EXISTS (SELECT FROM pgqueuer WHERE pgqueuer.id = jobs.queue_id) LIMIT :most"
)
_REQUEUE: Final = text(
    "WITH again AS ("
    " UPDATE jobs SET state = 'queued', queue_id = nextval('pgqueuer_id_seq'), worker_id = NULL"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:queue_ids AS bigint[])) AS seen(id, queue_id)"
    " WHERE jobs.id = seen.id AND jobs.queue_id = seen.queue_id AND jobs.state IN ('queued', 'running')"
    " RETURNING jobs.id, jobs.queue_id, jobs.priority, jobs.kind, jobs.not_before"
    ") INSERT INTO pgqueuer (id, priority, entrypoint, execute_after, payload, status)"
    " SELECT queue_id, priority, kind, coalesce(not_before, '-infinity'), uuid_send(id), 'queued' FROM again"
)
"""By the row that was missed: a job that moved on between the two statements has another, or none."""
_UNOWNED: Final = text(
    "DELETE FROM pgqueuer WHERE id IN (SELECT q.id FROM pgqueuer q LEFT JOIN jobs"
    " ON jobs.id = CAST(encode(q.payload, 'hex') AS uuid) AND jobs.queue_id = q.id"
    " WHERE q.status = 'queued' AND jobs.id IS NULL LIMIT :most FOR UPDATE OF q SKIP LOCKED)"
)
_AHEAD: Final = text(
    "UPDATE pgqueuer SET heartbeat = now() WHERE status = 'picked' AND heartbeat > now() + interval '1 minute'"
)
"""Signs of life from a time when the clock was ahead: a worker that died since would seem alive until then."""


async def repair(transaction: Transaction, *, now: datetime) -> int:
    """Mend what a hand in the tables or a clock set back has left; returns how many jobs were queued again.

    In a keeper's transaction. A job whose row in the queue is gone is queued again, a row whose job was cancelled or
    deleted is dropped, signs of life from the future are taken for one from now, and workers that were not seen for a
    day are forgotten. Jobs of a worker that died need none of this: others take them within seconds.
    """
    stranded = (await transaction.execute(_STRANDED, {"most": _MOST})).all()
    if stranded:
        values = {"ids": [row.id for row in stranded], "queue_ids": [row.queue_id for row in stranded]}
        await transaction.execute(_REQUEUE, values)
        await news.say(transaction, news.CLAIMABLE)
    await transaction.execute(_UNOWNED, {"most": _MOST})
    await transaction.execute(_AHEAD)
    await transaction.execute(delete(job_workers).where(job_workers.c.seen_at < now - WORKER_SEEN))
    return len(stranded)


async def purge(transaction: Transaction, *, now: datetime) -> int:
    """Delete a portion of the finished jobs that are over their keep; returns how many, 0 when none is left."""
    return (await transaction.execute(some_of(jobs, jobs.c.keep_until < now))).rowcount
