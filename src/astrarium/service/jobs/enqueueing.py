"""Putting jobs into the queue, inside the transaction of whoever has something to be done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Transaction
from astrarium.service.http import tracing
from astrarium.service.jobs import news
from astrarium.service.jobs.kinds import Kind
from astrarium.service.jobs.models import IS_UNFINISHED, jobs

P = TypeVar("P", bound=msgspec.Struct)

MOST_PRIORITY: Final = 1000
_TRIES: Final = 5

INSERT: Final = text(
    "WITH ordered AS ("  # noqa: S608  (our own text)
    " SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:payloads AS text[])) AS o(id, payload)"
    "), job AS ("
    " INSERT INTO jobs (id, kind, queue, account_id, key, payload, state, priority, share, not_before, queue_id,"
    "  traceparent, created_at)"
    " SELECT id, CAST(:kind AS text), :queue, CAST(:account_id AS uuid), CAST(:key AS text), CAST(payload AS jsonb),"
    "  CAST(:state AS text), CAST(:priority AS integer), :share, CAST(:not_before AS timestamptz),"
    "  CASE WHEN CAST(:state AS text) = 'queued' THEN nextval('pgqueuer_id_seq') END, :traceparent, :now"
    " FROM ordered"
    " ON CONFLICT (kind, account_id, key)"
    "  WHERE state IN ('waiting', 'queued', 'running') AND key IS NOT NULL DO NOTHING"
    " RETURNING id, queue_id"
    "), queued AS ("
    " INSERT INTO pgqueuer (id, priority, entrypoint, execute_after, payload, status)"
    " SELECT queue_id, CAST(:priority AS integer), CAST(:kind AS text),"
    "  coalesce(CAST(:not_before AS timestamptz), '-infinity'), uuid_send(id), 'queued'"
    "  FROM job WHERE queue_id IS NOT NULL"
    f") SELECT count(*), pg_notify('{news.CHANNEL}', '{news.CLAIMABLE}') FROM job"
)
"""A job that is due at once has no instant in the queue, so that a clock set back does not hide it."""


async def enqueue(
    transaction: Transaction,
    kind: Kind[P],
    payload: P,
    *,
    now: datetime,
    account_id: UUID | None = None,
    key: str | None = None,
    priority: int = 0,
    not_before: datetime | None = None,
) -> UUID:
    """Put a job into `transaction`; workers see it when that commits, and never if it does not. Returns its id.

    The transaction is of `account_id`, or the keeper's. While a job of the same kind, account and `key` is unfinished,
    nothing is added and that one's id returned. A higher `priority` (-1000 to 1000) goes first within the kind's queue.
    `not_before` is by the database's clock. The job goes on with the request's trace.

    Raises `ValueError` for a payload that the kind does not take.
    """
    if not -MOST_PRIORITY <= priority <= MOST_PRIORITY:
        raise ValueError(
            f"{kind.name}: a priority lies from -{MOST_PRIORITY} to {MOST_PRIORITY}, not {priority}"
        )
    values = _values(kind, [payload], now, account_id, priority, not_before)
    values["key"] = key
    for _ in range(_TRIES):
        added = (await transaction.execute(INSERT, values)).scalar_one()
        if added or key is None:
            return UUID(str(values["ids"][0]))
        same = select(jobs.c.id).where(
            jobs.c.kind == kind.name,
            jobs.c.account_id.is_not_distinct_from(account_id),
            jobs.c.key == key,
            IS_UNFINISHED,
        )
        if (other := (await transaction.execute(same)).scalar_one_or_none()) is not None:
            return UUID(str(other))
    raise AssertionError(f"{kind.name} {key}: others with the same key end as fast as they are looked for")


async def enqueue_many(
    transaction: Transaction,
    kind: Kind[P],
    payloads: Sequence[P],
    *,
    now: datetime,
    account_id: UUID | None = None,
    priority: int = 0,
    not_before: datetime | None = None,
) -> list[UUID]:
    """Put many jobs of one kind into `transaction` by one statement, as `enqueue` does each; returns their ids."""
    values = _values(kind, payloads, now, account_id, priority, not_before)
    if payloads:
        await transaction.execute(INSERT, values)
    ids: list[UUID] = values["ids"]
    return ids


def _values(
    kind: Kind[P],
    payloads: Sequence[P],
    now: datetime,
    account_id: UUID | None,
    priority: int,
    not_before: datetime | None,
) -> dict[str, Any]:
    """What `INSERT` takes. A kind's share is of accounts: the service's own jobs have none to keep to."""
    share = kind.at_once_per_account if account_id is not None else 0
    return {
        "ids": [new_id() for _ in payloads],
        "payloads": [kind.encode(payload) for payload in payloads],
        "kind": kind.name,
        "queue": kind.queue,
        "account_id": account_id,
        "key": None,
        "state": "waiting" if share else "queued",
        "priority": priority,
        "share": share,
        "not_before": not_before,
        "traceparent": tracing.current(),
        "now": now,
    }
