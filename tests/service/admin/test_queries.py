"""Support and administrators see what statements cost, of the process and of the whole database, and no values."""

import asyncio
import time

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from astrarium.service.app import create_app
from astrarium.service.settings import Settings

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
SECRET = "Zuleika Dobson of Judas College"


@pytest.fixture
def admin(caller_of_role):
    return caller_of_role("admin")


def run(url, *statements):
    async def main():
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement))
        await engine.dispose()

    asyncio.run(main())


def save(owner, name):
    assert owner.post("/people", json={"name": name, "birth": BIRTH}).status_code == 201


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("sort=name", "invalid_sort"), ("sort=calls,-calls", "invalid_sort"), ("sort=", "invalid_sort"),
        ("sort=calls;DROP TABLE people", "invalid_sort"), ("limit=0", "invalid_parameter"),
        ("limit=201", "invalid_parameter"), ("cursor=x", "unknown_parameter"), ("fields=values", "invalid_fields"),
    ],
)  # fmt: skip
def test_wrong_query_is_told(admin, problem, query, code):
    problem(admin.get(f"/admin/queries?{query}"), 400, code)


def test_only_staff_with_a_session_is_let_in(own_service, caller_of_role, problem):
    problem(own_service.get("/api/v1/admin/queries"), 401, "not_signed_in")
    problem(caller_of_role("user").get("/admin/queries"), 403, "not_permitted")
    problem(caller_of_role("admin", scopes=("people:read",)).get("/admin/system"), 403, "not_permitted")
    assert caller_of_role("support").get("/admin/queries").status_code == 200


def test_statements_of_the_process_are_counted_by_pool(admin, signed_in):
    for number in range(3):
        save(signed_in, f"Ada {number}")
    told = admin.get("/admin/queries?limit=200").json()["statements"]
    (saved,) = [one for one in told if one["statement"].startswith("INSERT INTO people")]
    assert (saved["pool"], saved["calls"], saved["rows"]) == ("primary", 3, 3)
    assert 0 < saved["mean_s"] * 3 == pytest.approx(saved["total_s"])
    assert saved["p95_s"] > 0
    assert {one["pool"] for one in told} == {"primary", "keeper"}


def test_statements_of_the_whole_database_are_told_with_roles_rows_and_blocks(admin, signed_in):
    for number in range(3):
        save(signed_in, f"Ada {number}")
    told = admin.get("/admin/queries?limit=200").json()["database"]
    assert (told["standing"], told["hidden"]) == ("known", 0)
    assert told["since"].endswith("Z")
    (saved,) = [one for one in told["statements"] if one["statement"].startswith("INSERT INTO people")]
    assert (saved["role"], saved["calls"], saved["rows"]) == ("astrarium_service", 3, 3)
    assert saved["blocks_hit"] > 0
    assert 0 < saved["mean_s"] <= saved["p95_s"] <= saved["total_s"]
    assert saved["total_s"] == pytest.approx(3 * saved["mean_s"])


@pytest.mark.parametrize("sort", ["-total_s", "mean_s", "-p95_s", "calls,-rows", "rows,calls,-total_s"])
def test_both_lists_come_in_the_order_asked_for_and_no_longer(admin, signed_in, sort):
    save(signed_in, "Ada")
    signed_in.get("/people")
    whole = admin.get(f"/admin/queries?sort={sort}&limit=200").json()
    for costs in (whole["statements"], whole["database"]["statements"]):
        keys = [
            tuple(
                -one[name.removeprefix("-")] if name.startswith("-") else one[name]
                for name in sort.split(",")
            )
            for one in costs
        ]
        assert len(keys) > 3
        assert keys == sorted(keys)
    few = admin.get(f"/admin/queries?sort={sort}&limit=2").json()
    assert len(few["statements"]) == len(few["database"]["statements"]) == 2


def test_no_value_is_told_whoever_sent_it_and_however(admin, signed_in, database_url):
    save(signed_in, SECRET)
    signed_in.get(f"/people?name={SECRET}")
    run(
        database_url,
        f"SELECT '{SECRET}'",
        f"SET LOCAL astrarium.account = '{SECRET}'",
        f"DO $$ BEGIN PERFORM '{SECRET}'; END $$",
        f"COMMENT ON TABLE people IS '{SECRET}'",
        f"SELECT 1 /* {SECRET} */",
    )
    answer = admin.get("/admin/queries?limit=200")
    statements = [one["statement"] for one in answer.json()["database"]["statements"]]
    assert "COMMENT ON TABLE people IS ?" in statements
    assert SECRET not in answer.text
    assert signed_in.account_id.hex not in answer.text
    assert str(signed_in.account_id) not in answer.text


@pytest.fixture
def service_at(database_url):
    """A service of the database whose every statement is slow."""
    return create_app(
        Settings(database_url=database_url.render_as_string(hide_password=False), slow_statement_s=0)
    )


def test_slow_statements_come_with_their_plan_and_without_values(service_at, signed_in, admin):
    from litestar.testing import TestClient

    with TestClient(service_at) as client:
        headers = signed_in.credential
        made = client.post("/api/v1/people", json={"name": SECRET, "birth": BIRTH}, headers=headers)
        assert made.status_code == 201
        ends = time.monotonic() + 10
        planned = []
        while not planned and time.monotonic() < ends:
            answer = client.get("/api/v1/admin/queries?limit=200", headers=admin.credential)
            slow = answer.json()["slow"]
            planned = [
                one for one in slow if one["statement"].startswith("INSERT INTO people") and one["plan"]
            ]
        assert planned[0]["plan"].startswith("Insert on people")
        assert planned[0]["pool"] == "primary"
        assert planned[0]["seconds"] > 0
        assert planned[0]["ended_at"].endswith("Z")
        assert [one["ended_at"] for one in slow] == sorted((one["ended_at"] for one in slow), reverse=True)
        assert SECRET not in answer.text


def test_database_without_the_extension_says_so(admin, database_url):
    run(database_url, "DROP EXTENSION pg_stat_statements")
    told = admin.get("/admin/queries").json()
    assert told["database"] == {"standing": "not_installed", "since": None, "hidden": 0, "statements": []}
    assert told["statements"]


def test_extension_in_a_schema_of_its_own_is_found(admin, database_url):
    run(
        database_url,
        'CREATE SCHEMA "Our Statistics"',
        'GRANT USAGE ON SCHEMA "Our Statistics" TO astrarium_keeper',
        'ALTER EXTENSION pg_stat_statements SET SCHEMA "Our Statistics"',
    )
    assert admin.get("/admin/queries").json()["database"]["standing"] == "known"


def test_a_part_of_the_answer_can_be_asked_for(admin):
    assert set(admin.get("/admin/queries?fields=slow").json()) == {"slow"}
