"""The second level with a net: while it cannot be reached, the first one has to do."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from astrarium.service.cache.levels import Found, Store

logger = logging.getLogger("astrarium.service")

PATIENCE_S: Final = 0.25
"""How long one request waits for the second level."""
PAUSE_S: Final = 1.0
"""How long a store that failed is left alone before one request tries it again."""

T = TypeVar("T")


class StoreWithFallback:
    """`store` while it answers, else nothing; `is_degraded` tells which."""

    def __init__(
        self,
        store: Store,
        failures: tuple[type[Exception], ...],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._failures: tuple[type[Exception], ...] = (TimeoutError, OSError, *failures)
        self._monotonic = monotonic
        self._next_try = 0.0
        self._owed_keys: set[str] = set()
        self._owed_tags: set[str] = set()
        self.is_degraded = False

    async def find(self, key: str, tags: tuple[str, ...]) -> Found:
        """The value of a key; nothing where the store does not answer."""
        if self.is_degraded and self._monotonic() < self._next_try:
            return Found(None)
        return await self._tried(lambda: self._store.find(key, tags), Found(None))

    async def keep(
        self, key: str, value: bytes, lifetime_s: float, tags: tuple[str, ...], found: Found
    ) -> None:
        """Keep a value where the store answered when it was looked for."""
        if not self.is_degraded:
            await self._tried(lambda: self._store.keep(key, value, lifetime_s, tags, found), None)

    async def forget(self, keys: tuple[str, ...], tags: tuple[str, ...]) -> None:
        """Forget keys and tags; what the store did not hear of is made up for before it is asked anything again."""
        self._owed_keys.update(keys)
        self._owed_tags.update(tags)
        await self._tried(_nothing, None)

    async def _tried(self, ask: Callable[[], Awaitable[T]], otherwise: T) -> T:
        self._next_try = self._monotonic() + PAUSE_S
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._pay()
                answer = await ask()
        except self._failures as error:
            if not self.is_degraded:
                logger.warning("answers are kept by each process alone: the shared store fails (%r)", error)
            self.is_degraded = True
            return otherwise
        if self.is_degraded:
            logger.warning("answers are shared again")
            self.is_degraded = False
        return answer

    async def _pay(self) -> None:
        if self._owed_keys or self._owed_tags:
            keys, tags = tuple(self._owed_keys), tuple(self._owed_tags)
            await self._store.forget(keys, tags)
            self._owed_keys.difference_update(keys)
            self._owed_tags.difference_update(tags)


async def _nothing() -> None:
    """What is asked of the store besides what is owed to it."""
