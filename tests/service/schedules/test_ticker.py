"""What waits in every worker: it registers, ticks in time, hears of changes, and outlives a database that is away."""

import asyncio
from datetime import UTC, datetime

import asyncpg

from astrarium.service.database.listener import Listener, listening
from astrarium.service.database.transactions import Database
from astrarium.service.schedules import service


def hour(number):
    return datetime(2026, 11, 23, number, tzinfo=UTC)


async def until(is_so, within_s=30):
    async with asyncio.timeout(within_s):
        while not await is_so():  # noqa: ASYNC110  (what is waited for happens in a database)
            await asyncio.sleep(0.01)


def test_two_workers_give_each_tick_one_job_as_time_goes_on(in_town, a_schedule):
    async def story(town):
        workers = [Database(town.url) for _ in range(2)]
        tickers = [service.Ticker(one, town.known, clock=town.clock, longest_wait_s=0.01) for one in workers]
        for ticker in tickers:
            ticker.start()
        for count in range(1, 8):
            town.goes(hours=1)

            async def have_run(count=count):
                return len(await town.runs()) >= count

            await until(have_run)
        for ticker in tickers:
            await ticker.stop()
        for worker in workers:
            await worker.close()
        assert await town.runs() == await town.hours() == [hour(number) for number in range(16, 23)]

    in_town(story, a_schedule(catch_up="each"))


def test_a_worker_registers_what_its_version_declares(in_town, a_schedule):
    async def story(town):
        known = service.declared([a_schedule(), a_schedule("test.other")])
        listener = Listener(town.database.address)
        async with service.running(town.database, known, listener), listening(listener):

            async def are_there():
                return len(await town.rows("SELECT name FROM schedules")) == 2

            await until(are_there)

    in_town(story)


def test_a_change_is_heard_and_the_next_tick_waited_for_anew(in_town, a_schedule):
    async def story(town):
        listener = Listener(town.database.address)
        ticker = service.Ticker(town.database, town.known, clock=town.clock, longest_wait_s=3600)
        ticker.listen(listener)
        async with listening(listener):
            ticker.start()
            town.at = hour(16)
            await town.change(expression="* * * * *")
            town.goes(minutes=1)
            await town.rows("UPDATE schedules SET paused_at = NULL RETURNING name")

            async def has_run():
                return bool(await town.runs())

            await until(has_run)
            await ticker.stop()
        assert await town.runs() == [hour(16).replace(minute=1)]

    in_town(story, a_schedule())


def test_a_ticker_outlives_a_database_that_is_away(in_town, a_schedule, caplog, monkeypatch):
    monkeypatch.setattr("astrarium.service.schedules.ticker.AGAIN_S", 0.05)

    async def story(town):
        worker = Database(town.url)
        ticker = service.Ticker(worker, town.known, clock=town.clock, longest_wait_s=0.01)
        name = town.url.database
        above = await _connected(town.url.set(database="postgres"))
        await above.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await above.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        ticker.start()

        async def is_told():
            return "schedules wait for the database" in caplog.text

        await until(is_told)
        town.at = hour(16)
        await above.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

        async def has_run():
            return bool(await town.runs())

        await until(has_run)
        await ticker.stop()
        await worker.close()
        await above.close()
        assert await town.runs() == [hour(16)]

    in_town(story, a_schedule())


def test_who_listens_hears_of_changes_but_not_of_ticks(in_town, a_schedule):
    async def story(town):
        heard = []
        raw = await _listen(town.url, heard)
        town.at = hour(16)
        await town.tick()
        await town.change(paused=True)

        async def is_heard():
            return bool(heard)

        await until(is_heard)
        await raw.close()
        assert heard == ["test.hourly"]

    in_town(story, a_schedule())


async def _listen(url, heard):
    raw = await _connected(url)
    await raw.add_listener("astrarium_schedules", lambda _c, _p, _n, payload: heard.append(payload))
    return raw


async def _connected(url):
    return await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
