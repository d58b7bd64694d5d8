"""Counting requests: the rule, and a count within one process.

The second goes by GCRA (the generic cell rate algorithm: a leaky bucket kept as the one instant at which it will be
empty), the day by a count that begins anew at midnight UTC. A request that is not let through costs nothing. All is in
whole microseconds, so that the same count in Valkey gives the same answers.
"""

from collections import OrderedDict
from typing import Final, Protocol

from astrarium.service.limits.policies import DAY_US, Policy, Taken

MOST_CALLERS: Final = 100_000
"""Callers that one process remembers; whoever was silent longest is forgotten first."""

Count = tuple[int, int, int]
"""The instant at which the bucket is empty, the day, and the requests of that day."""

NEW: Final[Count] = (0, 0, 0)


class Counters(Protocol):
    """Counts by caller; `is_degraded` while they are not where they ought to be."""

    is_degraded: bool

    async def take(self, caller: bytes, policy: Policy, now_us: int) -> Taken:
        """Count one request of a caller."""
        ...


class LocalCounters:
    """Counts of this process alone."""

    is_degraded = False

    def __init__(self, most: int = MOST_CALLERS) -> None:
        self._most = most
        self._counts: OrderedDict[bytes, Count] = OrderedDict()

    async def take(self, caller: bytes, policy: Policy, now_us: int) -> Taken:
        """Count one request of a caller."""
        count, taken = counted(self._counts.get(caller, NEW), policy, now_us)
        if taken.is_allowed:
            self._counts[caller] = count
            self._counts.move_to_end(caller)
            if len(self._counts) > self._most:
                self._counts.popitem(last=False)
        return taken


def counted(count: Count, policy: Policy, now_us: int) -> tuple[Count, Taken]:
    """One more request on a count: the new count, and what became of the request."""
    empty_at, day, used = count
    interval = policy.interval_us
    bucket = interval * policy.per_second
    today = now_us // DAY_US
    if day != today:
        used = 0
    today_us = (today + 1) * DAY_US - now_us
    next_empty_at = max(empty_at, now_us) + interval
    over_us = next_empty_at - now_us - bucket
    is_spent = policy.per_day is not None and used >= policy.per_day
    is_allowed = over_us <= 0 and not is_spent
    if is_allowed:
        empty_at, used = next_empty_at, used + 1
    filled = max(0, empty_at - now_us)
    left_today = 0 if policy.per_day is None else policy.per_day - used
    wait_us = 0 if is_allowed else today_us if is_spent else over_us
    taken = Taken(is_allowed, (bucket - filled) // interval, filled, max(0, left_today), today_us, wait_us)
    return (empty_at, today, used), taken
