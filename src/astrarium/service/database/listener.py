"""What the database tells (NOTIFY), heard on one connection for all who listen."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
import msgspec
from sqlalchemy.engine import URL

from astrarium.service import background

CHECK_EVERY_S: Final = 10.0
CHECK_WITHIN_S: Final = 5.0
LONGEST_WAIT_S: Final = 10.0

_UNHEARD: Final = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

logger = logging.getLogger("astrarium.service")


class Ear(msgspec.Struct, frozen=True):
    """Who listens to a channel: `begin` when all that is said arrives from now on, `end` when some may be missed."""

    channel: str
    begin: Callable[[], None]
    hear: Callable[[str], None]
    end: Callable[[], None]


class Listener:
    """Keeps one connection listening; every ear hears its channel for just as long as it does."""

    def __init__(self, url: URL) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._ears: list[Ear] = []
        self._listening: asyncio.Task[None] | None = None

    def add(self, ear: Ear) -> None:
        """Listen to one channel more; only before the start."""
        self._ears.append(ear)

    def start(self) -> None:
        """Listen from now on; a lost connection is opened again."""
        self._listening = asyncio.create_task(self._listen_for_good())

    async def stop(self) -> None:
        """Hear no more."""
        await background.end(self._listening)

    async def _listen_for_good(self) -> None:
        wait_s = 0.1
        while True:
            try:
                connection = await asyncpg.connect(
                    self._address,
                    timeout=CHECK_WITHIN_S,
                    server_settings={"application_name": "astrarium-listener"},
                )
            except _UNHEARD as error:
                logger.warning("what may change is not remembered: the database is not heard (%s)", error)
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
                continue
            wait_s = 0.1
            try:
                await self._listen(connection)
            finally:
                self._end()
                connection.terminate()

    async def _listen(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Until the connection is lost; whether it lives is asked now and then, since a dead network says nothing."""
        lost = asyncio.Event()

        def lose(_connection: object) -> None:
            self._end()
            lost.set()

        connection.add_termination_listener(lose)
        with contextlib.suppress(*_UNHEARD):
            for ear in self._ears:
                await connection.add_listener(ear.channel, _told(ear))
                ear.begin()
            while not lost.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), CHECK_EVERY_S)
                if not lost.is_set():
                    await connection.execute("SELECT 1", timeout=CHECK_WITHIN_S)

    def _end(self) -> None:
        for ear in self._ears:
            ear.end()


@asynccontextmanager
async def listening(listener: Listener) -> AsyncIterator[None]:
    """While the service runs: all ears hear."""
    listener.start()
    try:
        yield
    finally:
        await listener.stop()


def _told(ear: Ear) -> Callable[..., None]:
    def hear(_connection: object, _process: int, _channel: str, payload: Any) -> None:  # noqa: ANN401  (asyncpg's)
        ear.hear(payload)

    return hear
