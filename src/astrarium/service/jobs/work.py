"""What a running job is given."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from astrarium.service.database.transactions import Database
from astrarium.service.jobs.errors import Cancelled

P = TypeVar("P")


class Work:
    """One attempt at a job, as its handler sees it.

    A job runs at least once: its worker may die after the work and before that is written down, so that a handler has
    to bear being run again from the beginning.
    """

    def __init__(
        self,
        job_id: UUID,
        account_id: UUID | None,
        attempt: int,
        database: Database,
        now: Callable[[], datetime],
        on_progress: Callable[[], None],
    ) -> None:
        self.job_id: Final = job_id
        self.account_id: Final = account_id
        self.attempt: Final = attempt
        """From 1; a job that is handed back at its worker's end has not used one up."""
        self.database: Final = database
        self.now: Final = now
        self.done: int | None = None
        self.total: int | None = None
        self._on_progress = on_progress
        self._is_stopped = False

    async def progress(self, done: int, total: int | None = None) -> None:
        """Say how far the job has come; as often as one likes, since only the last word of a while is written."""
        self.stop_if_cancelled()
        self.done, self.total = done, total if total is not None else self.total
        self._on_progress()

    def stop_if_cancelled(self) -> None:
        """Raise `Cancelled` where the job shall stop; for work that does not wait, also in a thread.

        What waits (`await`) is interrupted by itself.
        """
        if self._is_stopped:
            raise Cancelled

    def stop(self) -> None:
        """Let the next look of the handler raise; the worker's to call."""
        self._is_stopped = True


Handler = Callable[[Work, P], Awaitable[object]]
"""What does a kind's jobs: called with the work and the payload. The struct or dict that it returns is kept as JSON."""
