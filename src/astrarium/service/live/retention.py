"""How long live news are kept."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete

from astrarium.service.database.transactions import Transaction
from astrarium.service.live.models import live_events, live_tickets, notifications

EVENTS_KEPT: Final = timedelta(days=1)
"""For how long a reader can come back and miss nothing."""
NOTIFICATIONS_KEPT: Final = timedelta(days=90)


async def purge(transaction: Transaction, *, now: datetime) -> int:
    """Delete events, tickets and notifications whose time is over; a keeper's transaction reaches all accounts.

    Returns how many rows went. May be repeated, and run by several at once.
    """
    outdated = (
        delete(live_events).where(live_events.c.created_at < now - EVENTS_KEPT),
        delete(live_tickets).where(live_tickets.c.expires_at < now),
        delete(notifications).where(notifications.c.created_at < now - NOTIFICATIONS_KEPT),
    )
    return sum([(await transaction.execute(one)).rowcount for one in outdated])
