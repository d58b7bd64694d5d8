"""How calls to the outside fare, counted by one process as they happen, for administration and metrics."""

from datetime import datetime

import msgspec

from astrarium.service.database.state import Histogram


class CallCounts(msgspec.Struct, kw_only=True):
    """The calls of one purpose since the process started. Each attempt counts."""

    succeeded: int = 0
    failed: dict[str, int] = msgspec.field(default_factory=dict)
    """How many brought no answer or an answer of 500 and above, by the reason."""
    blocked: int = 0
    """How many were not made, since their breaker was open."""
    repeated: int = 0
    """How many were made a second or third time at once."""
    in_flight: int = 0
    durations: Histogram = msgspec.field(default_factory=Histogram)
    last_error: str | None = None
    last_error_at: datetime | None = None

    def fail(self, reason: str, error: str, at: datetime) -> None:
        """Count a call that failed."""
        self.failed[reason] = self.failed.get(reason, 0) + 1
        self.last_error = error
        self.last_error_at = at
