"""Which of the driver's errors is which of ours.

The rule: what failed for want of a server or a connection is `DatabaseUnreachable` or `DatabaseBusy`; a statement that
was stopped is `DatabaseTimeout`; deadlocks, serialization failures and locks not had in time are `DatabaseContention`.
A row for an account that is gone is `NotSignedIn`, as the next request of its former owner will be.
Everything else (a constraint, a wrong statement) stays what it is, for the feature to catch or the log to tell.
"""

import re
from typing import Final

import asyncpg
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError

from astrarium.service.database.errors import (
    DatabaseBusy,
    DatabaseContention,
    DatabaseError,
    DatabaseTimeout,
    DatabaseUnreachable,
)
from astrarium.service.errors import NotSignedIn

_CONTENTION: Final = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock not available
_STOPPED: Final = frozenset({"57014", "25P03"})  # canceled, idle in its transaction for too long
_MISSING_REFERENCE: Final = "23503"
_OWNER: Final = re.compile(r"_account_id(_fkey)?$")
"""How the constraints are named that tie a customer's rows to the account."""

READ_ONLY: Final = "25006"
"""Nothing can be written: the transaction said so itself, or what was the primary is one no more."""
OF_THE_DRIVER: Final = (asyncpg.PostgresError, asyncpg.InterfaceError)
"""What the driver raises of its own."""
REPEATABLE: Final = frozenset({"40001", "40P01"})
"""States after which the same transaction, run again from its beginning, can succeed."""


def state_of(error: BaseException | None) -> str | None:
    """The SQLSTATE that PostgreSQL gave an error, whether it comes through SQLAlchemy or straight from the driver."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(cause, "sqlstate", None)
    return state if isinstance(state, str) else None


def while_connecting(error: BaseException) -> DatabaseError | None:
    """Our word for an error of opening a connection; None where it has another cause."""
    state = state_of(error)
    if state is not None and state.startswith("53"):
        return DatabaseBusy()
    if state is not None or isinstance(error, (OSError, TimeoutError, DBAPIError, asyncpg.InterfaceError)):
        return DatabaseUnreachable()
    return None


def while_running(error: BaseException, *, lost: bool) -> DatabaseError | None:
    """Our word for an error of a statement whose connection is `lost` or not; None where it is the statement's own."""
    if not isinstance(error, Exception):
        return None  # a cancellation goes its own way
    state = state_of(error) or ""
    if state in _CONTENTION:
        return DatabaseContention()
    if state in _STOPPED or isinstance(error, TimeoutError):
        return DatabaseTimeout()
    if state.startswith("53"):
        return DatabaseBusy()
    if lost or state.startswith(("08", "57P")) or isinstance(error, OSError):
        return DatabaseUnreachable()
    return None


def _is_of_a_deleted_account(error: BaseException) -> bool:
    """Whether a row was to be written for an account that was deleted since the request was let in."""
    constraint = getattr(error.__cause__, "constraint_name", None) or ""
    return state_of(error) == _MISSING_REFERENCE and _OWNER.search(constraint) is not None


def name_failure(context: ExceptionContext) -> None:
    """SQLAlchemy's hook at a failed statement: raise our word in place of its own, where there is one."""
    if context.connection is None:
        return  # of opening a connection, which the pool tells
    if _is_of_a_deleted_account(context.original_exception):
        raise NotSignedIn from context.original_exception
    told = while_running(context.original_exception, lost=context.is_disconnect)
    if told is not None:
        raise told from context.original_exception
