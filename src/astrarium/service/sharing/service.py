"""What can be done with share links: by the account that owns them, and by whoever holds one."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET
from sqlalchemy import ColumnElement, Row, bindparam, delete, insert, or_, select, update

from astrarium.service.database.deleting import some_of
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.reads import Read
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.errors import NotFound
from astrarium.service.holdings import Quota, make_room
from astrarium.service.http import paging
from astrarium.service.http.conditional import require_match, tag_of
from astrarium.service.http.paging import Asked, Listing, Page
from astrarium.service.saved_charts import service as saved_charts
from astrarium.service.sharing.models import share_links
from astrarium.service.sharing.schemas import Link, LinkChange, LinkDraft, NewLink
from astrarium.service.trash import as_of
from astrarium.service.webhooks.service import LinkData, SharedChartData, announce

WHAT: Final = "share link"
SHARED: Final = "shared chart"
QUOTA: Final = Quota(free=50, basic=1_000, premium=20_000)
TOKEN_BYTES: Final = 24
EXPIRED_KEPT: Final = timedelta(days=30)
"""For so long an expired link can be found in the list, and prolonged."""
LISTING: Final = Listing(
    "share_links",
    key=share_links.c.id,
    sorts={"created_at": share_links.c.created_at},
    default="-created_at",
)

_PUBLIC: Final = tuple(share_links.c[field.name] for field in msgspec.structs.fields(Link))


class _Found(msgspec.Struct, frozen=True):
    """What a token is the key to."""

    account_id: UUID
    id: UUID
    chart_id: UUID
    shows_name: bool
    expires_at: datetime | None


_BY_TOKEN: Final = Read(
    select(*(share_links.c[field.name] for field in msgspec.structs.fields(_Found))).where(
        share_links.c.token_hash == bindparam("digest"),
        or_(share_links.c.expires_at.is_(None), share_links.c.expires_at > bindparam("now")),
    ),
    _Found,
)


class Opened(msgspec.Struct, frozen=True):
    """What the holder of a link sees."""

    name: str | None
    expires_at: datetime | None
    shown: saved_charts.Shown


def etag(link: Link) -> str:
    """The `ETag` of a link: another one with every change and every view."""
    return tag_of(link.id, link.version, link.views)


async def share(
    transaction: Transaction,
    account_id: UUID,
    draft: LinkDraft,
    *,
    now: datetime,
    limit: int | None,
    public_address: str | None,
) -> NewLink:
    """Make a link to a saved chart. Its token is in the answer and nowhere else.

    Raises `NotFound` and `InTrash` of the chart, and `StorageFull` where the account has `limit` links.
    """
    await saved_charts.require_kept(transaction, account_id, draft.chart_id, now=now)
    await purge_expired(transaction, now - EXPIRED_KEPT, account_id=account_id)
    await make_room(transaction, share_links, account_id, count=1, limit=limit, what="share links")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = {
        "account_id": account_id,
        "id": new_id(),
        "created_at": now,
        "updated_at": now,
        "chart_id": draft.chart_id,
        "token_hash": _digest(token),
        "shows_name": draft.shows_name,
        "expires_at": _expiry(draft.expires_in_days, now),
    }
    made = (await transaction.execute(insert(share_links).values(row).returning(*_PUBLIC))).one()
    shared = SharedChartData(link_id=made.id, chart_id=made.chart_id, expires_at=made.expires_at)
    await announce(transaction, account_id, "share_link.made", shared, now=now)
    address = f"{public_address or ''}/shared/{token}"
    return NewLink(**msgspec.structs.asdict(_link(made)), token=token, address=address)


async def read(transaction: Transaction, account_id: UUID, link_id: UUID) -> Link:
    """One link; raises `NotFound`."""
    return await _one(transaction, select(*_PUBLIC).where(*_is(account_id, link_id)))


async def browse(
    transaction: Transaction, account_id: UUID, asked: Asked, *, chart_id: UUID | None = None
) -> Page[Link]:
    """One page of the account's links, or of those to one chart; raises `InvalidSort` and `InvalidCursor`."""
    rows = select(*_PUBLIC).where(share_links.c.account_id == account_id)
    if chart_id is not None:
        rows = rows.where(share_links.c.chart_id == chart_id)
    asked = msgspec.structs.replace(asked, filters={"chart_id": chart_id})
    return await paging.read(transaction, rows, LISTING, asked, _link)


async def change(
    transaction: Transaction,
    account_id: UUID,
    link_id: UUID,
    wanted: LinkChange,
    *,
    now: datetime,
    if_match: str | None = None,
) -> Link:
    """Change what `wanted` names, and leave the rest; raises `NotFound` and `PreconditionFailed`."""
    is_it = _is(account_id, link_id)
    kept = await _one(transaction, select(*_PUBLIC).where(*is_it).with_for_update())
    require_match(if_match, etag(kept))
    values: dict[str, Any] = {}
    if wanted.expires_in_days is not UNSET:
        values["expires_at"] = _expiry(wanted.expires_in_days, now)
    if wanted.shows_name is not UNSET:
        values["shows_name"] = wanted.shows_name
    if not values:
        return kept
    statement = update(share_links).where(*is_it).values(**values, **as_of(share_links, now))
    return await _one(transaction, statement.returning(*_PUBLIC))


async def revoke(transaction: Transaction, account_id: UUID, link_id: UUID, *, now: datetime) -> None:
    """End a link for good; raises `NotFound`."""
    statement = delete(share_links).where(*_is(account_id, link_id)).returning(share_links.c.id)
    if (await transaction.execute(statement)).first() is None:
        raise NotFound(WHAT)
    await announce(transaction, account_id, "share_link.revoked", LinkData(link_id=link_id), now=now)


async def open_link(database: Database, token: str, *, now: datetime) -> Opened:
    """What a link shows to whoever holds it, and one view more.

    Raises `NotFound` in the same words for one that is unknown, revoked or expired, and for a chart in the trash.
    """
    found = await database.keeper_read_one(_BY_TOKEN, {"digest": _digest(token), "now": now})
    if found is None:
        raise NotFound(SHARED)
    try:
        shown = await saved_charts.show(database, found.account_id, found.chart_id, now=now)
    except NotFound as error:
        raise NotFound(SHARED) from error
    seen = update(share_links).values(views=share_links.c.views + 1)
    async with database.of(found.account_id) as transaction:
        await transaction.execute(seen.where(*_is(found.account_id, found.id)))
    return Opened(shown.name if found.shows_name else None, found.expires_at, shown)


async def purge_expired(transaction: Transaction, before: datetime, *, account_id: UUID | None = None) -> int:
    """Delete a portion of the links that expired before `before`; tells how many.

    Of one account, or in a keeper's transaction of all of them.
    """
    whose = () if account_id is None else (share_links.c.account_id == account_id,)
    statement = some_of(share_links, share_links.c.expires_at < before, *whose)
    purged: int = (await transaction.execute(statement)).rowcount
    return purged


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _expiry(days: int | None, now: datetime) -> datetime | None:
    return None if days is None else now + timedelta(days=days)


async def _one(transaction: Transaction, statement: Any) -> Link:  # noqa: ANN401  (whatever returns a link)
    found = (await transaction.execute(statement)).first()
    if found is None:
        raise NotFound(WHAT)
    return _link(found)


def _is(account_id: UUID, link_id: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return share_links.c.account_id == account_id, share_links.c.id == link_id


def _link(row: Row[Any]) -> Link:
    return msgspec.convert(row, Link, from_attributes=True)
