"""A database, a clock that a test sets, and schedules of the tests' own."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from astrarium.service.database.transactions import Database
from astrarium.service.jobs.service import Kind
from astrarium.service.schedules import service
from astrarium.service.schedules.schemas import ScheduleChange
from astrarium.service.schedules.ticking import tick


class Hour(msgspec.Struct, frozen=True):
    of: datetime


def payload(instant: datetime) -> Hour:
    return Hour(of=instant)


KIND = Kind(name="test.hourly", payload=Hour, time_limit=timedelta(minutes=1))


def a_schedule(
    name: str = "test.hourly", expression: str = "0 * * * *", **choices: Any
) -> service.Schedule[Hour]:
    given = {"about": "Counts the hours.", "kind": KIND, "payload": payload, **choices}
    return service.Schedule(name=name, expression=expression, **given)


class Town:
    """A database with schedules in it, and the clock on its tower."""

    def __init__(self, database: Database, url: Any, schedules: tuple[service.Schedule[Any], ...]) -> None:
        self.database = database
        self.url = url
        self.known = service.declared(schedules)
        self.at = datetime(2026, 11, 23, 15, 20, 45, tzinfo=UTC)

    async def clock(self, _transaction: Any) -> datetime:
        return self.at

    def goes(self, **by: float) -> None:
        self.at += timedelta(**by)

    async def register(self, *schedules: service.Schedule[Any]) -> None:
        if schedules:
            self.known = service.declared(schedules)
        async with self.database.keeper() as transaction:
            await service.register(transaction, self.known, now=self.at)

    async def tick(self) -> None:
        await tick(self.database, self.known, self.clock)

    async def rows(self, statement: str, **values: Any) -> list[Any]:
        async with self.database.keeper() as transaction:
            return list((await transaction.execute(text(statement), values)).all())

    async def runs(self, name: str = "test.hourly") -> list[datetime]:
        found = await self.rows(
            "SELECT tick FROM schedule_runs WHERE schedule = :name AND tick IS NOT NULL ORDER BY tick",
            name=name,
        )
        return [row.tick.astimezone(UTC) for row in found]

    async def hours(self) -> list[datetime]:
        """What the jobs that stand in the queue were told, in their order."""
        found = await self.rows("SELECT payload FROM jobs WHERE kind = 'test.hourly' ORDER BY created_at, id")
        return [msgspec.convert(row.payload, Hour).of for row in found]

    async def finish_jobs(self) -> None:
        await self.rows("DELETE FROM pgqueuer RETURNING id")
        await self.rows("DELETE FROM jobs RETURNING id")

    async def schedule(self, name: str = "test.hourly") -> Any:
        async with self.database.keeper() as transaction:
            return await service.read(transaction, name)

    async def change(self, name: str = "test.hourly", **wanted: Any) -> None:
        async with self.database.keeper() as transaction:
            await service.change(transaction, name, ScheduleChange(**wanted), now=self.at)


@pytest.fixture
def in_town(database_url):
    """Run a test's story: `in_town(story, a_schedule())` with `async def story(town)`."""

    @asynccontextmanager
    async def opened(schedules: tuple[service.Schedule[Any], ...]):
        database = Database(database_url)
        town = Town(database, database_url, schedules)
        try:
            await town.register()
            yield town
        finally:
            await database.close()

    def run(story: Callable[[Town], Awaitable[None]], *schedules: service.Schedule[Any]) -> None:
        async def main() -> None:
            async with opened(schedules) as town:
                await story(town)

        asyncio.run(main())

    return run


@pytest.fixture(name="a_schedule")
def _a_schedule():
    return a_schedule
