"""How long live news are kept."""

from datetime import datetime, timedelta
from typing import Final

from astrarium.service.database.deleting import some_of
from astrarium.service.database.transactions import Transaction
from astrarium.service.live.models import live_events, live_tickets, notifications

EVENTS_KEPT: Final = timedelta(days=1)
"""For how long a reader can come back and miss nothing."""
NOTIFICATIONS_KEPT: Final = timedelta(days=90)


async def purge(transaction: Transaction, *, now: datetime) -> int:
    """Delete a portion of the events, tickets and notifications whose time is over; a keeper's reaches all accounts.

    Returns how many rows went; none is left once that is 0. May be repeated, and run by several at once.
    """
    outdated = (
        some_of(live_events, live_events.c.created_at < now - EVENTS_KEPT),
        some_of(live_tickets, live_tickets.c.expires_at < now),
        some_of(notifications, notifications.c.created_at < now - NOTIFICATIONS_KEPT),
    )
    return sum([(await transaction.execute(one)).rowcount for one in outdated])
