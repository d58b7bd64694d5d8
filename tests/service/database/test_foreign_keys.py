"""Foreign keys and their indexes."""

import asyncio

from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

STAY_SMALL = {"alembic_version", "chart_sources", "leases", "schedules"}

UNINDEXED = """
SELECT conrelid::regclass::text || ' ' || conname FROM pg_constraint
WHERE contype = 'f' AND confrelid::regclass::text <> ALL(:small) AND NOT EXISTS (
  SELECT FROM pg_index WHERE indrelid = conrelid
  AND (SELECT array_agg(k ORDER BY k) FROM unnest((indkey::int2[])[0:cardinality(conkey) - 1]) AS k)
    = (SELECT array_agg(k ORDER BY k) FROM unnest(conkey) AS k)
)
"""


def test_what_follows_a_deleted_row_is_found_by_an_index(database_url):
    async def main():
        engine = create_async_engine(database_url, poolclass=NullPool)
        async with engine.connect() as connection:
            found = await connection.execute(text(UNINDEXED), {"small": sorted(STAY_SMALL)})
            told = found.scalars().all()
        await engine.dispose()
        return told

    assert asyncio.run(main()) == []
