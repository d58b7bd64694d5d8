"""Jobs over the API: one's own, and the queues as administrators see them."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import text

from astrarium.service.database.transactions import Database
from astrarium.service.jobs.service import Kind, enqueue


class Task(msgspec.Struct, frozen=True):
    name: str = ""


TASK = Kind(name="tests.task", payload=Task, queue="webhooks", time_limit=timedelta(seconds=10))
NOWHERE = "01a20a8c-fe30-7675-9a36-a9a0d4307174"


@pytest.fixture
def ask(database_url):
    """Run statements as the keeper: `ask(work)`."""

    def run(work):
        async def inside():
            database = Database(database_url)
            try:
                async with database.keeper() as transaction:
                    return await work(transaction)
            finally:
                await database.close()

        return asyncio.run(inside())

    return run


@pytest.fixture
def put(ask, own_service):
    """Enqueue a job of an account, or of the service itself."""

    def made(account=None, **choices) -> str:
        owner = None if account is None else account.account_id
        now = own_service.app.state.now()
        return str(
            ask(lambda transaction: enqueue(transaction, TASK, Task(), account_id=owner, now=now, **choices))
        )

    return made


@pytest.fixture
def fail(ask):
    """Let a job be dead, as after its last attempt."""

    def done(job_id: str) -> None:
        error = '{"code": "unexpected", "message": "It failed unexpectedly.", "cause": "KeyError: 1"}'
        ask(lambda transaction: transaction.execute(
            text("UPDATE jobs SET state = 'dead', queue_id = NULL, finished_at = now(), keep_until = now(),"
                 " attempts = 5, error = CAST(:error AS jsonb) WHERE id = CAST(:id AS uuid)"),
            {"id": job_id, "error": error},
        ))  # fmt: skip

    return done


def test_an_account_lists_and_reads_its_own_jobs_page_by_page(account, put):
    mine, other = account(), account()
    ids = [put(mine) for _ in range(3)]
    put(other)
    put()
    first = mine.get("/jobs?limit=2").json()
    second = mine.get(f"/jobs?limit=2&cursor={first['next']}").json()
    assert [job["id"] for job in (*first["items"], *second["items"])] == ids[::-1]
    assert second["next"] is None
    job = mine.get(f"/jobs/{ids[0]}").json()
    assert (job["kind"], job["state"], job["attempts"], job["result"]) == ("tests.task", "queued", 0, None)
    assert "payload" not in job
    assert mine.get("/jobs?state=dead").json()["items"] == []
    assert len(mine.get("/jobs?kind=tests.task").json()["items"]) == 3
    assert mine.get("/jobs?fields=id,state&limit=1").json()["items"] == [{"id": ids[2], "state": "queued"}]


def test_a_cursor_of_another_filter_is_refused(account, put, problem):
    mine = account()
    for _ in range(2):
        put(mine)
    cursor = mine.get("/jobs?limit=1").json()["next"]
    problem(mine.get(f"/jobs?limit=1&state=queued&cursor={cursor}"), 400, "invalid_cursor")


def test_a_queued_job_is_cancelled_once_and_can_be_sent_again(account, put, problem):
    mine = account()
    job_id = put(mine)
    assert mine.post(f"/jobs/{job_id}/cancel").json()["state"] == "cancelled"
    problem(mine.post(f"/jobs/{job_id}/cancel"), 409, "job_state")
    assert mine.post(f"/jobs/{job_id}/retry").json()["state"] == "queued"
    problem(mine.post(f"/jobs/{job_id}/retry"), 409, "job_state")
    problem(mine.post(f"/jobs/{NOWHERE}/retry"), 404, "not_found")


def test_a_job_whose_key_another_one_has_is_not_sent_again(account, put, fail, problem):
    mine = account()
    dead = put(mine, key="k")
    fail(dead)
    put(mine, key="k")
    problem(mine.post(f"/jobs/{dead}/retry"), 409, "job_superseded")


def test_why_a_job_failed_is_told_to_its_account_without_the_causes_of_the_code(
    account, caller_of_role, put, fail
):
    mine, admin = account(), caller_of_role("admin")
    job_id = put(mine)
    fail(job_id)
    assert mine.get(f"/jobs/{job_id}").json()["error"] == {
        "code": "unexpected", "message": "It failed unexpectedly.",
    }  # fmt: skip
    (seen,) = admin.get("/admin/jobs?state=dead").json()["items"]
    assert (seen["id"], seen["cause"], seen["account_id"]) == (job_id, "KeyError: 1", str(mine.account_id))
    assert "result" not in seen


def test_an_administrator_sends_dead_jobs_again_one_or_all_of_a_kind(account, caller_of_role, put, fail):
    mine, admin = account(), caller_of_role("admin")
    ids = [put(mine), put(), put(key="same"), put(mine)]
    for job_id in ids:
        fail(job_id)
    assert admin.post(f"/admin/jobs/{ids[0]}/retry").json()["state"] == "queued"
    assert admin.post("/admin/jobs/retry-dead", json={"kind": "no.such"}).json() == {
        "retried": 0,
        "has_more": False,
    }
    told = admin.post("/admin/jobs/retry-dead", json={"kind": "tests.task"}).json()
    assert told == {"retried": 3, "has_more": False}
    assert admin.get("/admin/jobs?state=dead").json()["items"] == []
    assert admin.post(f"/admin/jobs/{ids[1]}/cancel").json()["state"] == "cancelled"


def test_queues_tell_what_waits_and_are_paused_and_resumed(caller_of_role, put, fail, problem):
    admin = caller_of_role("admin")
    put()
    fail(put())

    def seen() -> dict:
        return next(one for one in admin.get("/admin/queues").json()["items"] if one["name"] == "webhooks")

    assert (seen()["queued"], seen()["dead"], seen()["paused_at"]) == (1, 1, None)
    assert seen()["oldest"] is not None
    assert admin.post("/admin/queues/webhooks/pause").json()["paused_at"] is not None
    assert admin.post("/admin/queues/webhooks/resume").json()["paused_at"] is None
    problem(admin.post("/admin/queues/no-such/pause"), 404, "not_found")
    assert admin.get("/admin/workers").json() == {"items": [], "next": None}
