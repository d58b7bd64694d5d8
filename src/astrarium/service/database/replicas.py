"""Replicas: reads go to them in turn, while they answer and are not too far behind.

A probe asks the primary and every replica for its position. A replica that does not answer, lags for longer than it
may, or is none any more leaves the rotation at once: its reads under way are cut and run on the primary. It is asked
again at growing intervals, and returns when it has caught up.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from typing import Final

from sqlalchemy.engine import URL

from astrarium.service import background
from astrarium.service.database import failures, positions
from astrarium.service.database.errors import DatabaseError, DatabaseUnreachable
from astrarium.service.database.limits import PoolLimits
from astrarium.service.database.pools import ConnectionPool, driver
from astrarium.service.database.row_security import SERVICE
from astrarium.service.database.state import ReplicaState

LONGEST_PAUSE_S: Final = 30.0
_FIRST_LOOK_S: Final = 0.002
OF_THE_PRIMARY: Final = "SELECT pg_current_wal_insert_lsn()::text"
_OF_A_REPLICA: Final = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text END"

logger = logging.getLogger("astrarium.database")


class NoReplica(DatabaseUnreachable):
    """The server at a replica's address is no replica, or has replayed nothing yet."""


class Replica:
    """One replica: its pool, and how far it is known to have come."""

    def __init__(self, name: str, url: URL, limits: PoolLimits) -> None:
        self.pool = ConnectionPool(name, url, SERVICE, limits.replica_connections, limits)
        self.name = name
        self.replayed = 0
        self.is_in_rotation = False
        self.lag_s: float | None = None
        self.reads = 0

    async def look(self, timeout_s: float) -> int:
        """How far it has come now.

        Raises `DatabaseError`, after `timeout_s` at the latest.
        """
        self.replayed = await position_of(self.pool, _OF_A_REPLICA, timeout_s)
        return self.replayed

    def leave(self, reason: object) -> None:
        """Take it out of the rotation, and cut what is under way on it."""
        self.lag_s = None
        self.replayed = 0  # another server may answer at its address the next time
        if self.is_in_rotation:
            self.is_in_rotation = False
            logger.warning("%s leaves the rotation: %s", self.name, reason)
        self.pool.cut()

    def state(self) -> ReplicaState:
        """Its numbers as they are now."""
        return ReplicaState(
            name=self.name, in_rotation=self.is_in_rotation, lag_s=self.lag_s, reads=self.reads
        )


class Replicas:
    """All replicas of one primary; `open` begins the probes, `close` ends them."""

    def __init__(self, primary: ConnectionPool, urls: Sequence[URL], limits: PoolLimits) -> None:
        self.all = [Replica(f"replica {number}", url, limits) for number, url in enumerate(urls, 1)]
        self._primary = primary
        self._limits = limits
        self._turns = count()
        self._seen: deque[tuple[float, int]] = deque(maxlen=1024)
        self._probes: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begin to probe; a replica joins the rotation once it has answered."""
        if not self._probes:
            self._probes = [asyncio.create_task(self._keep_probing(replica)) for replica in self.all]

    async def close(self) -> None:
        """End the probes and close the connections."""
        for probe in self._probes:
            await background.end(probe)
        for replica in self.all:
            await replica.pool.close()

    async def reader(self, after: int) -> Replica | None:
        """A replica that has come as far as `after`, or comes so far while we wait briefly; None: ask the primary."""
        standing = [replica for replica in self.all if replica.is_in_rotation]
        if not standing:
            return None
        first = next(self._turns) % len(standing)
        in_turn = standing[first:] + standing[:first]
        for replica in in_turn:
            if replica.replayed >= after:
                return replica
        return in_turn[0] if await self._comes_so_far(in_turn[0], after) else None

    async def _comes_so_far(self, replica: Replica, after: int) -> bool:
        ends = time.monotonic() + self._limits.replica_wait_s
        pause = _FIRST_LOOK_S
        while (left := ends - time.monotonic()) > 0:
            with suppress(DatabaseError):
                if await replica.look(left) >= after:
                    return True
            await asyncio.sleep(min(pause, max(ends - time.monotonic(), 0)))
            pause *= 2
        return False

    async def _keep_probing(self, replica: Replica) -> None:
        pause = self._limits.replica_probe_s
        while True:
            try:
                await self._probe(replica)
                pause = self._limits.replica_probe_s
            except DatabaseError as error:
                replica.leave(error.__cause__ or error)
                pause = min(pause * 2, max(LONGEST_PAUSE_S, self._limits.replica_probe_s))
            except Exception:
                replica.leave("its probe failed")
                logger.exception("the probe of %s failed", replica.name)
            await asyncio.sleep(pause)

    async def _probe(self, replica: Replica) -> None:
        """Compare the replica with the primary. A primary that does not answer says nothing about the replica."""
        with suppress(DatabaseError):
            written = await position_of(self._primary, OF_THE_PRIMARY, self._limits.replica_probe_s)
            self._seen.append((time.monotonic(), written))
        replayed = await replica.look(self._limits.replica_probe_s)
        replica.lag_s = self._lag_s(replayed)
        if replica.lag_s > self._limits.replica_lag_s:
            if replica.is_in_rotation:
                replica.is_in_rotation = False
                logger.warning("%s leaves the rotation: it is %.1f s behind", replica.name, replica.lag_s)
        elif not replica.is_in_rotation:
            replica.is_in_rotation = True
            logger.info("%s joins the rotation", replica.name)

    def _lag_s(self, replayed: int) -> float:
        """How long ago the primary stood where the replica stands: 0 where it has all that we have seen."""
        if not self._seen or replayed >= self._seen[-1][1]:
            return 0.0
        # since the first look at the primary that the replica has not reached
        missed = next(seen for seen, written in self._seen if written > replayed)
        return time.monotonic() - missed


async def position_of(pool: ConnectionPool, question: str, timeout_s: float) -> int:
    """What a server answers to a question for its position.

    Raises `DatabaseError`, after `timeout_s` at the latest.
    """
    try:
        async with asyncio.timeout(timeout_s):
            lent = await pool.take()
            is_broken = True
            try:
                found: str | None = await driver(lent).fetchval(question)
                is_broken = False
            finally:
                pool.give(lent, lent.close, is_broken=is_broken)
    except (OSError, TimeoutError, *failures.OF_THE_DRIVER) as error:
        raise DatabaseUnreachable from error
    position = None if found is None else positions.parse(found)
    if position is None:
        raise NoReplica
    return position
