"""The endpoints of an account: made, read, changed, given another secret, and deleted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET
from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Transaction
from astrarium.service.errors import NotFound, nearest
from astrarium.service.holdings import Quota, make_room
from astrarium.service.http import paging
from astrarium.service.http.conditional import require_match, tag_of
from astrarium.service.http.paging import Asked, Listing, Page
from astrarium.service.keyring.service import KeyRing
from astrarium.service.trash import as_of
from astrarium.service.webhooks import signing
from astrarium.service.webhooks.announcing import WAITING
from astrarium.service.webhooks.errors import UnknownEventType, WebhookDisabled
from astrarium.service.webhooks.events import PATTERNS
from astrarium.service.webhooks.models import deliveries, turns, webhooks
from astrarium.service.webhooks.schemas import (
    Because,
    EndpointHealth,
    NewWebhook,
    Standing,
    Webhook,
    WebhookChange,
    WebhookDraft,
)

WHAT: Final = "webhook"
QUOTA: Final = Quota(free=5, basic=20, premium=100, unlimited=1000)
LISTING: Final = Listing(
    "webhooks", key=webhooks.c.id, sorts={"created_at": webhooks.c.created_at}, default="-created_at"
)
MOST_COUNTED: Final = 10_000
"""So many waiting deliveries are counted; more are told as this many."""

_PUBLIC: Final = tuple(
    webhooks.c[name]
    for name in (
        "id", "created_at", "updated_at", "version", "url", "event_types", "description", "most_per_second",
        "disabled_at", "disabled_because", "previous_until",
    )
)  # fmt: skip


def etag(webhook: Webhook) -> str:
    """The `ETag` of an endpoint: another one with every change."""
    return tag_of(webhook.id, webhook.version)


async def create(
    transaction: Transaction,
    ring: KeyRing,
    account_id: UUID,
    draft: WebhookDraft,
    *,
    now: datetime,
    limit: int | None,
) -> NewWebhook:
    """Make an endpoint. Its secret is in the answer, and else kept sealed.

    Raises `UnknownEventType`, and `StorageFull` where the account has `limit` endpoints.
    """
    patterns = require_known(draft.event_types)
    await make_room(transaction, webhooks, account_id, count=1, limit=limit, what="webhooks")
    webhook_id, secret = new_id(), signing.new_secret()
    row = {
        "account_id": account_id,
        "id": webhook_id,
        "created_at": now,
        "updated_at": now,
        "url": draft.url,
        "description": draft.description.strip(),
        "event_types": patterns,
        "most_per_second": draft.most_per_second,
        "secret": ring.seal(secret, place(webhook_id)),
    }
    made = (await transaction.execute(insert(webhooks).values(row).returning(*_PUBLIC))).one()
    await transaction.execute(insert(turns).values(account_id=account_id, webhook_id=webhook_id))
    return _with_secret(_webhook(made), secret)


async def read(transaction: Transaction, account_id: UUID, webhook_id: UUID) -> Webhook:
    """One endpoint; raises `NotFound`."""
    return await _one(transaction, select(*_PUBLIC).where(*is_it(account_id, webhook_id)))


async def browse(transaction: Transaction, account_id: UUID, asked: Asked) -> Page[Webhook]:
    """One page of the account's endpoints; raises `InvalidSort` and `InvalidCursor`."""
    rows = select(*_PUBLIC).where(webhooks.c.account_id == account_id)
    return await paging.read(transaction, rows, LISTING, asked, _webhook)


async def change(
    transaction: Transaction,
    account_id: UUID,
    webhook_id: UUID,
    wanted: WebhookChange,
    *,
    now: datetime,
    if_match: str | None = None,
) -> Webhook:
    """Change what `wanted` names, and leave the rest; another address, or enabling it, begins with a clean slate.

    Raises `NotFound`, `PreconditionFailed`, `UnknownEventType`, and `WebhookDisabled` where its owner would enable what
    an operator disabled.
    """
    kept = await _locked(transaction, account_id, webhook_id)
    require_match(if_match, etag(kept))
    values: dict[str, Any] = {}
    if wanted.url is not UNSET:
        values["url"] = wanted.url
    if wanted.event_types is not UNSET:
        values["event_types"] = require_known(wanted.event_types)
    if wanted.description is not UNSET:
        values["description"] = wanted.description.strip()
    if wanted.most_per_second is not UNSET:
        values["most_per_second"] = wanted.most_per_second
    if wanted.enabled is not UNSET and wanted.enabled != kept.enabled:
        if kept.disabled_because == "operator":
            raise WebhookDisabled("operator")
        values |= _switched("owner" if not wanted.enabled else None, now)
    if not values:
        return kept
    if values.get("disabled_at") is not None:
        await _cancel_waiting(transaction, account_id, webhook_id, now)
    elif "url" in values or "disabled_at" in values:
        await _begin_anew(transaction, account_id, webhook_id)
    return await _updated(transaction, account_id, webhook_id, values, now=now)


async def remove(transaction: Transaction, account_id: UUID, webhook_id: UUID) -> None:
    """Delete an endpoint with its log; raises `NotFound`."""
    statement = delete(webhooks).where(*is_it(account_id, webhook_id)).returning(webhooks.c.id)
    if (await transaction.execute(statement)).first() is None:
        raise NotFound(WHAT)


async def rotate_secret(
    transaction: Transaction,
    ring: KeyRing,
    account_id: UUID,
    webhook_id: UUID,
    *,
    overlap: timedelta,
    now: datetime,
) -> NewWebhook:
    """Another secret; for `overlap` deliveries are signed by both, and a still older one is forgotten.

    Raises `NotFound`.
    """
    await _locked(transaction, account_id, webhook_id)
    secret = signing.new_secret()
    values: dict[str, Any] = {
        "secret": ring.seal(secret, place(webhook_id)),
        "previous_secret": webhooks.c.secret if overlap else None,
        "previous_until": now + overlap if overlap else None,
    }
    return _with_secret(await _updated(transaction, account_id, webhook_id, values, now=now), secret)


async def disable(
    transaction: Transaction, account_id: UUID, webhook_id: UUID, because: Because, *, now: datetime
) -> Webhook | None:
    """Send nothing there any more, and cancel what waits; None where it is disabled, or gone, already."""
    values = _switched(because, now) | as_of(webhooks, now)
    statement = (
        update(webhooks)
        .where(*is_it(account_id, webhook_id), webhooks.c.disabled_at.is_(None))
        .values(values)
        .returning(*_PUBLIC)
    )
    row = (await transaction.execute(statement)).first()
    if row is None:
        return None
    await _cancel_waiting(transaction, account_id, webhook_id, now)
    return _webhook(row)


async def enable(transaction: Transaction, account_id: UUID, webhook_id: UUID, *, now: datetime) -> Webhook:
    """Send there again, whoever disabled it: what an operator does. Raises `NotFound`."""
    kept = await _locked(transaction, account_id, webhook_id)
    if kept.enabled:
        return kept
    await _begin_anew(transaction, account_id, webhook_id)
    return await _updated(transaction, account_id, webhook_id, _switched(None, now), now=now)


async def require_enabled(transaction: Transaction, account_id: UUID, webhook_id: UUID) -> Webhook:
    """An endpoint that can be sent to; raises `NotFound` and `WebhookDisabled`."""
    webhook = await read(transaction, account_id, webhook_id)
    if webhook.disabled_because is not None:
        raise WebhookDisabled(webhook.disabled_because)
    return webhook


async def health(
    transaction: Transaction, account_id: UUID, webhook_id: UUID, *, now: datetime
) -> EndpointHealth:
    """How an endpoint fares; raises `NotFound`."""
    own = select(webhooks.c.disabled_at, turns).join(turns).where(*is_it(account_id, webhook_id))
    row = (await transaction.execute(own)).first()
    if row is None:
        raise NotFound(WHAT)
    some = (
        select(1)
        .where(
            deliveries.c.account_id == account_id,
            deliveries.c.webhook_id == webhook_id,
            deliveries.c.state == WAITING,
        )
        .limit(MOST_COUNTED)
        .subquery()
    )
    waiting = (await transaction.execute(select(func.count()).select_from(some))).scalar_one()
    rests = row.resting_until is not None and row.resting_until > now
    standing: Standing = "well"
    if row.disabled_at is not None:
        standing = "disabled"
    elif row.failures:
        standing = "resting" if rests else "failing"
    return EndpointHealth(
        standing=standing,
        failures=row.failures,
        failing_since=row.failing_since,
        resting_until=row.resting_until if rests else None,
        delivered_at=row.delivered_at,
        failed_at=row.failed_at,
        waiting=waiting,
    )


async def reseal(transaction: Transaction, ring: KeyRing) -> int:
    """Seal every secret by the ring's newest key; returns how many were not. In the keeper's transaction."""
    columns = webhooks.c.id, webhooks.c.secret, webhooks.c.previous_secret
    rows = (await transaction.execute(select(*columns).with_for_update())).all()
    resealed = 0
    for row in rows:
        sealed = {"secret": row.secret, "previous_secret": row.previous_secret}
        old = {name: text for name, text in sealed.items() if text is not None and not ring.is_newest(text)}
        if old:
            values = {name: ring.reseal(text, place(row.id)) for name, text in old.items()}
            await transaction.execute(update(webhooks).where(webhooks.c.id == row.id).values(values))
        resealed += len(old)
    return resealed


def require_known(patterns: Sequence[str]) -> list[str]:
    """The patterns, each once; raises `UnknownEventType`."""
    for position, pattern in enumerate(patterns):
        if pattern not in PATTERNS:
            raise UnknownEventType(pattern, position, nearest(pattern, PATTERNS))
    return list(dict.fromkeys(patterns))


def is_it(account_id: UUID, webhook_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether a row of `webhooks` is this one."""
    return webhooks.c.account_id == account_id, webhooks.c.id == webhook_id


def place(webhook_id: UUID) -> str:
    """What a sealed secret is bound to."""
    return f"webhooks/{webhook_id}"


def _switched(because: Because | None, now: datetime) -> dict[str, Any]:
    return {"disabled_at": None if because is None else now, "disabled_because": because}


async def _cancel_waiting(
    transaction: Transaction, account_id: UUID, webhook_id: UUID, now: datetime
) -> None:
    waiting = (
        update(deliveries)
        .where(
            deliveries.c.account_id == account_id,
            deliveries.c.webhook_id == webhook_id,
            deliveries.c.state == WAITING,
        )
        .values(state="cancelled", settled_at=now)
    )
    await transaction.execute(waiting)


async def _begin_anew(transaction: Transaction, account_id: UUID, webhook_id: UUID) -> None:
    clean = (
        update(turns)
        .where(turns.c.account_id == account_id, turns.c.webhook_id == webhook_id)
        .values(failures=0, failing_since=None, resting_until=None)
    )
    await transaction.execute(clean)


async def _locked(transaction: Transaction, account_id: UUID, webhook_id: UUID) -> Webhook:
    return await _one(transaction, select(*_PUBLIC).where(*is_it(account_id, webhook_id)).with_for_update())


async def _updated(
    transaction: Transaction, account_id: UUID, webhook_id: UUID, values: dict[str, Any], *, now: datetime
) -> Webhook:
    statement = update(webhooks).where(*is_it(account_id, webhook_id)).values(values | as_of(webhooks, now))
    return await _one(transaction, statement.returning(*_PUBLIC))


async def _one(transaction: Transaction, statement: Any) -> Webhook:  # noqa: ANN401  (whatever returns an endpoint)
    found = (await transaction.execute(statement)).first()
    if found is None:
        raise NotFound(WHAT)
    return _webhook(found)


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(
        id=row.id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
        url=row.url,
        event_types=tuple(row.event_types),
        description=row.description,
        most_per_second=row.most_per_second,
        enabled=row.disabled_at is None,
        disabled_at=row.disabled_at,
        disabled_because=row.disabled_because,
        previous_secret_until=row.previous_until,
    )


def _with_secret(webhook: Webhook, secret: bytes) -> NewWebhook:
    return NewWebhook(**msgspec.structs.asdict(webhook), secret=signing.written(secret))
