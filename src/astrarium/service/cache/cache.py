"""The cache: a value is computed once for all who ask for it, and kept in two levels.

What has no tags is a function of its key: it stays right for as long as it is kept. What has tags may change, and is
remembered by a process only while it hears of changes in others. Losing the cache loses nothing but time.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from astrarium.service import background
from astrarium.service.cache.levels import Found, Hearing, Messenger, Store, Word
from astrarium.service.cache.memory import Memory
from astrarium.service.cache.state import CacheState

MOST_BYTES: Final = 16 * 1024 * 1024
"""What one process remembers at most."""
LIFETIME_S: Final = 3600.0
MOST_WRITES: Final = 64
"""Values on their way to the second level at once; more are not sent."""

logger = logging.getLogger("astrarium.service")


class Cache:
    """One process's cache; `store` and `messenger` join it to those of others."""

    def __init__(
        self,
        memory: Memory | None = None,
        store: Store | None = None,
        messenger: Messenger | None = None,
    ) -> None:
        self.memory = Memory(MOST_BYTES, time.monotonic) if memory is None else memory
        self._store = store
        self._messenger = messenger
        self._under_way: dict[str, asyncio.Task[bytes]] = {}
        self._writes: set[asyncio.Task[None]] = set()
        self._changes = 0
        self._is_hearing = messenger is None
        self._hits = self._shared_hits = self._joined = self._misses = 0

    @property
    def is_degraded(self) -> bool:
        """Whether the second level is done without for now."""
        return bool(getattr(self._store, "is_degraded", False))

    def state(self) -> CacheState:
        """The counts so far."""
        return CacheState(
            hits=self._hits,
            shared_hits=self._shared_hits,
            joined=self._joined,
            misses=self._misses,
            entries=len(self.memory),
            held_bytes=self.memory.held_bytes,
            most_bytes=self.memory.most_bytes,
            dropped=self.memory.dropped,
            is_shared=self._store is not None and not self.is_degraded,
            is_degraded=self.is_degraded,
        )

    def here(self, key: str, make: Callable[[], bytes], *, lifetime_s: float = LIFETIME_S) -> bytes:
        """The value of a key that this process remembers, else `make()`: for what is quicker made than fetched.

        It must be a function of its key.
        """
        value = self.memory.recall(key)
        if value is not None:
            self._hits += 1
            return value
        self._misses += 1
        value = make()
        self.memory.keep(key, value, lifetime_s)
        return value

    async def get(
        self,
        key: str,
        make: Callable[[], Awaitable[bytes]],
        *,
        tags: tuple[str, ...] = (),
        lifetime_s: float = LIFETIME_S,
    ) -> bytes:
        """The value of a key from either level, else `await make()`, once for all who ask meanwhile.

        An error of `make` reaches all who wait for it, and nothing is kept. Who stops waiting stops nobody else.
        """
        value = self.memory.recall(key)
        if value is not None:
            self._hits += 1
            return value
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._learn(key, make, tags, lifetime_s))
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._land(key, done))
        else:
            self._joined += 1
        return await asyncio.shield(task)

    async def forget(self, *keys: str, tags: tuple[str, ...] = ()) -> None:
        """Forget keys, and all that has one of the tags, here and in every other process."""
        word = Word(keys, tags)
        self._hear(word)
        if self._store is not None:
            await self._store.forget(keys, tags)
        if self._messenger is not None:
            await self._messenger.tell(word)

    def start(self) -> None:
        """Hear of changes elsewhere from now on."""
        if self._messenger is not None:
            self._messenger.start(Hearing(self._begin_to_hear, self._hear, self._stop_hearing))

    async def stop(self) -> None:
        """End what is under way, and hear no more."""
        if self._messenger is not None:
            await self._messenger.stop()
        for task in (*self._under_way.values(), *self._writes):
            await background.end(task)

    async def _learn(
        self, key: str, make: Callable[[], Awaitable[bytes]], tags: tuple[str, ...], lifetime_s: float
    ) -> bytes:
        changes = self._changes
        found = Found(None) if self._store is None else await self._store.find(key, tags)
        if found.value is None:
            self._misses += 1
            value = await make()
            if self._store is not None and len(self._writes) < MOST_WRITES:
                write = asyncio.create_task(self._store.keep(key, value, lifetime_s, tags, found))
                self._writes.add(write)
                write.add_done_callback(self._writes.discard)
        else:
            self._shared_hits += 1
            value = found.value
        if changes == self._changes and (self._is_hearing or not tags):
            self.memory.keep(key, value, lifetime_s, tags)
        return value

    def _land(self, key: str, task: asyncio.Task[bytes]) -> None:
        if self._under_way.get(key) is task:
            del self._under_way[key]
        if not task.cancelled():
            task.exception()  # it is told to those who wait; where nobody does any more, it is nobody's

    def _hear(self, word: Word) -> None:
        self._changes += 1
        for key in word.keys:
            self.memory.forget(key)
            self._under_way.pop(key, None)  # who asks from now on gets a new one
        self.memory.forget_tagged(word.tags)
        if word.tags:
            self._under_way.clear()

    def _begin_to_hear(self) -> None:
        self._forget_what_may_change()
        self._is_hearing = True

    def _stop_hearing(self) -> None:
        self._is_hearing = False
        self._forget_what_may_change()

    def _forget_what_may_change(self) -> None:
        self._changes += 1
        self.memory.forget_all_tagged()
