"""What is over and done with: rows that nobody can use any more are deleted."""

from datetime import datetime, timedelta
from typing import Final

from astrarium.service.accounts.models import (
    api_keys,
    known_devices,
    mailed_tokens,
    registrations,
    sessions,
    sign_in_failures,
)
from astrarium.service.accounts.throttle import FORGET_AFTER
from astrarium.service.database.deleting import some_of
from astrarium.service.database.transactions import Transaction

DEVICES_KEPT: Final = timedelta(days=365)
"""As long as a device's cookie lasts."""


async def sweep(transaction: Transaction, *, idle: timedelta, now: datetime) -> int:
    """Delete a portion of what has run out, in the keeper's transaction; returns how many rows.

    It may be repeated at any time, and nothing is left once it returns 0.
    """
    past = (
        some_of(sessions, (sessions.c.expires_at <= now) | (sessions.c.seen_at <= now - idle)),
        some_of(api_keys, api_keys.c.expires_at <= now),
        some_of(mailed_tokens, mailed_tokens.c.expires_at <= now),
        some_of(registrations, registrations.c.expires_at <= now),
        some_of(known_devices, known_devices.c.seen_at <= now - DEVICES_KEPT),
        some_of(sign_in_failures, sign_in_failures.c.last_at <= now - FORGET_AFTER),
    )
    return sum([(await transaction.execute(statement)).rowcount for statement in past])
