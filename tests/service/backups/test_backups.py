"""A backup every night: whole, private, restorable, and no more of them than are to be kept."""

import asyncio
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from astrarium.service.backups import tasks
from astrarium.service.backups.keeping import back_up_into
from astrarium.service.database.at_hand import FOLDER, is_private
from astrarium.service.database.backup.errors import BackupFailed
from astrarium.service.database.backup.restoring import restore
from astrarium.service.database.embedded.place import Place
from astrarium.service.database.identifiers import new_id
from astrarium.service.settings import Settings

NIGHT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


async def run(url, statement):
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        found = await connection.execute(text(statement))
        rows = found.scalars().all() if found.returns_rows else []
    await engine.dispose()
    return rows


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_brings_everything_back(database_url, tmp_path):
    name = new_id().hex
    asyncio.run(run(database_url, f"INSERT INTO job_queues VALUES ('{name}')"))
    kept = back_up_into(tmp_path / "backups", database_url, kept=7, now=NIGHT)
    asyncio.run(run(database_url, "DELETE FROM job_queues"))
    restore(database_url, tmp_path / "backups" / kept.file, replace=True)
    assert asyncio.run(run(database_url, "SELECT name FROM job_queues")) == [name]
    assert kept.file == "astrarium-20261124T023000Z.zip"
    assert kept.size_bytes == (tmp_path / "backups" / kept.file).stat().st_size
    assert stat.S_IMODE((tmp_path / "backups").stat().st_mode) == 0o700


def test_only_the_last_ones_are_kept_and_nothing_else_is_touched(database_url, tmp_path):
    for other in ("notes.txt", "astrarium-before-the-move.zip", "astrarium-20200101T000000Z.zip.asc"):
        (tmp_path / other).write_text("mine")
    (tmp_path / ".astrarium-20261123T023000Z.zip.4711.unfinished").write_text("of a process that died")
    for night in range(-4, -1):
        (tmp_path / f"astrarium-{NIGHT + timedelta(days=night):%Y%m%dT%H%M%SZ}.zip").write_text("older")
    counts = [
        back_up_into(tmp_path, database_url, kept=2, now=NIGHT + timedelta(days=night)).count
        for night in range(2)
    ]
    assert counts == [2, 2]
    assert names(tmp_path) == [
        "astrarium-20200101T000000Z.zip.asc",
        "astrarium-20261124T023000Z.zip",
        "astrarium-20261125T023000Z.zip",
        "astrarium-before-the-move.zip",
        "notes.txt",
    ]


def test_a_backup_that_fails_leaves_the_earlier_ones(database_url, tmp_path):
    back_up_into(tmp_path, database_url, kept=1, now=NIGHT)
    asyncio.run(run(database_url, "CREATE SEQUENCE broken"))
    asyncio.run(run(database_url, "UPDATE pg_class SET relnamespace = 4242 WHERE relname = 'broken'"))
    with pytest.raises(BackupFailed):
        back_up_into(tmp_path, database_url, kept=1, now=NIGHT + timedelta(days=1))
    assert names(tmp_path) == ["astrarium-20261124T023000Z.zip"]


def settings_with(data: Path | None, address: str, backups: str = "own") -> Settings:
    return Settings(data=None if data is None else str(data), database_url=address, backups=backups)


def private_address(data: Path) -> str:
    return f"postgresql://astrarium:x@/astrarium?host={Place(data / FOLDER).socket_directory}"


@pytest.mark.parametrize(
    ("is_own", "backups", "are_made"),
    [
        (True, "own", True),
        (True, "always", True),
        (True, "never", False),
        (False, "own", False),
        (False, "always", True),
        (False, "never", False),
    ],
)
def test_backups_are_made_of_the_own_database_or_where_they_are_asked_for(
    tmp_path, is_own, backups, are_made
):
    address = private_address(tmp_path) if is_own else "postgresql://stars:x@db.example/stars"
    settings = settings_with(tmp_path, address, backups)
    assert is_private(settings) is is_own
    assert bool(tasks.schedules(settings)) is bool(tasks.handlers(settings)) is are_made


def test_without_a_data_directory_there_is_no_place_for_backups():
    settings = settings_with(None, "postgresql://stars:x@db.example/stars", "always")
    assert (tasks.schedules(settings), tasks.handlers(settings)) == ((), {})
    assert not is_private(settings)
