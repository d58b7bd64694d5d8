"""A worker: claims jobs of its kinds, runs their handlers, writes down how they ended, and gives signs of life.

One turn after another, on a connection that no handler can use up: each writes the outcomes since the last one and
claims for the places that they left, in one transaction. Between turns it waits for an outcome, for news of the
database, or for the next job that is due. What was said while a turn ran is not forgotten: the word is taken back
before the turn looks, never after.
"""

import asyncio
import contextlib
import logging
import os
import random
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from astrarium.service import background
from astrarium.service.database.errors import DatabaseError
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.listener import Ear, Listener
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.jobs import beating, claiming, news
from astrarium.service.jobs.claiming import Claimed, Claims
from astrarium.service.jobs.errors import UnknownQueue
from astrarium.service.jobs.kinds import Kind
from astrarium.service.jobs.running import Run
from astrarium.service.jobs.settling import Fault, Outcome, settle
from astrarium.service.jobs.telling import tell_ends, tell_progress
from astrarium.service.jobs.work import Handler

UNWILLING_S: Final = 5.0
"""How long a handler may go on after it was interrupted at the worker's end."""
SHORTEST_WAIT_S: Final = 0.001
LONGEST_OUTAGE_WAIT_S: Final = 2.0

_TROUBLE: Final = (DatabaseError, SQLAlchemyError, OSError)

logger = logging.getLogger("astrarium.jobs")


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """How often a worker does what."""

    beat_s: float = 2.0
    """Between two signs of life."""
    lost_after_s: float = 10.0
    """A worker without one for so long is dead, and others take its jobs."""
    poll_s: float = 5.0
    """Longest time between two looks at the queue; what is queued meanwhile is heard of at once."""
    progress_s: float = 0.5
    """Shortest time between two words on the progress of jobs."""
    grace_s: float = 30.0
    """How long running jobs may take after the worker was told to stop; then they are handed back."""


class Worker:
    """Works through the queue in one process, up to `concurrency` jobs at once."""

    def __init__(
        self,
        handlers: Mapping[Kind[Any], Handler[Any]],
        claims: Claims,
        database: Database,
        own: Database,
        listener: Listener,
        now: Callable[[], datetime],
        *,
        queues: Sequence[str] = (),
        concurrency: int = 8,
        rhythm: Rhythm | None = None,
    ) -> None:
        """`database` is for the handlers, `own` for the worker's own statements; no `queues` are all of them.

        Raises `UnknownQueue`.
        """
        known = sorted({kind.queue for kind in handlers})
        for queue in queues:
            if queue not in known:
                raise UnknownQueue(queue, known)
        self.id: Final = new_id()
        self.queues: Final = tuple(queues or known)
        self.concurrency: Final = concurrency
        self.rhythm: Final = rhythm or Rhythm()
        self._handlers = {
            kind.name: (kind, handler) for kind, handler in handlers.items() if kind.queue in self.queues
        }
        self._claims = claims
        self._database = database
        self._own = own
        self._now = now
        self._paused: frozenset[str] = frozenset()
        self._runs: set[Run] = set()
        self._outcomes: list[Outcome] = []
        self._changed: set[Run] = set()
        self._progressed = asyncio.Event()
        self._awake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._hurried = asyncio.Event()
        self._look_at_pauses = True
        listener.add(Ear(news.CHANNEL, self._look_anew, self._hear, self._look_anew))

    @property
    def running(self) -> int:
        """How many jobs run now."""
        return len(self._runs)

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping.is_set()

    async def run(self) -> None:
        """Work until `stop`; then finish what runs, or hand it back after the grace time."""
        life = asyncio.create_task(self._beat_for_good())
        words = asyncio.create_task(self._tell_progress())
        ending = asyncio.create_task(self._end_in_time())
        try:
            await self._turn_for_good(ending)
        finally:
            for task in (ending, words, life):
                await background.end(task)
            with contextlib.suppress(*_TROUBLE):
                async with self._own.keeper() as transaction:
                    await beating.forget(transaction, self.id)

    def stop(self) -> None:
        """Claim no more, let what runs end, and return from `run`."""
        self._stopping.set()
        self._wake()

    def hurry(self) -> None:
        """Stop, and hand back at once what runs: other workers take it up from the beginning."""
        self._hurried.set()
        self.stop()

    async def _turn_for_good(self, ending: "asyncio.Task[None]") -> None:
        outage_s = 0.05
        while not self._is_over() and not ending.done():
            self._awake.clear()
            try:
                wait_s = await self._turn()
            except _TROUBLE as error:
                logger.warning("jobs wait, since the database cannot be used (%s)", error)
                wait_s = outage_s * random.uniform(0.5, 1)  # noqa: S311  (spreads load)
                outage_s = min(2 * outage_s, LONGEST_OUTAGE_WAIT_S)
                await asyncio.wait([ending], timeout=wait_s)
                continue
            outage_s = 0.05
            if self._is_over():
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._awake.wait(), wait_s)

    def _is_over(self) -> bool:
        """Whether it was told to stop, and nothing runs or is left to write."""
        return self._stopping.is_set() and not self._runs and not self._outcomes

    async def _turn(self) -> float:
        """Write outcomes, claim for free places; returns how long to wait for news."""
        free = 0 if self._stopping.is_set() else self.concurrency - len(self._runs)
        if not free and not self._outcomes:
            return self.rhythm.poll_s
        outcomes, self._outcomes = self._outcomes, []
        claimed: list[Claimed] = []
        wait_s = self.rhythm.poll_s
        try:
            async with self._own.keeper() as transaction:
                if outcomes:
                    await self._settle(transaction, outcomes)
                if free and self._look_at_pauses:
                    self._look_at_pauses = False
                    self._paused = await beating.paused(transaction)
                if free and (kinds := self._open_kinds()):
                    claimed = await self._claim(transaction, kinds, free)
                    if len(claimed) < free:
                        due_s = await claiming.next_due(transaction, [kind.name for kind in kinds])
                        if due_s is not None:
                            wait_s = min(wait_s, max(due_s, SHORTEST_WAIT_S))
        except DBAPIError:  # another worker took a kind's last place, or PostgreSQL refuses an outcome
            await self._settle_each(outcomes)
            return SHORTEST_WAIT_S
        except BaseException:
            self._outcomes = outcomes + self._outcomes
            self._look_at_pauses = True
            raise
        for one in claimed:
            self._begin(one)
        return wait_s

    def _open_kinds(self) -> list[Kind[Any]]:
        return [kind for kind, _ in self._handlers.values() if kind.queue not in self._paused]

    async def _claim(self, transaction: Transaction, kinds: Sequence[Kind[Any]], most: int) -> list[Claimed]:
        shares = {kind.name: kind.at_once_per_account for kind in kinds if kind.at_once_per_account}
        await claiming.let_in(transaction, shares)
        bounds = {kind.name: kind.at_once for kind in kinds}
        lost_after = timedelta(seconds=self.rhythm.lost_after_s)
        rows = await self._claims.claim(transaction, self.id, bounds, most, lost_after)
        return await claiming.mark_running(transaction, self.id, rows)

    def _begin(self, claimed: Claimed) -> None:
        """Run a claimed job, unless it was cancelled while it waited, or used its last attempt to kill a worker."""
        kind, handler = self._handlers[claimed.kind]
        for earlier in self._runs:
            if (
                earlier.claimed.id == claimed.id
            ):  # our own sign of life came late, and we took it from ourselves
                earlier.interrupt("lost")
        if claimed.cancel_requested:
            self._note(Outcome(claimed=claimed, state="cancelled", keep=kind.keep))
        elif claimed.attempt > kind.retries.attempts:
            fault = Fault("worker_lost", "Its worker ended in the middle of it, in every attempt.")
            self._note(Outcome(claimed=claimed, state="dead", keep=kind.keep_dead, fault=fault))
        else:
            run = Run(claimed, kind, handler, self._database, self._now, self._note_progress)
            self._runs.add(run)
            run.start(self._end)

    def _end(self, run: Run, outcome: Outcome | None) -> None:
        self._runs.discard(run)
        self._changed.discard(run)
        if outcome is not None:
            self._note(outcome)
        self._wake()

    def _note(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        self._wake()

    async def _settle(self, transaction: Transaction, outcomes: Sequence[Outcome]) -> None:
        kinds = (self._handlers[one.claimed.kind][0] for one in outcomes)
        tell = any(kind.at_once or kind.at_once_per_account for kind in kinds)
        settled = await settle(transaction, self.id, outcomes, tell=tell)
        told = [one for one in outcomes if self._handlers[one.claimed.kind][0].is_told]
        await tell_ends(transaction, told, settled, now=self._now())

    async def _settle_each(self, outcomes: Sequence[Outcome]) -> None:
        """Settle each outcome alone; one whose result the database does not take is dead."""
        left = list(outcomes)
        try:
            while left:
                one = left[0]
                try:
                    await self._settle_alone(one)
                except DBAPIError:
                    logger.exception("job %s: the database refuses its outcome", one.claimed.id)
                    fault = Fault("invalid_result", "The job's result cannot be kept.")
                    keep = self._handlers[one.claimed.kind][0].keep_dead
                    await self._settle_alone(
                        Outcome(claimed=one.claimed, state="dead", keep=keep, fault=fault)
                    )
                del left[0]
        finally:
            self._outcomes = left + self._outcomes

    async def _settle_alone(self, outcome: Outcome) -> None:
        async with self._own.keeper() as transaction:
            await self._settle(transaction, [outcome])

    async def _beat_for_good(self) -> None:
        """Signs of life, and what they bring: jobs that are not ours any more, and those that shall stop."""
        started = self._now()
        while True:
            try:
                await self._beat(started)
            except _TROUBLE as error:
                logger.warning("no sign of life of this worker reaches the database (%s)", error)
            await asyncio.sleep(self.rhythm.beat_s)

    async def _beat(self, started: datetime) -> None:
        held = list(self._runs)
        kept = [*(run.claimed for run in held), *(one.claimed for one in self._outcomes)]
        about = beating.About(
            id=self.id,
            host=socket.gethostname(),
            process=os.getpid(),
            queues=self.queues,
            concurrency=self.concurrency,
            running=len(held),
            started_at=started,
            is_stopping=self._stopping.is_set(),
        )
        async with self._own.keeper() as transaction:
            still_ours = await beating.beat(transaction, about, [one.queue_id for one in kept])
            to_stop = await beating.cancelled(transaction, [run.claimed.id for run in held])
        self._look_at_pauses = True  # the turn reads them: read here, they might be older than what it knows
        for run in held:  # those that ended meanwhile are beyond interruption
            if run.claimed.queue_id not in still_ours:
                run.interrupt("lost")
            elif run.claimed.id in to_stop:
                run.interrupt("cancelled")

    def _note_progress(self, run: Run) -> None:
        self._changed.add(run)
        self._progressed.set()

    async def _tell_progress(self) -> None:
        while True:
            await self._progressed.wait()
            self._progressed.clear()
            changed, self._changed = self._changed, set()
            try:
                async with self._own.keeper() as transaction:
                    await beating.write_progress(transaction, [run.work for run in changed])
                    told = [(run.kind.name, run.work) for run in changed if run.kind.is_told]
                    await tell_progress(transaction, told, now=self._now())
            except _TROUBLE:
                pass  # the next word of it, or the outcome, tells all that this one would have
            await asyncio.sleep(self.rhythm.progress_s)

    async def _end_in_time(self) -> None:
        """From `stop` on: wait for what runs, hand back the rest, and give up on what does not let go."""
        await self._stopping.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hurried.wait(), self.rhythm.grace_s)
        for run in self._runs:
            run.interrupt("stopping")
        await asyncio.sleep(UNWILLING_S)
        if self._runs:
            logger.warning(
                "%d jobs do not let themselves be interrupted; others take them up", len(self._runs)
            )

    def _wake(self) -> None:
        self._awake.set()

    def _look_anew(self) -> None:
        """What was said while nothing could be heard is looked up."""
        self._look_at_pauses = True
        self._wake()

    def _hear(self, message: str) -> None:
        if message.startswith(news.CANCEL):
            for run in self._runs:
                if str(run.claimed.id) == message.removeprefix(news.CANCEL):
                    run.interrupt("cancelled")
        else:
            self._look_at_pauses = self._look_at_pauses or message == news.PAUSES
            self._wake()
