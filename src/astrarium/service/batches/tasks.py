"""The jobs of batches, for workers: reading, computing, joining, erasing; and what runs by itself for them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final

from astrarium.service.batches import joining, reading, retention, states
from astrarium.service.batches.kinds import COMPUTE, ERASE, JOIN, READ, RETRIES, Computing, Joining, Reading
from astrarium.service.batches.means import BatchMeans
from astrarium.service.errors import InternalError
from astrarium.service.jobs.service import Cancelled, Handler, Kind, Work
from astrarium.service.schedules.service import Due, Schedule

OfBatch = Reading | Computing | Joining

PURGE: Final = Kind(name="batches.purge", payload=Due, time_limit=timedelta(hours=1), at_once=1)
MEND: Final = Kind(name="batches.mend", payload=Due, time_limit=timedelta(minutes=10), at_once=1)
SCHEDULES: Final = (
    Schedule(
        name=PURGE.name,
        about="Deletes batches after their time with their files, and files that belong to no batch.",
        kind=PURGE,
        payload=Due,
        expression="42 3 * * *",
    ),
    Schedule(
        name=MEND.name,
        about="Sets batches going again that stand still because a job of theirs is missing.",
        kind=MEND,
        payload=Due,
        expression="*/15 * * * *",
    ),
)


def handlers(means: BatchMeans) -> dict[Kind[Any], Handler[Any]]:
    """What a worker does for batches."""
    return {
        READ: _failing(partial(reading.read, means)),
        COMPUTE: _failing(partial(_compute, means)),
        JOIN: _failing(partial(joining.join, means)),
        ERASE: partial(retention.erase, means),
        PURGE: partial(_purge, means),
        MEND: _mend,
    }


async def _purge(means: BatchMeans, work: Work, _due: Due) -> retention.Purged:
    return await retention.purge(work.database, means, now=work.now())


async def _mend(work: Work, _due: Due) -> dict[str, int]:
    return {"jobs": await retention.mend(work.database, now=work.now())}


async def _compute(means: BatchMeans, work: Work, payload: Computing) -> None:
    from astrarium.service.batches import computing  # Arrow's library is 30 MB that web processes do without

    await computing.compute(means, work, payload)


def _failing(handler: Callable[[Work, Any], Awaitable[object]]) -> Handler[Any]:
    """A handler whose last failure is the batch's: nobody waits for results that do not come."""

    async def run(work: Work, payload: OfBatch) -> object:
        try:
            return await handler(work, payload)
        except Cancelled:
            raise
        except Exception:
            if work.attempt >= RETRIES.attempts:
                account_id, batch_id, error = payload.account_id, payload.batch_id, InternalError()
                async with work.database.of(account_id) as transaction:
                    await states.end(
                        transaction, account_id, batch_id, "failed", now=work.now(), problem=error
                    )
            raise

    return run
