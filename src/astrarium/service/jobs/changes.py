"""What is asked of a job after it was queued: look at it, cancel it, send it again."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import select, text
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from astrarium.service.database.transactions import Transaction
from astrarium.service.jobs import news
from astrarium.service.jobs.errors import JobSuperseded
from astrarium.service.jobs.models import IS_DEAD, jobs
from astrarium.service.jobs.schemas import Retried
from astrarium.service.jobs.states import State
from astrarium.service.jobs.telling import tell_cancelled

MOST_RETRIED: Final = 1_000
"""Dead jobs that one request sends again."""

_CANCEL: Final = text(
    "UPDATE jobs SET"
    "  state = CASE WHEN state = 'running' THEN state ELSE 'cancelled' END,"
    "  cancel_requested = true,"
    "  queue_id = CASE WHEN state = 'running' THEN queue_id END,"
    "  finished_at = CASE WHEN state = 'running' THEN NULL ELSE CAST(:now AS timestamptz) END,"
    "  keep_until = CASE WHEN state = 'running' THEN NULL ELSE CAST(:now AS timestamptz) + interval '7 days' END"
    " WHERE id = :id AND state IN ('waiting', 'queued', 'running') RETURNING state, account_id, kind, attempts"
)
"""The row of a queued job stays in the queue for whoever claims it to drop: taking it here could meet a claim."""

_RETRY: Final = text(
    "WITH again AS ("
    " UPDATE jobs SET state = CASE WHEN share > 0 THEN 'waiting' ELSE 'queued' END,"
    "  queue_id = CASE WHEN share > 0 THEN NULL ELSE nextval('pgqueuer_id_seq') END,"
    "  attempts = 0, not_before = NULL, cancel_requested = false, result = NULL, started_at = NULL,"
    "  finished_at = NULL, keep_until = NULL, progress_done = NULL, progress_total = NULL"
    " WHERE id = ANY(CAST(:ids AS uuid[])) AND state IN ('dead', 'cancelled')"
    " RETURNING id, queue_id, priority, kind"
    "), queued AS ("
    " INSERT INTO pgqueuer (id, priority, entrypoint, execute_after, payload, status)"
    " SELECT queue_id, priority, kind, '-infinity', uuid_send(id), 'queued' FROM again WHERE queue_id IS NOT NULL"
    ") SELECT id FROM again"
)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it is kept. `result` and `error` are what its last attempt left."""

    id: UUID
    kind: str
    queue: str
    account_id: UUID | None
    key: str | None
    state: State
    priority: int
    attempts: int
    not_before: datetime | None
    cancel_requested: bool
    progress_done: int | None
    progress_total: int | None
    result: Any
    error: Mapping[str, Any] | None
    traceparent: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    keep_until: datetime | None


JOB: Final = select(*(jobs.c[name] for name in Job.__struct_fields__))


def of_row(row: Row[Any]) -> Job:
    """The job of a row that has its columns."""
    known = row._mapping  # noqa: SLF001  (SQLAlchemy's public name for a row by its labels)
    return Job(**{name: known[name] for name in Job.__struct_fields__})


async def job(transaction: Transaction, job_id: UUID) -> Job | None:
    """One job as it stands, of those that the transaction may see."""
    row = (await transaction.execute(JOB.where(jobs.c.id == job_id))).one_or_none()
    return None if row is None else of_row(row)


async def cancel(transaction: Transaction, job_id: UUID, *, now: datetime) -> bool:
    """Cancel an unfinished job; False for any other. One that runs is asked to stop, and may still end as done."""
    row = (await transaction.execute(_CANCEL, {"id": job_id, "now": now})).one_or_none()
    if row is None:
        return False
    if row.state == "running":
        await news.say_cancel(transaction, job_id)
    elif row.account_id is not None:
        await tell_cancelled(transaction, row.account_id, job_id, row.kind, row.attempts, now=now)
    return True


async def retry(transaction: Transaction, job_id: UUID) -> bool:
    """Queue a dead or cancelled job again with all its attempts; False for any other.

    Raises `JobSuperseded` where another job of its key is unfinished.
    """
    try:
        async with transaction.begin_nested():
            again = (await transaction.execute(_RETRY, {"ids": [job_id]})).scalars().all()
    except IntegrityError as error:
        raise JobSuperseded from error
    if again:
        await news.say(transaction, news.CLAIMABLE)
    return bool(again)


async def retry_dead(transaction: Transaction, kind: str) -> Retried:
    """Queue dead jobs of a kind again, the latest first, a portion of them; a keeper's transaction.

    Of those that have a key, one whose key another unfinished job has stays dead.
    """
    dead = (
        select(jobs.c.id, jobs.c.key)
        .where(IS_DEAD, jobs.c.kind == kind)
        .order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
        .limit(MOST_RETRIED + 1)
    )
    rows = (await transaction.execute(dead)).all()
    plain = [row.id for row in rows[:MOST_RETRIED] if row.key is None]
    count = len((await transaction.execute(_RETRY, {"ids": plain})).all()) if plain else 0
    for row in rows[:MOST_RETRIED]:
        if row.key is not None:
            with suppress(JobSuperseded):
                count += await retry(transaction, row.id)
    if count:
        await news.say(transaction, news.CLAIMABLE)
    return Retried(count, has_more=len(rows) > MOST_RETRIED and count > 0)
