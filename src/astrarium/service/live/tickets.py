"""Tickets: for whoever cannot send a header or a cookie along, as a browser's WebSocket on another site cannot.

A ticket is made by a caller with credentials, lets one connection in as that caller, once, and is worth nothing after a
minute. Only its digest is kept.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec
from sqlalchemy import delete, insert

from astrarium.service.accounts.service import Means
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Transaction
from astrarium.service.live.models import live_tickets
from astrarium.service.permissions import Caller

WORKS_FOR: Final = timedelta(minutes=1)
LONGEST: Final = 64


class Ticket(msgspec.Struct, frozen=True):
    """What lets one connection in, as `?ticket=…`, before `expires_at`."""

    ticket: str
    expires_at: datetime


async def issue(transaction: Transaction, caller: Caller, *, now: datetime) -> Ticket:
    """Make a ticket for the caller; each call makes another one."""
    ticket = Ticket(secrets.token_urlsafe(32), now + WORKS_FOR)
    await transaction.execute(
        insert(live_tickets).values(
            account_id=caller.account_id,
            id=new_id(),
            token_hash=_digest(ticket.ticket),
            session_id=caller.session_id,
            key_id=caller.key_id,
            expires_at=ticket.expires_at,
        )
    )
    return ticket


async def redeem(means: Means, ticket: str, *, now: datetime) -> Caller | None:
    """Whom a ticket lets in; `None` where it does not work, or what it was made with does not any more.

    Of several who try at the same time, one succeeds.
    """
    used = (
        delete(live_tickets)
        .where(live_tickets.c.token_hash == _digest(ticket), live_tickets.c.expires_at > now)
        .returning(live_tickets.c.session_id, live_tickets.c.key_id)
    )
    async with means.database.keeper() as transaction:
        row = (await transaction.execute(used)).one_or_none()
    if row is None:
        return None
    credential = row.session_id or row.key_id
    return (await means.credentials.living([credential])).get(credential)


def _digest(ticket: str) -> bytes:
    return sha256(ticket.encode()).digest()
