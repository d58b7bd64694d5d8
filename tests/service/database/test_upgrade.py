"""Migrations on real databases: once however many start, down and up again, and clear words where they cannot run."""

import asyncio
import importlib
import pkgutil
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import astrarium.service
from astrarium.service.database import refusals
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.row_security import KEEPER, SERVICE
from astrarium.service.database.tables import metadata
from astrarium.service.database.upgrade import (
    BASE,
    HEAD,
    downgrade,
    expect_current,
    revisions,
    standing,
    upgrade,
)

PROCESSES = 10
MIGRATE = """
import asyncio, logging, sys
from sqlalchemy.engine import make_url
from astrarium.service.database.upgrade import upgrade

class Steps(logging.Handler):
    count = 0
    def emit(self, record):
        self.count += record.getMessage().startswith("Running upgrade")

steps = Steps()
log = logging.getLogger("alembic.runtime.migration")
log.setLevel(logging.INFO)
log.addHandler(steps)
sys.stdin.readline()  # all of them at once
asyncio.run(upgrade(make_url(sys.argv[1])))
print(steps.count)
"""


@pytest.fixture
def empty_url(postgres) -> Iterator[URL]:
    """An empty database of the test's own, that a plain login owns: no superuser, no maker of roles."""
    name = f"test_{new_id().hex}"
    asyncio.run(
        execute(
            postgres.url, f"CREATE ROLE {name} LOGIN PASSWORD 'open'", f"CREATE DATABASE {name} OWNER {name}"
        )
    )
    yield postgres.url.set(database=name, username=name, password="open")
    asyncio.run(execute(postgres.url, f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE {name}"))


async def execute(url: URL, *statements: str) -> None:
    engine = create_async_engine(
        url.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


def asked(url: URL, question):
    """Ask a synchronous question of a connection to `url`."""

    async def ask():
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.connect() as connection:
            answer = await connection.run_sync(question)
        await engine.dispose()
        return answer

    return asyncio.run(ask())


def rows(url: URL, statement: str) -> list[tuple]:
    return asked(url, lambda connection: [tuple(row) for row in connection.execute(text(statement))])


CATALOGUE = """
SELECT 'column', table_name, column_name, data_type || coalesce(column_default, '') || is_nullable
  FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'pg_stat_%'
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'policy', tablename, policyname, concat(roles, cmd, qual, with_check) FROM pg_policies
UNION ALL
SELECT 'function', proname, '', pg_get_functiondef(p.oid) FROM pg_proc p
  WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'grant', relname, relkind::text, relacl::text FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'pg_stat_%'
ORDER BY 1, 2, 3, 4
"""


def test_ten_processes_at_once_migrate_once(postgres, empty_url):
    url = postgres.url.set(database=empty_url.database).render_as_string(hide_password=False)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for process in started:
        process.stdin.write("\n")
        process.stdin.flush()
    ended = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0] * PROCESSES, ended
    assert sorted(int(out) for out, _ in ended) == [0] * (PROCESSES - 1) + [len(revisions())]


def test_every_migration_can_be_taken_back_and_run_again(database_url):
    before = rows(database_url, CATALOGUE)
    assert before
    for revision in (*revisions()[1:], BASE):
        asyncio.run(downgrade(database_url, revision))
        expected = None if revision == BASE else revision
        assert asyncio.run(standing(database_url)).revision == expected
    left = [row for row in rows(database_url, CATALOGUE) if "alembic_version" not in row[1]]
    assert left == []
    asyncio.run(upgrade(database_url, HEAD))
    assert rows(database_url, CATALOGUE) == before


def test_the_models_are_the_migrated_tables(database_url):
    for module in pkgutil.walk_packages(astrarium.service.__path__, "astrarium.service."):
        if ".migrations." not in module.name:  # those are Alembic's to import
            importlib.import_module(module.name)

    def differences(connection: Connection):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    assert "\n".join(map(repr, asked(database_url, differences))) == ""


def test_every_table_with_an_account_shows_its_rows_to_nobody_else(database_url):
    owned = {name for (name,) in rows(
        database_url,
        "SELECT table_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name = 'account_id'",
    )}  # fmt: skip
    secured = rows(
        database_url,
        "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'alembic_version'",
    )
    policies = rows(database_url, "SELECT tablename, roles::text[], qual, with_check FROM pg_policies")
    assert owned
    assert [name for name, is_secured in secured if name in owned | {"accounts"} and not is_secured] == []
    for table in owned | {"accounts"}:
        mine = [policy for policy in policies if policy[0] == table]
        assert (table, [KEEPER], "true", "true") in mine
        granted = rows(
            database_url, f"SELECT privilege_type FROM information_schema.role_table_grants"
            f" WHERE table_name = '{table}' AND grantee = '{SERVICE}'"
        )  # fmt: skip
        theirs = [(qual, check) for _, roles, qual, check in mine if SERVICE in roles]
        assert bool(theirs) == bool(granted), table
        for qual, check in theirs:
            for condition in (qual, check):
                assert condition is None or "astrarium.account" in condition, (table, condition)
    assert all(roles in ([KEEPER], [SERVICE]) for _, roles, _, _ in policies)


def test_a_database_of_a_later_version_is_refused_and_left_alone(database_url):
    async def pretend() -> None:
        engine = create_async_engine(database_url, poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await engine.dispose()

    asyncio.run(pretend())
    for refused in (upgrade(database_url), downgrade(database_url, BASE), expect_current(database_url)):
        with pytest.raises(refusals.DatabaseTooNew) as caught:
            asyncio.run(refused)
        assert "9999" in caught.value.detail
        assert revisions()[0] in caught.value.detail
    found = asyncio.run(standing(database_url))
    assert (found.revision, found.is_known, found.is_current) == ("9999", False, False)


def test_a_database_behind_names_the_command_that_upgrades_it(database_url, empty_url):
    asyncio.run(downgrade(database_url, "0001"))
    with pytest.raises(refusals.DatabaseBehind) as caught:
        asyncio.run(expect_current(database_url))
    assert "0001" in caught.value.detail
    assert "astrarium db upgrade" in caught.value.hint
    with pytest.raises(refusals.DatabaseBehind, match="empty"):
        asyncio.run(expect_current(empty_url))
    asyncio.run(upgrade(database_url))
    asyncio.run(expect_current(database_url))


def test_a_revision_that_does_not_exist_is_refused_with_those_that_do(database_url):
    with pytest.raises(refusals.UnknownRevision) as caught:
        asyncio.run(downgrade(database_url, "-1; DROP"))
    for revision in revisions():
        assert revision in caught.value.hint


def test_a_login_that_may_not_have_the_roles_is_told_what_to_grant(empty_url):
    with pytest.raises(refusals.PrivilegeMissing) as caught:
        asyncio.run(upgrade(empty_url))
    assert SERVICE in caught.value.hint
    assert asyncio.run(standing(empty_url)).revision is None


def test_a_login_without_the_right_to_make_roles_can_be_granted_them(postgres, empty_url):
    asyncio.run(execute(postgres.url, f"GRANT {SERVICE}, {KEEPER} TO {empty_url.username}"))
    asyncio.run(upgrade(empty_url))
    assert asyncio.run(standing(empty_url)).is_current


def test_a_wrong_password_is_told_without_the_password(empty_url):
    with pytest.raises(refusals.DatabaseLoginRefused) as caught:
        asyncio.run(upgrade(empty_url.set(password="a wrong secret")))
    assert empty_url.username in caught.value.detail
    assert "a wrong secret" not in str(caught.value.detail + caught.value.hint)
    assert "a%20wrong" not in caught.value.detail


def test_a_database_that_does_not_exist_is_told_by_name(empty_url):
    with pytest.raises(refusals.DatabaseLoginRefused, match="no_such_database"):
        asyncio.run(standing(empty_url.set(database="no_such_database")))


def test_a_server_that_is_not_there_is_told_with_its_address():
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    url = URL.create("postgresql+asyncpg", "ada", "open", "127.0.0.1", port, "sky")
    with pytest.raises(refusals.DatabaseNotReached, match=f"127.0.0.1:{port}/sky"):
        asyncio.run(standing(url))


def test_a_host_without_an_address_is_told_by_name():
    url = URL.create("postgresql+asyncpg", "ada", "open", "no.such.host.invalid", 5432, "sky")
    with pytest.raises(refusals.DatabaseNotReached, match=r"no\.such\.host\.invalid"):
        asyncio.run(standing(url))


def test_something_else_than_postgresql_at_the_address_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        script = "import socket,sys; s=socket.socket(fileno=int(sys.argv[1])); c,_=s.accept(); c.recv(8); c.close()"
        with subprocess.Popen(
            [sys.executable, "-c", script, str(other.fileno())], pass_fds=[other.fileno()]
        ) as process:
            url = URL.create("postgresql+asyncpg", "ada", "open", "127.0.0.1", other.getsockname()[1], "sky")
            with pytest.raises(refusals.DatabaseNotReached):
                asyncio.run(standing(url))
        assert process.returncode == 0


def test_a_migration_does_not_wait_for_ever_for_a_table(database_url, monkeypatch):
    monkeypatch.setattr("astrarium.service.database.upgrade.TABLE_TIMEOUT", "100ms")

    async def hold() -> None:
        engine = create_async_engine(database_url, poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.execute(text("LOCK TABLE accounts IN ACCESS SHARE MODE"))
            with pytest.raises(refusals.TableHeld):
                await downgrade(database_url, BASE)
        await engine.dispose()

    asyncio.run(hold())
    asyncio.run(upgrade(database_url))
