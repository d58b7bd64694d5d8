"""What is over and done with: rows that nobody can use any more are deleted."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete

from astrarium.service.accounts.models import (
    api_keys,
    known_devices,
    mailed_tokens,
    registrations,
    sessions,
    sign_in_failures,
)
from astrarium.service.accounts.throttle import FORGET_AFTER
from astrarium.service.database.transactions import Transaction

DEVICES_KEPT: Final = timedelta(days=365)
"""As long as a device's cookie lasts."""


async def sweep(transaction: Transaction, *, idle: timedelta, now: datetime) -> int:
    """Delete what has run out, in the keeper's transaction; returns how many rows. It may be repeated at any time."""
    past = (
        delete(sessions).where((sessions.c.expires_at <= now) | (sessions.c.seen_at <= now - idle)),
        delete(api_keys).where(api_keys.c.expires_at <= now),
        delete(mailed_tokens).where(mailed_tokens.c.expires_at <= now),
        delete(registrations).where(registrations.c.expires_at <= now),
        delete(known_devices).where(known_devices.c.seen_at <= now - DEVICES_KEPT),
        delete(sign_in_failures).where(sign_in_failures.c.last_at <= now - FORGET_AFTER),
    )
    return sum([(await transaction.execute(statement)).rowcount for statement in past])
