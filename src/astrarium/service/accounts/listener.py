"""Word from the database that an account's credentials changed, on a connection of its own (LISTEN)."""

import asyncio
import contextlib
import logging
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy.engine import URL

from astrarium.service.accounts.credentials import Credentials

CHANNEL: Final = "astrarium_credentials"
"""As the triggers of the migrations name it."""
CHECK_EVERY_S: Final = 10.0
CHECK_WITHIN_S: Final = 5.0
LONGEST_WAIT_S: Final = 10.0

logger = logging.getLogger("astrarium.service")


class Listener:
    """Keeps one connection listening, and `credentials` remembering for just as long as it does."""

    def __init__(self, url: URL, credentials: Credentials) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self.credentials = credentials
        self._listening: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Listen from now on; a lost connection is opened again."""
        self._listening = asyncio.create_task(self._listen_for_good())

    async def stop(self) -> None:
        """Hear no more."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening

    async def _listen_for_good(self) -> None:
        wait_s = 0.1
        while True:
            try:
                connection = await asyncpg.connect(
                    self._address,
                    timeout=CHECK_WITHIN_S,
                    server_settings={"application_name": "astrarium-listener"},
                )
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                logger.warning("credentials are not remembered: the database is not heard (%s)", error)
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
                continue
            wait_s = 0.1
            try:
                await self._listen(connection)
            finally:
                self.credentials.stop_remembering()
                connection.terminate()

    async def _listen(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Until the connection is lost; whether it lives is asked now and then, since a dead network says nothing."""
        lost = asyncio.Event()

        def lose(_connection: object) -> None:
            self.credentials.stop_remembering()
            lost.set()

        connection.add_termination_listener(lose)
        with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.add_listener(CHANNEL, self._hear)
            self.credentials.begin_to_remember()
            while not lost.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), CHECK_EVERY_S)
                if not lost.is_set():
                    await connection.execute("SELECT 1", timeout=CHECK_WITHIN_S)

    def _hear(self, _connection: object, _process: int, _channel: str, payload: Any) -> None:  # noqa: ANN401  (asyncpg's)
        try:
            self.credentials.forget(UUID(payload))
        except ValueError:
            self.credentials.forget_all()
