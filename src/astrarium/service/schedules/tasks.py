"""What runs by itself for schedules themselves: their past runs are forgotten."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from astrarium.service.database.deleting import until_none_is_left
from astrarium.service.jobs.service import Handler, Kind, Work
from astrarium.service.schedules import service
from astrarium.service.schedules.service import Due, Schedule

PURGE: Final = Kind(name="schedules.purge", payload=Due, time_limit=timedelta(hours=1), at_once=1)
SCHEDULES: Final = (
    Schedule(
        name=PURGE.name,
        about="Deletes the record of runs after 30 days.",
        kind=PURGE,
        payload=Due,
        expression="52 3 * * *",
    ),
)


async def purge(work: Work, _due: Due) -> dict[str, int]:
    """Forget old runs of all schedules."""
    portion = partial(service.purge, before=work.now() - service.RUNS_KEPT)
    return {"deleted": await until_none_is_left(work.database, portion)}


def handlers() -> dict[Kind[Any], Handler[Any]]:
    """What workers run of this feature."""
    return {PURGE: purge}
