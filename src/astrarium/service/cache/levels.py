"""What the cache needs of the world outside its process: a second level, and word of what changed elsewhere."""

from collections.abc import Callable
from typing import Protocol

import msgspec


class Found(msgspec.Struct, frozen=True):
    """What the second level holds of a key, and at which state of its tags: `keep` takes the value for that alone."""

    value: bytes | None
    state: tuple[bytes, ...] = ()


class Store(Protocol):
    """The second level, which processes share."""

    async def find(self, key: str, tags: tuple[str, ...]) -> Found:
        """The value of a key, unless one of its tags was forgotten since it was kept."""
        ...

    async def keep(
        self, key: str, value: bytes, lifetime_s: float, tags: tuple[str, ...], found: Found
    ) -> None:
        """Keep a value that was computed after `found`, unless the key or a tag was forgotten meanwhile."""
        ...

    async def forget(self, keys: tuple[str, ...], tags: tuple[str, ...]) -> None:
        """Forget keys, and all that has one of the tags."""
        ...


class Word(msgspec.Struct, frozen=True):
    """What processes tell each other to forget."""

    keys: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Hearing(msgspec.Struct, frozen=True):
    """What becomes of words: `begin` when they arrive from now on, `end` when some may be missed."""

    begin: Callable[[], None]
    hear: Callable[[Word], None]
    end: Callable[[], None]

    def arrived(self, written: bytes | str) -> None:
        """Pass on a word as it was sent; one that another version wrote and nobody understands may mean anything."""
        try:
            word = msgspec.json.decode(written, type=Word)
        except msgspec.DecodeError:
            self.end()
            self.begin()
        else:
            self.hear(word)


class Messenger(Protocol):
    """Carries words between processes."""

    async def tell(self, word: Word) -> None:
        """Tell every process that listens, this one too."""
        ...

    def start(self, hearing: Hearing) -> None:
        """Listen from now on; what is lost is opened again."""
        ...

    async def stop(self) -> None:
        """Hear no more."""
        ...
