"""From a session's token or an API key to the caller, remembered for as long as that is surely right.

What was looked up is remembered for at most `REMEMBERED`, and only while this process hears the database: triggers tell
every process of each account whose credentials, role or tier change, in the transaction that changes them, and what is
remembered of that account is forgotten. While nothing is heard, every request asks the database.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Row, Select, or_, select

from astrarium.service.accounts import tokens
from astrarium.service.accounts.models import accounts, api_keys, sessions
from astrarium.service.accounts.usage import Usage
from astrarium.service.database.transactions import Database
from astrarium.service.permissions import Caller

CHANNEL: Final = "astrarium_credentials"
"""As the triggers of the migrations name it."""
MOST_REMEMBERED: Final = 20_000
REMEMBERED: Final = timedelta(seconds=30)


class Known(msgspec.Struct, frozen=True):
    """What a credential turned out to be: a caller, or nobody; right until some instant."""

    caller: Caller | None
    until: datetime


class Credentials:
    """One process's memory of credentials; `channel` is where the database tells of their changes."""

    channel: Final = CHANNEL

    def __init__(
        self, database: Database, usage: Usage, *, idle: timedelta, now: Callable[[], datetime]
    ) -> None:
        self.database = database
        self.usage = usage
        self.idle = idle
        self.now = now
        self._callers: OrderedDict[bytes, Known] = OrderedDict()
        self._strangers: OrderedDict[bytes, Known] = (
            OrderedDict()
        )  # apart, so that guesses drive no caller out
        self._of_account: dict[UUID, set[bytes]] = {}
        self._is_hearing = False
        self._changes = 0

    async def of_session(self, token: str) -> Caller | None:
        """Who a session's token belongs to; `None` where it is unknown, ended, idle too long or run out."""
        digest = tokens.digest(token)
        now = self.now()
        known = self._recall(digest, now) or await self._learn(digest, self._by_token(digest, now), now)
        caller = known.caller
        if caller is not None and caller.session_id is not None:
            self.usage.sessions[caller.session_id] = now
        return caller

    async def of_key(self, text: str) -> Caller | None:
        """Who an API key belongs to; `None` where it is mistyped, unknown, revoked or run out."""
        digest = tokens.digest(text)
        now = self.now()
        known = self._recall(digest, now)
        if known is None:
            written = tokens.read_key(text)
            if written is None:
                return None
            known = await self._learn(digest, _by_prefix(written.prefix, digest, now), now)
        caller = known.caller
        if caller is not None and caller.key_id is not None:
            self.usage.keys[caller.key_id] = now
        return caller

    async def living(self, credentials: Collection[UUID]) -> dict[UUID, Caller]:
        """Who sessions and API keys of these ids let in; those that do not work any more are left out.

        The database is asked, whatever is remembered.
        """
        now = self.now()
        async with self.database.keeper() as transaction:
            rows = [
                *await transaction.execute(self._sessions(now).where(sessions.c.id.in_(credentials))),
                *await transaction.execute(_keys(now).where(api_keys.c.id.in_(credentials))),
            ]
        return {row.id: _caller(row) for row in rows}

    def begin_to_remember(self) -> None:
        """Word of changes arrives from now on."""
        self.forget_all()
        self._is_hearing = True

    def stop_remembering(self) -> None:
        """Word of changes may be missed from now on: nothing is remembered."""
        self._is_hearing = False
        self.forget_all()

    def forget(self, account_id: UUID) -> None:
        """Something of this account changed; what is being looked up meanwhile is not remembered either."""
        self._changes += 1
        self._strangers.clear()  # one of them may be of an account that is readmitted
        for digest in self._of_account.pop(account_id, ()):
            self._callers.pop(digest, None)

    def hear(self, payload: str) -> None:
        """Word of the migrations' triggers on `CHANNEL`: the account that something changed of."""
        try:
            self.forget(UUID(payload))
        except ValueError:
            self.forget_all()

    def forget_all(self) -> None:
        """Something changed, and it is not known what."""
        self._changes += 1
        self._callers.clear()
        self._strangers.clear()
        self._of_account.clear()

    def _recall(self, digest: bytes, now: datetime) -> Known | None:
        known = self._callers.get(digest) or self._strangers.get(digest)
        return known if known is not None and known.until > now else None

    async def _learn(self, digest: bytes, statement: Select[Any], now: datetime) -> Known:
        changes = self._changes
        async with self.database.keeper() as transaction:
            row = (await transaction.execute(statement)).first()
        until = now + REMEMBERED
        if row is None:
            known = Known(None, until)
        else:
            known = Known(_caller(row), until if row.expires_at is None else min(until, row.expires_at))
        if self._is_hearing and changes == self._changes:
            self._remember(digest, known)
        return known

    def _remember(self, digest: bytes, known: Known) -> None:
        if known.caller is None:
            self._strangers[digest] = known
            if len(self._strangers) > MOST_REMEMBERED:
                self._strangers.popitem(last=False)
            return
        self._callers[digest] = known
        self._callers.move_to_end(digest)
        self._of_account.setdefault(known.caller.account_id, set()).add(digest)
        if len(self._callers) > MOST_REMEMBERED:
            oldest, gone = self._callers.popitem(last=False)
            assert gone.caller is not None
            of_account = self._of_account[gone.caller.account_id]
            of_account.discard(oldest)
            if not of_account:
                del self._of_account[gone.caller.account_id]

    def _by_token(self, digest: bytes, now: datetime) -> Select[Any]:
        return self._sessions(now).where(sessions.c.token_hash == digest)

    def _sessions(self, now: datetime) -> Select[Any]:
        """The sessions that work."""
        return (
            select(
                sessions.c.id, sessions.c.account_id, sessions.c.expires_at, accounts.c.role, accounts.c.tier
            )
            .join(accounts, accounts.c.id == sessions.c.account_id)
            .where(
                sessions.c.expires_at > now,
                sessions.c.seen_at > now - self.idle,
                accounts.c.suspended_at.is_(None),
            )
        )


def _by_prefix(prefix: str, digest: bytes, now: datetime) -> Select[Any]:
    return _keys(now).where(api_keys.c.prefix == prefix, api_keys.c.secret_hash == digest)


def _keys(now: datetime) -> Select[Any]:
    """The API keys that work."""
    return (
        select(
            api_keys.c.id, api_keys.c.account_id, api_keys.c.expires_at, api_keys.c.scopes,
            accounts.c.role, accounts.c.tier,
        )
        .join(accounts, accounts.c.id == api_keys.c.account_id)
        .where(
            or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > now),
            accounts.c.suspended_at.is_(None),
        )
    )  # fmt: skip


def _caller(row: Row[Any]) -> Caller:
    scopes = getattr(row, "scopes", None)
    return Caller(
        account_id=row.account_id,
        role=row.role,
        tier=row.tier,
        session_id=row.id if scopes is None else None,
        key_id=None if scopes is None else row.id,
        scopes=frozenset(scopes or ()),
    )
