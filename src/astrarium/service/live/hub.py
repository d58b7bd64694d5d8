"""All readers of one process: what the database tells goes to those whom it concerns.

Every process hears every message and looks at the account first; most messages are nobody's here. What a reader gets is
encoded once, by whoever told it, and shared by all.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from astrarium.service import background
from astrarium.service.accounts.service import Means
from astrarium.service.database.errors import DatabaseError
from astrarium.service.database.listener import Ear
from astrarium.service.database.transactions import Database
from astrarium.service.live import log, sky
from astrarium.service.live.errors import NoRoom, TooManyConnections
from astrarium.service.live.log import Missed
from astrarium.service.live.readers import GOING_AWAY, SIGNED_OUT, Line, News, Reader
from astrarium.service.live.telling import CHANNEL, read_told
from astrarium.service.permissions import Caller

MOST_OF_ONE_ACCOUNT: Final = 20
BEAT_EVERY_S: Final = 15.0
CHECK_EVERY_S: Final = 60.0
"""How often it is asked whether the readers' sessions and keys still work; word of changes is heard at once."""
MOST_AT_THE_LOG: Final = 4
"""Readers that ask the database at once: when all of them have to, requests still get their turn."""
SKY: Final = "sky"

logger = logging.getLogger("astrarium.service")


class HubState(msgspec.Struct, frozen=True):
    """How many connections and accounts are watching this process's news, and whether it hears the database."""

    connections: int
    accounts: int
    most_connections: int
    is_hearing: bool
    heard: int
    """Messages since the start."""
    refused: int
    """Connections that there was no room for."""


class Hub:
    """The readers of one process; `most` is how many it takes."""

    def __init__(self, means: Means, most: int) -> None:
        self._means = means
        self._most = most
        self._readers: dict[UUID, set[Reader]] = {}
        self._count = self._heard = self._refused = 0
        self._is_hearing = self._is_leaving = False
        self._at_the_log = asyncio.Semaphore(MOST_AT_THE_LOG)
        self._sky: tuple[datetime, News] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def database(self) -> Database:
        return self._means.database

    @property
    def now(self) -> Callable[[], datetime]:
        return self._means.now

    @property
    def ears(self) -> tuple[Ear, Ear]:
        """How the hub hears the database."""
        credentials = self._means.credentials.channel
        return (
            Ear(CHANNEL, self.begin_to_hear, self.hear, self.stop_hearing),
            Ear(credentials, _nothing, self.hear_of_credentials, _nothing),
        )

    def state(self) -> HubState:
        """The numbers so far."""
        return HubState(
            self._count, len(self._readers), self._most, self._is_hearing, self._heard, self._refused
        )

    @asynccontextmanager
    async def reading(
        self, caller: Caller, topics: frozenset[str], line: Line, after: int | None
    ) -> AsyncIterator[Reader]:
        """A place for the connection of the present task: it gets what happens from now on, or since `after`.

        Raises `NoRoom`, `TooManyConnections`, and what the database raises.
        """
        reader = Reader(caller, topics, line, self._catch_up)
        self._admit(reader)
        try:
            if after is None:
                reader.place = await log.latest(self.database, caller.account_id)
            else:
                reader.place = after
            yield reader
        finally:
            self._dismiss(reader)
            await reader.stop()

    def begin(self, reader: Reader, *, is_back: bool) -> None:
        """Let news through from now on: what was missed where the reader comes back, and the present sky."""
        if is_back:
            reader.fall_behind()
        self.show_sky(reader)
        reader.open()

    def show_sky(self, reader: Reader) -> None:
        """Let a reader of the sky have the present one."""
        if SKY in reader.topics:
            reader.offer(SKY, self._sky_now())

    def hear(self, payload: str) -> None:
        """Pass a message of the database on."""
        self._heard += 1
        try:
            told = read_told(payload)
        except ValueError:
            logger.warning("a message that live news does not understand was heard")
            return
        readers = self._readers.get(told.account_id)
        if readers is None:
            return
        news = None if told.body is None else News(told.topic, told.body, told.number)
        for reader in tuple(readers):
            if news is not None:
                reader.offer(told.subject, news)
            elif told.topic in reader.topics:
                reader.fall_behind()

    def begin_to_hear(self) -> None:
        """Word arrives from now on; what was said before may be missed."""
        self._is_hearing = True
        for reader in self._all():
            reader.fall_behind()
        self._spawn(self._check(set(self._readers)))

    def stop_hearing(self) -> None:
        """Word may be missed from now on."""
        self._is_hearing = False

    def hear_of_credentials(self, payload: str) -> None:
        """Sessions or keys of an account changed: whoever reads with one that ended is sent away."""
        try:
            account_id = UUID(payload)
        except ValueError:
            self._spawn(self._check(set(self._readers)))
            return
        if account_id in self._readers:
            self._spawn(self._check({account_id}))

    def leave(self) -> None:
        """The process is about to stop: every connection ends, and no other begins."""
        self._is_leaving = True
        for reader in self._all():
            reader.end(GOING_AWAY)

    async def beat_for_good(self) -> None:
        """Heartbeats, for as long as the process runs."""
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            for reader in self._all():
                if reader.line.needs_heartbeats:
                    reader.beat()

    async def check_for_good(self) -> None:
        """Look now and then whether the readers' credentials have run out."""
        while True:
            await asyncio.sleep(CHECK_EVERY_S)
            await self._check(set(self._readers))

    async def tell_sky_for_good(self) -> None:
        """The sky of each minute to its readers, computed once."""
        while True:
            now = self.now()
            await asyncio.sleep(sky.EVERY_S - now.second - now.microsecond / 1e6)
            for reader in self._all():
                self.show_sky(reader)

    async def finish(self) -> None:
        """End what is under way."""
        for task in tuple(self._tasks):
            await background.end(task)

    def _all(self) -> Iterator[Reader]:
        for readers in tuple(self._readers.values()):
            yield from tuple(readers)

    def _admit(self, reader: Reader) -> None:
        own = self._readers.get(reader.caller.account_id, ())
        if self._is_leaving or self._count >= self._most:
            self._refused += 1
            raise NoRoom
        if len(own) >= MOST_OF_ONE_ACCOUNT:
            self._refused += 1
            raise TooManyConnections(MOST_OF_ONE_ACCOUNT)
        self._readers.setdefault(reader.caller.account_id, set()).add(reader)
        self._count += 1

    def _dismiss(self, reader: Reader) -> None:
        own = self._readers[reader.caller.account_id]
        own.remove(reader)
        self._count -= 1
        if not own:
            del self._readers[reader.caller.account_id]

    async def _catch_up(self, reader: Reader, after: int) -> Missed:
        topics = tuple(sorted(reader.topics - {SKY}))
        async with self._at_the_log:
            return await log.since(self.database, reader.caller.account_id, after, topics)

    async def _check(self, accounts: set[UUID]) -> None:
        """Send away the readers of these accounts whose session or key does not work any more."""
        readers = [one for account_id in accounts for one in self._readers.get(account_id, ())]
        if not readers:
            return
        try:
            living = await self._means.credentials.living({_credential(one.caller) for one in readers})
        except DatabaseError:
            return  # asked again in a minute, and when the database is heard again
        for reader in readers:
            if _credential(reader.caller) not in living:
                reader.end(SIGNED_OUT)

    def _sky_now(self) -> News:
        minute = sky.minute_of(self.now())
        if self._sky is None or self._sky[0] != minute:
            self._sky = (minute, News(SKY, sky.body_at(minute)))
        return self._sky[1]

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _nothing() -> None:
    """The hub's other ear says as much."""


def _credential(caller: Caller) -> UUID:
    credential = caller.session_id or caller.key_id
    assert credential is not None
    return credential
