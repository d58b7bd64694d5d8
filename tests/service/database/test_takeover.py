"""From one major version of PostgreSQL to the next, with programs that call themselves 17 in place of real ones."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from astrarium.service.database.backup.takeover import NothingToTakeOver, WrongPrograms, take_over
from astrarium.service.database.embedded.errors import ClusterOfAnotherVersion
from astrarium.service.database.embedded.programs import programs
from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.upgrade import standing, upgrade

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CALLED_17 = """#!/bin/sh
# PostgreSQL 18 that passes for 17: the cluster's mark is 18 only while it runs.
if [ "$1" = --version ]; then echo "postgres (PostgreSQL) 17.9"; exit; fi
echo 18 > "$2/PG_VERSION"
exec "{real}" "$@"
"""


@pytest.fixture
def older(folder) -> Path:
    """A folder of programs that call themselves PostgreSQL 17."""
    made = folder / "older"
    made.mkdir(mode=0o755)
    program = made / "postgres"
    program.write_text(CALLED_17.format(real=programs() / "postgres"))
    program.chmod(0o755)
    return made


@pytest.fixture
def server(folder) -> EmbeddedServer:
    """A stopped private server whose data are marked as PostgreSQL 17's."""
    own = EmbeddedServer(folder / "postgresql", {"fsync": "off"})
    own.start()
    asyncio.run(upgrade(own.url))
    own.stop()
    mark_as_17(own)
    return own


def mark_as_17(server: EmbeddedServer) -> None:
    cluster = server.place.cluster("18").rename(server.place.cluster("17"))
    (cluster / "PG_VERSION").write_text("17\n")


def asked(server: EmbeddedServer, statement: str):
    async def work():
        connection = await asyncpg.connect(
            host=str(server.place.socket_directory),
            user="astrarium",
            password=server.url.password,
            database="astrarium",
        )
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(work())


def test_data_of_an_earlier_version_are_taken_over_and_stay_where_they_were(server, older):
    with pytest.raises(ClusterOfAnotherVersion):
        server.start()
    server.place.cluster("17").rename(server.place.cluster("18"))
    (server.place.cluster("18") / "PG_VERSION").write_text("18\n")
    server.start()
    asked(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    asked(server, "CREATE ROLE reader LOGIN PASSWORD 'see'")
    asked(server, "GRANT SELECT ON kept TO reader")
    verifier = asked(server, "SELECT rolpassword FROM pg_authid WHERE rolname = 'reader'")
    server.stop()
    mark_as_17(server)
    password = server.place.password_file.read_text()

    done = take_over(server, older, NOON)
    assert (done.earlier, done.later, done.old_cluster) == ("17", "18", server.place.cluster("17"))
    assert done.backup.exists()
    assert (done.old_cluster / "base").is_dir()
    assert not (server.directory / "takeover").exists()
    server.start()
    try:
        assert asked(server, "SELECT answer FROM kept") == 42
        assert asked(server, "SELECT rolpassword FROM pg_authid WHERE rolname = 'reader'") == verifier
        assert asyncio.run(standing(server.url)).is_current
        assert server.place.password_file.read_text() == password
    finally:
        server.stop()
    with pytest.raises(NothingToTakeOver):
        take_over(server, older, NOON)


def test_an_interrupted_takeover_is_begun_again(server, older):
    unfinished = server.directory / "takeover" / "18.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    take_over(server, older, NOON)
    server.start()
    server.stop()


@pytest.mark.parametrize("wrong", ["the installed ones", "an empty folder"])
def test_programs_of_another_version_are_refused_and_nothing_is_changed(server, folder, wrong):
    given = programs() if wrong == "the installed ones" else folder
    with pytest.raises(WrongPrograms) as caught:
        take_over(server, given, NOON)
    assert "17" in caught.value.detail
    assert sorted(server.place.clusters()) == ["17"]
    assert not list(server.directory.glob("*.zip"))


def test_a_new_installation_has_nothing_to_take_over(folder, older):
    with pytest.raises(NothingToTakeOver):
        take_over(EmbeddedServer(folder / "postgresql"), older, NOON)
