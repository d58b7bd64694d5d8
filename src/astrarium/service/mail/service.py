"""The door of mail: put a letter into a transaction; it leaves when that has committed.

Letters wait in a table, so that none is lost when a process dies, and no answer waits for a mail server. Each web
process has one `Postman` that sends what is due; several of them share the work.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Final, Protocol
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, literal_column, select, update
from sqlalchemy.exc import SQLAlchemyError

from astrarium.service import background
from astrarium.service.database.errors import DatabaseError
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.keyring.service import KeyRing, Unreadable
from astrarium.service.mail.errors import LetterNotSent
from astrarium.service.mail.letter import Letter, Link, message_of
from astrarium.service.mail.models import letters

__all__ = ["Carrier", "Letter", "LetterNotSent", "Link", "Postman", "post", "reseal"]

AT_ONCE: Final = 20
"""Letters that one turn takes."""
CLAIM: Final = timedelta(minutes=5)
"""How long a letter belongs to whoever took it; then it is due again, since they may have died."""
ROUND_S: Final = 30.0
"""How often a postman looks without being called: for letters of others who died, and for those that wait."""
LONGEST_WAIT: Final = timedelta(hours=6)
MOST_ATTEMPTS: Final = 12
"""About two days."""

logger = logging.getLogger("astrarium.mail")


class Carrier(Protocol):
    """The port to the outside world: one way to send a letter."""

    async def send(self, message: EmailMessage) -> None:
        """Hand a letter over.

        Raises `LetterNotSent`.
        """

    async def close(self) -> None:
        """Let go of connections."""


async def post(transaction: Transaction, ring: KeyRing, letter: Letter, now: datetime) -> None:
    """Put a letter into `transaction`, one of the keeper's; call the postman when that has committed."""
    number = new_id()
    contents = ring.seal(msgspec.json.encode(letter), _place(number))
    await transaction.execute(insert(letters).values(id=number, contents=contents, due_at=now))


async def reseal(transaction: Transaction, ring: KeyRing) -> int:
    """Seal waiting letters by the ring's newest key; returns how many were not."""
    rows = (await transaction.execute(select(letters.c.id, letters.c.contents).with_for_update())).all()
    old = [row for row in rows if not ring.is_newest(row.contents)]
    for row in old:
        sealed = ring.reseal(row.contents, _place(row.id))
        await transaction.execute(update(letters).where(letters.c.id == row.id).values(contents=sealed))
    return len(old)


class Postman:
    """Sends the letters that are due, one process's share of them."""

    def __init__(
        self, database: Database, ring: KeyRing, carrier: Carrier, *, sender: str, now: Callable[[], datetime]
    ) -> None:
        self.database = database
        self.ring = ring
        self.carrier = carrier
        self.sender = sender
        self.now = now
        self._called = asyncio.Event()
        self._rounds: asyncio.Task[None] | None = None

    def call(self) -> None:
        """Say that letters wait; they are sent after this returns."""
        self._called.set()

    def start(self) -> None:
        """Begin to send."""
        self._rounds = asyncio.create_task(self._go_round())

    async def stop(self) -> None:
        """Stop after the letter in hand."""
        await background.end(self._rounds)
        await self.carrier.close()

    async def deliver(self) -> int:
        """Send what is due now; returns how many letters were taken up."""
        claimed = await self._claim()
        for number, contents, attempts in claimed:
            await self._send(number, contents, attempts)
        return len(claimed)

    async def _go_round(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._called.wait(), ROUND_S)
            self._called.clear()
            try:
                while await self.deliver() == AT_ONCE:
                    pass
            except (DatabaseError, SQLAlchemyError, OSError):
                logger.exception("letters wait, since the database cannot be reached")

    async def _claim(self) -> list[tuple[UUID, bytes, int]]:
        now = self.now()
        due = (
            select(letters.c.id)
            .where(letters.c.due_at <= now)
            .order_by(letters.c.due_at)
            .limit(literal_column(str(AT_ONCE)))  # in the text: how few they are decides the plan
            .with_for_update(skip_locked=True)
        )
        claim = (
            update(letters)
            .where(letters.c.id.in_(due.scalar_subquery()))
            .values(due_at=now + CLAIM, attempts=letters.c.attempts + 1)
            .returning(letters.c.id, letters.c.contents, letters.c.attempts)
        )
        async with self.database.keeper() as transaction:
            return [tuple(row) for row in await transaction.execute(claim)]

    async def _send(self, number: UUID, contents: bytes, attempts: int) -> None:
        try:
            letter = msgspec.json.decode(self.ring.open(contents, _place(number)), type=Letter)
            message = message_of(letter, sender=self.sender, number=number.hex, now=self.now())
            await self.carrier.send(message)
        except LetterNotSent as error:
            if error.retry_after is not None:
                await self._wait(number, attempts - 1, error.retry_after)
                return
            logger.warning("letter %s, attempt %d: %s", number, attempts, error)
            await self._settle(number, None if error.is_final else attempts)
        except Unreadable as error:
            logger.error("letter %s: %s", number, error)  # noqa: TRY400  (the cause is the operator's keys, not code)
            await self._settle(number, None)
        else:
            await self._settle(number, None)

    async def _settle(self, number: UUID, attempts: int | None) -> None:
        """Done with a letter (`None`), or wait longer than the last time."""
        if attempts is not None and attempts < MOST_ATTEMPTS:
            await self._wait(number, attempts, min(LONGEST_WAIT, timedelta(minutes=2 ** (attempts - 1))))
            return
        async with self.database.keeper() as transaction:
            await transaction.execute(delete(letters).where(letters.c.id == number))

    async def _wait(self, number: UUID, attempts: int, wait: timedelta) -> None:
        """Leave a letter until `wait` is over, after so many attempts."""
        values = {"due_at": self.now() + wait, "attempts": attempts}
        async with self.database.keeper() as transaction:
            await transaction.execute(update(letters).where(letters.c.id == number).values(values))


def _place(number: UUID) -> str:
    return f"letters/{number}"
