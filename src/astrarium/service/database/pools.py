"""Pools of connections: bounded, every wait with an end, a broken connection replaced before or at its first use.

A connection of a pool speaks as one role for its whole life, so that the server can keep its plans, and is without
SQLAlchemy's own transactions (`AUTOCOMMIT`): `transactions.py` begins and ends them, in fewer round trips. Taking an
idle connection neither waits nor switches greenlets.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, Pool, PoolProxiedConnection

from astrarium.service.database import failures
from astrarium.service.database.errors import DatabaseBusy
from astrarium.service.database.limits import PoolLimits
from astrarium.service.database.state import PoolState
from astrarium.service.database.statements import Statements, prepared

if TYPE_CHECKING:
    import asyncpg

APPLICATION: Final = "astrarium"
CLIENT_MARGIN_S: Final = 1.0
"""How much longer than the server's own limit we wait for its answer before we give the connection up."""


class Shelf(Pool):
    """The idle connections of a pool, the last one used on top. It bounds nothing and never waits."""

    entries: list[ConnectionPoolEntry]
    trusted_since: float
    life_s: float

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  (SQLAlchemy's own, passed on)
        super().__init__(*arguments, **options)
        self.entries = []
        self.trusted_since = 0.0
        self.life_s = PoolLimits().connection_life_s

    def has_idle(self) -> bool:
        """Whether `connect` can give an open connection at once; those that have died or are too old are dropped."""
        oldest = max(self.trusted_since, time.monotonic() - self.life_s)
        while self.entries:
            entry = self.entries[-1]
            raw = entry.driver_connection
            if raw is not None and not raw.is_closed() and entry.info["opened"] > oldest:
                return True
            self.entries.pop().invalidate()
        return False

    def distrust(self) -> None:
        """Drop whatever is idle now before its next use: the server that it was opened to has gone."""
        self.trusted_since = time.monotonic()

    def _do_get(self) -> ConnectionPoolEntry:
        return self.entries.pop() if self.entries else self._create_connection()

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        if record.dbapi_connection is not None:
            self.entries.append(record)

    def _invalidate(
        self, connection: PoolProxiedConnection, exception: BaseException | None = None, _checkin: bool = True
    ) -> None:
        self.distrust()
        if _checkin and connection.is_valid:
            connection.invalidate(exception)

    def recreate(self) -> "Shelf":
        return self

    def dispose(self) -> None:
        while self.entries:
            self.entries.pop().close()

    def status(self) -> str:
        return f"{len(self.entries)} idle"


class ConnectionPool:
    """At most `limit` connections to one server as one role."""

    def __init__(self, name: str, url: URL, role: str, limit: int, limits: PoolLimits) -> None:
        self.state = PoolState(name=name, limit=limit)
        self.timeout_s = limits.connection_timeout_s
        self.engine: AsyncEngine = create_async_engine(
            url,
            poolclass=Shelf,
            pool_reset_on_return=None,
            isolation_level="AUTOCOMMIT",
            connect_args={
                "timeout": limits.connection_timeout_s,
                "command_timeout": limits.statement_timeout_s + CLIENT_MARGIN_S,
                "server_settings": _server_settings(role, limits),
            },
        )
        self.shelf = cast("Shelf", self.engine.sync_engine.pool)
        self.shelf.life_s = limits.connection_life_s
        self._places = asyncio.Semaphore(limit)
        self._closed = False
        self._lent: set[PoolProxiedConnection] = set()
        self.statements = Statements(self.state, limits.slow_statement_s, self.explain)
        self.statements.listen(self.engine)
        event.listen(self.shelf, "connect", self._note_opened)
        event.listen(self.engine.sync_engine, "handle_error", failures.name_failure)

    async def take(self) -> PoolProxiedConnection:
        """A connection; give it back by `give`.

        Raises `DatabaseBusy` where none becomes free in time, `DatabaseUnreachable` where none can be opened.
        """
        await self._wait_for_place()
        try:
            if self.shelf.has_idle():
                lent = self.shelf.connect()
            else:
                lent = await self.engine.raw_connection()
        except BaseException as error:
            self._places.release()
            told = failures.while_connecting(error)
            if told is None:
                raise
            self.state.unreachable += 1
            raise told from error
        self._lent.add(lent)
        self.state.in_use += 1
        return lent

    def cut(self) -> None:
        """Break every connection, in use or idle: whoever waits on one is told `DatabaseUnreachable`."""
        self.shelf.distrust()
        for lent in self._lent:
            if lent.is_valid:
                driver(lent).terminate()

    def give(
        self, lent: PoolProxiedConnection, close: Callable[[], None], *, is_broken: bool = False
    ) -> None:
        """Take a connection back by its `close`; one that is broken, or still in a transaction, is thrown away."""
        raw = driver(lent) if lent.is_valid else None
        is_broken = is_broken or raw is None or raw.is_closed() or raw.is_in_transaction()
        if is_broken or self._closed:
            self.state.lost += is_broken
            if lent.is_valid:
                lent.invalidate()
        self._lent.discard(lent)
        close()
        self.state.in_use -= 1
        self._places.release()

    async def close(self) -> None:
        """Close the idle connections now, and each other one as it is given back."""
        self._closed = True
        await self.statements.close()
        await self.engine.dispose()

    async def explain(self, statement: str) -> str:
        """The plan of a statement's text for any values; nothing is run.

        Raises `DatabaseError`, or the driver's own errors where the text cannot be planned.
        """
        prepare, explain, forget = prepared(statement)
        lent = await self.take()
        is_broken = True
        try:
            raw = driver(lent)
            await raw.execute(f"SET plan_cache_mode = force_generic_plan; {prepare}")
            plan = "\n".join(row[0] for row in await raw.fetch(explain))
            await raw.execute(f"{forget}; RESET plan_cache_mode")
            is_broken = False
        finally:
            self.give(lent, lent.close, is_broken=is_broken)
        return plan

    def told(self) -> PoolState:
        """The numbers as they are now."""
        self.state.idle = len(self.shelf.entries)
        return self.state

    async def _wait_for_place(self) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        started = time.monotonic()
        self.state.waiting += 1
        try:
            async with asyncio.timeout(self.timeout_s):
                await self._places.acquire()
        except TimeoutError as error:
            self.state.refused += 1
            raise DatabaseBusy(self.timeout_s) from error
        finally:
            self.state.waiting -= 1
            self.state.waits.add(time.monotonic() - started)

    def _note_opened(self, _connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        entry.info["opened"] = time.monotonic()
        self.state.opened += 1


def driver(lent: PoolProxiedConnection) -> "asyncpg.Connection[asyncpg.Record]":
    """The driver's own connection under one of a pool."""
    return cast("asyncpg.Connection[asyncpg.Record]", lent.driver_connection)


def _server_settings(role: str, limits: PoolLimits) -> dict[str, str]:
    return {
        "application_name": APPLICATION,
        "role": role,
        "timezone": "UTC",
        "statement_timeout": _milliseconds(limits.statement_timeout_s),
        "lock_timeout": _milliseconds(limits.lock_timeout_s),
        "idle_in_transaction_session_timeout": _milliseconds(limits.idle_in_transaction_timeout_s),
    }


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))
