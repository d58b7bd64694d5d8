"""Locks that one process of all holds: PostgreSQL's advisory locks, each on a connection of its own.

The lock lives exactly as long as that connection, so that nothing is left locked by whoever died. It says who may go
on, not who still does: where a late write of a former holder would do harm, take a lease (`leases.py`), whose token
the write itself can be held against.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import blake2b
from typing import TYPE_CHECKING, ClassVar, Final

from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from astrarium.errors import AstrariumError
from astrarium.service import background
from astrarium.service.database import failures
from astrarium.service.database.pools import APPLICATION, driver
from astrarium.service.database.transactions import Database

if TYPE_CHECKING:
    import asyncpg

HEARTBEAT_S: Final = 2.0
"""How often a holder asks whether its connection still stands; a server that hangs is given as long to answer."""
_SERVER_SETTINGS: Final = {
    "application_name": f"{APPLICATION} lock",
    # a holder whose machine vanished is found out by the server within half a minute
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "idle_session_timeout": "0",
    "statement_timeout": "0",
}


class LockTaken(AstrariumError):
    """Somebody else holds the lock."""

    code: ClassVar[str] = "lock_taken"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Another process holds the lock {name!r}.", hint="Wait for it, or leave it the work."
        )


class LockLost(AstrariumError):
    """The connection that held the lock has gone, and somebody else may hold it by now."""

    code: ClassVar[str] = "lock_lost"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The lock {name!r} was lost with its connection.",
            hint="Take it again before going on with its work.",
        )


def key_of(name: str) -> int:
    """The number that stands for `name` among PostgreSQL's advisory locks."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)


@asynccontextmanager
async def hold(database: Database, name: str, *, timeout_s: float = 0.0) -> AsyncIterator[asyncio.Event]:
    """Hold the lock `name` for the block; wait for it at most `timeout_s`.

    Gives an event that is set when the lock is lost. The block is then cancelled too, wherever it waits, and
    `LockLost` comes out of it, so that no work goes on unguarded because it forgot to look.

    Raises `LockTaken`, `LockLost`, `DatabaseUnreachable`, `DatabaseBusy`.
    """
    engine = create_async_engine(
        database.primary.engine.url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": database.primary.timeout_s, "server_settings": _SERVER_SETTINGS},
    )
    try:
        lent = await engine.raw_connection()
    except Exception as error:
        told = failures.while_connecting(error)
        if told is None:
            raise
        raise told from error
    raw = driver(lent)
    try:
        if not await _taken(raw, name, timeout_s):
            raise LockTaken(name)
        async with _watched(raw, name) as lost:
            yield lost
    finally:
        if not raw.is_closed():
            raw.terminate()  # the lock goes with the connection, also where nothing answers any more
        lent.invalidate()
        lent.close()


async def _taken(raw: "asyncpg.Connection[asyncpg.Record]", name: str, timeout_s: float) -> bool:
    if timeout_s <= 0:
        return bool(await raw.fetchval("SELECT pg_try_advisory_lock($1)", key_of(name)))
    try:
        await raw.execute("SELECT pg_advisory_lock($1)", key_of(name), timeout=timeout_s)
    except TimeoutError:
        return False
    return True


@asynccontextmanager
async def _watched(raw: "asyncpg.Connection[asyncpg.Record]", name: str) -> AsyncIterator[asyncio.Event]:
    lost = asyncio.Event()
    holder = asyncio.current_task()
    if holder is None:
        raise RuntimeError("a lock is held by a task")
    is_within = True

    def tell(_connection: object) -> None:
        if is_within and not lost.is_set():
            lost.set()
            holder.cancel()

    raw.add_termination_listener(tell)
    beating = asyncio.create_task(_beat(raw))
    try:
        yield lost
    except asyncio.CancelledError as error:
        if not lost.is_set() or holder.uncancel() > 0:
            raise  # somebody else wants the holder to stop
        raise LockLost(name) from error
    finally:
        is_within = False
        if not raw.is_closed():
            raw.remove_termination_listener(tell)
        await background.end(beating)


async def _beat(raw: "asyncpg.Connection[asyncpg.Record]") -> None:
    while not raw.is_closed():
        await asyncio.sleep(HEARTBEAT_S)
        try:
            await raw.fetchval("SELECT 1", timeout=HEARTBEAT_S)
        except (OSError, TimeoutError, *failures.OF_THE_DRIVER):
            raw.terminate()
