"""Where requests are counted now, for administration and health."""

import msgspec

from astrarium.service.limits.counters import Counters
from astrarium.service.limits.fallback import CountersWithFallback


class LimitsState(msgspec.Struct, frozen=True):
    """Whether processes share their counts, and whether they should but cannot at the moment."""

    is_shared: bool
    is_degraded: bool


def state_of(counters: Counters) -> LimitsState:
    """The state of a process's counters."""
    if isinstance(counters, CountersWithFallback):
        return LimitsState(is_shared=not counters.is_degraded, is_degraded=counters.is_degraded)
    return LimitsState(is_shared=False, is_degraded=False)
