"""The private PostgreSQL as real processes: made, kept running, ended with its owner, found again after every kill."""

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from astrarium.service.database.embedded import postmaster
from astrarium.service.database.embedded.errors import DataDirectoryInUse, EmbeddedServerFailed
from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.errors import DatabaseError
from astrarium.service.database.transactions import Database
from astrarium.service.database.upgrade import upgrade

OWNER = """
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from astrarium.service.database.embedded.server import EmbeddedServer
if __name__ == "__main__":
    server = EmbeddedServer(Path(sys.argv[1]), {"fsync": "off"})
    server.start()
    print(server._supervisor.pid, flush=True)
    sys.stdin.readline()
    server.stop()
"""
NO_SYNC = {"fsync": "off"}


def ask(server: EmbeddedServer, statement: str):
    """The one value that a statement gives, over a connection of its own."""

    async def run():
        connection = await asyncpg.connect(
            host=str(server.place.socket_directory),
            user=server.url.username,
            password=server.url.password,
            database=server.url.database,
        )
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(run())


def pid_of(server: EmbeddedServer) -> int:
    return postmaster.written(server.place.cluster("18")).pid


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A private server's directory, whose cluster holds a table."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        server = EmbeddedServer(Path(folder) / "postgresql", NO_SYNC)
        server.start()
        ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        server.stop()
        yield server.directory


@pytest.fixture
def server(made) -> Iterator[EmbeddedServer]:
    """A server that is not started; stopped at the end, whatever the test did."""
    own = EmbeddedServer(made, NO_SYNC)
    yield own
    own.stop()
    (made / "own.conf").unlink(missing_ok=True)


@pytest.fixture
def owner(server):
    """Another process that runs the server, and its supervisor's number."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(server.directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        supervisor = int(process.stdout.readline())
        yield process, supervisor
        process.kill()
    server.stop()
    with server.place.supervisor_lock_file.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # had once the supervisor has ended its server


def test_a_first_start_makes_a_database_with_checksums_in_utc(folder):
    server = EmbeddedServer(folder / "a" / "postgresql")
    server.start()
    try:
        shown = {name: ask(server, f"SHOW {name}") for name in (
            "data_checksums", "timezone", "jit", "listen_addresses", "fsync", "wal_level", "server_encoding",
            "logging_collector", "unix_socket_permissions", "log_parameter_max_length",
        )}  # fmt: skip
        statements = ask(server, "SELECT count(*) FROM pg_stat_statements")
    finally:
        server.stop()
    assert shown == {
        "data_checksums": "on",
        "timezone": "UTC",
        "jit": "off",
        "listen_addresses": "",
        "fsync": "on",
        "wal_level": "replica",
        "server_encoding": "UTF8",
        "logging_collector": "on",
        "unix_socket_permissions": "0700",
        "log_parameter_max_length": "0",
    }
    assert statements > 0


def test_what_was_written_is_there_after_a_stop_and_a_start(server):
    server.start()
    assert ask(server, "SELECT answer FROM kept") == 42
    ask(server, "CREATE TABLE written AS SELECT 43 AS answer")
    server.stop()
    assert postmaster.written(server.place.cluster("18")) is None
    server.start()
    assert ask(server, "SELECT answer FROM written") == 43


def test_stopping_twice_or_before_a_start_does_nothing(server):
    server.stop()
    server.start()
    server.stop()
    server.stop()


def test_an_operator_s_own_settings_win(server):
    (server.directory / "own.conf").write_text("work_mem = '13MB'\nlisten_addresses = '*'\n")
    server.start()
    assert ask(server, "SHOW work_mem") == "13MB"
    assert ask(server, "SHOW listen_addresses") == ""


def test_a_second_service_on_the_same_directory_is_refused_and_the_first_goes_on(server, owner):
    process, _ = owner
    with pytest.raises(DataDirectoryInUse) as caught:
        server.start()
    assert str(process.pid) in caught.value.detail
    assert "ASTRARIUM_DATA" in caught.value.hint
    assert ask(server, "SELECT answer FROM kept") == 42


def test_a_killed_server_is_started_again(server, until):
    server.start()
    first = pid_of(server)
    os.kill(first, signal.SIGKILL)
    until(
        lambda: (
            (found := postmaster.written(server.place.cluster("18")))
            and found.pid != first
            and found.is_ready
        )
    )
    assert ask(server, "SELECT answer FROM kept") == 42


def test_a_killed_supervisor_is_replaced_and_still_ends_its_server(server, until):
    server.start()
    first = pid_of(server)
    os.kill(server._supervisor.pid, signal.SIGKILL)
    until(
        lambda: (
            (found := postmaster.written(server.place.cluster("18")))
            and found.pid != first
            and found.is_ready
        )
    )
    assert ask(server, "SELECT answer FROM kept") == 42
    last = pid_of(server)
    server.stop()
    assert not postmaster._serves(last, server.place.cluster("18"))


def test_ctrl_c_and_sigterm_at_the_supervisor_leave_the_server_to_its_owner(server):
    server.start()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(server._supervisor.pid, number)
    assert os.getsid(server._supervisor.pid) != os.getsid(0)
    assert ask(server, "SELECT answer FROM kept") == 42
    assert server._supervisor.poll() is None


def test_the_server_ends_with_an_owner_that_was_killed(server, owner, until):
    process, _ = owner
    pid = pid_of(server)
    process.kill()
    until(lambda: not postmaster._serves(pid, server.place.cluster("18")))
    assert postmaster.written(server.place.cluster("18")) is None
    server.start()
    assert ask(server, "SELECT answer FROM kept") == 42


def test_a_start_right_after_the_owner_was_killed_waits_for_the_old_server_to_end(server, owner):
    process, _ = owner
    process.kill()
    process.wait()
    server.start()
    assert ask(server, "SELECT answer FROM kept") == 42


def test_a_server_that_outlived_owner_and_supervisor_is_ended_by_the_next_start(server, owner):
    process, supervisor = owner
    pid = pid_of(server)
    os.kill(supervisor, signal.SIGSTOP)  # so that it cannot start another one or end this one
    process.kill()
    os.kill(supervisor, signal.SIGKILL)
    process.wait()
    assert postmaster._serves(pid, server.place.cluster("18"))
    server.start()
    assert pid_of(server) != pid
    assert not postmaster._serves(pid, server.place.cluster("18"))
    assert ask(server, "SELECT answer FROM kept") == 42


def test_after_a_power_cut_the_number_in_the_file_may_be_anybody_s(server):
    cluster = server.place.cluster("18")
    with subprocess.Popen(["sleep", "600"], stdout=subprocess.DEVNULL) as bystander:
        try:
            (cluster / "postmaster.pid").write_text(f"{bystander.pid}\n{cluster}\n1700000000\n5432\n")
            server.start()
            assert ask(server, "SELECT answer FROM kept") == 42
            assert bystander.poll() is None
        finally:
            bystander.kill()


@pytest.mark.parametrize("rubbish", ["", "not a number\n", "\0\0\0\0"])
def test_a_postmaster_file_that_says_nothing_is_no_hindrance(server, rubbish):
    (server.place.cluster("18") / "postmaster.pid").write_text(rubbish)
    server.start()
    assert ask(server, "SELECT answer FROM kept") == 42


def test_a_cluster_that_was_not_finished_is_made_anew(folder):
    unfinished = folder / "postgresql" / "18.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = EmbeddedServer(folder / "postgresql", NO_SYNC)
    server.start()
    assert ask(server, "SELECT current_database()") == "astrarium"
    server.stop()
    assert not unfinished.exists()


def test_a_lost_password_is_replaced_by_a_new_one(server):
    before = server.place.password_file.read_text()
    server.place.password_file.unlink()
    server.start()
    assert server.place.password_file.read_text() != before
    assert server.place.password_file.stat().st_mode & 0o777 == 0o600
    assert ask(server, "SELECT answer FROM kept") == 42


def test_a_setting_that_postgresql_refuses_is_told_in_its_words_and_nothing_is_left(server):
    refused = EmbeddedServer(server.directory, {"shared_buffers": "a lot"})
    with pytest.raises(EmbeddedServerFailed, match=r"shared_buffers.*a lot"):
        refused.start()
    assert postmaster.written(server.place.cluster("18")) is None
    server.start()  # nobody holds the directory
    assert ask(server, "SELECT answer FROM kept") == 42


def test_a_missing_library_is_told_though_it_stands_in_the_log_alone(server):
    refused = EmbeddedServer(server.directory, {"shared_preload_libraries": "no_such_library"})
    with pytest.raises(EmbeddedServerFailed, match="no_such_library"):
        refused.start()


def test_transactions_go_on_after_the_server_was_killed(server):
    server.start()
    asyncio.run(upgrade(server.url))

    async def count(database: Database) -> int:
        async with database.keeper() as transaction:
            return (await transaction.execute(text("SELECT count(*) FROM accounts"))).scalar_one()

    async def work() -> None:
        database = Database(server.url)
        assert await count(database) == 0
        os.kill(pid_of(server), signal.SIGKILL)
        async with asyncio.timeout(60):
            while True:
                try:
                    assert await count(database) == 0
                    break
                except DatabaseError:
                    await asyncio.sleep(0.02)
        await database.close()

    asyncio.run(work())
