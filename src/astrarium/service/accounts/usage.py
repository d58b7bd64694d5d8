"""When sessions and keys were last used: noted in memory, written together now and then, not once per request."""

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from astrarium.service import background
from astrarium.service.database.errors import DatabaseError
from astrarium.service.database.transactions import Database

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

WRITE_EVERY_S: Final = 30.0
"""Much less than the shortest time that a session may be idle."""

_WRITES: Final = {
    "sessions": text(
        "WITH used AS (SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:at AS timestamptz[])) AS used (id, at)),"
        " free AS (SELECT id FROM sessions WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)"
        " UPDATE sessions SET seen_at = used.at FROM used JOIN free USING (id)"
        " WHERE sessions.id = used.id AND sessions.seen_at < used.at"
    ),
    "api_keys": text(
        "WITH used AS (SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:at AS timestamptz[])) AS used (id, at)),"
        " free AS (SELECT id FROM api_keys WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)"
        " UPDATE api_keys SET used_at = used.at FROM used JOIN free USING (id)"
        " WHERE api_keys.id = used.id AND (used_at IS NULL OR used_at < used.at)"
    ),
}
"""A row that another process is writing is passed over: it is being marked as used just now."""

logger = logging.getLogger("astrarium.service")


class Usage:
    """What was used when, by id, since the last time that it was written."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sessions: dict[UUID, datetime] = {}
        self.keys: dict[UUID, datetime] = {}
        self._rounds: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Write from now on, every `WRITE_EVERY_S`."""
        self._rounds = asyncio.create_task(self._go_round())

    async def stop(self) -> None:
        """Write what is noted, and no more after that."""
        if self._rounds is not None:
            await background.end(self._rounds)
            await self._try_to_write()

    async def write(self) -> None:
        """Write what is noted."""
        noted = {"sessions": self.sessions, "api_keys": self.keys}
        self.sessions, self.keys = {}, {}
        for table, used in noted.items():
            if used:
                async with self.database.keeper() as transaction:
                    values = {"ids": list(used), "at": list(used.values())}
                    await transaction.execute(_WRITES[table], values)

    async def _go_round(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            await self._try_to_write()

    async def _try_to_write(self) -> None:
        try:
            await self.write()
        except (DatabaseError, SQLAlchemyError, OSError):
            logger.exception("when credentials were used could not be written")
