"""Transactions and reads: the only way to the tables. Each one says on whose behalf it runs."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Final, NoReturn, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import PoolProxiedConnection

from astrarium.service.database import failures, positions
from astrarium.service.database.errors import (
    DatabaseContention,
    DatabaseError,
    DatabaseUnreachable,
    TransactionAborted,
)
from astrarium.service.database.limits import PoolLimits
from astrarium.service.database.pools import ConnectionPool, driver
from astrarium.service.database.reads import NOTHING, Read, for_account
from astrarium.service.database.replicas import OF_THE_PRIMARY, Replica, Replicas, position_of
from astrarium.service.database.row_security import ACCOUNT, KEEPER, SERVICE
from astrarium.service.database.state import DatabaseState

T = TypeVar("T")

ROLLBACK_TIMEOUT_S: Final = 2.0
READ_ONLY: Final = "BEGIN READ ONLY"
TWICE: Final = (False, True)
"""Of each try, whether it is the last: a second one replaces a connection that had died."""
ONCE: Final = (True,)
"""On a replica: the primary is the second try."""


class Transaction(AsyncConnection):
    """An open transaction: statements go through it; it commits when its block ends and rolls back when that raises.

    A part that may fail on its own belongs in `transaction.begin_nested()`.
    """

    async def commit(self) -> NoReturn:
        """Refused: the block's end commits."""
        raise InvalidRequestError("a transaction is committed by the end of its block")

    async def rollback(self) -> NoReturn:
        """Refused: an exception out of the block rolls back."""
        raise InvalidRequestError("a transaction is rolled back by an exception out of its block")


class Database:
    """The service's way to PostgreSQL: one per process, open until `close`.

    Every way to it raises `DatabaseBusy`, `DatabaseUnreachable`, `DatabaseTimeout` or `DatabaseContention` (all 503)
    where the database could not do its part. A connection that died is replaced before anything was asked of it; once
    a transaction has begun, its loss is told to the caller, since its statements may depend on each other.
    """

    def __init__(self, url: URL, limits: PoolLimits | None = None, replicas: Sequence[URL] = ()) -> None:
        limits = limits or PoolLimits()
        self.address = url
        self.primary = ConnectionPool("primary", url, SERVICE, limits.connections, limits)
        self.keepers = ConnectionPool("keeper", url, KEEPER, limits.keeper_connections, limits)
        self.replicas = Replicas(self.primary, replicas, limits)
        self._state = DatabaseState(pools=[], replicas=[], slow_statements=0, retried=0)

    def of(self, account_id: UUID) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that sees and writes the rows of one account, and no others whatever its statements say."""
        return self._writing(self.primary, f"BEGIN; {_as(account_id)}")

    def keeper(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction of the service itself, which sees every account's rows.

        For what has no account yet (sign-in, a share link's reader) or concerns all of them (retention,
        administration). Never for what a customer's request could do as that customer.
        """
        return self._writing(self.keepers, "BEGIN")

    @asynccontextmanager
    async def reading(self, account_id: UUID, after: int | None = None) -> AsyncIterator[Transaction]:
        """A transaction that sees the rows of one account and writes nothing: for reads of several statements.

        It runs on a replica that has come as far as `after`, by default as the request's own writes
        (`positions.wanted`), else on the primary.
        """
        replica = await self._replica(after)
        opening = f"{READ_ONLY}; {_as(account_id)}"
        pool, lent = self.primary, None
        if replica is not None:
            try:
                pool, lent = replica.pool, await _begun(replica.pool, opening, ONCE)
            except DatabaseError as error:
                replica.leave(error)
                pool = self.primary
        async with _transaction(pool, opening, lent) as transaction:
            yield transaction

    async def run(self, account_id: UUID, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` in a transaction of one account, and once more if it met a deadlock or could not be serialized.

        `work` may run twice, so that it must do nothing outside the database. A block of `of` cannot be run twice: it
        raises `DatabaseContention` at once.
        """
        try:
            async with self.of(account_id) as transaction:
                return await work(transaction)
        except DatabaseContention as error:
            if failures.state_of(error.__cause__) not in failures.REPEATABLE:
                raise
        self._state.retried += 1
        async with self.of(account_id) as transaction:
            return await work(transaction)

    def when_kept(self, call: Callable[[], None]) -> None:
        """Call what has to wait until the transactions so far are committed: at once here, where they are."""
        call()

    async def read_one(
        self,
        account_id: UUID,
        read: Read[T],
        parameters: Mapping[str, Any] = NOTHING,
        after: int | None = None,
    ) -> T | None:
        """The first row that `account_id` may see, or None; one round trip, to where `reading` would go."""
        rows = await self.read_all(account_id, read, parameters, after)
        return rows[0] if rows else None

    async def read_all(
        self,
        account_id: UUID,
        read: Read[T],
        parameters: Mapping[str, Any] = NOTHING,
        after: int | None = None,
    ) -> list[T]:
        """All rows that `account_id` may see; one round trip, to where `reading` would go."""
        values = for_account(read.values(parameters), account_id)
        replica = await self._replica(after)
        if replica is not None:
            with suppress(DatabaseError):  # whatever befell the replica, the primary can answer
                records = await _fetch(replica.pool, read.for_account, values, ONCE)
                return [read.row(record) for record in records]
        return [read.row(record) for record in await _fetch(self.primary, read.for_account, values)]

    async def keeper_read_one(self, read: Read[T], parameters: Mapping[str, Any] = NOTHING) -> T | None:
        """The first row of any account, or None; for the same purposes as `keeper`."""
        rows = await self.keeper_read_all(read, parameters)
        return rows[0] if rows else None

    async def keeper_read_all(self, read: Read[T], parameters: Mapping[str, Any] = NOTHING) -> list[T]:
        """All rows of any account; for the same purposes as `keeper`."""
        return [
            read.row(record) for record in await _fetch(self.keepers, read.plain, read.values(parameters))
        ]

    def state(self) -> DatabaseState:
        """The numbers of the pools as they are now, for metrics and health."""
        pools = [self.primary, self.keepers, *(replica.pool for replica in self.replicas.all)]
        self._state.pools = [pool.told() for pool in pools]
        self._state.slow_statements = sum(len(pool.statements.slow) for pool in pools)
        self._state.replicas = [replica.state() for replica in self.replicas.all]
        return self._state

    async def open(self) -> None:
        """Begin to probe the replicas, where there are any; until then every read goes to the primary."""
        self.replicas.open()

    async def close(self) -> None:
        """End the probes and close every connection."""
        await self.replicas.close()
        await self.primary.close()
        await self.keepers.close()

    async def _replica(self, after: int | None) -> Replica | None:
        if not self.replicas.all:
            return None
        replica = await self.replicas.reader(positions.wanted() if after is None else after)
        if replica is not None:
            replica.reads += 1
        return replica

    @asynccontextmanager
    async def _writing(self, pool: ConnectionPool, opening: str) -> AsyncIterator[Transaction]:
        """A transaction whose position is noted for the request's later reads, where there are replicas to read."""
        async with _transaction(pool, opening) as transaction:
            yield transaction
        if self.replicas.all:
            try:
                positions.note(await position_of(pool, OF_THE_PRIMARY, pool.timeout_s))
            except DatabaseError:
                positions.note(positions.UNKNOWN)


def _as(account_id: UUID) -> str:
    return f"SET LOCAL {ACCOUNT} = '{account_id.hex}'"  # 32 hexadecimal digits, which need no escaping


@asynccontextmanager
async def _transaction(
    pool: ConnectionPool, opening: str, begun: PoolProxiedConnection | None = None
) -> AsyncIterator[Transaction]:
    """A transaction on `pool`, or on the connection where it is `begun` already."""
    lent = begun or await _begun(pool, opening)
    raw = driver(lent)
    connection = Connection(pool.engine.sync_engine, lent)
    is_whole = False
    try:
        yield Transaction(pool.engine, connection)
        is_whole = True
        await _commit(raw)
    except BaseException as error:
        pool.state.rolled_back += 1
        is_broken = not isinstance(error, Exception) and is_whole
        if not is_broken and raw.is_in_transaction() and not raw.is_closed():
            is_broken = not await _rolled_back(raw)
        pool.give(lent, connection.close, is_broken=is_broken)
        if failures.state_of(error) == failures.READ_ONLY and not opening.startswith(READ_ONLY):
            pool.shelf.distrust()  # another server is the primary now: find it by the address again
            raise DatabaseUnreachable from error
        raise
    pool.state.committed += 1
    pool.give(lent, connection.close)


async def _begun(pool: ConnectionPool, opening: str, tries: Sequence[bool] = TWICE) -> PoolProxiedConnection:
    """A connection with its transaction begun. One that turns out to be dead is replaced: nothing ran on it yet."""
    for is_last in tries:
        lent = await pool.take()
        try:
            await driver(lent).execute(opening)
        except BaseException as error:
            told = failures.while_running(error, lost=driver(lent).is_closed())
            pool.give(lent, lent.close, is_broken=True)
            if told is None:
                raise
            pool.shelf.distrust()
            if is_last or not isinstance(told, DatabaseUnreachable):
                raise told from error
        else:
            return lent
    raise AssertionError


async def _commit(raw: "asyncpg.Connection[asyncpg.Record]") -> None:
    try:
        done = await raw.execute("COMMIT")
    except Exception as error:
        told = failures.while_running(error, lost=raw.is_closed())
        if told is None:
            raise
        raise told from error
    if done != "COMMIT":
        raise TransactionAborted


async def _rolled_back(raw: "asyncpg.Connection[asyncpg.Record]") -> bool:
    try:
        await raw.execute("ROLLBACK", timeout=ROLLBACK_TIMEOUT_S)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
        return False
    return True


async def _fetch(
    pool: ConnectionPool, sql: str, values: list[Any], tries: Sequence[bool] = TWICE
) -> list["asyncpg.Record"]:
    """The rows of a single statement outside any block; on a connection that died it is asked once more."""
    for is_last in tries:
        lent = await pool.take()
        raw = driver(lent)
        started = time.perf_counter()
        try:
            records: list[asyncpg.Record] = await raw.fetch(sql, *values)
        except BaseException as error:
            told = failures.while_running(error, lost=raw.is_closed())
            pool.give(lent, lent.close, is_broken=not isinstance(error, asyncpg.PostgresError))
            pool.state.failed_statements += 1
            if told is None:
                raise
            if is_last or not isinstance(told, DatabaseUnreachable):
                raise told from error
            pool.shelf.distrust()
        else:
            pool.statements.note(sql, time.perf_counter() - started, len(records))
            pool.give(lent, lent.close)
            return records
    raise AssertionError
