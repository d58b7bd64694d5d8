"""API keys: what programs send instead of a session, made by a signed-in person and shown once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, text, update

from astrarium.service.accounts import tokens
from astrarium.service.accounts.errors import TooManyKeys, UnknownScope
from astrarium.service.accounts.models import api_keys
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Transaction
from astrarium.service.errors import NotFound, nearest
from astrarium.service.http.conditional import require_match, tag_of
from astrarium.service.permissions import SCOPES
from astrarium.service.webhooks.service import KeyData, RevokedKeyData, announce

MOST_KEYS: Final = 50

_COLUMNS: Final = ("id", "name", "prefix", "scopes", "created_at", "expires_at", "used_at")


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as its owner sees it: `prefix` is how it begins after `ast_`; its secret is not kept."""

    id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class NewApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that was just made; `key` is told this once."""

    id: UUID
    name: str
    prefix: str
    key: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None


class KeyDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a key is to be: its name for people, what it may do, and until when."""

    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None = None


def etag(key: ApiKey) -> str:
    """Stands for what can change of a key by its owner: not for when it was used."""
    return tag_of(key.id, key.name, *key.scopes, key.expires_at)


async def make(transaction: Transaction, account_id: UUID, draft: KeyDraft, *, now: datetime) -> NewApiKey:
    """Make a key.

    Raises `UnknownScope`, or `TooManyKeys` where the account has `MOST_KEYS`.
    """
    scopes = require_known(draft.scopes)
    await transaction.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:account, 0))"), {"account": f"keys {account_id}"}
    )
    living = select(func.count()).where(api_keys.c.account_id == account_id, _lives(now))
    if (await transaction.execute(living)).scalar_one() >= MOST_KEYS:
        raise TooManyKeys(MOST_KEYS)
    made = await _store(transaction, account_id, draft.name, scopes, now=now, expires_at=draft.expires_at)
    await _tell(transaction, account_id, "key.made", made, now=now)
    return made


async def living(transaction: Transaction, account_id: UUID, *, now: datetime) -> tuple[ApiKey, ...]:
    """The account's keys that still work, the newest first."""
    statement = (
        select(*(api_keys.c[name] for name in _COLUMNS))
        .where(api_keys.c.account_id == account_id, _lives(now))
        .order_by(api_keys.c.id.desc())
    )
    return tuple(_key(row) for row in await transaction.execute(statement))


async def read(transaction: Transaction, account_id: UUID, key_id: UUID, *, now: datetime) -> ApiKey:
    """One key that still works.

    Raises `NotFound`.
    """
    statement = select(*(api_keys.c[name] for name in _COLUMNS)).where(
        api_keys.c.account_id == account_id, api_keys.c.id == key_id, _lives(now)
    )
    row = (await transaction.execute(statement)).first()
    if row is None:
        raise NotFound("API key")
    return _key(row)


async def change(
    transaction: Transaction,
    account_id: UUID,
    key_id: UUID,
    *,
    name: str | None,
    scopes: Sequence[str] | None,
    now: datetime,
    if_match: str | None = None,
) -> ApiKey:
    """Give a key another name or other scopes; what is None stays.

    Raises `NotFound`, `UnknownScope` or `PreconditionFailed`.
    """
    if if_match is not None:
        locked = select(api_keys.c.id).where(api_keys.c.account_id == account_id, api_keys.c.id == key_id)
        await transaction.execute(locked.with_for_update())
        require_match(if_match, etag(await read(transaction, account_id, key_id, now=now)))
    values: dict[str, object] = {}
    if name is not None:
        values["name"] = name
    if scopes is not None:
        values["scopes"] = require_known(scopes)
    if values:
        changed = (
            update(api_keys)
            .where(api_keys.c.account_id == account_id, api_keys.c.id == key_id, _lives(now))
            .values(**values)
        )
        await transaction.execute(changed)
    kept = await read(transaction, account_id, key_id, now=now)
    if values:
        await _tell(transaction, account_id, "key.changed", kept, now=now)
    return kept


async def rotate(
    transaction: Transaction, account_id: UUID, key_id: UUID, *, overlap: timedelta, now: datetime
) -> NewApiKey:
    """A new key of the same name, scopes and end; the old one works for `overlap` more, so that no program stops.

    Raises `NotFound`.
    """
    old = await read(transaction, account_id, key_id, now=now)
    until = now + overlap
    ends = until if old.expires_at is None else min(until, old.expires_at)
    own = api_keys.c.account_id == account_id, api_keys.c.id == key_id
    await transaction.execute(update(api_keys).where(*own).values(expires_at=ends))
    made = await _store(transaction, account_id, old.name, old.scopes, now=now, expires_at=old.expires_at)
    await _tell(
        transaction, account_id, "key.changed", msgspec.structs.replace(old, expires_at=ends), now=now
    )
    await _tell(transaction, account_id, "key.made", made, now=now)
    return made


async def revoke(transaction: Transaction, account_id: UUID, key_id: UUID, *, now: datetime) -> None:
    """Make a key worthless, at once and in every process.

    Raises `NotFound`.
    """
    revoked = delete(api_keys).where(api_keys.c.account_id == account_id, api_keys.c.id == key_id)
    if (await transaction.execute(revoked)).rowcount == 0:
        raise NotFound("API key")
    await announce(transaction, account_id, "key.revoked", RevokedKeyData(key_id=key_id), now=now)


def require_known(scopes: Sequence[str]) -> tuple[str, ...]:
    """The scopes, each once and in order.

    Raises `UnknownScope`.
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise UnknownScope(scope, nearest(scope, sorted(SCOPES)))
    return tuple(sorted(set(scopes)))


async def _tell(
    transaction: Transaction, account_id: UUID, happened: str, key: ApiKey | NewApiKey, *, now: datetime
) -> None:
    data = KeyData(key_id=key.id, scopes=key.scopes, expires_at=key.expires_at)
    await announce(transaction, account_id, happened, data, now=now)


async def _store(
    transaction: Transaction,
    account_id: UUID,
    name: str,
    scopes: tuple[str, ...],
    *,
    now: datetime,
    expires_at: datetime | None,
) -> NewApiKey:
    written = tokens.new_key()
    made = NewApiKey(
        id=new_id(),
        name=name,
        prefix=written.prefix,
        key=written.text,
        scopes=scopes,
        created_at=now,
        expires_at=expires_at,
    )
    await transaction.execute(
        insert(api_keys).values(
            id=made.id,
            account_id=account_id,
            name=name,
            prefix=written.prefix,
            secret_hash=tokens.digest(written.text),
            scopes=scopes,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return made


def _lives(now: datetime) -> ColumnElement[bool]:
    return or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > now)


def _key(row: Row[Any]) -> ApiKey:
    values = dict(row._mapping)  # noqa: SLF001  (SQLAlchemy's public name for a row by its labels)
    return ApiKey(**values | {"scopes": tuple(values["scopes"])})
