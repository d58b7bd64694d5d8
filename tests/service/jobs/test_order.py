"""What runs when: commits, keys, priorities, due times, pauses, bounds of kinds and shares of accounts."""

import asyncio
from collections import Counter
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select, text

from astrarium.service.accounts import registration
from astrarium.service.database.identifiers import new_id
from astrarium.service.http import tracing
from astrarium.service.jobs.models import jobs
from astrarium.service.jobs.service import Kind, Work, cancel, enqueue, enqueue_many, pause, queues, resume


class Task(msgspec.Struct, frozen=True):
    name: str = ""


TASK = Kind(name="tests.task", payload=Task, time_limit=timedelta(seconds=10))
SHARED = Kind(name="tests.shared", payload=Task, time_limit=timedelta(seconds=30), at_once_per_account=2)
FEW = Kind(name="tests.few", payload=Task, time_limit=timedelta(seconds=30), at_once=3)


async def account_on(office):
    async with office.database.keeper() as transaction:
        email = f"{new_id().hex}@stars.example"
        return await registration.create(transaction, email, "", role="user", now=office.now())


class Log:
    """A handler that notes what it ran, in order, and how many ran at once."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.now: Counter = Counter()
        self.most: Counter = Counter()

    async def __call__(self, work: Work, task: Task) -> None:
        self.ran.append(task.name)
        self.now[work.account_id] += 1
        self.most[work.account_id] = max(self.most[work.account_id], self.now[work.account_id])
        await asyncio.sleep(0.005)
        self.now[work.account_id] -= 1


def test_a_job_of_a_transaction_that_is_rolled_back_never_was(office):
    log = Log()

    async def body(office):
        async def fail():
            async with office.database.keeper() as transaction:
                await enqueue(transaction, TASK, Task("undone"), now=office.now())
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await fail()
        async with office.database.keeper() as transaction:
            kept = await enqueue(transaction, TASK, Task("kept"), now=office.now())
        async with office.worker({TASK: log}):
            await office.until(kept)

    office(body)
    assert log.ran == ["kept"]


def test_an_account_enqueues_in_its_own_transaction_and_sees_its_own_jobs_alone(office):
    log = Log()

    async def body(office):
        mine, theirs = await account_on(office), await account_on(office)
        async with office.database.of(mine) as transaction:
            job_id = await enqueue(transaction, TASK, Task("mine"), account_id=mine, now=office.now())
        async with office.database.of(theirs) as transaction:
            assert (await transaction.execute(select(jobs.c.id))).all() == []
            assert not await cancel(transaction, job_id, now=office.now())
        async with office.worker({TASK: log}):
            assert (await office.until(job_id)).state == "done"

    office(body)
    assert log.ran == ["mine"]


def test_one_key_is_one_unfinished_job_for_each_account(office):
    async def body(office):
        owner = await account_on(office)
        async with office.database.keeper() as transaction:
            of_service = [await enqueue(transaction, TASK, Task(), key="k", now=office.now()) for _ in "ab"]
            of_owner = await enqueue(transaction, TASK, Task(), key="k", account_id=owner, now=office.now())
        log = Log()
        async with office.worker({TASK: log}):
            await office.until(of_owner)
            await office.until(of_service[0])
        async with office.database.keeper() as transaction:
            later = await enqueue(transaction, TASK, Task(), key="k", now=office.now())
        return of_service, of_owner, later, len(log.ran)

    (first, second), of_owner, later, ran = office(body)
    assert first == second
    assert len({first, of_owner, later}) == 3
    assert ran == 2


def test_many_transactions_with_one_key_at_the_same_time_make_one_job(office):
    async def body(office):
        async def put():
            async with office.database.keeper() as transaction:
                return await enqueue(transaction, TASK, Task(), key="same", now=office.now())

        return await asyncio.gather(*(put() for _ in range(12)))

    assert len(set(office(body))) == 1


def test_priority_goes_first_and_equals_go_in_order(office):
    log = Log()

    async def body(office):
        async with office.database.keeper() as transaction:
            for name, priority in (("b", 0), ("c", 0), ("a", 5), ("d", -5)):
                last = await enqueue(transaction, TASK, Task(name), priority=priority, now=office.now())
        async with office.worker({TASK: log}, concurrency=1):
            await office.until(last)

    office(body)
    assert log.ran == ["a", "b", "c", "d"]


@pytest.mark.parametrize("kind", [TASK, SHARED], ids=["queued", "waiting for its share"])
def test_a_job_begins_no_sooner_than_it_may_and_soon_after_without_any_notice(office, kind):
    async def body(office):
        owner = await account_on(office)
        async with office.worker({kind: Log()}):
            due = office.now() + timedelta(seconds=0.5)
            async with office.database.keeper() as transaction:
                job_id = await enqueue(
                    transaction, kind, Task(), not_before=due, account_id=owner, now=office.now()
                )
            job = await office.until(job_id)
            return (job.started_at - due).total_seconds()

    assert 0 <= office(body) < 4  # of a poll every five seconds


def test_what_is_due_at_once_does_not_wait_for_a_clock_that_was_set_back(office):
    async def body(office):
        async with office.database.keeper() as transaction:
            await enqueue(transaction, TASK, Task(), now=office.now() + timedelta(days=400))
            waits = await transaction.execute(
                text("SELECT count(*) FROM pgqueuer WHERE execute_after > '-infinity'")
            )
            return waits.scalar_one()

    assert office(body) == 0


def test_a_paused_queue_waits_and_goes_on_when_resumed(office):
    log = Log()

    async def body(office):
        async with office.worker({TASK: log}):
            async with office.database.keeper() as transaction:
                await pause(transaction, "default", now=office.now())
            async with office.database.keeper() as transaction:
                job_id = await enqueue(transaction, TASK, Task("x"), now=office.now())
            await asyncio.sleep(0.3)  # three signs of life, and as many looks at what is paused
            before = (await office.job(job_id)).state
            async with office.database.keeper() as transaction:
                (told,) = await queues(transaction, ["default"])
                await resume(transaction, "default")
            return before, told, (await office.until(job_id)).state

    before, told, after = office(body)
    assert (before, after) == ("queued", "done")
    assert (told.queued, told.paused_at is not None, told.oldest is not None) == (1, True, True)


def test_a_kind_runs_at_most_as_often_at_once_as_it_may_over_all_workers(office):
    log = Log()

    async def body(office):
        async with office.database.keeper() as transaction:
            ids = await enqueue_many(transaction, FEW, [Task()] * 40, now=office.now())
        async with office.worker({FEW: log}), office.worker({FEW: log}):
            for job_id in ids:
                await office.until(job_id)

    office(body)
    assert len(log.ran) == 40
    assert log.most[None] == 3


def test_ten_thousand_jobs_of_one_customer_do_not_stand_in_front_of_another(office):
    log = Log()

    async def body(office):
        greedy, modest = await account_on(office), await account_on(office)
        async with office.database.of(greedy) as transaction:
            await enqueue_many(
                transaction, SHARED, [Task("greedy")] * 10_000, account_id=greedy, now=office.now()
            )
        async with office.worker({SHARED: log}, concurrency=4):
            async with asyncio.timeout(10):
                while len(log.ran) < 20:  # noqa: ASYNC110  (what is waited for is a length)
                    await asyncio.sleep(0.01)
            async with office.database.of(modest) as transaction:
                ids = await enqueue_many(
                    transaction, SHARED, [Task("modest")] * 10, account_id=modest, now=office.now()
                )
            began = len(log.ran)
            for job_id in ids:
                await office.until(job_id)
            return greedy, log.ran[began:]

    greedy, since = office(body)
    assert log.most[greedy] == 2
    # both have two places, so that the other's ten take their turns with about ten of the ten thousand
    assert since.index("modest") <= 4
    assert 5 <= since.count("greedy") <= 40


def test_a_job_goes_on_with_the_trace_of_the_request_that_asked_for_it(office):
    heard = []

    async def handler(_work: Work, _task: Task) -> None:
        heard.append(tracing.current())

    async def body(office):
        trace = tracing.go_on(None)
        async with office.database.keeper() as transaction:
            job_id = await enqueue(transaction, TASK, Task(), now=office.now())
        async with office.worker({TASK: handler}):
            job = await office.until(job_id)
        return trace, job.traceparent

    trace, kept = office(body)
    assert kept.split("-")[1] == trace
    assert heard[0].split("-")[1] == trace
    assert heard[0] != kept
