"""What runs by itself for the safety of the data: a backup every night, where the database is the service's own."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from astrarium.service.backups.keeping import FOLDER, Kept, back_up_into
from astrarium.service.database.addresses import parse
from astrarium.service.database.at_hand import is_private
from astrarium.service.jobs.service import Handler, Kind, Work
from astrarium.service.schedules.service import Due, Schedule
from astrarium.service.settings import Settings

BACK_UP: Final = Kind(name="database.backup", payload=Due, time_limit=timedelta(hours=6), at_once=1)
_NIGHTLY: Final = Schedule(
    name=BACK_UP.name,
    about="Writes a backup of the database into the folder `backups` of the data directory.",
    kind=BACK_UP,
    payload=Due,
    expression="30 2 * * *",
)


def are_made(settings: Settings) -> bool:
    """Whether backups are made: of the private database unless refused, of another one where they are asked for."""
    if settings.data is None or settings.backups == "never":
        return False
    return settings.backups == "always" or is_private(settings)


def schedules(settings: Settings) -> tuple[Schedule[Due], ...]:
    """What runs by itself, with these settings."""
    return (_NIGHTLY,) if are_made(settings) else ()


def handlers(settings: Settings) -> dict[Kind[Any], Handler[Any]]:
    """What workers run of this feature, with these settings."""
    if not are_made(settings) or settings.data is None or settings.database_url is None:
        return {}
    folder, url, kept = Path(settings.data) / FOLDER, parse(settings.database_url), settings.backups_kept

    async def run(work: Work, _due: Due) -> Kept:
        return await asyncio.to_thread(back_up_into, folder, url, kept=kept, now=work.now())

    return {BACK_UP: run}
