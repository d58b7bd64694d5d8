"""The job that sends: one wakes one endpoint, and sends all that is due there.

A job is not a delivery. What waits is told by the deliveries themselves, so that a job that runs twice, or for nothing,
sends nothing twice; and an endpoint that never answers holds one job, however much waits for it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from astrarium.service.database.transactions import Transaction
from astrarium.service.jobs.service import Kind, Retries, enqueue_many

QUEUE: Final = "webhooks"


class Wake(msgspec.Struct, frozen=True):
    """Which endpoint to send to; `at` is the time that a turn asked to be woken at, and stands in its row."""

    webhook_id: UUID
    at: datetime | None = None


DELIVER: Final = Kind(
    name="webhooks.deliver",
    payload=Wake,
    queue=QUEUE,
    retries=Retries(most_attempts=20, first_wait=timedelta(seconds=1), longest_wait=timedelta(minutes=5)),
    time_limit=timedelta(seconds=60),
    at_once_per_account=20,
    keep=timedelta(hours=1),
)
"""Its retries are for a database that is away; when a delivery is tried again, `retrying` says."""


async def wake(
    transaction: Transaction,
    account_id: UUID,
    webhook_ids: Iterable[UUID],
    *,
    now: datetime,
    at: datetime | None = None,
) -> None:
    """Have what is due at these endpoints sent once `transaction` has committed, or what will be due `at` some time."""
    orders = [Wake(webhook_id, at) for webhook_id in webhook_ids]
    await enqueue_many(transaction, DELIVER, orders, now=now, account_id=account_id, not_before=at)
