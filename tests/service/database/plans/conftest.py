"""A database whose growing tables are full."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

ROWS = 100_000
ACCOUNTS = 1_000
STAY_SMALL = {"alembic_version", "chart_sources", "job_queues", "leases", "schedules"}
"""These do not grow with accounts: a row for each migration, version of the engine's tables, queue, lease, schedule."""
BY_TYPE = {
    "uuid": "gen_random_uuid()",
    "timestamp with time zone": "now() - n * interval '1 minute'",
    "text": "'t' || n",
    "bytea": "decode(md5(n::text) || md5((-n)::text), 'hex')",
    "jsonb": "'{}'",
    "ARRAY": "'{}'",
    "boolean": "n % 2 = 0",
    "integer": "n % 5",
    "smallint": "200",
    "bigint": "n",
    "USER-DEFINED": "'queued'::pgqueuer_status",
    "date": "current_date - n",
    "double precision": "n",
}
BY_NAME = {
    "role": "'user'",
    "tier": "'free'",
    "trashed_at": "CASE WHEN n % 20 = 0 THEN now() END",
    "suspended_at": "NULL",
    "folder": "CASE WHEN n % 4 = 0 THEN 'folder ' || n % 7 END",
    "person_id": "CASE WHEN n % 3 = 0 THEN gen_random_uuid() END",
}


def account(number):
    return f"('00000000-0000-7000-8000-' || lpad(({number})::text, 12, '0'))::uuid"


def filling(table, columns, keys):
    """The statement that gives a table its rows: of `ACCOUNTS` accounts, or of each once where that is its key."""
    own = {"account_id": account("n" if keys == ["account_id"] else f"n % {ACCOUNTS}")}
    if table == "accounts":
        own["id"] = account("n")
    values = [{**BY_NAME, **own}.get(name) or BY_TYPE[kind] for name, kind in columns]
    names = ", ".join(name for name, _ in columns)
    return (
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM generate_series(0, {ROWS - 1}) AS n"
    )


COLUMNS = """
SELECT columns.table_name, array_agg(ARRAY[column_name::text, data_type::text]),
  (SELECT array_agg(attname::text) FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
   WHERE indisprimary AND indrelid = columns.table_name::regclass)
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE columns.table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY columns.table_name
"""


CHECKS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
WHERE contype = 'c' AND connamespace = 'public'::regnamespace
"""


async def grow(url):
    """Fill every table that grows, and name them."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign keys
        for statement in (await connection.execute(text(CHECKS))).scalars().all():
            await connection.execute(text(statement))  # what fills the tables makes no sense
        found = (await connection.execute(text(COLUMNS))).all()
        growing = sorted(table for table, _, _ in found if table not in STAY_SMALL)
        for table, columns, keys in found:
            if table in growing:
                await connection.execute(text(filling(table, columns, keys)))
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))
    await engine.dispose()
    return growing


@pytest.fixture(scope="module")
def grown(lasting_database):
    """A database whose growing tables have `ROWS` rows, and those tables."""
    return lasting_database, asyncio.run(grow(lasting_database))
