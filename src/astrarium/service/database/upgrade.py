"""Bring a database to this version's tables, once, however many processes start at the same time.

Rules for migrations stand in docs/howto/write-a-migration.md: each is reversible, and what the running version of the
service needs is taken away only by a later version than the one that stopped using it.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from astrarium.service.database.refusals import (
    LEAST_MAJOR,
    DatabaseBehind,
    DatabaseTooNew,
    DatabaseTooOld,
    UnknownRevision,
    told,
    where,
)

LOCK: Final = 0x41535452  # "ASTR": the advisory lock that migrations run under
HEAD: Final = "head"
BASE: Final = "base"
CONNECT_TIMEOUT_S: Final = 10
TABLE_TIMEOUT: Final = "30s"
"""How long a migration waits for a table; everybody else waits behind it."""

Step = Callable[[Config], None]


class Standing(msgspec.Struct, frozen=True):
    """Where a database stands."""

    server: str
    """PostgreSQL's version."""
    revision: str | None
    """The last migration that was run on it; none on an empty database."""
    newest: str
    """The last migration that this version of the service has."""
    size_bytes: int

    @property
    def is_current(self) -> bool:
        """Whether the tables are those that this version needs."""
        return self.revision == self.newest

    @property
    def is_known(self) -> bool:
        """Whether this version knows what the tables are."""
        return self.revision is None or self.revision in revisions()


async def upgrade(url: URL, revision: str = HEAD) -> None:
    """Run the migrations up to `revision`; whoever comes second waits and finds them done.

    Raises `DatabaseTooNew`, `UnknownRevision`, and what `refusals.told` tells.
    """
    await _run(url, revision, lambda config: command.upgrade(config, revision))


async def downgrade(url: URL, revision: str) -> None:
    """Take back every migration after `revision` (`base`: all of them), with the data that they made room for.

    Raises as `upgrade` does.
    """
    await _run(url, revision, lambda config: command.downgrade(config, revision))


async def standing(url: URL) -> Standing:
    """Where the database stands; nothing is changed.

    Raises `DatabaseTooOld` and what `refusals.told` tells.
    """
    async with opened(url) as connection:
        return await _standing(connection)


async def expect_current(url: URL) -> None:
    """Raise `DatabaseBehind` or `DatabaseTooNew` unless the tables are those that this version needs."""
    found = await standing(url)
    if not found.is_known:
        raise DatabaseTooNew(found.revision or "", found.newest)
    if not found.is_current:
        raise DatabaseBehind(found.revision, found.newest)


def revisions() -> tuple[str, ...]:
    """Every migration of this version, the newest first."""
    scripts = ScriptDirectory.from_config(_configuration())
    return tuple(script.revision for script in scripts.walk_revisions())


@asynccontextmanager
async def opened(url: URL) -> AsyncIterator[AsyncConnection]:
    """One connection to the database as its own login, outside every pool; its failures are told.

    Raises `DatabaseTooOld` and what `refusals.told` tells.
    """
    engine = create_async_engine(
        url, poolclass=NullPool, connect_args={"timeout": CONNECT_TIMEOUT_S, "command_timeout": None}
    )
    try:
        with told(url):
            async with engine.connect() as connection:
                number = int((await connection.execute(text("SHOW server_version_num"))).scalar_one())
                if number // 10_000 < LEAST_MAJOR:
                    raise DatabaseTooOld(where(url), str(number // 10_000))
                await connection.commit()
                yield connection
    finally:
        await engine.dispose()


async def _run(url: URL, revision: str, step: Step) -> None:
    if revision not in {HEAD, BASE, *revisions()}:
        raise UnknownRevision(revision, revisions())
    async with opened(url) as connection:
        await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        await connection.commit()
        found = await _standing(connection)
        if not found.is_known:
            raise DatabaseTooNew(found.revision or "", found.newest)
        await connection.execute(text(f"SET lock_timeout = '{TABLE_TIMEOUT}'"))
        await connection.execute(text("SET statement_timeout = 0"))
        await connection.commit()
        await connection.run_sync(_migrate, step)


async def _standing(connection: AsyncConnection) -> Standing:
    row = (
        await connection.execute(
            text(
                "SELECT current_setting('server_version'), pg_database_size(current_database()),"
                " to_regclass('alembic_version') IS NOT NULL"
            )
        )
    ).one()
    revision = None
    if row[2]:
        revision = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    await connection.commit()
    return Standing(server=row[0].split()[0], revision=revision, newest=revisions()[0], size_bytes=row[1])


def _migrate(connection: Connection, step: Step) -> None:
    config = _configuration()
    config.attributes["connection"] = connection
    step(config)
    connection.commit()


def _configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
