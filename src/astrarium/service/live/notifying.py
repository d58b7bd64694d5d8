"""What an account is told until it has read it: its notifications."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import func, insert, select, update

from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Transaction
from astrarium.service.errors import NotFound
from astrarium.service.http import paging
from astrarium.service.http.paging import Asked, Listing, Page
from astrarium.service.live.models import notifications
from astrarium.service.live.schemas import Notification
from astrarium.service.live.telling import tell

LISTING: Final = Listing(
    "notifications",
    key=notifications.c.id,
    sorts={"created_at": notifications.c.created_at},
    default="-created_at",
)
_COLUMNS: Final = tuple(notifications.c[name] for name in Notification.__struct_fields__)


async def notify(
    transaction: Transaction, account_id: UUID, kind: str, data: Mapping[str, Any], *, now: datetime
) -> UUID:
    """Leave the account a notification, and tell its readers; returns its id.

    `kind` is a stable name such as `batch.finished`, from which and from `data` a page makes the words.
    """
    notification = Notification(
        id=new_id(), kind=kind, data=msgspec.to_builtins(data), created_at=now, read_at=None
    )
    row = msgspec.structs.asdict(notification)
    await transaction.execute(insert(notifications).values(account_id=account_id, **row))
    unread = await count_unread(transaction, account_id)
    told = {**row, "unread": unread}
    await tell(transaction, account_id, "notifications", "notification.created", told, now=now)
    return notification.id


async def browse(
    transaction: Transaction, account_id: UUID, asked: Asked, *, unread: bool | None
) -> Page[Notification]:
    """One page of the account's notifications: all, those unread, or those read.

    Raises `InvalidSort` and `InvalidCursor`.
    """
    rows = select(*_COLUMNS).where(notifications.c.account_id == account_id)
    if unread is not None:
        is_unread = notifications.c.read_at.is_(None)
        rows = rows.where(is_unread if unread else ~is_unread)
    asked = msgspec.structs.replace(asked, filters={"unread": unread})
    return await paging.read(transaction, rows, LISTING, asked, _notification)


async def count_unread(transaction: Transaction, account_id: UUID) -> int:
    """How many notifications the account has not read."""
    counted = select(func.count()).where(
        notifications.c.account_id == account_id, notifications.c.read_at.is_(None)
    )
    return (await transaction.execute(counted)).scalar_one()


async def mark_read(
    transaction: Transaction, account_id: UUID, notification_id: UUID, *, now: datetime
) -> Notification:
    """Mark one as read, and tell the account's readers; one that was read before stays as it is.

    Raises `NotFound`.
    """
    is_it = (notifications.c.account_id == account_id, notifications.c.id == notification_id)
    marked = (
        await transaction.execute(
            update(notifications)
            .where(*is_it, notifications.c.read_at.is_(None))
            .values(read_at=now)
            .returning(*_COLUMNS)
        )
    ).one_or_none()
    if marked is not None:
        told = {
            "id": notification_id,
            "read_at": now,
            "unread": await count_unread(transaction, account_id),
        }
        await tell(transaction, account_id, "notifications", "notification.read", told, now=now)
        return _notification(marked)
    found = (await transaction.execute(select(*_COLUMNS).where(*is_it))).one_or_none()
    if found is None:
        raise NotFound("notification")
    return _notification(found)


async def mark_all_read(transaction: Transaction, account_id: UUID, *, now: datetime) -> int:
    """Mark all as read, and tell the account's readers; returns how many were not."""
    unread = (notifications.c.account_id == account_id, notifications.c.read_at.is_(None))
    marked = (await transaction.execute(update(notifications).where(*unread).values(read_at=now))).rowcount
    if marked:
        told = {"read_at": now, "unread": 0}
        await tell(transaction, account_id, "notifications", "notifications.read", told, now=now)
    return marked


def _notification(row: Any) -> Notification:  # noqa: ANN401  (a row of the columns above)
    return msgspec.convert(row, Notification, from_attributes=True)
