"""What runs by itself for the rules of requests: answers kept for repetitions are forgotten after their day."""

from datetime import timedelta
from typing import Any, Final

from astrarium.service.http import kept_answers
from astrarium.service.jobs.service import Handler, Kind, Work
from astrarium.service.schedules.service import Due, Schedule

PURGE: Final = Kind(name="idempotency.purge", payload=Due, time_limit=timedelta(hours=1), at_once=1)
SCHEDULES: Final = (
    Schedule(
        name=PURGE.name,
        about="Deletes answers that were kept 24 hours for repeated requests.",
        kind=PURGE,
        payload=Due,
        expression="27 * * * *",
    ),
)


async def purge(work: Work, _due: Due) -> dict[str, int]:
    """Purge the expired answers of every account."""
    return {"deleted": await kept_answers.purge(work.database, work.now())}


def handlers() -> dict[Kind[Any], Handler[Any]]:
    """What workers run of this feature."""
    return {PURGE: purge}
