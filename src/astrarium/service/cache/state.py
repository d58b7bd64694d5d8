"""How the cache fares, for administration, metrics and health."""

import msgspec


class CacheState(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of one process since its start.

    A request found its value in the process (`hits`), in the shared level (`shared_hits`), waited for one that was
    being computed (`joined`), or had it computed (`misses`).
    """

    hits: int
    shared_hits: int
    joined: int
    misses: int
    entries: int
    held_bytes: int
    most_bytes: int
    dropped: int
    """Values that left to make room."""
    is_shared: bool
    is_degraded: bool

    @property
    def hit_ratio(self) -> float | None:
        """The share of requests that had nothing computed for them; `None` before the first."""
        spared = self.hits + self.shared_hits + self.joined
        return spared / (spared + self.misses) if spared + self.misses else None
