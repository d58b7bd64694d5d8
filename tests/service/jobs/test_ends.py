"""How attempts end: retries by the class of the failure, the time limit, results that cannot be kept, cancellation."""

import asyncio
import threading
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.service.jobs.service import (
    Cancelled,
    Kind,
    Permanent,
    Retries,
    Transient,
    Work,
    cancel,
    enqueue,
    retry,
)
from astrarium.service.jobs.worker import Rhythm

SOON = timedelta(milliseconds=1)


class Task(msgspec.Struct, frozen=True):
    name: str = ""


class TaskWithMore(msgspec.Struct, frozen=True):
    name: str
    more: int


def kind(**choices) -> Kind[Task]:
    chosen = {"retries": Retries(at=(SOON, SOON)), "time_limit": timedelta(seconds=10), **choices}
    return Kind(name="tests.task", payload=Task, **chosen)


async def put(office, of_kind, payload=None, **choices):
    async with office.database.keeper() as transaction:
        return await enqueue(transaction, of_kind, payload or Task(), now=office.now(), **choices)


async def ask_to_cancel(office, job_id) -> bool:
    async with office.database.keeper() as transaction:
        return await cancel(transaction, job_id, now=office.now())


def ended(office, handler, **choices):
    """The job, once a worker is done with it."""
    of_kind = kind(**choices)

    async def body(office):
        async with office.worker({of_kind: handler}):
            return await office.until(await put(office, of_kind))

    return office(body)


def test_a_passing_failure_is_tried_again_until_it_succeeds(office):
    async def handler(work: Work, _task: Task):
        if work.attempt < 3:
            raise Transient("not yet", SOON)
        return {"attempt": work.attempt}

    job = ended(office, handler)
    assert (job.state, job.attempts, job.result) == ("done", 3, {"attempt": 3})


def test_a_failure_that_stays_is_dead_at_once_and_says_why(office):
    async def handler(_work: Work, _task: Task):
        raise Permanent("the address\0 does not exist")

    job = ended(office, handler)
    assert (job.state, job.attempts) == ("dead", 1)
    assert job.error == {"code": "permanent", "message": "the address\ufffd does not exist"}
    assert job.keep_until - job.finished_at >= timedelta(days=30)


def test_anything_else_that_is_raised_is_tried_again_and_told_to_administrators_only(office, caplog):
    caplog.set_level("CRITICAL", logger="astrarium.jobs")

    async def handler(_work: Work, _task: Task):
        raise ValueError("secret of the code")

    job = ended(office, handler)
    assert (job.state, job.attempts, job.error["code"]) == ("dead", 3, "unexpected")
    assert "secret" not in job.error["message"]
    assert job.error["cause"] == "ValueError: secret of the code"


def test_a_job_beyond_its_time_is_interrupted_and_counts_as_a_passing_failure(office):
    async def handler(work: Work, _task: Task):
        if work.attempt == 1:
            await asyncio.Event().wait()
        return {}

    job = ended(office, handler, time_limit=timedelta(seconds=0.2))
    assert (job.state, job.attempts, job.error["code"]) == ("done", 2, "time_limit")


@pytest.mark.parametrize(
    "result", [object(), {"text": "a\0b"}, {"text": "x" * 300_000}, {"text": "\ud800"}, msgspec.Raw(b"{")],
    ids=["no JSON", "NUL", "too large", "half a character", "broken raw JSON"],
)  # fmt: skip
def test_a_result_that_cannot_be_kept_makes_the_job_dead_and_no_other(office, result):
    async def handler(_work: Work, task: Task):
        return result if task.name == "bad" else {"fine": True}

    of_kind = kind()

    async def body(office):
        ids = [await put(office, of_kind, Task(name)) for name in ("a", "bad", "b")]
        async with office.worker({of_kind: handler}):
            return [await office.until(job_id) for job_id in ids]

    states = [(job.state, (job.error or {}).get("code")) for job in office(body)]
    assert states == [("done", None), ("dead", "invalid_result"), ("done", None)]


def test_a_payload_is_refused_at_once_where_it_does_not_fit(office):
    async def body(office):
        for wrong in (TaskWithMore("x", 1), Task("x" * 70_000), Task("a\0b"), Task(name=7)):
            with pytest.raises(ValueError, match=r"takes|too large|NUL|str"):
                await put(office, kind(), wrong)
        with pytest.raises(ValueError, match="priority"):
            await put(office, kind(), priority=1001)

    office(body)


def test_a_payload_that_no_longer_fits_its_kind_is_dead_without_being_run(office):
    newer = Kind(name="tests.task", payload=TaskWithMore, time_limit=timedelta(seconds=5))

    async def handler(_work: Work, _task: TaskWithMore):
        pytest.fail("it must not be run")

    async def body(office):
        job_id = await put(office, kind())
        async with office.worker({newer: handler}):
            return await office.until(job_id)

    job = office(body)
    assert (job.state, job.error["code"]) == ("dead", "invalid_payload")


def test_a_job_that_waits_is_cancelled_at_once_and_never_runs(office):
    ran = []

    async def handler(_work: Work, task: Task):
        ran.append(task.name)

    of_kind = kind()

    async def body(office):
        gone = await put(office, of_kind, Task("cancelled"))
        assert await ask_to_cancel(office, gone)
        assert not await ask_to_cancel(office, gone)
        after = await put(office, of_kind, Task("after"))
        async with office.worker({of_kind: handler}):
            await office.until(after)
            return await office.job(gone)

    assert office(body).state == "cancelled"
    assert ran == ["after"]


def test_a_running_job_notices_its_cancellation_wherever_it_is(office):
    """One waits, one works in a thread; the wish comes from another connection, as from another process."""
    looking = threading.Event()

    async def waiting(_work: Work, _task: Task):
        await asyncio.Event().wait()

    async def threaded(work: Work, _task: Task):
        def compute() -> None:
            looking.set()
            while True:
                work.stop_if_cancelled()

        try:
            await asyncio.to_thread(compute)
        except asyncio.CancelledError:
            raise Cancelled from None

    waits = kind()
    computes = Kind(name="tests.threaded", payload=Task, time_limit=timedelta(seconds=20))

    async def body(office):
        async with office.worker({waits: waiting, computes: threaded}, Rhythm(beat_s=60)):
            ids = [await put(office, waits), await put(office, computes)]
            for job_id in ids:
                await office.until(job_id, "running")
            await asyncio.to_thread(looking.wait, 10)
            for job_id in ids:
                assert await ask_to_cancel(office, job_id)
            return [(await office.until(job_id)).state for job_id in ids]

    assert office(body) == ["cancelled", "cancelled"]


def test_a_cancellation_whose_notice_was_lost_arrives_with_the_next_sign_of_life(office):
    async def handler(_work: Work, _task: Task):
        await asyncio.Event().wait()

    of_kind = kind()

    async def body(office):
        async with office.worker({of_kind: handler}) as worker:
            worker._hear = worker._wake  # nothing is understood of what is heard
            job_id = await put(office, of_kind)
            await office.until(job_id, "running")
            async with office.database.keeper() as transaction:
                await transaction.exec_driver_sql("UPDATE jobs SET cancel_requested = true")
            return await office.until(job_id)

    assert office(body).state == "cancelled"


def test_a_dead_job_can_be_sent_again_with_all_its_attempts(office):
    is_mended = False

    async def handler(_work: Work, _task: Task):
        if not is_mended:
            raise Transient("broken")
        return {"mended": True}

    of_kind = kind()

    async def body(office):
        nonlocal is_mended
        async with office.worker({of_kind: handler}):
            job_id = await put(office, of_kind)
            assert (await office.until(job_id)).state == "dead"
            is_mended = True
            async with office.database.keeper() as transaction:
                assert await retry(transaction, job_id)
                assert not await retry(transaction, job_id)
            return await office.until(job_id)

    job = office(body)
    assert (job.state, job.attempts, job.result) == ("done", 1, {"mended": True})


@given(
    attempt=st.integers(min_value=1, max_value=10_000),
    most=st.integers(min_value=1, max_value=10_000),
    chance=st.floats(min_value=0, max_value=1),
)
def test_a_wait_is_never_longer_than_the_longest_and_there_is_none_after_the_last_attempt(
    attempt, most, chance
):
    retries = Retries(most_attempts=most, first_wait=timedelta(seconds=2), longest_wait=timedelta(minutes=5))
    wait = retries.wait(attempt, chance)
    assert (wait is None) == (attempt >= most)
    assert wait is None or timedelta(0) <= wait <= min(
        timedelta(minutes=5), timedelta(seconds=2 * 2 ** min(attempt - 1, 20))
    )


def test_an_explicit_schedule_is_kept_to(office):
    waits = (timedelta(seconds=5), timedelta(minutes=5))
    retries = Retries(at=waits)
    assert [retries.wait(attempt, 0.3) for attempt in (1, 2, 3)] == [*waits, None]
