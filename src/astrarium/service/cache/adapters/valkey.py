"""The second level in Valkey, and word of changes by its publish and subscribe.

Each tag has a mark of its own; an entry bears the marks that its tags had when it was looked for in vain. Forgetting a
tag gives it another mark, whatever the number of its entries, and what bears the old one is found no more.
"""

import asyncio
import contextlib
import logging
from typing import Any, Final

import msgspec
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

from astrarium.service import background
from astrarium.service.cache.levels import Found, Hearing, Word
from astrarium.service.database.identifiers import new_id

PREFIX: Final = "astrarium:cache:"
CHANNEL: Final = b"astrarium:cache-words"
CHECK_EVERY_S: Final = 5.0
LONGEST_WAIT_S: Final = 5.0
FORGOTTEN_MS: Final = 120_000
"""How long a forgotten key refuses what was being computed for it; no request takes longer."""
MARK_MS: Final = 7 * 86_400_000
"""How long a mark lasts that nobody asks for; without it its entries are found no more."""

FIND: Final = """
local marks = {}
for number = 2, #KEYS do marks[number - 1] = redis.call('GET', KEYS[number]) or '' end
local kept = redis.call('HMGET', KEYS[1], 'v', 'm')
if kept[1] and kept[1] ~= '' and kept[2] == table.concat(marks, ' ') then return {kept[1], marks} end
return {false, marks}
"""
KEEP: Final = """
local marks = {}
if redis.call('HGET', KEYS[1], 'v') == '' then return 0 end
for number = 2, #KEYS do
  local mark = redis.call('GET', KEYS[number]) or ''
  if mark ~= ARGV[number + 3] then return 0 end
  marks[number - 1] = mark
end
for number = 2, #KEYS do
  if marks[number - 1] == '' then marks[number - 1] = ARGV[3] end
  redis.call('SET', KEYS[number], marks[number - 1], 'PX', ARGV[4])
end
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'm', table.concat(marks, ' '))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""

logger = logging.getLogger("astrarium.service")


class ValkeyStore:
    """Values in Valkey; raises its `ValkeyError`s where it does not answer."""

    def __init__(self, client: Valkey) -> None:
        self._client = client
        self._find = client.register_script(FIND)
        self._keep = client.register_script(KEEP)

    async def find(self, key: str, tags: tuple[str, ...]) -> Found:
        """The value of a key, unless one of its tags was forgotten since it was kept."""
        value, marks = await self._find(keys=_names(key, tags), args=[])
        return Found(value, tuple(marks))

    async def keep(
        self, key: str, value: bytes, lifetime_s: float, tags: tuple[str, ...], found: Found
    ) -> None:
        """Keep a value that was computed after `found`, unless the key or a tag was forgotten meanwhile."""
        marks = found.state or (b"",) * len(tags)
        arguments: list[bytes | str | int] = [value, int(lifetime_s * 1000), new_id().hex, MARK_MS, *marks]
        await self._keep(keys=_names(key, tags), args=arguments)

    async def forget(self, keys: tuple[str, ...], tags: tuple[str, ...]) -> None:
        """Forget keys, and all that has one of the tags."""
        async with self._client.pipeline() as pipeline:
            for key in keys:
                name = _name_of_key(key)
                pipeline.delete(name)
                pipeline.hset(name, "v", "")
                pipeline.pexpire(name, FORGOTTEN_MS)
            for tag in tags:
                pipeline.set(_name_of_tag(tag), new_id().hex, px=MARK_MS)
            await pipeline.execute()


class ValkeyMessenger:
    """Words by publish and subscribe, on a connection of its own."""

    def __init__(self, client: Valkey) -> None:
        self._client = client
        self._listening: asyncio.Task[None] | None = None

    async def tell(self, word: Word) -> None:
        """Tell every process that listens; who cannot be reached has ended its hearing, and remembers nothing."""
        try:
            await self._client.publish(CHANNEL, msgspec.json.encode(word))
        except (ValkeyError, OSError) as error:
            logger.warning("other processes were not told to forget (%r)", error)

    def start(self, hearing: Hearing) -> None:
        """Listen from now on; a lost connection is opened again."""
        self._listening = asyncio.create_task(self._listen_for_good(hearing))

    async def stop(self) -> None:
        """Hear no more."""
        await background.end(self._listening)

    async def _listen_for_good(self, hearing: Hearing) -> None:
        wait_s = 0.1
        while True:
            subscription: Any = self._client.pubsub()
            try:
                await subscription.subscribe(CHANNEL)
                while True:
                    message = await subscription.get_message(timeout=CHECK_EVERY_S)
                    if message is None:  # nothing was said: a dead network says nothing either
                        await subscription.ping()
                    elif message["type"] == "subscribe":
                        hearing.begin()
                        wait_s = 0.1
                    elif message["type"] == "message":
                        hearing.arrived(message["data"])
            except (ValkeyError, OSError, TimeoutError):
                pass
            finally:
                hearing.end()
                with contextlib.suppress(ValkeyError, OSError):
                    await subscription.aclose()
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)


def _names(key: str, tags: tuple[str, ...]) -> list[str]:
    return [_name_of_key(key), *map(_name_of_tag, tags)]


def _name_of_key(key: str) -> str:
    return f"{PREFIX}key:{key}"


def _name_of_tag(tag: str) -> str:
    return f"{PREFIX}tag:{tag}"
