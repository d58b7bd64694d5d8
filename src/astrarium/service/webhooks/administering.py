"""Webhooks of all accounts, for operators: who is sent what, how it fares, and an end to it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Row, select

from astrarium.service.accounts.service import Means
from astrarium.service.database.transactions import Transaction
from astrarium.service.errors import NotFound
from astrarium.service.http import paging
from astrarium.service.http.paging import Asked, Listing, Page
from astrarium.service.webhooks import endpoints
from astrarium.service.webhooks.ending import tell_owner
from astrarium.service.webhooks.models import turns, webhooks
from astrarium.service.webhooks.schemas import AdminWebhook

LISTING: Final = Listing(
    "admin_webhooks", key=webhooks.c.id, sorts={"created_at": webhooks.c.created_at}, default="-created_at"
)
_OF_TURNS: Final = frozenset({"failures", "failing_since", "resting_until", "delivered_at", "failed_at"})
_COLUMNS: Final = tuple(
    (turns if field.name in _OF_TURNS else webhooks).c[field.name]
    for field in msgspec.structs.fields(AdminWebhook)
)
_ALL: Final = select(*_COLUMNS).join_from(webhooks, turns)


async def browse(transaction: Transaction, asked: Asked, *, disabled: bool | None) -> Page[AdminWebhook]:
    """One page of every account's endpoints: all, those that are disabled, or those that are not."""
    rows = _ALL
    if disabled is not None:
        is_disabled = webhooks.c.disabled_at.is_not(None)
        rows = rows.where(is_disabled if disabled else ~is_disabled)
    asked = msgspec.structs.replace(asked, filters={"disabled": disabled})
    return await paging.read(transaction, rows, LISTING, asked, _webhook)


async def disable(transaction: Transaction, means: Means, webhook_id: UUID, *, now: datetime) -> AdminWebhook:
    """Disable an endpoint and tell its owner, who cannot enable it; one that is disabled stays as it is.

    Raises `NotFound`.
    """
    kept = await _one(transaction, webhook_id)
    disabled = await endpoints.disable(transaction, kept.account_id, webhook_id, "operator", now=now)
    if disabled is None:
        return kept
    await tell_owner(transaction, means, kept.account_id, disabled, "operator", now=now)
    return await _one(transaction, webhook_id)


async def enable(transaction: Transaction, webhook_id: UUID, *, now: datetime) -> AdminWebhook:
    """Enable an endpoint, whoever disabled it; raises `NotFound`."""
    kept = await _one(transaction, webhook_id)
    await endpoints.enable(transaction, kept.account_id, webhook_id, now=now)
    return await _one(transaction, webhook_id)


async def _one(transaction: Transaction, webhook_id: UUID) -> AdminWebhook:
    row = (await transaction.execute(_ALL.where(webhooks.c.id == webhook_id))).first()
    if row is None:
        raise NotFound(endpoints.WHAT)
    return _webhook(row)


def _webhook(row: Row[Any]) -> AdminWebhook:
    return msgspec.convert(row, AdminWebhook, from_attributes=True)
