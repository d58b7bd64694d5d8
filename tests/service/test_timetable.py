"""What runs by itself, all of it: each schedule has its work, the work does what the page says, and no more."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from astrarium.service.database.deleting import some_of, until_none_is_left
from astrarium.service.database.transactions import Database
from astrarium.service.jobs.service import Work
from astrarium.service.parts import Parts
from astrarium.service.people.models import people
from astrarium.service.schedules.service import Due
from astrarium.service.settings import Settings
from astrarium.service.timetable import handlers, timetable
from builders import schedules_page

KEY = "c29tZSAzMiBieXRlcyB0aGF0IGFyZSBubyBzZWNyZXQ="
NOW = datetime(2026, 11, 23, 15, 20, 45, tzinfo=UTC)
SETTINGS = Settings(data="/data", database_url="postgresql:///stars", secret_keys=(KEY,), backups="always")
A_DAY, A_MOMENT = timedelta(days=1), timedelta(seconds=1)
DELETED = {
    "accounts.sweep": {
        "sessions": ("seen_at", 14 * A_DAY, {"expires_at": NOW + A_DAY}),
        "api_keys": ("expires_at", -A_MOMENT, {}),
        "mailed_tokens": ("expires_at", -A_MOMENT, {}),
        "registrations": ("expires_at", -A_MOMENT, {}),
        "known_devices": ("seen_at", 365 * A_DAY, {}),
        "sign_in_failures": ("last_at", A_DAY, {}),
    },
    "people.purge_trash": {"people": ("trashed_at", 30 * A_DAY, {})},
    "saved_charts.purge_trash": {"saved_charts": ("trashed_at", 30 * A_DAY, {})},
    "sharing.purge_expired": {"share_links": ("expires_at", 30 * A_DAY, {})},
    "idempotency.purge": {"idempotency_keys": ("expires_at", -A_MOMENT, {})},
    "jobs.purge": {"jobs": ("keep_until", A_MOMENT, {"state": "done", "finished_at": NOW, "queue_id": None})},
    "jobs.repair": {"job_workers": ("seen_at", A_DAY, {})},
    "live.purge": {
        "live_events": ("created_at", A_DAY, {}),
        "live_tickets": ("expires_at", A_MOMENT, {}),
        "notifications": ("created_at", 90 * A_DAY, {}),
    },
    "schedules.purge": {"schedule_runs": ("created_at", 30 * A_DAY, {})},
    "webhooks.purge": {"webhook_events": ("happened_at", 30 * A_DAY, {})},
}
"""By each schedule: of which tables it deletes rows, by which column, and how long after the instant there."""
ELSEWHERE = {"database.backup", "webhooks.wake_forgotten", "batches.purge", "batches.mend"}
"""Those whose work their features test."""
VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "gen_random_uuid()::text",
    "bytea": "decode(md5(random()::text), 'hex')",
    "jsonb": "'{}'",
    "ARRAY": "'{}'",
    "boolean": "false",
    "timestamp with time zone": "CAST(:now AS timestamptz)",
}
COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_name = :table AND is_nullable = 'NO' AND is_identity = 'NO'
"""


async def bring(connection, table, given, count=1):
    """Rows with the columns that are `given`, and something in each of the others that needs it."""
    needed = (await connection.execute(text(COLUMNS), {"table": table})).all()
    values = {name: VALUES.get(kind, "n") for name, kind in needed} | {name: f":{name}" for name in given}
    rows = f"SELECT {', '.join(values.values())} FROM generate_series(1, :count) AS n"
    sql = f"INSERT INTO {table} ({', '.join(values)}) {rows}"
    await connection.execute(text(sql), {"now": NOW, "count": count} | given)


async def with_rows(url, tables):
    """Of each table one row that is a second too old, and one that is not yet."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys
        for table, (column, after, more) in tables.items():
            for age in (after + A_MOMENT, after - A_MOMENT):
                await bring(connection, table, {column: NOW - age, **more})
    await engine.dispose()


async def left(url, tables):
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        found = {
            table: list((await connection.execute(text(f"SELECT {column} FROM {table}"))).scalars())
            for table, (column, _, _) in tables.items()
        }
    await engine.dispose()
    return found


async def run(url, name):
    known, work = timetable(SETTINGS), {kind.name: does for kind, does in handlers(SETTINGS).items()}
    database = Database(url)
    try:
        given = Work(uuid4(), None, 1, database, lambda: NOW, lambda: None)
        return await work[known[name].kind.name](given, Due(NOW))
    finally:
        await database.close()


def test_every_schedule_has_a_handler():
    known = timetable(SETTINGS)
    runs = Parts(SETTINGS, lambda: NOW).handlers()
    assert {one.kind for one in known.values()} <= set(runs)
    assert set(handlers(SETTINGS)) <= {one.kind for one in known.values()}
    assert set(known) == set(DELETED) | ELSEWHERE
    for one in known.values():
        assert one.kind.decode(one.kind.encode(one.payload(NOW))) == one.payload(NOW)


def test_the_page_tells_every_schedule():
    page = Path(schedules_page.PAGE).read_text("utf-8")
    assert schedules_page.page(page) == page, "python -m builders.schedules_page writes it anew"
    retention = page.partition("## What is deleted")[2].partition("\n## ")[0]
    assert (
        set(DELETED) - {"jobs.repair"}
        == {name for name in timetable(SETTINGS) if f"`{name}`" in retention} - ELSEWHERE
    )


@pytest.mark.parametrize("name", DELETED)
def test_what_is_over_is_deleted_and_nothing_that_is_not(database_url, name):
    tables = DELETED[name]

    async def main():
        await with_rows(database_url, tables)
        first = await run(database_url, name)
        found = await left(database_url, tables)
        return first, found, await run(database_url, name)

    first, found, again = asyncio.run(main())
    assert found == {table: [NOW - after + A_MOMENT] for table, (_, after, _) in tables.items()}
    if name != "jobs.repair":
        assert (first, again) == ({"deleted": len(tables)}, {"deleted": 0})


def test_much_is_deleted_in_short_transactions(database_url, statements_run):
    async def main():
        await with_rows(database_url, {"people": ("trashed_at", timedelta(0), {})})
        database = Database(database_url)
        try:
            some = some_of(people, people.c.trashed_at < NOW + A_DAY, most=1)

            async def portion(transaction):
                return (await transaction.execute(some)).rowcount

            with statements_run() as ran:
                return await until_none_is_left(database, portion), len(ran)
        finally:
            await database.close()

    assert asyncio.run(main()) == (2, 3)


async def fill(url):
    """Ten thousand rows of each table that something is deleted from, none of them over."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys
        for tables in DELETED.values():
            for table, (column, _, more) in tables.items():
                given = more if column == "trashed_at" else {column: NOW + A_DAY, **more}
                await bring(connection, table, given, count=10_000)
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))
    await engine.dispose()


def test_nothing_that_runs_by_itself_reads_a_whole_table(database_url):
    growing = sorted({table for tables in DELETED.values() for table in tables} - {"job_workers"})
    counts = text(
        "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname = ANY(:names) AND idx_scan > 0"
    )

    async def main():
        await fill(database_url)
        for name in DELETED:
            await run(database_url, name)
        engine = create_async_engine(database_url, poolclass=NullPool)
        async with asyncio.timeout(30):
            while True:  # until the connections that are closed have told what they did
                async with engine.connect() as connection:
                    found = {
                        row.relname: row.seq_scan
                        for row in await connection.execute(counts, {"names": growing})
                    }
                if len(found) == len(growing) or any(found.values()):
                    return found
                await asyncio.sleep(0.05)

    assert asyncio.run(main()) == dict.fromkeys(growing, 0)


def test_waking_nothing_is_no_fault(database_url):
    assert asyncio.run(run(database_url, "webhooks.wake_forgotten")) == {"woken": 0}
