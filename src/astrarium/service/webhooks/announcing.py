"""Telling of a change: the event, and its way to every endpoint that asked for it, in the change's own transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy import insert, select

from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Transaction
from astrarium.service.webhooks.events import EVENTS, patterns_of
from astrarium.service.webhooks.models import deliveries, events, webhooks
from astrarium.service.webhooks.waking import wake

Cause = Literal["event", "test", "replay"]
WAITING: Final = "waiting"


class Body(msgspec.Struct, frozen=True):
    """What a receiver gets."""

    type: str
    timestamp: datetime
    data: msgspec.Struct


async def announce(
    transaction: Transaction, account_id: UUID, event_type: str, data: msgspec.Struct, *, now: datetime
) -> None:
    """Tell the account's endpoints of what `transaction`, its own or the keeper's, has just changed.

    Nothing is written where no endpoint asks for events of this type. One that is disabled gets no delivery, but the
    event is kept for it, so that it can be replayed. `event_type` and `data` are of the table `EVENTS`.
    """
    asking = select(webhooks.c.id, webhooks.c.disabled_at).where(
        webhooks.c.account_id == account_id, webhooks.c.event_types.overlap(patterns_of(event_type))
    )
    endpoints = (await transaction.execute(asking)).all()
    if not endpoints:
        return
    event_id = await write_event(transaction, account_id, event_type, data, now=now)
    enabled = [row.id for row in endpoints if row.disabled_at is None]
    if enabled:
        await send_to(transaction, account_id, enabled, event_id, event_type, cause="event", now=now)


async def write_event(
    transaction: Transaction, account_id: UUID, event_type: str, data: msgspec.Struct, *, now: datetime
) -> UUID:
    """Keep an event as it will be sent; returns its id, which is the `webhook-id` of every delivery."""
    if type(data) is not EVENTS[event_type].data:
        raise TypeError(f"the data of {event_type} is {EVENTS[event_type].data.__name__}")
    event_id = new_id()
    body = msgspec.json.encode(Body(event_type, now, data)).decode()
    row = {
        "account_id": account_id,
        "id": event_id,
        "type": event_type,
        "happened_at": now,
        "payload": body,
    }
    await transaction.execute(insert(events).values(row))
    return event_id


async def send_to(
    transaction: Transaction,
    account_id: UUID,
    webhook_ids: Sequence[UUID],
    event_id: UUID,
    event_type: str,
    *,
    cause: Cause,
    now: datetime,
) -> list[UUID]:
    """Have an event sent to endpoints; returns the ids of the deliveries, in the same order."""
    rows: list[dict[str, Any]] = [
        {
            "account_id": account_id,
            "id": new_id(),
            "webhook_id": webhook_id,
            "event_id": event_id,
            "event_type": event_type,
            "cause": cause,
            "state": WAITING,
            "created_at": now,
            "due_at": now,
        }
        for webhook_id in webhook_ids
    ]
    await transaction.execute(insert(deliveries).values(rows))
    await wake(transaction, account_id, webhook_ids, now=now)
    return [row["id"] for row in rows]
