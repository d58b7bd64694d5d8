"""What an operator does with schedules at a terminal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy.engine import URL

from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.http.paging import MOST, Asked
from astrarium.service.schedules import service
from astrarium.service.schedules.declared import Declared
from astrarium.service.schedules.schemas import Schedule, ScheduleChange, ScheduleDetail, Started


async def all_of(url: URL, known: Declared) -> tuple[Schedule, ...]:
    """Every schedule, by name."""
    async with _opened(url, known) as (transaction, _):
        return (await service.browse(transaction, Asked(MOST, None, service.LISTING.default))).items


async def set_paused(url: URL, known: Declared, name: str, *, paused: bool) -> ScheduleDetail:
    """Pause a schedule or let it run again; raises `NotFound`."""
    async with _opened(url, known) as (transaction, now):
        return await service.change(transaction, name, ScheduleChange(paused=paused), now=now)


async def run(url: URL, known: Declared, name: str) -> Started:
    """Enqueue a schedule's job; raises `NotFound` and `ScheduleRetired`."""
    async with _opened(url, known) as (transaction, now):
        return await service.run_now(transaction, known, name, now=now)


@asynccontextmanager
async def _opened(url: URL, known: Declared) -> AsyncIterator[tuple[Transaction, datetime]]:
    database = Database(url)
    try:
        async with database.keeper() as transaction:
            now = await service.database_clock(transaction)
            await service.register_missing(transaction, known, now=now)
            yield transaction, now
    finally:
        await database.close()
