"""Repair, purge, workers that are lost, and the queue's table beside PgQueuer's own declaration."""

import asyncio
from datetime import timedelta

import asyncpg
import msgspec
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence import schema_inspect
from pgqueuer.domain.schema.declaration import target
from sqlalchemy import text

from astrarium.service.jobs.adapters.pgqueuer import settings
from astrarium.service.jobs.service import Kind, Retries, Work, cancel, enqueue, purge, repair, workers
from astrarium.service.jobs.worker import Rhythm


class Task(msgspec.Struct, frozen=True):
    name: str = ""


TASK = Kind(
    name="tests.task", payload=Task, time_limit=timedelta(seconds=10), retries=Retries(at=(timedelta(0),))
)


async def put(office):
    async with office.database.keeper() as transaction:
        return await enqueue(transaction, TASK, Task(), now=office.now())


async def run(office, statement, **values):
    async with office.database.keeper() as transaction:
        return await transaction.execute(text(statement), values)


async def quickly(_work: Work, _task: Task) -> dict[str, bool]:
    return {"fine": True}


async def take_as_a_lost_worker(office, job_id, attempts: int, seen: str):
    """The state that a worker leaves which was killed in the middle of an attempt."""
    async with office.database.keeper() as transaction:
        await transaction.execute(
            text("UPDATE jobs SET state = 'running', attempts = :attempts WHERE id = :id"),
            {"id": job_id, "attempts": attempts},
        )
        await transaction.exec_driver_sql(
            "UPDATE pgqueuer SET status = 'picked', queue_manager_id = gen_random_uuid(),"
            f" heartbeat = now() + interval '{seen}'"
        )


def test_the_job_of_a_worker_that_died_is_taken_by_another_and_counts_as_an_attempt(office):
    async def body(office):
        job_id = await put(office)
        await take_as_a_lost_worker(office, job_id, 1, "-1 minute")
        async with office.worker({TASK: quickly}):
            return await office.until(job_id)

    job = office(body)
    assert (job.state, job.attempts) == ("done", 2)


def test_a_job_that_kills_its_worker_every_time_ends_as_dead(office):
    async def body(office):
        job_id = await put(office)
        await take_as_a_lost_worker(office, job_id, 2, "-1 minute")
        async with office.worker({TASK: quickly}):
            return await office.until(job_id)

    job = office(body)
    assert (job.state, job.error["code"]) == ("dead", "worker_lost")


def test_the_outcome_of_a_worker_that_lost_its_job_does_not_count(office):
    """Another took the job, since this one's signs of life failed to come: the second outcome is the one."""
    attempts = []
    go_on = asyncio.Event()

    async def stubborn(work: Work, _task: Task) -> dict[str, int]:
        attempts.append(work.attempt)
        if work.attempt == 1:
            await go_on.wait()
        return {"attempt": work.attempt}

    async def body(office):
        deaf = Rhythm(beat_s=60, lost_after_s=60)
        async with office.worker({TASK: stubborn}, deaf):
            job_id = await put(office)
            await office.until(job_id, "running")
            await run(office, "UPDATE pgqueuer SET heartbeat = now() - interval '1 hour'")
            async with office.worker({TASK: stubborn}):
                job = await office.until(job_id)
                go_on.set()
        return job, await office.job(job.id)

    then, later = office(body)
    assert attempts == [1, 2]
    assert then.result == later.result == {"attempt": 2}


def test_a_worker_that_is_told_to_stop_hands_back_what_lasts_and_no_attempt_is_used(office):
    started = asyncio.Event()

    async def endless(work: Work, _task: Task) -> dict[str, int]:
        if not started.is_set():
            started.set()
            await asyncio.Event().wait()
        return {"attempt": work.attempt}

    async def body(office):
        job_id = await put(office)
        async with office.worker({TASK: endless}, Rhythm(grace_s=0.1)):
            await started.wait()
        handed_back = await office.job(job_id)
        async with office.worker({TASK: endless}):
            return handed_back, await office.until(job_id)

    handed_back, job = office(body)
    assert (handed_back.state, handed_back.attempts) == ("queued", 0)
    assert (job.state, job.result) == ("done", {"attempt": 1})


def test_progress_is_written_while_the_job_runs_and_with_its_end(office):
    go_on = asyncio.Event()

    async def slow(work: Work, _task: Task) -> None:
        await work.progress(3, 10)
        await go_on.wait()
        await work.progress(10)

    async def body(office):
        async with office.worker({TASK: slow}):
            job_id = await put(office)
            async with asyncio.timeout(10):
                while (job := await office.job(job_id)).progress_done is None:  # noqa: ASYNC110  (of a database)
                    await asyncio.sleep(0.01)
            go_on.set()
            return job, await office.until(job_id)

    during, after = office(body)
    assert (during.state, during.progress_done, during.progress_total) == ("running", 3, 10)
    assert (after.progress_done, after.progress_total) == (10, 10)


def test_workers_are_seen_while_they_live(office):
    async def body(office):
        async def seen():
            async with office.database.keeper() as transaction:
                return await workers(transaction)

        async with office.worker({TASK: quickly}, concurrency=3) as worker:
            async with asyncio.timeout(10):
                while not (during := await seen()):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert during[0].id == worker.id
        return during[0], await seen()

    during, after = office(body)
    assert (during.concurrency, during.queues, after) == (3, ["default"], [])


def test_repair_queues_what_has_lost_its_row_and_drops_rows_without_a_job(office):
    async def body(office):
        stranded, cancelled, fine = [await put(office) for _ in range(3)]
        await run(office, "DELETE FROM pgqueuer WHERE payload = uuid_send(:id)", id=stranded)
        async with office.database.keeper() as transaction:
            await cancel(transaction, cancelled, now=office.now())
        async with office.database.keeper() as transaction:
            mended = await repair(transaction, now=office.now())
        async with office.database.keeper() as transaction:
            again = await repair(transaction, now=office.now())
        rows = (await run(office, "SELECT count(*) FROM pgqueuer")).scalar_one()
        async with office.worker({TASK: quickly}):
            states = [(await office.until(job_id)).state for job_id in (stranded, cancelled, fine)]
        return mended, again, rows, states

    assert office(body) == (1, 0, 2, ["done", "cancelled", "done"])


def test_repair_takes_signs_of_life_from_the_future_for_present_ones(office):
    async def body(office):
        job_id = await put(office)
        await take_as_a_lost_worker(office, job_id, 1, "1 year")
        async with office.database.keeper() as transaction:
            await repair(transaction, now=office.now())
        async with office.worker({TASK: quickly}):
            return (await office.until(job_id)).state

    assert office(body) == "done"


def test_purge_deletes_what_is_over_its_keep_and_nothing_else(office):
    async def body(office):
        async with office.worker({TASK: quickly}):
            done = await put(office)
            await office.until(done)
        waits = await put(office)

        async def purged(now):
            async with office.database.keeper() as transaction:
                return await purge(transaction, now=now)

        early = await purged(office.now() + timedelta(days=6))
        late = await purged(office.now() + timedelta(days=8))
        left = (await run(office, "SELECT id FROM jobs")).scalars().all()
        return early, late, left == [waits]

    assert office(body) == (0, 1, True)


def test_the_queues_table_has_every_column_that_the_installed_pgqueuer_declares(database_url):
    async def look():
        connection = await asyncpg.connect(
            database_url.set(drivername="postgresql").render_as_string(hide_password=False)
        )
        try:
            return await schema_inspect.inspect(AsyncpgDriver(connection), settings())
        finally:
            await connection.close()

    live, declared = asyncio.run(look()), target(settings())
    found = {table.name: {(one.name, one.type) for one in table.columns} for table in live.tables}
    for table in declared.tables:
        if table.name in {"pgqueuer", "pgqueuer_log"}:
            assert {(one.name, one.type) for one in table.columns} == found[table.name]
    (enum,) = declared.enums
    assert [one.labels for one in live.enums if one.name == enum.name] == [enum.labels]
