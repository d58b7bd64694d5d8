"""Who can get at the private PostgreSQL, where its socket and its programs are, and what it refuses to touch."""

import asyncio
import os
import shutil
import stat
import subprocess

import asyncpg
import pytest

from astrarium.service.database.embedded import tuning
from astrarium.service.database.embedded.errors import (
    ClusterOfAnotherVersion,
    DirectoryOutOfReach,
    SocketDirectoryTaken,
)
from astrarium.service.database.embedded.place import LONGEST_SOCKET, Place
from astrarium.service.database.embedded.programs import environment, major_of, programs, run_as, within_reach
from astrarium.service.database.embedded.server import EmbeddedServer

STRANGER = 54321
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become other users")
MIB = 1024 * 1024


def connect(server: EmbeddedServer, password: str | None) -> None:
    async def run():
        connection = await asyncpg.connect(
            host=str(server.place.socket_directory), user="astrarium", password=password, database="astrarium"
        )
        await connection.close()

    asyncio.run(run())


def psql(server: EmbeddedServer, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [programs() / "psql", "-h", server.place.socket_directory, "-U", "astrarium", "-w", "-c", "SELECT 1"],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=environment(),
        **options,
    )


@pytest.mark.parametrize("password", ["wrong", ""])
def test_nobody_gets_in_without_the_password(postgres, password):
    with pytest.raises(asyncpg.InvalidPasswordError):
        connect(postgres, password)
    connect(postgres, postgres.url.password)


def test_only_its_user_can_pass_to_the_socket_and_only_its_owner_read_the_password(postgres):
    assert stat.S_IMODE(postgres.directory.stat().st_mode) == 0o700
    assert stat.S_IMODE(postgres.place.password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE((postgres.directory / ".s.PGSQL.5432").stat().st_mode) == 0o700
    rules = (postgres.place.cluster("18") / "pg_hba.conf").read_text().split("\n")
    assert [rule.split() for rule in rules if rule] == [
        ["local", "all", "all", "scram-sha-256"],
        ["local", "replication", "all", "scram-sha-256"],
    ]


@as_root
def test_another_user_of_the_machine_does_not_come_as_far_as_the_socket(postgres):
    done = psql(postgres, user=STRANGER, group=STRANGER, extra_groups=[])
    assert done.returncode != 0
    assert "Permission denied" in done.stderr


@as_root
def test_the_user_who_runs_it_for_root_needs_the_password_too(postgres):
    user = run_as()
    done = psql(postgres, user=user.pw_uid, group=user.pw_gid, extra_groups=[])
    assert done.returncode != 0
    assert "no password supplied" in done.stderr


@as_root
def test_the_server_is_no_process_of_root(postgres):
    assert postgres.place.cluster("18").stat().st_uid == run_as().pw_uid != 0


@as_root
def test_a_directory_that_its_user_cannot_pass_to_is_refused_and_nothing_is_made_or_changed(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(DirectoryOutOfReach) as caught:
        EmbeddedServer(closed / "data" / "postgresql").start()
    assert str(closed) in caught.value.detail
    assert run_as().pw_name in caught.value.detail
    assert f"chmod o+x {closed}" in caught.value.hint
    assert list(closed.iterdir()) == []
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_directories_that_are_made_on_the_way_can_be_passed_whatever_the_umask(folder):
    before = os.umask(0o077)
    try:
        place = Place(folder / "a" / "b" / "postgresql")
        place.make(run_as())
    finally:
        os.umask(before)
    assert subprocess.run(["test", "-w", place.directory], check=False, user=run_as().pw_uid).returncode == 0


@as_root
def test_programs_that_its_user_cannot_reach_are_copied_once(folder):
    closed, copies = folder / "closed", folder / "programs"
    closed.mkdir(mode=0o700)
    (closed / "pginstall").symlink_to(programs().parent)
    hidden = closed / "pginstall" / "bin"
    user = run_as()
    assert major_of(hidden, user) is None
    copied = within_reach(hidden, copies, user)
    assert major_of(copied, user) == major_of(programs())
    made = (copied / "postgres").stat().st_ino
    assert (within_reach(hidden, copies, user) / "postgres").stat().st_ino == made
    assert within_reach(programs(), copies, user) == programs()


def test_a_path_too_long_for_a_socket_gets_a_private_directory_for_it(folder):
    deep = folder.joinpath(*["d" * 30] * 4)
    server = EmbeddedServer(deep / "postgresql", {"fsync": "off"})
    sockets = server.place.socket_directory
    assert len(os.fsencode(deep / "postgresql" / ".s.PGSQL.5432")) > LONGEST_SOCKET
    server.start()
    try:
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        connect(server, server.url.password)
    finally:
        server.stop()
        shutil.rmtree(sockets)


@pytest.mark.parametrize("spoil", ["open to all", "a link", "a file"])
def test_a_socket_s_directory_that_is_not_private_is_refused(folder, spoil):
    place = Place(folder.joinpath(*["d" * 30] * 4))
    sockets = place.socket_directory
    try:
        if spoil == "open to all":
            sockets.mkdir()
            sockets.chmod(0o777)
        elif spoil == "a link":
            sockets.symlink_to(folder)
        else:
            sockets.touch(mode=0o600)
        with pytest.raises(SocketDirectoryTaken, match=str(sockets)):
            place.make_socket_directory(run_as())
    finally:
        sockets.rmdir() if spoil == "open to all" else sockets.unlink()


@pytest.mark.parametrize(
    ("name", "written", "word"),
    [
        ("17", "17", "upgrade-server"),
        ("19", "19", "later"),
        ("18", "19", "later"),
        ("18", "17", "upgrade-server"),
    ],
)
def test_data_of_another_major_version_are_refused_and_left_alone(folder, name, written, word):
    cluster = folder / "postgresql" / name
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text(f"{written}\n")
    with pytest.raises(ClusterOfAnotherVersion) as caught:
        EmbeddedServer(folder / "postgresql").start()
    assert f"PostgreSQL {written}" in caught.value.detail
    assert "PostgreSQL 18" in caught.value.detail
    assert word in caught.value.hint
    assert [path.name for path in cluster.iterdir()] == ["PG_VERSION"]
    assert Place(folder / "postgresql").clusters() == {name: cluster}


@pytest.mark.parametrize(
    ("memory_mib", "buffers", "cache"),
    [(256, "64MB", "256MB"), (4096, "512MB", "2048MB"), (1_000_000, "2048MB", "65536MB")],
)
def test_memory_decides_on_the_buffers(memory_mib, buffers, cache):
    settings = tuning.settings(memory_mib * MIB)
    assert (settings["shared_buffers"], settings["effective_cache_size"]) == (buffers, cache)


@pytest.mark.parametrize(("limit", "expected"), [("67108864\n", 64 * MIB), ("max\n", None), (None, None)])
def test_a_container_s_limit_counts_as_the_memory(tmp_path, limit, expected):
    file = tmp_path / "memory.max"
    if limit is not None:
        file.write_text(limit)
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert tuning.memory_bytes(file) == (expected or whole)


def test_a_setting_with_a_quote_stays_one_setting():
    assert (
        tuning.written({"cluster_name": "it's; port = 1"}).splitlines()[-1]
        == "cluster_name = 'it''s; port = 1'"
    )
