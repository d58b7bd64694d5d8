"""Everything that runs by itself: the schedules of all features, and the handlers of their jobs."""

from datetime import timedelta
from typing import Any

from astrarium.service.accounts import tasks as accounts
from astrarium.service.backups import tasks as backups
from astrarium.service.batches import tasks as batches
from astrarium.service.http import tasks as http
from astrarium.service.jobs import tasks as jobs
from astrarium.service.jobs.service import Handler, Kind
from astrarium.service.live import tasks as live
from astrarium.service.people import tasks as people
from astrarium.service.saved_charts import tasks as saved_charts
from astrarium.service.schedules import tasks as schedules
from astrarium.service.schedules.service import Declared, declared
from astrarium.service.settings import Settings
from astrarium.service.sharing import tasks as sharing
from astrarium.service.webhooks import upkeep as webhooks


def timetable(settings: Settings) -> Declared:
    """What runs by itself, and when unless an operator chose otherwise."""
    return declared(
        [
            *accounts.SCHEDULES,
            *backups.schedules(settings),
            *batches.SCHEDULES,
            *http.SCHEDULES,
            *jobs.SCHEDULES,
            *live.SCHEDULES,
            *people.SCHEDULES,
            *saved_charts.SCHEDULES,
            *schedules.SCHEDULES,
            *sharing.SCHEDULES,
            *webhooks.SCHEDULES,
        ]
    )


def handlers(settings: Settings) -> dict[Kind[Any], Handler[Any]]:
    """What does it."""
    return {
        **accounts.handlers(timedelta(seconds=settings.session_idle_s)),
        **backups.handlers(settings),
        **http.handlers(),
        **jobs.handlers(),
        **live.handlers(),
        **people.handlers(),
        **saved_charts.handlers(),
        **schedules.handlers(),
        **sharing.handlers(),
        **webhooks.handlers(),
    }
