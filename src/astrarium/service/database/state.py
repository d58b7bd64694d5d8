"""The numbers of the pools, counted as they happen and read as one value, for metrics and health."""

from bisect import bisect_left
from typing import Final

import msgspec

BOUNDS_S: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histograms' buckets; one more holds what is longer."""


class Histogram(msgspec.Struct):
    """How often something took how long. `counts` has one number per bound of `BOUNDS_S`, and one for the rest."""

    counts: list[int] = msgspec.field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))
    total_s: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(BOUNDS_S, seconds)] += 1
        self.total_s += seconds

    @property
    def count(self) -> int:
        """How many were counted."""
        return sum(self.counts)

    def quantile(self, share: float) -> float:
        """Seconds that `share` of what was counted did not exceed, by even spread within a bucket; 0 of nothing."""
        wanted = share * self.count
        below = 0
        for number, counted in enumerate(self.counts):
            if counted and below + counted >= wanted:
                low = BOUNDS_S[number - 1] if number else 0.0
                high = BOUNDS_S[number] if number < len(BOUNDS_S) else low
                return low + (high - low) * (wanted - below) / counted
            below += counted
        return 0.0


class PoolState(msgspec.Struct, kw_only=True):
    """One pool: what it holds now, and what has happened on it since the process started."""

    name: str
    """`primary`, `keeper`, or `replica 1` and so on."""
    limit: int
    in_use: int = 0
    idle: int = 0
    waiting: int = 0
    opened: int = 0
    lost: int = 0
    """Connections that were thrown away because they broke."""
    refused: int = 0
    """How often no connection became free in time."""
    unreachable: int = 0
    """How often no connection could be opened."""
    committed: int = 0
    rolled_back: int = 0
    statements: int = 0
    failed_statements: int = 0
    waits: Histogram = msgspec.field(default_factory=Histogram)
    """How long callers waited for a connection that was not free at once."""
    durations: Histogram = msgspec.field(default_factory=Histogram)
    """How long statements took, seen from here."""


class ReplicaState(msgspec.Struct, kw_only=True):
    """One replica as the last probe found it."""

    name: str
    in_rotation: bool
    lag_s: float | None
    """For how long it has lacked something of the primary's; None while it does not answer."""
    reads: int
    """Reads that it was given."""


class DatabaseState(msgspec.Struct, kw_only=True):
    """All that one process knows of its database."""

    pools: list[PoolState]
    replicas: list[ReplicaState]
    slow_statements: int
    """How many of them are remembered with their plans."""
    retried: int
    """Transactions that were run a second time after a deadlock or a serialization failure."""
