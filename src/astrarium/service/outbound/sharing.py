"""Breakers of all processes as one: what opens or closes in one of them does so in the others, through the database.

A process decides by itself and at once; what it decided is written a moment later, and the others hear of it (NOTIFY)
and do as the table says. While the database cannot be reached, each goes by what it has met itself.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import asdict
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from astrarium.service import background
from astrarium.service.database.errors import DatabaseError
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.listener import Ear, Listener
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.errors import NotFound
from astrarium.service.outbound.breakers import MOST, Breakers, Opening
from astrarium.service.outbound.models import breakers as table
from astrarium.service.outbound.policies import BreakerRule

CHANNEL: Final = "astrarium_breakers"
PAUSE_S: Final = 0.25
"""Between two looks at the table, however much happens."""
AGAIN_S: Final = 2.0
FORGOTTEN: Final = timedelta(days=1)
"""How long a breaker stays in the table that nobody has probed since it might be."""
_OPENING: Final = [table.c[name] for name in ("name", *Opening.__struct_fields__)]

logger = logging.getLogger("astrarium.outbound")


class SharedBreakers:
    """One process's breakers, told to the others and told by them. `rule_of` gives the rule of a breaker's name."""

    def __init__(
        self,
        breakers: Breakers,
        rule_of: Callable[[str], BreakerRule | None],
        database: Database,
        listener: Listener,
        now: Callable[[], datetime],
    ) -> None:
        self.breakers = breakers
        self._rule_of = rule_of
        self._database = database
        self._listener = listener
        self._now = now
        self._process = new_id().hex
        self._untold: dict[str, tuple[Opening | None, Opening | None]] = {}
        self._stale = asyncio.Event()
        self._turn = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.get_ident()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While the process runs; before the listener starts."""
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self.breakers.changed = self._note
        self._listener.add(Ear(CHANNEL, self._stale.set, self._hear, lambda: None))
        going = asyncio.create_task(self._go_round())
        try:
            yield
        finally:
            self.breakers.changed = lambda *_: None
            await background.end(going)

    async def reset(self, name: str) -> None:
        """Close a breaker in every process, and in those that start later.

        Raises `NotFound` where none of that name is open, here or elsewhere, and it is no purpose's own.
        """
        async with self._turn:
            async with self._database.keeper() as transaction:
                gone = delete(table).where(table.c.name == name).returning(table.c.name)
                is_known = (await transaction.execute(gone)).first() is not None
                await self._tell(transaction)
            self._untold.pop(name, None)
            if (breaker := self.breakers.find(name)) is not None:
                is_known = True
                breaker.adopt(None)
                self.breakers.tidy(breaker)
        if not is_known and (":" in name or self._rule_of(name) is None):
            raise NotFound("breaker")

    async def exchange(self) -> None:
        """Write what this process has decided since the last time, and do as the table says."""
        async with self._turn:
            untold, self._untold = self._untold, {}
            mine = {opening.id: name for name, opening in self.breakers.opened().items()}
            try:
                async with self._database.keeper() as transaction:
                    await self._write(transaction, untold)
                    latest = select(*_OPENING).order_by(table.c.probe_at.desc()).limit(MOST)
                    rows = (await transaction.execute(latest)).mappings().all()
                    standing = select(table.c.id).where(table.c.id.in_(list(mine)))
                    kept = set(await transaction.scalars(standing)) if mine else set()
            except BaseException:
                later, self._untold = self._untold, untold
                for name, change in later.items():
                    self._note(name, *change)
                raise
        for opening_id in mine.keys() - kept:
            self._adopt(mine[opening_id], opening_id, None)
        for row in rows:
            opening = Opening(**{name: row[name] for name in Opening.__struct_fields__})
            self._adopt(row["name"], None, opening)

    async def _go_round(self) -> None:
        while True:
            await self._stale.wait()
            self._stale.clear()
            try:
                await self.exchange()
            except (DatabaseError, SQLAlchemyError, OSError) as error:
                logger.warning("breakers are not shared now: the database does not answer (%r)", error)
                self._stale.set()
                await asyncio.sleep(AGAIN_S)
            await asyncio.sleep(PAUSE_S)

    async def _write(
        self, transaction: Transaction, untold: dict[str, tuple[Opening | None, Opening | None]]
    ) -> None:
        if not untold:
            return
        for name, (before, after) in untold.items():
            if after is not None:
                values = asdict(after)
                written = insert(table).values(name=name, **values)
                await transaction.execute(
                    written.on_conflict_do_update(index_elements=[table.c.name], set_=values)
                )
            elif before is not None:  # by its id: what another process opened since stays open
                await transaction.execute(delete(table).where(table.c.name == name, table.c.id == before.id))
        await transaction.execute(delete(table).where(table.c.probe_at < self._now() - FORGOTTEN))
        await self._tell(transaction)

    async def _tell(self, transaction: Transaction) -> None:
        await transaction.execute(select(func.pg_notify(CHANNEL, self._process)))

    def _adopt(self, name: str, expected: object, opening: Opening | None) -> None:
        """Do as the table says, unless this process has decided something since it was read."""
        rule = self._rule_of(name)
        if name in self._untold or rule is None:
            return
        breaker = self.breakers.of(name, rule)
        held = None if breaker.opening is None else breaker.opening.id
        if opening is None and held != expected:
            return
        if opening is None or opening.id != held:
            breaker.adopt(opening)
        self.breakers.tidy(breaker)

    def _note(self, name: str, before: Opening | None, after: Opening | None) -> None:
        """A breaker changed, perhaps by a call on another thread."""
        if self._loop is None or self._thread == threading.get_ident():
            self._keep_to_tell(name, before, after)
        else:
            self._loop.call_soon_threadsafe(self._keep_to_tell, name, before, after)

    def _keep_to_tell(self, name: str, before: Opening | None, after: Opening | None) -> None:
        first = self._untold[name][0] if name in self._untold else before
        self._untold[name] = (first, after)
        self._stale.set()

    def _hear(self, process: str) -> None:
        if process != self._process:
            self._stale.set()
