"""What runs by itself for webhooks: old events are forgotten, and what was left lying is sent on its way."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from astrarium.service.database.deleting import until_none_is_left
from astrarium.service.jobs.service import Handler, Kind, Work
from astrarium.service.schedules.service import Due, Schedule
from astrarium.service.webhooks import tending

PURGE: Final = Kind(name="webhooks.purge", payload=Due, time_limit=timedelta(hours=1), at_once=1)
WAKE: Final = Kind(name="webhooks.wake_forgotten", payload=Due, time_limit=timedelta(minutes=5), at_once=1)
SCHEDULES: Final = (
    Schedule(
        name=PURGE.name,
        about="Deletes events and their deliveries after 30 days.",
        kind=PURGE,
        payload=Due,
        expression="47 3 * * *",
    ),
    Schedule(
        name=WAKE.name,
        about="Sends on what has been due at a webhook for minutes without anybody at it.",
        kind=WAKE,
        payload=Due,
        expression="*/5 * * * *",
    ),
)


async def purge(work: Work, _due: Due) -> dict[str, int]:
    """Purge the events of every account."""
    return {"deleted": await until_none_is_left(work.database, partial(tending.purge, now=work.now()))}


async def wake(work: Work, _due: Due) -> dict[str, int]:
    """Wake what everybody forgot."""
    async with work.database.keeper() as transaction:
        return {"woken": await tending.wake_forgotten(transaction, now=work.now())}


def handlers() -> dict[Kind[Any], Handler[Any]]:
    """What workers run of this."""
    return {PURGE: purge, WAKE: wake}
