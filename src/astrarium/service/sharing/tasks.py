"""What runs by itself for share links: those that expired long ago are forgotten."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from astrarium.service.database.deleting import until_none_is_left
from astrarium.service.jobs.service import Handler, Kind, Work
from astrarium.service.schedules.service import Due, Schedule
from astrarium.service.sharing import service

PURGE: Final = Kind(name="sharing.purge_expired", payload=Due, time_limit=timedelta(hours=1), at_once=1)
SCHEDULES: Final = (
    Schedule(
        name=PURGE.name,
        about="Deletes share links that expired 30 days ago.",
        kind=PURGE,
        payload=Due,
        expression="22 3 * * *",
    ),
)


async def purge(work: Work, _due: Due) -> dict[str, int]:
    """Purge the expired links of every account."""
    portion = partial(service.purge_expired, before=work.now() - service.EXPIRED_KEPT)
    return {"deleted": await until_none_is_left(work.database, portion)}


def handlers() -> dict[Kind[Any], Handler[Any]]:
    """What workers run of this feature."""
    return {PURGE: purge}
