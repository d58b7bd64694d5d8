"""What is done from time to time: old events and deliveries are deleted, and what nobody comes for is woken."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, or_, select, tuple_, update

from astrarium.service.database.transactions import Transaction
from astrarium.service.webhooks.announcing import WAITING
from astrarium.service.webhooks.models import deliveries, events, turns, webhooks
from astrarium.service.webhooks.waking import wake

KEPT: Final = timedelta(days=30)
"""Events and what came of them are kept for so long, and can be replayed."""
CHUNK: Final = 5_000
OVERDUE: Final = timedelta(minutes=2)
MOST_WOKEN: Final = 1_000


async def purge(transaction: Transaction, *, now: datetime, most: int = CHUNK) -> int:
    """Delete at most `most` events older than `KEPT` with their deliveries, but none that is still on its way.

    In the keeper's transaction; tells how many, so that a caller goes on until it is fewer than `most`.
    """
    on_its_way = exists().where(
        deliveries.c.account_id == events.c.account_id,
        deliveries.c.event_id == events.c.id,
        deliveries.c.state == WAITING,
    )
    key = events.c.account_id, events.c.id
    old = select(*key).where(events.c.happened_at < now - KEPT, ~on_its_way).limit(most)
    purged: int = (await transaction.execute(delete(events).where(tuple_(*key).in_(old)))).rowcount
    return purged


async def wake_forgotten(transaction: Transaction, *, now: datetime) -> int:
    """Wake endpoints where something is long due and nobody is at it, as after jobs were lost; tells how many.

    In the keeper's transaction. It may be repeated: whoever comes for nothing does nothing.
    """
    before = now - OVERDUE
    late = (
        select(deliveries.c.account_id, deliveries.c.webhook_id)
        .where(deliveries.c.state == WAITING, deliveries.c.due_at < before)
        .distinct()
        .limit(MOST_WOKEN)
        .subquery()
    )
    key = turns.c.account_id, turns.c.webhook_id
    left = (
        select(*key)
        .join(late, (late.c.account_id == key[0]) & (late.c.webhook_id == key[1]))
        .join(webhooks, (webhooks.c.account_id == key[0]) & (webhooks.c.id == key[1]))
        .where(
            webhooks.c.disabled_at.is_(None),
            or_(turns.c.leased_until.is_(None), turns.c.leased_until < now),
            or_(turns.c.resting_until.is_(None), turns.c.resting_until < before),
        )
    )
    found = (await transaction.execute(left)).all()
    if found:
        lost = update(turns).where(tuple_(*key).in_([tuple(row) for row in found])).values(wakes_at=None)
        await transaction.execute(lost)
    for row in found:
        await wake(transaction, row.account_id, [row.webhook_id], now=now)
    return len(found)
