"""Whose turn it is to send to an endpoint, what is due there, and what came of it.

One job at a time sends to an endpoint: it holds the lease of its row of `webhook_turns`. A job that finds the lease
held has nothing to do: the holder looks for due deliveries once more with that row locked before it lets go, and sees
everything that was committed before the other job came. A holder that dies is run again under the same job id and takes
its own lease over; where it is not, others take it once it has run out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, DateTime, Integer, Text, bindparam, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import UUID as UUID_COLUMN

from astrarium.service.database.transactions import Transaction
from astrarium.service.webhooks.announcing import WAITING
from astrarium.service.webhooks.models import deliveries, events, turns, webhooks
from astrarium.service.webhooks.waking import wake

LEASE: Final = timedelta(seconds=90)
"""Longer than any turn: the job's time limit is below it."""
SHORTEST_REST: Final = timedelta(milliseconds=20)
"""What is shorter is not worth a job of its own."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """The turn of one job at one endpoint, with what it needs to send."""

    account_id: UUID
    webhook_id: UUID
    job_id: UUID
    url: str
    secret: bytes
    previous_secret: bytes | None
    previous_until: datetime | None
    most_per_second: int | None
    version: int
    failures: int
    failing_since: datetime | None
    resting_until: datetime | None
    delivered_at: datetime | None
    failed_at: datetime | None


class Due(msgspec.Struct, frozen=True):
    """A delivery that is to be tried now."""

    id: UUID
    event_id: UUID
    attempts: int
    payload: str


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one attempt, and what becomes of its delivery."""

    id: UUID
    number: int
    started_at: datetime
    duration_ms: int
    status: int | None
    fault: str | None
    answer: str
    state: str
    due_at: datetime


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How the endpoint fares after some attempts."""

    failures: int
    failing_since: datetime | None
    resting_until: datetime | None
    delivered_at: datetime | None
    failed_at: datetime | None


async def take(
    transaction: Transaction,
    account_id: UUID,
    webhook_id: UUID,
    job_id: UUID,
    *,
    now: datetime,
    woken_at: datetime | None = None,
) -> Turn | None:
    """Take the turn, or None where somebody has it, the endpoint rests, is disabled or gone.

    `woken_at` is the time that the job was to come at, where an earlier turn asked for it.
    """
    found = (
        select(webhooks, turns)
        .join(turns)
        .where(webhooks.c.account_id == account_id, webhooks.c.id == webhook_id)
        .with_for_update(of=turns)
    )
    row = (await transaction.execute(found)).first()
    if row is None or row.disabled_at is not None:
        return None
    values: dict[str, Any] = {}
    if woken_at is not None and woken_at == row.wakes_at:
        values["wakes_at"] = None
    is_held = row.leased_until is not None and row.leased_until > now and row.leased_by != job_id
    rests = row.resting_until is not None and row.resting_until > now + SHORTEST_REST
    if not is_held and not rests:
        values |= {"leased_by": job_id, "leased_until": now + LEASE}
    if values:
        await _write(transaction, account_id, webhook_id, values)
    if rests and not is_held:
        wakes_at = values.get("wakes_at", row.wakes_at)
        await _come_back(transaction, account_id, webhook_id, wakes_at, at=row.resting_until, now=now)
    if is_held or rests:
        return None
    return Turn(
        account_id=account_id,
        webhook_id=webhook_id,
        job_id=job_id,
        url=row.url,
        secret=row.secret,
        previous_secret=row.previous_secret,
        previous_until=row.previous_until,
        most_per_second=row.most_per_second,
        version=row.version,
        failures=row.failures,
        failing_since=row.failing_since,
        resting_until=row.resting_until,
        delivered_at=row.delivered_at,
        failed_at=row.failed_at,
    )


async def next_due(transaction: Transaction, turn: Turn, *, now: datetime, most: int) -> list[Due]:
    """What is due, those that have waited longest first.

    Where nothing is, or the endpoint was changed meanwhile, the turn is given back.
    """
    if not await _prolonged(transaction, turn, now):
        await give_back(transaction, turn, now=now)
        return []
    waiting = (
        select(deliveries.c.id, deliveries.c.event_id, deliveries.c.attempts, events.c.payload)
        .join(events)
        .where(*_waiting(turn), deliveries.c.due_at <= now)
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(most)
    )
    due = [Due(*row) for row in await transaction.execute(waiting)]
    if not due:
        await give_back(transaction, turn, now=now)
    return due


async def give_back(transaction: Transaction, turn: Turn, *, now: datetime) -> None:
    """Let go of the turn; a job comes back when the next delivery is due and the endpoint has rested."""
    released = (
        update(turns)
        .where(*_held(turn))
        .values(leased_by=None, leased_until=None)
        .returning(turns.c.wakes_at, turns.c.resting_until)
    )
    row = (await transaction.execute(released)).first()
    if row is None:
        return
    first = select(func.min(deliveries.c.due_at)).where(*_waiting(turn))
    due_at = (await transaction.execute(first)).scalar_one()
    if due_at is not None:
        at = due_at if row.resting_until is None else max(due_at, row.resting_until)
        await _come_back(transaction, turn.account_id, turn.webhook_id, row.wakes_at, at=at, now=now)


async def settle(
    transaction: Transaction, turn: Turn, settled: Sequence[Settled], health: Health, *, now: datetime
) -> None:
    """Write down what came of attempts. It may be repeated; a delivery that was deleted meanwhile is left out."""
    columns = {
        "ids": [one.id for one in settled],
        "numbers": [one.number for one in settled],
        "starts": [one.started_at for one in settled],
        "durations": [one.duration_ms for one in settled],
        "statuses": [one.status for one in settled],
        "faults": [one.fault for one in settled],
        "answers": [one.answer for one in settled],
        "states": [one.state for one in settled],
        "dues": [one.due_at for one in settled],
    }
    await transaction.execute(_SETTLE, {"account_id": turn.account_id, "now": now, **columns})
    fares = update(turns).where(*_held(turn)).values(msgspec.structs.asdict(health))
    await transaction.execute(fares)


async def _come_back(
    transaction: Transaction,
    account_id: UUID,
    webhook_id: UUID,
    wakes_at: datetime | None,
    *,
    at: datetime,
    now: datetime,
) -> None:
    """Have a job come at `at`, unless one comes by then anyway; the row of the turn is locked."""
    if at <= now:
        await wake(transaction, account_id, [webhook_id], now=now)
        return
    if wakes_at is not None and wakes_at <= at:
        return
    await _write(transaction, account_id, webhook_id, {"wakes_at": at})
    await wake(transaction, account_id, [webhook_id], now=now, at=at)


async def _prolonged(transaction: Transaction, turn: Turn, now: datetime) -> bool:
    """Lock the turn's row and prolong its lease; False where the turn was lost, or the endpoint is not as it was."""
    is_same = exists().where(
        webhooks.c.account_id == turn.account_id,
        webhooks.c.id == turn.webhook_id,
        webhooks.c.version == turn.version,
    )
    prolonged = update(turns).where(*_held(turn), is_same).values(leased_until=now + LEASE)
    return (await transaction.execute(prolonged)).rowcount == 1


async def _write(
    transaction: Transaction, account_id: UUID, webhook_id: UUID, values: dict[str, Any]
) -> None:
    own = turns.c.account_id == account_id, turns.c.webhook_id == webhook_id
    await transaction.execute(update(turns).where(*own).values(values))


def _held(turn: Turn) -> tuple[Any, ...]:
    return (
        turns.c.account_id == turn.account_id,
        turns.c.webhook_id == turn.webhook_id,
        turns.c.leased_by == turn.job_id,
    )


def _waiting(turn: Turn) -> tuple[Any, ...]:
    return (
        deliveries.c.account_id == turn.account_id,
        deliveries.c.webhook_id == turn.webhook_id,
        deliveries.c.state == WAITING,
    )


_SETTLE: Final = text(
    """
    WITH outcome AS (
        SELECT * FROM unnest(:ids, :numbers, :starts, :durations, :statuses, :faults, :answers, :states, :dues)
            AS o (id, number, started_at, duration_ms, status, fault, answer, state, due_at)
    ), settled AS (
        UPDATE webhook_deliveries AS d
        SET state = CASE WHEN d.state = 'waiting' OR o.state = 'delivered' THEN o.state ELSE d.state END,
            due_at = o.due_at,
            attempts = greatest(d.attempts, o.number),
            settled_at = CASE WHEN o.state = 'waiting' THEN d.settled_at ELSE :now END,
            last_status = o.status,
            last_fault = o.fault
        FROM outcome AS o
        WHERE d.account_id = :account_id AND d.id = o.id AND d.state <> 'delivered'
        RETURNING d.id
    )
    INSERT INTO webhook_attempts (account_id, delivery_id, number, started_at, duration_ms, status, fault, answer)
    SELECT :account_id, o.id, o.number, o.started_at, o.duration_ms, o.status, o.fault, o.answer
    FROM outcome AS o JOIN settled USING (id)
    ON CONFLICT DO NOTHING
    """
).bindparams(
    bindparam("account_id", type_=UUID_COLUMN(as_uuid=True)),
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("ids", type_=ARRAY(UUID_COLUMN(as_uuid=True))),
    bindparam("numbers", type_=ARRAY(Integer)),
    bindparam("starts", type_=ARRAY(DateTime(timezone=True))),
    bindparam("durations", type_=ARRAY(Integer)),
    bindparam("statuses", type_=ARRAY(Integer)),
    bindparam("faults", type_=ARRAY(Text)),
    bindparam("answers", type_=ARRAY(Text)),
    bindparam("states", type_=ARRAY(Text)),
    bindparam("dues", type_=ARRAY(DateTime(timezone=True))),
)
