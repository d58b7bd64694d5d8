"""What runs by itself for jobs: finished ones are forgotten, and what should never be is mended."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from astrarium.service.database.deleting import until_none_is_left
from astrarium.service.jobs import keeping
from astrarium.service.jobs.service import Handler, Kind, Work
from astrarium.service.schedules.service import Due, Schedule

PURGE: Final = Kind(name="jobs.purge", payload=Due, time_limit=timedelta(hours=1), at_once=1)
REPAIR: Final = Kind(
    name="jobs.repair", payload=Due, time_limit=timedelta(minutes=5), keep=timedelta(hours=6)
)
SCHEDULES: Final = (
    Schedule(
        name=PURGE.name,
        about="Deletes finished jobs after 7 days and dead ones after 30, unless their kind says otherwise.",
        kind=PURGE,
        payload=Due,
        expression="37 * * * *",
    ),
    Schedule(
        name=REPAIR.name,
        about="Queues jobs again that fell out of the queue, and forgets workers that were not seen for a day.",
        kind=REPAIR,
        payload=Due,
        expression="*/5 * * * *",
        catch_up="each",
    ),
)
"""Each repair is a job of its own: one that is stranded itself must not stand in the way of the next."""


async def purge(work: Work, _due: Due) -> dict[str, int]:
    """Purge the finished jobs of every account."""
    return {"deleted": await until_none_is_left(work.database, partial(keeping.purge, now=work.now()))}


async def repair(work: Work, _due: Due) -> dict[str, int]:
    """Mend the tables of jobs."""
    async with work.database.keeper() as transaction:
        return {"queued_again": await keeping.repair(transaction, now=work.now())}


def handlers() -> dict[Kind[Any], Handler[Any]]:
    """What workers run of this feature."""
    return {PURGE: purge, REPAIR: repair}
