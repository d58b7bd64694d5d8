"""A database for the service to run on: the operator's, or a private one that lives as long as the service."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from astrarium.service.database.addresses import DatabaseMissing, parse
from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.upgrade import upgrade
from astrarium.service.settings import Settings


@contextmanager
def database_at_hand(settings: Settings) -> Iterator[Settings]:
    """Settings that name a database with this version's tables; a private server is stopped at the end.

    Raises `InvalidDatabaseAddress`, `EmbeddedServerFailed`, or `DatabaseMissing` where there is no data directory.
    """
    if settings.database_url is not None:
        asyncio.run(upgrade(parse(settings.database_url)))
        yield settings
        return
    if settings.data is None:
        raise DatabaseMissing
    server = EmbeddedServer(Path(settings.data) / "postgresql")
    server.start()
    try:
        asyncio.run(upgrade(server.url))
        address = server.url.set(drivername="postgresql").render_as_string(hide_password=False)
        yield msgspec.structs.replace(settings, database_url=address)
    finally:
        server.stop()
