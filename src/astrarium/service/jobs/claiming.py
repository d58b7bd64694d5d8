"""Claiming: letting in what waits for its account's share, taking rows of the queue, marking their jobs as running."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, Protocol
from uuid import UUID

import msgspec
from sqlalchemy import text

from astrarium.service.database.transactions import Transaction

_LET_IN: Final = text(
    "WITH RECURSIVE asked AS ("
    " SELECT * FROM unnest(CAST(:kinds AS text[]), CAST(:shares AS integer[])) AS t(kind, share)"
    "), pair AS ("
    " SELECT kind, share, (SELECT w.account_id FROM jobs w WHERE w.kind = asked.kind AND w.state = 'waiting'"
    "   ORDER BY w.account_id LIMIT 1) AS account_id FROM asked"
    " UNION ALL"
    " SELECT kind, share, (SELECT w.account_id FROM jobs w WHERE w.kind = pair.kind AND w.state = 'waiting'"
    "   AND w.account_id > pair.account_id ORDER BY w.account_id LIMIT 1) FROM pair WHERE account_id IS NOT NULL"
    "), room AS ("
    " SELECT kind, account_id, share - (SELECT count(*) FROM jobs b WHERE b.kind = pair.kind"
    "   AND b.account_id = pair.account_id AND b.state IN ('queued', 'running') AND b.share > 0) AS places"
    "  FROM pair WHERE account_id IS NOT NULL"
    "), next AS ("
    " SELECT one.id FROM room CROSS JOIN LATERAL ("
    "  SELECT w.id FROM jobs w WHERE w.kind = room.kind AND w.account_id = room.account_id AND w.state = 'waiting'"
    "   AND (w.not_before IS NULL OR w.not_before < now())"
    "   ORDER BY w.priority DESC, w.id LIMIT greatest(room.places, 0) FOR UPDATE SKIP LOCKED) one"
    "), let_in AS ("
    " UPDATE jobs SET state = 'queued', queue_id = nextval('pgqueuer_id_seq')"
    " WHERE jobs.id = ANY(ARRAY(SELECT id FROM next))"
    " RETURNING jobs.id, jobs.queue_id, jobs.kind, jobs.priority"
    ") INSERT INTO pgqueuer (id, priority, entrypoint, execute_after, payload, status)"
    " SELECT queue_id, priority, kind, '-infinity', uuid_send(id), 'queued' FROM let_in"
)
"""For each kind with a share, and each account with jobs of it that wait: as many of them as there is room for."""

_ADMISSION: Final = text("SELECT pg_advisory_xact_lock(hashtext('astrarium jobs: letting in'))")
"""One worker lets in at a time, so that two cannot fill the same place; it lasts as long as a claim."""

_MARK: Final = text(
    "WITH claimed AS (SELECT * FROM unnest(CAST(:queue_ids AS bigint[]), CAST(:ids AS uuid[])) AS c(queue_id, id))"
    " UPDATE jobs SET state = 'running', attempts = attempts + 1, worker_id = :worker_id, started_at = now()"
    " FROM claimed WHERE jobs.id = claimed.id AND jobs.queue_id = claimed.queue_id"
    " RETURNING jobs.id, jobs.queue_id, jobs.kind, jobs.account_id, CAST(jobs.payload AS text) AS payload,"
    "  jobs.attempts, jobs.cancel_requested, jobs.traceparent"
)
_DROP: Final = text("DELETE FROM pgqueuer WHERE id = ANY(CAST(:queue_ids AS bigint[]))")

_NEXT_DUE: Final = text(
    "SELECT extract(epoch FROM least("
    " (SELECT min(due) FROM unnest(CAST(:kinds AS text[])) AS k(kind) CROSS JOIN LATERAL ("
    "   SELECT execute_after AS due FROM pgqueuer WHERE entrypoint = k.kind AND status = 'queued'"
    "    AND execute_after > '-infinity' ORDER BY execute_after LIMIT 1) q),"
    " (SELECT min(due) FROM unnest(CAST(:kinds AS text[])) AS k(kind) CROSS JOIN LATERAL ("
    "   SELECT not_before AS due FROM jobs WHERE jobs.kind = k.kind AND state = 'waiting' AND not_before > now()"
    "    ORDER BY not_before LIMIT 1) w)"
    ") - now())"
)


class Claims(Protocol):
    """The port to the queue."""

    async def claim(
        self,
        transaction: Transaction,
        worker_id: UUID,
        bounds: Mapping[str, int],
        most: int,
        lost_after: timedelta,
    ) -> dict[int, UUID]:
        """Claim up to `most` rows of the kinds that `bounds` names; returns the row ids with their jobs."""


class Claimed(msgspec.Struct, frozen=True):
    """A job that is this worker's."""

    id: UUID
    queue_id: int
    kind: str
    account_id: UUID | None
    payload: str
    attempt: int
    cancel_requested: bool
    traceparent: str | None


async def let_in(transaction: Transaction, shares: Mapping[str, int]) -> None:
    """Put into the queue what waits, for as far as each account's share of a kind goes."""
    if shares:
        await transaction.execute(_ADMISSION)
        await transaction.execute(_LET_IN, {"kinds": list(shares), "shares": list(shares.values())})


async def mark_running(transaction: Transaction, worker_id: UUID, rows: Mapping[int, UUID]) -> list[Claimed]:
    """Mark the jobs of claimed rows as running, which counts as an attempt; rows without a job are dropped.

    A job that was cancelled or purged leaves its row behind for whoever claims it, since it must not wait for the lock.
    """
    if not rows:
        return []
    values = {"queue_ids": list(rows), "ids": list(rows.values()), "worker_id": worker_id}
    marked = [Claimed(*row) for row in await transaction.execute(_MARK, values)]
    left = rows.keys() - {one.queue_id for one in marked}
    if left:
        await transaction.execute(_DROP, {"queue_ids": list(left)})
    order = {queue_id: i for i, queue_id in enumerate(rows)}
    return sorted(marked, key=lambda one: order[one.queue_id])


async def next_due(transaction: Transaction, kinds: Sequence[str]) -> float | None:
    """In how many seconds the next job of `kinds` is due that waits for its time; None where none does."""
    seconds = (await transaction.execute(_NEXT_DUE, {"kinds": list(kinds)})).scalar_one()
    return None if seconds is None else float(seconds)
