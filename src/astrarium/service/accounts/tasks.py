"""What runs by itself for accounts: what nobody can sign in with any more is swept away."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from astrarium.service.accounts.retention import sweep
from astrarium.service.database.deleting import until_none_is_left
from astrarium.service.jobs.service import Handler, Kind, Work
from astrarium.service.schedules.service import Due, Schedule

SWEEP: Final = Kind(name="accounts.sweep", payload=Due, time_limit=timedelta(hours=1), at_once=1)
SCHEDULES: Final = (
    Schedule(
        name=SWEEP.name,
        about="Deletes sessions, keys, links in letters, registrations and counts of attempts that are over.",
        kind=SWEEP,
        payload=Due,
        expression="7 * * * *",
    ),
)


def handlers(session_idle: timedelta) -> dict[Kind[Any], Handler[Any]]:
    """What workers run of this feature; a session is over that nobody has used for `session_idle`."""

    async def run(work: Work, _due: Due) -> dict[str, int]:
        portion = partial(sweep, idle=session_idle, now=work.now())
        return {"deleted": await until_none_is_left(work.database, portion)}

    return {SWEEP: run}
