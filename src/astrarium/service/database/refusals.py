"""What an operator is told where a database cannot be brought into use, in PostgreSQL's words and with the way out.

The same server that fails a request later is a 503 there (`failures`); here it is a command that stops.
"""

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar, Final

import asyncpg
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from astrarium.errors import AstrariumError
from astrarium.service.database.row_security import KEEPER, SERVICE

LEAST_MAJOR: Final = 15
"""The oldest PostgreSQL that the service runs on."""


class DatabaseNotReached(AstrariumError):
    """Nothing answers at the database's address, or it does not answer in PostgreSQL's way."""

    code: ClassVar[str] = "database_not_reached"

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(
            f"The database at {where} cannot be reached: {reason}",
            hint="Check that PostgreSQL runs there, and the host and port of DATABASE_URL.",
            data={"where": where, "reason": reason},
        )


class DatabaseLoginRefused(AstrariumError):
    """The server is there and does not let us in."""

    code: ClassVar[str] = "database_login_refused"

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(
            f"The database at {where} refuses the login: {reason}",
            hint="Check the user, the password and the database's name in DATABASE_URL, and the server's pg_hba.conf.",
            data={"where": where, "reason": reason},
        )


class DatabaseTooOld(AstrariumError):
    """The server is older than the service can use."""

    code: ClassVar[str] = "database_server_too_old"

    def __init__(self, where: str, version: str) -> None:
        super().__init__(
            f"The server at {where} is PostgreSQL {version}; at least {LEAST_MAJOR} is needed.",
            hint="Upgrade that server, or name another one in DATABASE_URL.",
            data={"where": where, "version": version},
        )


class PrivilegeMissing(AstrariumError):
    """The login may not do what migrations have to do."""

    code: ClassVar[str] = "database_privilege_missing"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The database's login lacks a privilege: {reason}",
            hint="Make it the owner of its database and let it make roles (ALTER ROLE … CREATEROLE), or let an "
            f"administrator run once: CREATE ROLE {SERVICE}; CREATE ROLE {KEEPER}; GRANT {SERVICE}, {KEEPER} TO …",
            data={"reason": reason},
        )


class DatabaseTooNew(AstrariumError):
    """A later version of Astrarium has changed the tables since."""

    code: ClassVar[str] = "database_too_new"

    def __init__(self, revision: str, newest: str) -> None:
        super().__init__(
            f"The database is at revision {revision}, which this version of Astrarium does not know (its last is "
            f"{newest}).",
            hint="Install the version of Astrarium that upgraded it, or a later one.",
            data={"revision": revision, "newest": newest},
        )


class DatabaseBehind(AstrariumError):
    """The tables are those of an earlier version."""

    code: ClassVar[str] = "database_behind"

    def __init__(self, revision: str | None, newest: str) -> None:
        at = f"at revision {revision}" if revision else "empty"
        super().__init__(
            f"The database is {at}; this version of Astrarium needs {newest}.",
            hint="Run `astrarium db upgrade` once, then start again.",
            data={"revision": revision, "newest": newest},
        )


class UnknownRevision(AstrariumError):
    """There is no migration of that name."""

    code: ClassVar[str] = "unknown_revision"

    def __init__(self, revision: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no migration {revision!r}.",
            hint=f"Name one of {', '.join(reversed(known))}; or `head` or `base`.",
            data={"revision": revision, "known": list(known)},
        )


class TableHeld(AstrariumError):
    """A transaction of somebody else kept a migration from its table."""

    code: ClassVar[str] = "database_table_held"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"A migration waited in vain for a table that another transaction holds: {reason}",
            hint="Nothing was half done. End that transaction (pg_stat_activity names it) and run it again.",
            data={"reason": reason},
        )


def where(url: URL) -> str:
    """The address as one can tell it: without the password."""
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


@contextmanager
def told(url: URL) -> Iterator[None]:
    """Turn what PostgreSQL and the system say into the errors of this module; anything else stays what it is."""
    try:
        yield
    except (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        meant = _meaning(error, url)
        if meant is None:
            raise
        raise meant from error


def _meaning(error: BaseException, url: URL) -> AstrariumError | None:
    if isinstance(error, DBAPIError):
        error = getattr(error.orig, "__cause__", None) or error.orig or error
    reason = f"{error}.".replace("..", ".")
    match error:
        case asyncpg.InvalidAuthorizationSpecificationError() | asyncpg.InvalidCatalogNameError():
            return DatabaseLoginRefused(where(url), reason)
        case asyncpg.InsufficientPrivilegeError():
            return PrivilegeMissing(reason)
        case asyncpg.LockNotAvailableError() | asyncpg.DeadlockDetectedError():
            return TableHeld(reason)
        case (
            asyncpg.CannotConnectNowError()
            | asyncpg.TooManyConnectionsError()
            | asyncpg.PostgresConnectionError()
        ):
            return DatabaseNotReached(where(url), reason)
        case socket.gaierror():
            return DatabaseNotReached(where(url), f"there is no host {url.host!r}.")
        case TimeoutError():
            return DatabaseNotReached(where(url), "it does not answer.")
        case OSError():
            return DatabaseNotReached(where(url), f"{_plain(error)}.")
        case asyncpg.InterfaceError() | ValueError():
            return DatabaseNotReached(where(url), reason)
        case _:
            return None


def _plain(error: OSError) -> str:
    """What the system says; where several addresses were tried, Python's list of what each said."""
    return os.strerror(error.errno) if error.errno else str(error)
