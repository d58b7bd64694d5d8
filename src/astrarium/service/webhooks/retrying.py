"""When a delivery is tried again, and when an endpoint is left alone: numbers alone, no clock and no database."""

from datetime import datetime, timedelta
from typing import Final

SCHEDULE: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The waits after each failed attempt, as Standard Webhooks recommends them; then the delivery has failed."""
MOST_ATTEMPTS: Final = len(SCHEDULE) + 1
JITTER: Final = 0.2
"""Up to a fifth is added to each wait, so that what failed together is not tried together."""
LONGEST_RETRY_AFTER: Final = timedelta(hours=24)
GIVES_UP_AFTER: Final = timedelta(days=5)
"""For so long an endpoint may fail without one success between; then it is disabled."""
OPENS_AFTER: Final = 3
"""Failures in a row after which the endpoint rests."""
FIRST_REST: Final = timedelta(seconds=5)
LONGEST_REST: Final = timedelta(minutes=10)


def next_attempt(
    attempts: int, *, now: datetime, chance: float, retry_after: timedelta | None = None
) -> datetime | None:
    """When to try again after `attempts` failures, or None where that was the last.

    `chance` is between 0 and 1. The receiver's `Retry-After` makes a wait longer, never shorter.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    wait = SCHEDULE[attempts - 1] * (1 + JITTER * chance)
    if retry_after is not None:
        wait = max(wait, min(retry_after, LONGEST_RETRY_AFTER))
    return now + wait


def rest_after(failures: int, *, now: datetime, retry_after: timedelta | None = None) -> datetime | None:
    """Until when to leave an endpoint alone after `failures` in a row, or None: twice as long with every one more.

    `Retry-After` is obeyed at once, up to the longest rest.
    """
    asked = now + min(retry_after, LONGEST_REST) if retry_after is not None else None
    if failures < OPENS_AFTER:
        return asked
    doubled = min(failures - OPENS_AFTER, 10)
    rest = now + min(LONGEST_REST, FIRST_REST * (1 << doubled))
    return rest if asked is None else max(rest, asked)


def is_given_up(failing_since: datetime, now: datetime) -> bool:
    """Whether an endpoint has failed for so long that it is disabled."""
    return now - failing_since >= GIVES_UP_AFTER
