"""What runs by itself for saved charts: the trash is emptied of what lay there for long enough."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from astrarium.service.database.deleting import until_none_is_left
from astrarium.service.jobs.service import Handler, Kind, Work
from astrarium.service.saved_charts import service
from astrarium.service.schedules.service import Due, Schedule
from astrarium.service.trash import KEPT

PURGE: Final = Kind(name="saved_charts.purge_trash", payload=Due, time_limit=timedelta(hours=1), at_once=1)
SCHEDULES: Final = (
    Schedule(
        name=PURGE.name,
        about="Deletes saved charts for good that have lain in the trash for 30 days.",
        kind=PURGE,
        payload=Due,
        expression="17 3 * * *",
    ),
)


async def purge(work: Work, _due: Due) -> dict[str, int]:
    """Purge the trash of every account."""
    portion = partial(service.purge_trash, before=work.now() - KEPT)
    return {"deleted": await until_none_is_left(work.database, portion)}


def handlers() -> dict[Kind[Any], Handler[Any]]:
    """What workers run of this feature."""
    return {PURGE: purge}
