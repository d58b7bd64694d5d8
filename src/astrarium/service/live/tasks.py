"""What runs by itself for live news: what nobody can miss any more is forgotten."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from astrarium.service.database.deleting import until_none_is_left
from astrarium.service.jobs.service import Handler, Kind, Work
from astrarium.service.live import retention
from astrarium.service.schedules.service import Due, Schedule

PURGE: Final = Kind(name="live.purge", payload=Due, time_limit=timedelta(hours=1), at_once=1)
SCHEDULES: Final = (
    Schedule(
        name=PURGE.name,
        about="Deletes live events after 1 day, notifications after 90 days, and expired tickets.",
        kind=PURGE,
        payload=Due,
        expression="42 * * * *",
    ),
)


async def purge(work: Work, _due: Due) -> dict[str, int]:
    """Purge the live news of every account."""
    portion = partial(retention.purge, now=work.now())
    return {"deleted": await until_none_is_left(work.database, portion)}


def handlers() -> dict[Kind[Any], Handler[Any]]:
    """What workers run of this feature."""
    return {PURGE: purge}
