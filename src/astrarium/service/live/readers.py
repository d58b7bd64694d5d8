"""One open connection: which topics it reads, what waits to be sent to it, and how far in the log it has come.

Nothing waits twice: of each subject only the last news do, so that a slow reader loses what lies between and never the
last state. Where too much waits, it is dropped and later read again from the log: the same way that a reader takes who
comes back, and every reader when word from the database was interrupted.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import msgspec

from astrarium.service import background
from astrarium.service.database.errors import DatabaseError
from astrarium.service.live import messages
from astrarium.service.live.log import Missed
from astrarium.service.permissions import Caller

MOST_WAITING: Final = 500
"""Subjects that news wait of, before they are left to the log."""
AGAIN_S: Final = 1.0
"""After which the log is asked again where the database could not answer."""

_SKY: Final = "sky"
_HEARTBEAT: Final = ("", "heartbeat")
_GAP: Final = ("", "gap")


class News(msgspec.Struct, frozen=True):
    """Something to be sent: `number` is its place in the log, where it has one; the same object for all readers."""

    topic: str
    body: str
    number: int | None = None


HEARTBEAT: Final = News("", "")


class Ending(msgspec.Struct, frozen=True):
    """Why the service ends a connection: a WebSocket's close code and a word for it."""

    code: int
    reason: str


GOING_AWAY: Final = Ending(1001, "going_away")
SIGNED_OUT: Final = Ending(1008, "not_signed_in")
TOO_FAST: Final = Ending(1008, "too_many_messages")
FAILED: Final = Ending(1011, "internal_error")

CatchUp = Callable[["Reader", int], Awaitable[Missed]]


class Line(Protocol):
    """How news reach the other side; `send` raises `OSError` where it is gone."""

    needs_heartbeats: bool

    async def send(self, news: News) -> None: ...


class Reader:
    """A connection's place among the news. It belongs to the task that made it, which `end` interrupts."""

    __slots__ = (
        "_catch_up",
        "_is_open",
        "_pouring",
        "_task",
        "_waiting",
        "caller",
        "ending",
        "is_behind",
        "line",
        "place",
        "topics",
    )

    def __init__(self, caller: Caller, topics: frozenset[str], line: Line, catch_up: CatchUp) -> None:
        self.caller = caller
        self.topics = topics
        self.place = 0
        self.is_behind = False
        self.ending: Ending | None = None
        self.line = line
        self._catch_up = catch_up
        self._waiting: dict[tuple[str, str], News] = {}
        self._pouring: asyncio.Task[None] | None = None
        self._task = asyncio.current_task()
        self._is_open = False

    @property
    def waiting(self) -> int:
        """How many news wait."""
        return len(self._waiting)

    def open(self) -> None:
        """Send what waits, and from now on what comes; before, news only wait."""
        self._is_open = True
        self._wake()

    def offer(self, subject: str, news: News) -> None:
        """Let news wait to be sent, in place of what waits of the same subject."""
        if news.topic not in self.topics or (self.is_behind and news.topic != _SKY):
            return
        self._wait((news.topic, subject), news)
        if len(self._waiting) > MOST_WAITING:
            self.fall_behind()

    def beat(self) -> None:
        """Send a sign of life once there is room."""
        self._wait(_HEARTBEAT, HEARTBEAT)

    def fall_behind(self) -> None:
        """Some news may be lost: read the log from where this reader has come to."""
        self.is_behind = True
        self._waiting = {
            key: news for key, news in self._waiting.items() if news.topic not in self.topics - {_SKY}
        }
        self._wake()

    def end(self, ending: Ending) -> None:
        """Interrupt the connection's task, which says why; what waits is not sent any more."""
        if self.ending is None and self._task is not None:
            self.ending = ending
            self._task.cancel()

    async def stop(self) -> None:
        """Send no more; to be called before anything else is said on the line."""
        pouring, self._pouring = self._pouring, None
        await background.end(pouring)

    def _wait(self, key: tuple[str, str], news: News) -> None:
        self._waiting.pop(key, None)  # what comes later is sent later
        self._waiting[key] = news
        self._wake()

    def _wake(self) -> None:
        if self._is_open and self._pouring is None and self.ending is None:
            self._pouring = asyncio.create_task(self._pour())

    async def _pour(self) -> None:
        try:
            with contextlib.suppress(OSError):  # the connection's own task hears that it is gone
                while self.is_behind or self._waiting:
                    if self.is_behind:
                        await self._read_log()
                    else:
                        await self._send_next()
        except Exception:
            self.end(FAILED)
            raise
        finally:
            self._pouring = None

    async def _send_next(self) -> None:
        news = self._waiting.pop(next(iter(self._waiting)))
        await self.line.send(news)
        if news.number is not None:
            self.place = news.number

    async def _read_log(self) -> None:
        self.is_behind = False
        try:
            missed = await self._catch_up(self, self.place)
        except DatabaseError:
            self.is_behind = True
            await asyncio.sleep(AGAIN_S)
            return
        since, self._waiting = self._waiting, {}
        if missed.has_gap:
            self._waiting[_GAP] = News("", messages.write(messages.Gap(str(self.place))))
        for entry in missed.entries:
            self._waiting[entry.topic, entry.subject] = News(entry.topic, entry.body, entry.number)
        for key, news in since.items():
            read = self._waiting.get(key)
            if read is None or read.number is None or (news.number or 0) > read.number:
                self._waiting.pop(key, None)
                self._waiting[key] = news
