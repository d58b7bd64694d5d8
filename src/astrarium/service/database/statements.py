"""What the statements cost: each text with its calls, durations and rows, and the slow ones with their plan.

Only texts are kept, never values: statements name their values `$1`, `$2`, and the plan is the one for any value.
"""

import asyncio
import logging
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.ext.asyncio import AsyncEngine

from astrarium.service import background
from astrarium.service.database.errors import DatabaseError
from astrarium.service.database.failures import OF_THE_DRIVER
from astrarium.service.database.scrubbing import scrubbed
from astrarium.service.database.state import Histogram, PoolState

MOST_TEXTS: Final = 500
MOST_SLOW: Final = 100
PLAN_EVERY_S: Final = 60.0
"""A slow statement is explained at most this often."""
_EXPLAINABLE: Final = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(r"\$(\d+)")

Explain = Callable[[str], Awaitable[str]]
"""Gives the plan of a statement's text."""

observers: Final[list[Callable[[str, str], None]]] = []
"""Told the pool's name and the text of each statement as it ends, in every database of the process.

For whoever counts or collects statements: query budgets, plans.
"""

logger = logging.getLogger("astrarium.database")


class StatementState(msgspec.Struct, kw_only=True):
    """One statement's text, and what it has cost since the process started."""

    statement: str
    calls: int = 0
    rows: int = 0
    durations: Histogram = msgspec.field(default_factory=Histogram)


class SlowStatement(msgspec.Struct, kw_only=True):
    """One slow call. `plan` comes a moment later, or stays None where there is none to tell."""

    statement: str
    seconds: float
    ended_at: float
    """Seconds of the Unix epoch."""
    plan: str | None = None


class Statements:
    """The statements of one pool."""

    def __init__(self, state: PoolState, slow_s: float, explain: Explain) -> None:
        self.by_text: dict[str, StatementState] = {}
        self.slow: deque[SlowStatement] = deque(maxlen=MOST_SLOW)
        self._state = state
        self._slow_s = slow_s
        self._explain = explain
        self._explained: dict[str, float] = {}
        self._explaining: set[asyncio.Task[None]] = set()

    def listen(self, engine: AsyncEngine) -> None:
        """Note what runs through SQLAlchemy; `note` is called for what does not."""
        event.listen(engine.sync_engine, "before_cursor_execute", _started)
        event.listen(engine.sync_engine, "after_cursor_execute", self._ended)

    def note(self, statement: str, seconds: float, rows: int) -> None:
        """One statement has run."""
        self._state.statements += 1
        self._state.durations.add(seconds)
        known = self.by_text.get(statement)
        if known is None:
            # texts beyond the bound are told as one: a program that makes texts without end must not fill the memory
            text = statement if len(self.by_text) < MOST_TEXTS else "(others)"
            known = self.by_text.setdefault(text, StatementState(statement=text))
        known.calls += 1
        known.rows += max(rows, 0)
        known.durations.add(seconds)
        for observe in observers:
            observe(self._state.name, statement)
        if seconds >= self._slow_s:
            self._note_slow(statement, seconds)

    async def close(self) -> None:
        """Explain nothing any more."""
        for task in tuple(self._explaining):
            await background.end(task)

    def _ended(
        self,
        connection: Connection,
        cursor: DBAPICursor,
        statement: str,
        _values: object,
        _context: object,
        _many: bool,
    ) -> None:
        self.note(statement, time.perf_counter() - connection.info["started"], cursor.rowcount)

    def _note_slow(self, statement: str, seconds: float) -> None:
        slow = SlowStatement(statement=scrubbed(statement), seconds=seconds, ended_at=time.time())
        self.slow.append(slow)
        logger.warning("a statement took %.2f s: %s", seconds, " ".join(slow.statement.split()))
        now = time.monotonic()
        if (
            _EXPLAINABLE.match(statement)
            and now - self._explained.get(statement, -PLAN_EVERY_S) >= PLAN_EVERY_S
            and (len(self._explained) < MOST_TEXTS or statement in self._explained)
        ):
            self._explained[statement] = now
            task = asyncio.get_running_loop().create_task(self._add_plan(slow, statement))
            self._explaining.add(task)
            task.add_done_callback(self._explaining.discard)

    async def _add_plan(self, slow: SlowStatement, statement: str) -> None:
        try:
            slow.plan = scrubbed(await self._explain(statement))
        except (DatabaseError, *OF_THE_DRIVER):
            logger.info("the plan of a slow statement could not be had", exc_info=True)


def _started(
    connection: Connection,
    _cursor: DBAPICursor,
    _statement: str,
    _values: object,
    _context: object,
    _many: bool,
) -> None:
    connection.info["started"] = time.perf_counter()


def prepared(statement: str) -> tuple[str, str, str]:
    """What to send for the plan of `statement` for any values: to prepare, to explain and to forget it."""
    count = max((int(number) for number in _PLACEHOLDER.findall(statement)), default=0)
    nulls = f"({', '.join(['NULL'] * count)})" if count else ""
    return f"PREPARE explained AS {statement}", f"EXPLAIN EXECUTE explained{nulls}", "DEALLOCATE explained"
