"""The first level: what one process remembers, the least recently asked for leaving first."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

COST_OF_ENTRY_BYTES: Final = 400
"""What an entry holds besides its key and its value, about."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A value, until which second of the process's clock it may be given, and what it depends on."""

    value: bytes
    until: float
    tags: tuple[str, ...]


class Memory:
    """Values by key, of so many bytes at most."""

    def __init__(self, most_bytes: int, monotonic: Callable[[], float]) -> None:
        self.most_bytes = most_bytes
        self.held_bytes = 0
        self.dropped = 0
        self._monotonic = monotonic
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._tagged: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def recall(self, key: str) -> bytes | None:
        """The value of a key; `None` where there is none, or none any more."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.until <= self._monotonic():
            self.forget(key)
            return None
        self._entries.move_to_end(key)
        return entry.value

    def keep(self, key: str, value: bytes, lifetime_s: float, tags: tuple[str, ...] = ()) -> None:
        """Remember a value. One that would drive out more than a quarter of the others is left alone."""
        self.forget(key)
        size = _size(key, value)
        if size * 4 > self.most_bytes:
            return
        self._entries[key] = Entry(value, self._monotonic() + lifetime_s, tags)
        self.held_bytes += size
        for tag in tags:
            self._tagged.setdefault(tag, set()).add(key)
        while self.held_bytes > self.most_bytes:
            self.forget(next(iter(self._entries)))
            self.dropped += 1

    def forget(self, key: str) -> None:
        """Forget one key."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self.held_bytes -= _size(key, entry.value)
        for tag in entry.tags:
            keys = self._tagged[tag]
            keys.discard(key)
            if not keys:
                del self._tagged[tag]

    def forget_tagged(self, tags: Iterable[str]) -> None:
        """Forget all that depends on one of these."""
        for tag in tags:
            for key in tuple(self._tagged.get(tag, ())):
                self.forget(key)

    def forget_all_tagged(self) -> None:
        """Forget all that depends on anything."""
        self.forget_tagged(tuple(self._tagged))


def _size(key: str, value: bytes) -> int:
    return len(key) + len(value) + COST_OF_ENTRY_BYTES
