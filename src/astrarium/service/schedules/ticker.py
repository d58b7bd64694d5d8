"""What waits for the next tick in every worker, and hears where another one comes first."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from astrarium.service import background
from astrarium.service.database.errors import DatabaseError
from astrarium.service.database.listener import Ear, Listener
from astrarium.service.database.transactions import Database
from astrarium.service.schedules import ticking
from astrarium.service.schedules.declared import Declared
from astrarium.service.schedules.registering import register
from astrarium.service.schedules.ticking import Clock, database_clock

CHANNEL: Final = "astrarium_schedules"
LONGEST_WAIT_S: Final = 60.0
"""A clock may be set, or a word may be lost: then a tick is late by no more than this."""
AGAIN_S: Final = 2.0

logger = logging.getLogger("astrarium.service")


class Ticker:
    """Registers the schedules of this version, then gives each tick its job, until it is stopped."""

    def __init__(
        self,
        database: Database,
        known: Declared,
        *,
        clock: Clock = database_clock,
        longest_wait_s: float = LONGEST_WAIT_S,
    ) -> None:
        self._database = database
        self._known = known
        self._clock = clock
        self._longest_wait_s = longest_wait_s
        self._is_registered = False
        self._changed = asyncio.Event()
        self._ticking: asyncio.Task[None] | None = None

    def listen(self, listener: Listener) -> None:
        """Hear of changed schedules; before the listener starts."""
        listener.add(Ear(CHANNEL, self._changed.set, lambda _: self._changed.set(), lambda: None))

    def start(self) -> None:
        """Tick from now on."""
        self._ticking = asyncio.create_task(self._tick_for_good())

    async def stop(self) -> None:
        """Tick no more; a tick that was being settled is left to the next worker."""
        await background.end(self._ticking)

    async def _tick_for_good(self) -> None:
        while True:
            self._changed.clear()
            try:
                wait_s = await self._tick()
            except DatabaseError as error:
                logger.warning("schedules wait for the database: %s", error)
                wait_s = AGAIN_S
            except Exception:
                logger.exception("schedules could not tick")
                wait_s = self._longest_wait_s
            try:
                await asyncio.wait_for(self._changed.wait(), wait_s)
            except TimeoutError:
                continue

    async def _tick(self) -> float:
        """Settle what is due; return how long to wait for the next."""
        if not self._is_registered:
            async with self._database.keeper() as transaction:
                await register(transaction, self._known, now=await self._clock(transaction))
            self._is_registered = True
        await ticking.tick(self._database, self._known, self._clock)
        soonest_s = await ticking.wait_s(self._database, self._known, self._clock)
        return self._longest_wait_s if soonest_s is None else min(soonest_s, self._longest_wait_s)


@asynccontextmanager
async def running(database: Database, known: Declared, listener: Listener) -> AsyncIterator[None]:
    """While a worker runs: schedules tick. Run it before the listener starts."""
    ticker = Ticker(database, known)
    ticker.listen(listener)
    ticker.start()
    try:
        yield
    finally:
        await ticker.stop()
