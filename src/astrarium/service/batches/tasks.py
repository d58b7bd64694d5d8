"""The jobs of batches, for workers: reading, computing, joining, erasing."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from astrarium.service.batches import computing, joining, reading, retention, states
from astrarium.service.batches.kinds import COMPUTE, ERASE, JOIN, READ, RETRIES, Computing, Joining, Reading
from astrarium.service.batches.means import BatchMeans
from astrarium.service.errors import InternalError
from astrarium.service.jobs.service import Cancelled, Handler, Kind, Work

OfBatch = Reading | Computing | Joining


def handlers(means: BatchMeans) -> dict[Kind[Any], Handler[Any]]:
    """What a worker does for batches."""
    return {
        READ: _failing(partial(reading.read, means)),
        COMPUTE: _failing(partial(computing.compute, means)),
        JOIN: _failing(partial(joining.join, means)),
        ERASE: partial(retention.erase, means),
    }


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
