"""A database for whoever needs one: the operator's, or the private one of the data directory."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy.engine import URL

from astrarium.service.database.addresses import DatabaseMissing, parse
from astrarium.service.database.embedded.cluster import address_in
from astrarium.service.database.embedded.errors import DataDirectoryInUse
from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.upgrade import upgrade
from astrarium.service.settings import Settings

FOLDER: Final = "postgresql"
"""What the private server's directory is called in the data directory."""


def private_server(settings: Settings) -> EmbeddedServer:
    """The private server of the data directory, not started.

    Raises `DatabaseMissing` where there is no data directory.
    """
    if settings.data is None:
        raise DatabaseMissing
    return EmbeddedServer(Path(settings.data) / FOLDER)


def is_private(settings: Settings) -> bool:
    """Whether the settings name the private server of their own data directory."""
    if settings.data is None or settings.database_url is None:
        return False
    socket = private_server(settings).place.socket_directory
    return parse(settings.database_url).query.get("host") == str(socket)


@contextmanager
def database_at_hand(settings: Settings) -> Iterator[Settings]:
    """Settings that name a database with this version's tables; a private server is kept running until the end.

    Raises `InvalidDatabaseAddress`, `DatabaseMissing`, what `EmbeddedServer.start` raises and what `upgrade` raises.
    """
    if settings.database_url is not None:
        asyncio.run(upgrade(parse(settings.database_url)))
        yield settings
        return
    server = private_server(settings)
    server.start()
    try:
        asyncio.run(upgrade(server.url))
        address = server.url.set(drivername="postgresql").render_as_string(hide_password=False)
        yield msgspec.structs.replace(settings, database_url=address)
    finally:
        server.stop()


@contextmanager
def address_at_hand(settings: Settings) -> Iterator[URL]:
    """The address of the database as it is, for a command: a private server that does not run is started for it.

    Raises as `database_at_hand` does, but for `upgrade`.
    """
    if settings.database_url is not None:
        yield parse(settings.database_url)
        return
    server = private_server(settings)
    try:
        server.start()
    except DataDirectoryInUse:  # a service runs on it: its server is the one
        yield address_in(server.place)
        return
    try:
        yield server.url
    finally:
        server.stop()


@contextmanager
def address_alone(settings: Settings) -> Iterator[URL]:
    """The address of the database, whose private server no service uses.

    Raises `DataDirectoryInUse` where one does, and as `address_at_hand` does.
    """
    if settings.database_url is not None:
        yield parse(settings.database_url)
        return
    server = private_server(settings)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
