"""Addresses of databases: what an operator writes, and what the driver takes."""

from typing import ClassVar

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from astrarium.errors import AstrariumError


class InvalidDatabaseAddress(AstrariumError):
    """The text is not the address of a PostgreSQL database; it is not told, since it may hold a password."""

    code: ClassVar[str] = "invalid_database_address"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"That is not the address of a PostgreSQL database: {reason}.",
            hint="Write postgresql://user:password@host:5432/name, or postgresql:///name?host=/socket/directory.",
        )


class DatabaseMissing(AstrariumError):
    """No database was named, and no private one started."""

    code: ClassVar[str] = "database_missing"

    def __init__(self) -> None:
        super().__init__(
            "The service was given no database.",
            hint="Set DATABASE_URL, or start it by `astrarium serve`, which runs a private PostgreSQL.",
        )


def parse(address: str) -> URL:
    """Read `postgresql://…` as SQLAlchemy's URL for asyncpg, which calls libpq's `sslmode` by another name.

    Raises `InvalidDatabaseAddress`.
    """
    try:
        url = make_url(address.strip())
    except (ArgumentError, ValueError) as error:
        raise InvalidDatabaseAddress("it is no URL") from error
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise InvalidDatabaseAddress(f"it begins with {url.drivername}://")
    if not url.database:
        raise InvalidDatabaseAddress("it names no database")
    query = {("ssl" if name == "sslmode" else name): value for name, value in url.query.items()}
    return url.set(drivername="postgresql+asyncpg", query=query)
