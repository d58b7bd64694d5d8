"""Shared counts with a net: while they cannot be reached, each process counts for itself."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final

from astrarium.service.limits.counters import Counters
from astrarium.service.limits.policies import Policy, Taken

logger = logging.getLogger("astrarium.service")

PATIENCE_S: Final = 0.25
"""How long one request waits for the shared count."""
PAUSE_S: Final = 1.0
"""How long a store that failed is left alone before one request tries it again."""


class CountersWithFallback:
    """`shared` while it answers, else `local`; `is_degraded` tells which."""

    def __init__(
        self,
        shared: Counters,
        local: Counters,
        failures: tuple[type[Exception], ...],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shared = shared
        self._local = local
        self._failures: tuple[type[Exception], ...] = (TimeoutError, OSError, *failures)
        self._monotonic = monotonic
        self._next_try = 0.0
        self.is_degraded = False

    async def take(self, caller: bytes, policy: Policy, now_us: int) -> Taken:
        """Count one request of a caller."""
        if self.is_degraded and self._monotonic() < self._next_try:
            return await self._local.take(caller, policy, now_us)
        self._next_try = self._monotonic() + PAUSE_S
        try:
            async with asyncio.timeout(PATIENCE_S):
                taken = await self._shared.take(caller, policy, now_us)
        except self._failures as error:
            if not self.is_degraded:
                logger.warning("limits are counted by each process alone: the shared store fails (%r)", error)
            self.is_degraded = True
            return await self._local.take(caller, policy, now_us)
        if self.is_degraded:
            logger.warning("limits are shared again")
            self.is_degraded = False
        return taken
