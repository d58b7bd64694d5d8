"""One attempt at a job: its handler under a time limit, and what its end means."""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from astrarium.errors import AstrariumError
from astrarium.service.database.transactions import Database
from astrarium.service.http import tracing
from astrarium.service.jobs.claiming import Claimed
from astrarium.service.jobs.errors import Cancelled, Permanent, Transient
from astrarium.service.jobs.kinds import Kind, encode
from astrarium.service.jobs.settling import Fault, Outcome
from astrarium.service.jobs.work import Handler, Work

LARGEST_RESULT_BYTES: Final = 262_144

Why = Literal["cancelled", "stopping", "lost"]
"""Why an attempt is interrupted: somebody asked for it, the worker ends, or another worker has the job."""

logger = logging.getLogger("astrarium.jobs")


class Run:
    """An attempt that goes on in a task of its own."""

    def __init__(
        self,
        claimed: Claimed,
        kind: Kind[Any],
        handler: Handler[Any],
        database: Database,
        now: Callable[[], datetime],
        on_progress: Callable[["Run"], None],
    ) -> None:
        self.claimed: Final = claimed
        self.kind: Final = kind
        self.work: Final = Work(
            claimed.id, claimed.account_id, claimed.attempt, database, now, lambda: on_progress(self)
        )
        self._handler = handler
        self._why: Why | None = None
        self._task: asyncio.Task[Outcome | None] | None = None

    def start(self, on_end: Callable[["Run", Outcome | None], None]) -> None:
        """Begin; `on_end` gets the outcome, None where it is not ours to tell."""
        self._task = asyncio.create_task(self._attempt())
        self._task.add_done_callback(lambda task: on_end(self, None if task.cancelled() else task.result()))

    def interrupt(self, why: Why) -> None:
        """Stop the handler where it waits, and at its next look where it does not; the first reason counts."""
        if self._task is None or self._task.done() or self._why is not None:
            return
        self._why = why
        self.work.stop()
        self._task.cancel()

    async def _attempt(self) -> Outcome | None:
        trace = tracing.go_on(self.claimed.traceparent)
        started = time.monotonic()
        try:
            outcome = await self._outcome()
        except asyncio.CancelledError:  # before the handler's first step, or out of it
            outcome = self._interrupted()
        if outcome is not None:
            told = "" if outcome.fault is None else f" ({outcome.fault.cause or outcome.fault.message})"
            level = logging.DEBUG if outcome.fault is None else logging.WARNING
            elapsed_ms = (time.monotonic() - started) * 1000
            logger.log(
                level,
                "job %s %s attempt %d: %s in %.1f ms%s trace=%s",
                self.claimed.id,
                self.kind.name,
                self.claimed.attempt,
                "again" if outcome.state == "queued" else outcome.state,
                elapsed_ms,
                told,
                trace,
            )
        return outcome

    async def _outcome(self) -> Outcome | None:
        try:
            payload = self.kind.decode(self.claimed.payload)
        except ValueError as error:  # msgspec's are
            return self._dead(
                Fault("invalid_payload", "The job's payload does not fit its kind.", str(error))
            )
        limit_s = self.kind.time_limit.total_seconds()
        limited = asyncio.timeout(limit_s)
        try:
            async with limited:
                result = await self._handler(self.work, payload)
        except Cancelled:
            return self._interrupted()
        except Permanent as error:
            return self._dead(Fault("permanent", error.message))
        except Transient as error:
            return self._again(Fault("transient", error.message), error.retry_after)
        except TimeoutError as error:
            if limited.expired():
                self.work.stop()  # for what goes on in a thread
                return self._again(Fault("time_limit", f"It took longer than {limit_s:g} s."))
            return self._unexpected(error)
        except Exception as error:  # noqa: BLE001  (whatever a handler raises is the job's, not the worker's)
            return self._unexpected(error)
        return self._done(result)

    def _interrupted(self) -> Outcome | None:
        match self._why:
            case "cancelled":
                return self._ended("cancelled", keep=self.kind.keep)
            case "stopping":
                return self._ended("queued", is_counted=False)
            case "lost":
                return None
            case None:
                return self._again(Fault("transient", "It was interrupted."))

    def _done(self, result: object) -> Outcome:
        try:
            text = None if result is None else encode(result)
        except ValueError as error:
            return self._dead(Fault("invalid_result", "The job's result cannot be kept.", str(error)))
        if text is not None and len(text.encode()) > LARGEST_RESULT_BYTES:
            return self._dead(Fault("invalid_result", f"A result of {len(text)} characters is too large."))
        return self._ended("done", result=text, keep=self.kind.keep)

    def _dead(self, fault: Fault) -> Outcome:
        return self._ended("dead", fault=fault, keep=self.kind.keep_dead)

    def _unexpected(self, error: Exception) -> Outcome:
        logger.error("job %s %s", self.claimed.id, self.kind.name, exc_info=error)
        message = error.detail if isinstance(error, AstrariumError) else "It failed unexpectedly."
        return self._again(Fault("unexpected", message, f"{type(error).__name__}: {error}"))

    def _again(self, fault: Fault, wait: timedelta | None = None) -> Outcome:
        """Another attempt where one is left, after `wait` or as the kind says; else dead."""
        planned = self.kind.retries.wait(self.claimed.attempt, random.random())  # noqa: S311  (spreads load)
        if planned is None:
            return self._dead(fault)
        return self._ended("queued", fault=fault, wait=planned if wait is None else wait)

    def _ended(self, state: Any, *, keep: timedelta = timedelta(0), **more: Any) -> Outcome:  # noqa: ANN401
        return Outcome(
            claimed=self.claimed, state=state, keep=keep, done=self.work.done, total=self.work.total, **more
        )
