"""Sessions: where a person is signed in. A session is a row with the digest of a token that only the browser has."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, select, update

from astrarium.service.accounts import tokens
from astrarium.service.accounts.means import Rules
from astrarium.service.accounts.models import sessions
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Transaction

MOST_SESSIONS: Final = 100
"""Of one account: the one that was idle longest gives way to a new one."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Where an account is signed in: which device, since when, when it was last used, until when at most."""

    id: UUID
    device: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class OpenedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session that has just begun, with the token that is told this once."""

    id: UUID
    token: str
    expires_at: datetime


async def begin(
    transaction: Transaction, account_id: UUID, device: str, *, rules: Rules, now: datetime
) -> OpenedSession:
    """Open a session of `account_id`."""
    token = tokens.new_token()
    opened = OpenedSession(id=new_id(), token=token, expires_at=now + rules.session_lifetime)
    await transaction.execute(
        insert(sessions).values(
            id=opened.id,
            account_id=account_id,
            token_hash=tokens.digest(token),
            device=device,
            created_at=now,
            seen_at=now,
            expires_at=opened.expires_at,
        )
    )
    surplus = (
        select(sessions.c.id)
        .where(sessions.c.account_id == account_id)
        .order_by(sessions.c.seen_at.desc(), sessions.c.id.desc())
        .offset(MOST_SESSIONS)
    )
    await transaction.execute(delete(sessions).where(sessions.c.id.in_(surplus)))
    return opened


async def renew_token(transaction: Transaction, session_id: UUID, *, now: datetime) -> OpenedSession:
    """Give a session another token, after which the old one is nobody's: for when what it may do changes."""
    token = tokens.new_token()
    changed = (
        update(sessions)
        .where(sessions.c.id == session_id)
        .values(token_hash=tokens.digest(token), seen_at=now)
        .returning(sessions.c.expires_at)
    )
    expires_at: datetime = (await transaction.execute(changed)).scalar_one()
    return OpenedSession(id=session_id, token=token, expires_at=expires_at)


async def living(
    transaction: Transaction, account_id: UUID, *, idle: timedelta, now: datetime
) -> tuple[Session, ...]:
    """The account's sessions that still work, the one used last first."""
    columns = [sessions.c[name] for name in Session.__struct_fields__]
    found = (
        select(*columns)
        .where(
            sessions.c.account_id == account_id, sessions.c.expires_at > now, sessions.c.seen_at > now - idle
        )
        .order_by(sessions.c.seen_at.desc(), sessions.c.id.desc())
    )
    return tuple(Session(**row._mapping) for row in await transaction.execute(found))  # noqa: SLF001  (SQLAlchemy's public name for a row by its labels)


async def end(transaction: Transaction, account_id: UUID, session_id: UUID) -> bool:
    """End one session of the account; returns whether there was one."""
    ended = delete(sessions).where(sessions.c.account_id == account_id, sessions.c.id == session_id)
    return (await transaction.execute(ended)).rowcount > 0


async def end_all(transaction: Transaction, account_id: UUID, *, but: UUID | None = None) -> int:
    """End the account's sessions, all `but` one where that is named; returns how many."""
    ended = delete(sessions).where(sessions.c.account_id == account_id)
    if but is not None:
        ended = ended.where(sessions.c.id != but)
    return (await transaction.execute(ended)).rowcount


async def end_by_token(transaction: Transaction, token: str) -> None:
    """End the session of a token, where there is one: a browser that signs in again leaves no old session behind."""
    await transaction.execute(delete(sessions).where(sessions.c.token_hash == tokens.digest(token)))
