"""No statement of a route reads the whole of a table that grows, and no page runs more of them as it fills."""

import asyncio
import re

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from astrarium.service.database.transactions import Database

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
ROWS = 100_000
ACCOUNTS = 1_000
PLANNED = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)


def use_people(signed_in):
    made = signed_in.post("/people", json={"name": "Ada", "birth": BIRTH})
    assert made.status_code == 201, made.text
    here = f"/people/{made.json()['id']}"
    queries = ("", "?sort=name", "?sort=-created_at", "?limit=1", "?q=ad")
    answers = [signed_in.get(f"/people{query}") for query in queries]
    answers += [signed_in.get(here)]
    assert {answer.status_code for answer in answers} <= {200, 400}
    assert sum(answer.status_code == 200 for answer in answers) >= 4
    return here


async def grow(url):
    """Copy the rows of accounts' tables until there are `ROWS`, spread over other accounts; name the tables."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(
            text("SET LOCAL session_replication_role = replica")
        )  # no foreign keys meanwhile
        found = await connection.execute(
            text(
                "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns "
                "WHERE table_schema = 'public' AND is_generated = 'NEVER' GROUP BY table_name"
            )
        )
        grown = []
        for table, columns in found.all():
            if not {"id", "account_id"} <= set(columns):
                continue
            given = ", ".join(f'"{column}"' for column in columns)
            taken = ", ".join(
                {
                    "id": "gen_random_uuid()",
                    "account_id": f"('00000000-0000-7000-8000-' || lpad((n % {ACCOUNTS})::text, 12, '0'))::uuid",
                }.get(column, f'one."{column}"')
                for column in columns
            )
            copied = await connection.execute(
                text(
                    f'INSERT INTO "{table}" ({given}) SELECT {taken} '
                    f'FROM (SELECT * FROM "{table}" LIMIT 1) AS one, generate_series(1, {ROWS}) AS n '
                    "ON CONFLICT DO NOTHING"
                )
            )
            if copied.rowcount == ROWS:
                grown.append(table)
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))
    await engine.dispose()
    return grown


async def plans(url, ran):
    database = Database(url)
    try:
        pools = {"primary": database.primary, "keeper": database.keepers}
        return {statement: await pools[pool].explain(statement) for pool, statement in ran}
    finally:
        await database.close()


def read_whole(plan, tables):
    return [table for table in tables if re.search(rf"Seq Scan on {table}\b", plan)]


def test_statements_of_people_read_no_whole_table(signed_in, database_url, statements_run):
    with statements_run() as ran:
        use_people(signed_in)
    grown = asyncio.run(grow(database_url))
    assert "people" in grown
    explainable = {one for one in ran if PLANNED.match(one[1])}
    found = asyncio.run(plans(database_url, explainable))
    assert any("people" in statement for statement in found)
    wrong = {statement: plan for statement, plan in found.items() if read_whole(plan, grown)}
    assert not wrong, "\n\n".join(f"{statement}\n{plan}" for statement, plan in wrong.items())


def test_a_whole_table_that_is_read_is_found(signed_in, database_url):
    use_people(signed_in)
    grown = asyncio.run(grow(database_url))
    statement = "SELECT id FROM people WHERE notes = $1::text"
    found = asyncio.run(plans(database_url, {("keeper", statement)}))
    assert read_whole(found[statement], grown) == ["people"]


@pytest.mark.parametrize("path", ["/people"])
def test_page_runs_as_many_statements_full_as_empty(signed_in, statements_run, path):
    signed_in.get(path)
    with statements_run() as empty:
        assert signed_in.get(path).json()["items"] == []
    for number in range(5):
        assert signed_in.post("/people", json={"name": f"Ada {number}", "birth": BIRTH}).status_code == 201
    with statements_run() as full:
        assert len(signed_in.get(path).json()["items"]) == 5
    assert len(full) <= len(empty)
