"""The log of deliveries, and sending again: a test, one delivery, or everything since a time."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import select

from astrarium.service.database.transactions import Transaction
from astrarium.service.errors import NotFound
from astrarium.service.http import paging
from astrarium.service.http.paging import Asked, Listing, Page
from astrarium.service.webhooks import endpoints
from astrarium.service.webhooks.announcing import WAITING, send_to, write_event
from astrarium.service.webhooks.events import TEST, TestData
from astrarium.service.webhooks.models import attempts, deliveries, events
from astrarium.service.webhooks.schemas import Attempt, Delivery, Event, LoggedDelivery, State

WHAT: Final = "webhook delivery"
LISTING: Final = Listing(
    "webhook_deliveries",
    key=deliveries.c.id,
    sorts={"created_at": deliveries.c.created_at},
    default="-created_at",
)

_COLUMNS: Final = tuple(deliveries.c[field.name] for field in msgspec.structs.fields(Delivery))


class DeliveriesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which deliveries: by their state and by the type of event."""

    state: State | None = None
    event_type: str | None = None


async def browse(
    transaction: Transaction, account_id: UUID, webhook_id: UUID, query: DeliveriesQuery, asked: Asked
) -> Page[Delivery]:
    """One page of what was sent, or waits to be, to an endpoint; raises `NotFound`, `InvalidSort`, `InvalidCursor`."""
    await endpoints.read(transaction, account_id, webhook_id)
    rows = select(*_COLUMNS).where(
        deliveries.c.account_id == account_id, deliveries.c.webhook_id == webhook_id
    )
    if query.state is not None:
        rows = rows.where(deliveries.c.state == query.state)
    if query.event_type is not None:
        rows = rows.where(deliveries.c.event_type == query.event_type)
    filters = {"webhook_id": webhook_id, **msgspec.structs.asdict(query)}
    return await paging.read(
        transaction, rows, LISTING, msgspec.structs.replace(asked, filters=filters), _delivery
    )


async def read(transaction: Transaction, account_id: UUID, delivery_id: UUID) -> LoggedDelivery:
    """One delivery with what was sent and what came of each try; raises `NotFound`."""
    own = deliveries.c.account_id == account_id, deliveries.c.id == delivery_id
    row = (
        await transaction.execute(
            select(*_COLUMNS, events.c.payload).join_from(deliveries, events).where(*own)
        )
    ).first()
    if row is None:
        raise NotFound(WHAT)
    tries = (
        select(*(attempts.c[field.name] for field in msgspec.structs.fields(Attempt)))
        .where(attempts.c.account_id == account_id, attempts.c.delivery_id == delivery_id)
        .order_by(attempts.c.number)
    )
    log = tuple(
        msgspec.convert(one, Attempt, from_attributes=True) for one in await transaction.execute(tries)
    )
    told = msgspec.structs.asdict(_delivery(row))
    return LoggedDelivery(**told, event=msgspec.json.decode(row.payload, type=Event), log=log)


async def test(transaction: Transaction, account_id: UUID, webhook_id: UUID, *, now: datetime) -> Delivery:
    """Send an event of type `webhook.test` to one endpoint; raises `NotFound` and `WebhookDisabled`."""
    await endpoints.require_enabled(transaction, account_id, webhook_id)
    data = TestData(webhook_id=webhook_id)
    event_id = await write_event(transaction, account_id, TEST, data, now=now)
    (sent,) = await send_to(transaction, account_id, [webhook_id], event_id, TEST, cause="test", now=now)
    return await _one(transaction, account_id, sent)


async def replay(transaction: Transaction, account_id: UUID, delivery_id: UUID, *, now: datetime) -> Delivery:
    """Send an event again, to the endpoint of a delivery and with the same `webhook-id`; returns the new delivery.

    Raises `NotFound` and `WebhookDisabled`.
    """
    kept = await _one(transaction, account_id, delivery_id)
    await endpoints.require_enabled(transaction, account_id, kept.webhook_id)
    (sent,) = await send_to(
        transaction, account_id, [kept.webhook_id], kept.event_id, kept.event_type, cause="replay", now=now
    )
    return await _one(transaction, account_id, sent)


async def _one(transaction: Transaction, account_id: UUID, delivery_id: UUID) -> Delivery:
    own = select(*_COLUMNS).where(deliveries.c.account_id == account_id, deliveries.c.id == delivery_id)
    row = (await transaction.execute(own)).first()
    if row is None:
        raise NotFound(WHAT)
    return _delivery(row)


def _delivery(row: Any) -> Delivery:  # noqa: ANN401  (a row with these columns)
    told = msgspec.convert(row, Delivery, from_attributes=True)
    return told if told.state == WAITING else msgspec.structs.replace(told, due_at=None)
