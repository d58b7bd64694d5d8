"""Bring a database to this version's tables, once, however many processes start at the same time."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

LOCK: Final = 0x41535452  # "ASTR": the advisory lock that migrations run under
HEAD: Final = "head"

Step = Callable[[Config], None]


async def upgrade(url: URL, revision: str = HEAD) -> None:
    """Run the migrations up to `revision`; whoever comes second waits and finds them done."""
    await _run(url, lambda config: command.upgrade(config, revision))


async def downgrade(url: URL, revision: str) -> None:
    """Take back every migration after `revision` (`base`: all of them)."""
    await _run(url, lambda config: command.downgrade(config, revision))


async def _run(url: URL, step: Step) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            await connection.commit()
            await connection.run_sync(_migrate, step)
    finally:
        await engine.dispose()


def _migrate(connection: Connection, step: Step) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    step(config)
    connection.commit()
