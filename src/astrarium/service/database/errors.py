"""What can go wrong between the service and its database. Nothing of it is the caller's fault: all are 503."""

from typing import ClassVar

from astrarium.errors import AstrariumError
from astrarium.service.errors import RequestError


class DatabaseError(RequestError):
    """Base of the database's problems; each may be tried again after `Retry-After`."""

    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


class DatabaseBusy(DatabaseError):
    """No connection became free in time, or the server takes no more of them."""

    code: ClassVar[str] = "database_busy"

    def __init__(self, waited_s: float | None = None) -> None:
        after = "" if waited_s is None else f" within {waited_s:g} s"
        super().__init__(
            f"The database has more to do than it can: no connection became free{after}.",
            hint="Try again in a moment. Its operator finds the pools' numbers in the metrics.",
        )


class DatabaseUnreachable(DatabaseError):
    """The server cannot be reached, is starting or stopping, or cut the connection."""

    code: ClassVar[str] = "database_unreachable"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "2"}

    def __init__(self) -> None:
        super().__init__(
            "The database cannot be reached at the moment; a change that was under way may not have been kept.",
            hint="Try again in a moment; with the same Idempotency-Key nothing is done twice.",
        )


class DatabaseTimeout(DatabaseError):
    """A statement took longer than it may, and was stopped."""

    code: ClassVar[str] = "database_timeout"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}

    def __init__(self) -> None:
        super().__init__(
            "The database took too long over this and was stopped; nothing was changed.",
            hint="Ask for less at once, or try again later.",
        )


class DatabaseContention(DatabaseError):
    """Another transaction held what this one needed, or the two could not both be kept."""

    code: ClassVar[str] = "database_contention"

    def __init__(self) -> None:
        super().__init__(
            "Another request is changing the same thing; nothing was changed by this one.",
            hint="Try again in a moment.",
        )


class TransactionAborted(AstrariumError):
    """The block of a transaction went on after one of its statements had failed, and there is nothing to commit.

    A fault of the program: the statement belongs in a `transaction.begin_nested()`.
    """

    code: ClassVar[str] = "internal_error"

    def __init__(self) -> None:
        super().__init__(
            "A statement had failed before its transaction was to be kept.",
            hint="Run a statement that may fail in `transaction.begin_nested()`.",
        )
