"""A job from the transaction that asks for it to its result."""

from datetime import timedelta

import msgspec

from astrarium.service.jobs.service import Kind, Work, enqueue


class Sum(msgspec.Struct, frozen=True):
    numbers: tuple[int, ...]


SUM = Kind(name="tests.sum", payload=Sum, time_limit=timedelta(seconds=5))


async def add_up(work: Work, payload: Sum) -> dict[str, int]:
    return {"sum": sum(payload.numbers), "attempt": work.attempt}


def test_a_job_that_was_committed_is_done_and_its_result_kept(office):
    async def body(office):
        async with office.worker({SUM: add_up}):
            async with office.database.keeper() as transaction:
                job_id = await enqueue(transaction, SUM, Sum((1, 2, 3)), now=office.now())
            return await office.until(job_id)

    done = office(body)
    assert (done.state, done.result, done.error) == ("done", {"sum": 6, "attempt": 1}, None)
    assert done.finished_at >= done.started_at
