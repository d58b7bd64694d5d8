"""How a job ends otherwise than by its result, and what a request about jobs can be refused for."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from astrarium.errors import AstrariumError
from astrarium.service.errors import RequestError


class Transient(Exception):
    """A job failed for a reason that may pass: it is tried again, after `retry_after` or as its kind says."""

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after


class Permanent(Exception):
    """A job failed for a reason that stays: it is dead at once."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Cancelled(Exception):
    """Somebody asked that the job stop; a handler lets this pass."""


class JobSuperseded(RequestError):
    """The job cannot be sent again, since another one that does the same is on its way."""

    code: ClassVar[str] = "job_superseded"

    def __init__(self) -> None:
        super().__init__(
            "Another job that does the same is unfinished.", hint="Wait for that one, or cancel it first."
        )


class JobNotAsExpected(RequestError):
    """The job is in another state than the request needs."""

    code: ClassVar[str] = "job_state"

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(
            f"The job is {state}.",
            hint=f"Only a job that is {wanted} can be changed so; read it again for its state.",
        )


class UnknownQueue(AstrariumError):
    """A worker was asked to serve a queue that no job goes to."""

    code: ClassVar[str] = "unknown_queue"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no queue {name!r}.", hint=f"The queues are {', '.join(known)}.")
