"""Backups of real databases: the whole of one, restored whole or not at all, whoever owns it and whatever the file."""

import asyncio
import hashlib
import io
import json
import stat
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import URL

from astrarium.service.database.backup import errors
from astrarium.service.database.backup.archive import DUMP, MANIFEST
from astrarium.service.database.backup.clients import way_to
from astrarium.service.database.backup.dumping import back_up
from astrarium.service.database.backup.restoring import restore
from astrarium.service.database.backup.roles import identifier
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.pools import APPLICATION
from astrarium.service.database.refusals import DatabaseNotReached
from astrarium.service.database.row_security import KEEPER, SERVICE
from astrarium.service.database.upgrade import BASE, downgrade, revisions, standing, upgrade

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run(url: URL, *statements: str, **options) -> list[tuple]:
    """Run statements over one connection and give the rows of the last."""

    async def work():
        connection = await asyncpg.connect(
            host=url.query["host"], user=url.username, password=url.password, database=url.database, **options
        )
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return [tuple(row) for row in await connection.fetch(statements[-1])]
        finally:
            await connection.close()

    return asyncio.run(work())


def contents(url: URL) -> dict[str, list[tuple]]:
    """Every row of every table, as text."""
    tables = run(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return {name: run(url, f"SELECT t::text FROM {name} t ORDER BY 1") for (name,) in tables}


def filled(url: URL) -> URL:
    run(
        url,
        "INSERT INTO accounts (id, email, email_key) SELECT gen_random_uuid(), name, name"
        " FROM (SELECT i || '@example.org' AS name FROM generate_series(1, 500) i)",
        "SELECT 1",
    )
    return url


@pytest.fixture
def own_url(postgres) -> Iterator[URL]:
    """An empty database of a plain login: no superuser, subject to row-level security."""
    name = f"test_{new_id().hex}"
    run(
        postgres.url,
        f"CREATE ROLE {name} LOGIN PASSWORD 'open'",
        f"GRANT {SERVICE}, {KEEPER} TO {name}",
        "SELECT 1",
    )
    run(postgres.url, f"CREATE DATABASE {name} OWNER {name}", "SELECT 1")
    yield postgres.url.set(database=name, username=name, password="open")
    run(postgres.url, f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE {name}", "SELECT 1")


@pytest.fixture
def backup(database_url, tmp_path) -> Path:
    path = tmp_path / "sky.zip"
    back_up(filled(database_url), path, NOON)
    return path


def rewritten(path: Path, **changes) -> None:
    """The same archive with other values in its manifest."""
    with zipfile.ZipFile(path) as archive:
        manifest, dump = json.loads(archive.read(MANIFEST)), archive.read(DUMP)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(DUMP, changes.pop("dump", dump))
        archive.writestr(MANIFEST, json.dumps(manifest | changes))


def test_what_was_backed_up_is_there_after_a_restore_into_an_empty_database(database_url, own_url, backup):
    manifest = restore(own_url, backup, replace=False)
    assert contents(own_url) == contents(database_url)
    assert len(contents(own_url)["accounts"]) == 500
    assert (manifest.revision, manifest.made_at) == (revisions()[0], "2026-11-23T12:00:00Z")
    assert asyncio.run(standing(own_url)).is_current
    secured = run(own_url, "SELECT count(*) FROM pg_policies")
    assert secured == run(database_url, "SELECT count(*) FROM pg_policies") != [(0,)]


def test_a_plain_owner_backs_up_every_row_though_row_security_concerns_it(own_url, tmp_path):
    asyncio.run(upgrade(own_url))
    before = contents(filled(own_url))
    back_up(own_url, tmp_path / "sky.zip", NOON)
    run(own_url, "DELETE FROM accounts", "SELECT 1")
    restore(own_url, tmp_path / "sky.zip", replace=True)
    assert contents(own_url) == before
    assert len(before["accounts"]) == 500


def test_a_login_that_would_not_see_every_row_writes_no_backup(own_url, tmp_path):
    asyncio.run(upgrade(own_url))
    run(own_url, "CREATE POLICY hiding ON accounts AS RESTRICTIVE USING (false)", "SELECT 1")
    with pytest.raises(errors.BackupIncomplete, match="accounts"):
        back_up(own_url, tmp_path / "sky.zip", NOON)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_its_owner_s_alone_and_readable_by_ordinary_tools(backup):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with zipfile.ZipFile(backup) as archive:
        assert archive.testzip() is None
        assert archive.read(DUMP).startswith(b"PGDMP")
        assert json.loads(archive.read(MANIFEST))["format"] == 1
    assert list(backup.parent.iterdir()) == [backup]


def test_roles_with_their_passwords_survive(postgres, database_url, own_url, tmp_path):
    reader, crowd = f"Reader {new_id().hex}", f"crowd_{new_id().hex}"
    try:
        run(
            database_url, f"CREATE ROLE {crowd}", f"GRANT SELECT ON accounts TO {crowd}",
            f"CREATE ROLE {identifier(reader)} LOGIN PASSWORD 'see' IN ROLE {crowd}", "SELECT 1",
        )  # fmt: skip
        back_up(database_url, tmp_path / "sky.zip", NOON)
        run(database_url, f"DROP OWNED BY {crowd}", f"DROP ROLE {crowd}, {identifier(reader)}", "SELECT 1")
        restore(postgres.url.set(database=own_url.database), tmp_path / "sky.zip", replace=False)
        as_reader = own_url.set(username=reader, password="see")
        assert run(as_reader, "SELECT count(*) FROM accounts") == [(0,)]  # row-level security shows it none
    finally:
        run(
            own_url.set(username="astrarium", password=postgres.url.password),
            f"DROP OWNED BY {crowd}",
            "SELECT 1",
        )
        run(postgres.url, f"DROP ROLE IF EXISTS {crowd}, {identifier(reader)}", "SELECT 1")


def test_a_database_with_tables_is_not_written_over_unasked(database_url, own_url, backup):
    asyncio.run(upgrade(own_url))
    before = contents(own_url)
    with pytest.raises(errors.DatabaseNotEmpty) as caught:
        restore(own_url, backup, replace=False)
    assert "--replace" in caught.value.hint
    assert contents(own_url) == before
    restore(own_url, backup, replace=True)
    assert contents(own_url) == contents(database_url)


def test_replacing_removes_what_the_backup_does_not_know(own_url, backup):
    run(
        own_url, "CREATE TYPE mood AS ENUM ('sad')", "CREATE TABLE extra (id serial PRIMARY KEY, mood mood)",
        "CREATE VIEW seen AS SELECT id FROM extra", "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SELECT 1",
    )  # fmt: skip
    restore(own_url, backup, replace=True)
    assert run(
        own_url, "SELECT to_regclass('extra'), to_regclass('seen'), to_regtype('mood'), to_regproc('one')"
    ) == [(None, None, None, None)]


def test_a_backup_of_an_earlier_version_is_brought_to_this_one(database_url, own_url, tmp_path):
    asyncio.run(downgrade(database_url, "0001"))
    assert back_up(database_url, tmp_path / "old.zip", NOON).revision == "0001"
    restore(own_url, tmp_path / "old.zip", replace=False)
    assert asyncio.run(standing(own_url)).is_current


def test_an_empty_database_can_be_backed_up_and_restored(database_url, own_url, tmp_path):
    asyncio.run(downgrade(database_url, BASE))
    assert back_up(database_url, tmp_path / "empty.zip", NOON).revision is None
    restore(own_url, tmp_path / "empty.zip", replace=False)
    assert asyncio.run(standing(own_url)).is_current


def test_a_service_on_the_database_keeps_a_restore_from_it(own_url, backup):
    async def serve_meanwhile():
        connection = await asyncpg.connect(
            host=own_url.query["host"], user=own_url.username, password="open", database=own_url.database,
            server_settings={"application_name": APPLICATION},
        )  # fmt: skip
        try:
            await asyncio.to_thread(restore, own_url, backup, replace=True)
        finally:
            await connection.close()

    with pytest.raises(errors.DatabaseInUse, match="1 connection"):
        asyncio.run(serve_meanwhile())


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda whole: whole[:-200], "cut short"),
        (lambda whole: b"not a backup at all", "no backup"),
        (lambda whole: b"", "no backup"),
        (lambda whole: whole.replace(whole[3000:3040], b"x" * 40), "damaged"),
    ],
    ids=["cut short", "something else", "empty", "damaged"],
)
def test_a_file_that_is_not_whole_changes_nothing(own_url, backup, spoil, said):
    backup.write_bytes(spoil(backup.read_bytes()))
    with pytest.raises(errors.BackupUnusable, match=said):
        restore(own_url, backup, replace=True)
    assert contents(own_url) == {}


def test_another_zip_file_is_no_backup(own_url, tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("letter.txt", "Dear Ada")
    (tmp_path / "letters.zip").write_bytes(stream.getvalue())
    with pytest.raises(errors.BackupUnusable, match="something else"):
        restore(own_url, tmp_path / "letters.zip", replace=True)


def test_a_dump_that_was_exchanged_is_refused(own_url, backup):
    rewritten(backup, dump=b"PGDMP and then something else")
    with pytest.raises(errors.BackupUnusable, match="SHA-256"):
        restore(own_url, backup, replace=True)


@pytest.mark.parametrize(
    "change", [{"revision": "9999"}, {"server": "99.1"}, {"format": 2}], ids=["tables", "server", "file"]
)
def test_a_backup_of_a_later_version_is_refused_and_nothing_is_changed(own_url, backup, change):
    rewritten(backup, **change)
    asyncio.run(upgrade(own_url))
    before = contents(own_url)
    with pytest.raises(errors.BackupTooNew) as caught:
        restore(own_url, backup, replace=True)
    assert str(next(iter(change.values()))) in caught.value.detail
    assert contents(own_url) == before


def test_a_restore_that_fails_in_the_middle_leaves_the_database_as_it_was(
    postgres, own_url, database_url, tmp_path
):
    run(database_url, "CREATE TABLE awkward AS SELECT 1 AS one", "SELECT 1")
    run(
        database_url, "CREATE SCHEMA elsewhere", "CREATE TABLE elsewhere.there AS SELECT 1 AS one", "SELECT 1"
    )
    back_up(filled(database_url), tmp_path / "sky.zip", NOON)
    run(
        postgres.url.set(database=own_url.database), "CREATE SCHEMA elsewhere", "SELECT 1"
    )  # stands in the way
    asyncio.run(upgrade(own_url))
    before = contents(filled(own_url))
    with pytest.raises(errors.RestoreFailed, match="elsewhere"):
        restore(own_url, tmp_path / "sky.zip", replace=True)
    assert contents(own_url) == before


def test_a_dump_that_breaks_off_is_rolled_back(own_url, backup):
    with zipfile.ZipFile(backup) as archive:
        dump = archive.read(DUMP)
    cut = dump[: len(dump) * 2 // 3]
    rewritten(backup, dump=cut, dump_bytes=len(cut), dump_sha256=hashlib.sha256(cut).hexdigest())
    asyncio.run(upgrade(own_url))
    before = contents(filled(own_url))
    with pytest.raises(errors.RestoreFailed):
        restore(own_url, backup, replace=True)
    assert contents(own_url) == before


def test_a_backup_that_fails_leaves_no_file_and_keeps_the_one_before(own_url, tmp_path):
    path = tmp_path / "sky.zip"
    path.write_bytes(b"the one before")
    asyncio.run(upgrade(own_url))
    run(own_url, "CREATE TABLE locked ()", "REVOKE ALL ON locked FROM CURRENT_USER", "SELECT 1")
    with pytest.raises(errors.BackupFailed, match="locked"):
        back_up(own_url, path, NOON)
    assert path.read_bytes() == b"the one before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_server_that_is_not_there_is_told_before_anything_is_written(tmp_path):
    url = URL.create("postgresql+asyncpg", "ada", "open", database="sky", query={"host": str(tmp_path)})
    with pytest.raises(DatabaseNotReached):
        back_up(url, tmp_path / "sky.zip", NOON)
    assert list(tmp_path.iterdir()) == []


def test_the_password_goes_by_the_environment_and_no_variable_of_the_operator_s_leads_elsewhere(monkeypatch):
    monkeypatch.setenv("PGHOST", "elsewhere.example")
    monkeypatch.setenv("PGOPTIONS", "-c search_path=elsewhere")
    way = way_to(
        URL.create("postgresql+asyncpg", "ada", "o'pen", "db.example", 6432, "sky", {"ssl": "require"})
    )
    asked = {name: value for name, value in way.items() if name.startswith("PG")}
    assert asked == {
        "PGHOST": "db.example",
        "PGPORT": "6432",
        "PGUSER": "ada",
        "PGPASSWORD": "o'pen",
        "PGDATABASE": "sky",
        "PGSSLMODE": "require",
        "PGCONNECT_TIMEOUT": "10",
        "PGAPPNAME": "astrarium db",
    }
