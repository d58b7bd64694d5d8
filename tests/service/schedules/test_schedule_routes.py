"""Schedules over the API: what staff sees, and what administrators change."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

NAME = "accounts.sweep"
PATH = f"/admin/schedules/{NAME}"


@pytest.fixture
def admin(caller_of_role):
    return caller_of_role("admin")


def told(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_expression_that_is_none_is_refused_where_it_stands(admin, problem):
    refused = problem(admin.patch(PATH, json={"expression": "every night"}), 422, "invalid_cron_expression")
    assert refused["errors"][0]["pointer"] == "/expression"
    assert told(admin.get(PATH))["expression"] == "7 * * * *"


def test_bodies_of_another_shape_are_refused(admin, problem):
    for body in ({"paused": None}, {"expression": ""}, {"expression": 5}, {"zone": "Europe/Berlin"}, []):
        problem(admin.patch(PATH, json=body), 422, "invalid_body")


def test_what_is_not_there_is_not_found(admin, problem):
    for method, path in (
        ("GET", ""), ("PATCH", ""), ("POST", "/run"), ("POST", "/pause"), ("POST", "/resume"),
    ):  # fmt: skip
        body = {"json": {}} if method == "PATCH" else {}
        problem(admin.send(method, f"/admin/schedules/nothing.of.it{path}", **body), 404, "not_found")


def test_support_looks_and_changes_nothing(caller_of_role, problem):
    support = caller_of_role("support")
    assert told(support.get(PATH))["name"] == NAME
    problem(support.patch(PATH, json={"paused": True}), 403, "not_permitted")
    for verb in ("run", "pause", "resume"):
        problem(support.post(f"{PATH}/{verb}"), 403, "not_permitted")


def test_the_list_tells_all_that_runs_by_itself_before_any_worker_has(admin, own_service):
    known = own_service.app.state.parts.schedules
    items = told(admin.get("/admin/schedules?limit=200"))["items"]
    assert [one["name"] for one in items] == sorted(known)
    assert {one["expression"] == known[one["name"]].expression for one in items} == {True}
    assert {one["zone"] for one in items} == {"UTC"}
    first = admin.get("/admin/schedules?limit=1&sort=-next_at&fields=name")
    assert set(first.json()["items"][0]) == {"name"}
    assert 'rel="next"' in first.headers["link"]


def test_a_changed_expression_moves_the_next_ticks_and_can_be_taken_back(admin):
    changed = told(admin.patch(PATH, json={"expression": " 30  4 * * 1-5 "}))
    assert (changed["expression"], changed["declared_expression"]) == ("30 4 * * 1-5", "7 * * * *")
    assert changed["next_at"] == changed["coming"][0]
    assert {tick[11:] for tick in changed["coming"]} == {"04:30:00Z"}
    assert told(admin.patch(PATH, json={})) == changed
    back = told(admin.patch(PATH, json={"expression": None}))
    assert back["expression"] == "7 * * * *"
    assert len(back["coming"]) == 5


def test_a_paused_schedule_has_no_next_tick_until_it_is_resumed(admin):
    for _ in range(2):
        paused = told(admin.post(f"{PATH}/pause"))
        assert (paused["standing"], paused["next_at"], paused["coming"]) == ("paused", None, [])
    assert paused["paused_at"] is not None
    resumed = told(admin.post(f"{PATH}/resume"))
    assert (resumed["standing"], resumed["paused_at"]) == ("active", None)
    assert resumed["next_at"] is not None
    assert told(admin.patch(PATH, json={"paused": True}))["standing"] == "paused"


def test_a_change_is_made_only_to_what_was_read(admin, problem):
    tag = admin.get(PATH).headers["etag"]
    assert admin.get(PATH, headers={"If-None-Match": tag}).status_code == 304
    changed = admin.patch(PATH, json={"paused": True}, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] == admin.get(PATH).headers["etag"] != tag
    problem(admin.patch(PATH, json={"paused": False}, headers={"If-Match": tag}), 412, "precondition_failed")


def test_a_run_by_hand_enqueues_one_job_and_leaves_the_ticks(admin):
    before = told(admin.post(f"{PATH}/pause"))
    first, second = admin.post(f"{PATH}/run"), admin.post(f"{PATH}/run")
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    after = told(admin.get(PATH))
    assert [run["job_id"] for run in after["runs"]] == [first.json()["job_id"]] * 2
    assert {(run["tick"], run["state"]) for run in after["runs"]} == {(None, "queued")}
    assert (after["standing"], after["next_at"]) == (before["standing"], before["next_at"])
    assert after["last_at"] is not None


def test_what_is_retired_stays_in_the_list_and_cannot_run(admin, database_url, problem):
    told(admin.get("/admin/schedules"))

    async def retire():
        engine = create_async_engine(database_url, poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.execute(
                text("UPDATE schedules SET name = 'old.work', retired_at = now() WHERE name = :name"),
                {"name": NAME},
            )
        await engine.dispose()

    asyncio.run(retire())
    old = told(admin.get("/admin/schedules/old.work"))
    assert (old["standing"], old["next_at"], old["coming"]) == ("retired", None, [])
    problem(admin.post("/admin/schedules/old.work/run"), 409, "schedule_retired")
    names = [one["name"] for one in told(admin.get("/admin/schedules"))["items"]]
    assert {"old.work", NAME} <= set(names)


def test_the_job_of_a_run_is_told_until_it_is_deleted(admin, database_url):
    job_id = admin.post(f"{PATH}/run").json()["job_id"]

    async def delete():
        engine = create_async_engine(database_url, poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.execute(text("DELETE FROM jobs"))
        await engine.dispose()

    asyncio.run(delete())
    assert told(admin.get(PATH))["runs"][0] | {"enqueued_at": None} == {
        "tick": None, "enqueued_at": None, "job_id": job_id, "state": None,
    }  # fmt: skip
