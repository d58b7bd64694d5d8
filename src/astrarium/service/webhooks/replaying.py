"""Sending again everything since a time, as a job: there may be a million of them."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Row, Select, exists, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Transaction
from astrarium.service.jobs.service import Kind, Permanent, Work, enqueue
from astrarium.service.webhooks import endpoints
from astrarium.service.webhooks.announcing import WAITING
from astrarium.service.webhooks.errors import WebhookDisabled
from astrarium.service.webhooks.events import matching
from astrarium.service.webhooks.models import deliveries, events
from astrarium.service.webhooks.schemas import Replay
from astrarium.service.webhooks.tending import KEPT
from astrarium.service.webhooks.waking import QUEUE, wake

Which = Literal["all", "undelivered"]
CHUNK: Final = 500


class ReplayOrder(msgspec.Struct, frozen=True):
    """What to send again, and where."""

    webhook_id: UUID
    since: datetime
    until: datetime
    which: Which


class Replayed(msgspec.Struct, frozen=True):
    """How many events are being sent again."""

    events: int


REPLAY: Final = Kind(
    name="webhooks.replay",
    payload=ReplayOrder,
    queue=QUEUE,
    time_limit=timedelta(minutes=30),
    at_once_per_account=1,
)


async def order(
    transaction: Transaction,
    account_id: UUID,
    webhook_id: UUID,
    *,
    since: datetime | None,
    which: Which,
    now: datetime,
) -> Replay:
    """Have everything since `since`, or all that is kept, sent again that the endpoint asks for, be it older or not.

    Raises `NotFound` and `WebhookDisabled`.
    """
    await endpoints.require_enabled(transaction, account_id, webhook_id)
    since = now - KEPT if since is None else since.replace(tzinfo=since.tzinfo or UTC)
    wanted = ReplayOrder(webhook_id, since, now, which)
    job_id = await enqueue(transaction, REPLAY, wanted, now=now, account_id=account_id)
    return Replay(job_id=job_id, webhook_id=webhook_id, since=since, which=which)


async def replay(work: Work, order: ReplayOrder) -> Replayed:
    """Make the deliveries of a replay, some at a time. It may be repeated: each event is taken once by one replay."""
    assert work.account_id is not None
    after: tuple[datetime, UUID] | None = None
    count = 0
    while True:
        async with work.database.of(work.account_id) as transaction:
            rows = await _chunk(transaction, work.account_id, order, after)
            await _add(transaction, work.account_id, order.webhook_id, work.job_id, rows, now=work.now())
        count += len(rows)
        await work.progress(count)
        if len(rows) < CHUNK:
            return Replayed(count)
        after = rows[-1].happened_at, rows[-1].id


async def _chunk(
    transaction: Transaction, account_id: UUID, order: ReplayOrder, after: tuple[datetime, UUID] | None
) -> list[Row[Any]]:
    try:
        webhook = await endpoints.require_enabled(transaction, account_id, order.webhook_id)
    except WebhookDisabled as error:
        raise Permanent(error.detail) from error
    statement = _missed(account_id, order, matching(webhook.event_types))
    if after is not None:
        statement = statement.where(tuple_(events.c.happened_at, events.c.id) > tuple_(*after))
    ordered = statement.order_by(events.c.happened_at, events.c.id).limit(CHUNK)
    return list(await transaction.execute(ordered))


def _missed(account_id: UUID, order: ReplayOrder, types: list[str]) -> Select[Any]:
    """The events that a replay sends again."""
    chosen = select(events.c.id, events.c.type, events.c.happened_at).where(
        events.c.account_id == account_id,
        events.c.happened_at >= order.since,
        events.c.happened_at <= order.until,
        events.c.type.in_(types),
    )
    if order.which == "all":
        return chosen
    arrived_or_coming = exists().where(
        deliveries.c.account_id == events.c.account_id,
        deliveries.c.event_id == events.c.id,
        deliveries.c.webhook_id == order.webhook_id,
        deliveries.c.state.in_(("delivered", WAITING)),
    )
    return chosen.where(~arrived_or_coming)


async def _add(
    transaction: Transaction,
    account_id: UUID,
    webhook_id: UUID,
    replay_id: UUID,
    rows: list[Row[Any]],
    *,
    now: datetime,
) -> None:
    if not rows:
        return
    made = [
        {
            "account_id": account_id,
            "id": new_id(),
            "webhook_id": webhook_id,
            "event_id": row.id,
            "event_type": row.type,
            "cause": "replay",
            "replay_id": replay_id,
            "state": WAITING,
            "created_at": now,
            "due_at": now,
        }
        for row in rows
    ]
    await transaction.execute(insert(deliveries).values(made).on_conflict_do_nothing())
    await wake(transaction, account_id, [webhook_id], now=now)
