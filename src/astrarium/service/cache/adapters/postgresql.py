"""Word of changes by the database's NOTIFY, where there is no Valkey."""

import logging
from typing import Final

import msgspec
from sqlalchemy import func, select

from astrarium.service.cache.levels import Hearing, Word
from astrarium.service.database.errors import DatabaseError
from astrarium.service.database.listener import Ear, Listener
from astrarium.service.database.transactions import Database

CHANNEL: Final = "astrarium_cache"
MOST_BYTES: Final = 7900
"""PostgreSQL carries no notice of 8,000 bytes or more."""

logger = logging.getLogger("astrarium.service")


class PostgresMessenger:
    """Words by NOTIFY; they are heard on the connection that `listener` keeps for all who listen."""

    def __init__(self, database: Database, listener: Listener) -> None:
        self._database = database
        self._listener = listener

    async def tell(self, word: Word) -> None:
        """Tell every process that listens; where the database cannot be reached, nobody remembers what may change."""
        try:
            async with self._database.keeper() as transaction:
                for payload in _payloads(word):
                    await transaction.execute(select(func.pg_notify(CHANNEL, payload)))
        except DatabaseError as error:
            logger.warning("other processes were not told to forget (%r)", error)

    def start(self, hearing: Hearing) -> None:
        """Listen from now on."""
        self._listener.add(Ear(CHANNEL, hearing.begin, hearing.arrived, hearing.end))

    async def stop(self) -> None:
        """The listener stops with the service."""


def _payloads(word: Word) -> list[str]:
    """The word in as many parts as it takes."""
    payload = msgspec.json.encode(word)
    if len(payload) < MOST_BYTES or len(word.keys) + len(word.tags) < 2:
        return [payload.decode()]
    keys, tags = len(word.keys) // 2, len(word.tags) // 2
    first = Word(word.keys[:keys], word.tags[:tags])
    rest = Word(word.keys[keys:], word.tags[tags:])
    return [*_payloads(first), *_payloads(rest)]
