"""Each tick has one job: however many workers, whatever the clock does, and whatever was missed."""

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import text

from astrarium.service.database.transactions import Database
from astrarium.service.jobs.service import Kind
from astrarium.service.schedules import service
from astrarium.service.schedules.ticking import database_clock, tick, wait_s


def hour(number, day=23):
    return datetime(2026, 11, day, number, tzinfo=UTC)


def test_nothing_runs_before_its_tick_and_one_job_at_it(in_town, a_schedule):
    async def story(town):
        await town.tick()
        assert await town.runs() == []
        town.at = hour(16)
        await town.tick()
        await town.tick()
        assert await town.runs() == await town.hours() == [hour(16)]
        assert (await town.schedule()).next_at == hour(17)

    in_town(story, a_schedule())


def test_many_workers_share_each_tick(in_town, a_schedule):
    names = [f"test.n{number}" for number in range(5)]

    async def story(town):
        workers = [Database(town.url) for _ in range(4)]
        for _ in range(6):
            town.goes(hours=1)
            await asyncio.gather(*(tick(worker, town.known, town.clock) for worker in workers))
        for worker in workers:
            await worker.close()
        ticks = [hour(number) for number in range(16, 22)]
        for name in names:
            assert await town.runs(name) == ticks
        assert sorted(await town.hours()) == sorted(ticks * len(names))

    in_town(story, *(a_schedule(name, catch_up="each") for name in names))


def test_a_worker_that_is_at_a_schedule_holds_up_no_other(in_town, a_schedule):
    async def story(town):
        town.at = hour(16)
        async with town.database.keeper() as transaction:
            await transaction.execute(text("SELECT FROM schedules WHERE name = 'test.first' FOR UPDATE"))
            await asyncio.wait_for(town.tick(), 10)
            assert (await town.runs("test.first"), await town.runs("test.second")) == ([], [hour(16)])
        await town.tick()
        assert await town.runs("test.first") == [hour(16)]

    in_town(story, a_schedule("test.first"), a_schedule("test.second"))


def test_a_tick_whose_transaction_fails_is_not_lost(in_town, a_schedule, caplog):
    def fail(instant):
        raise RuntimeError("no payload today")

    async def story(town):
        good = town.known
        town.known = service.declared([a_schedule("test.first", payload=fail), a_schedule("test.second")])
        town.at = hour(16)
        await town.tick()
        assert (await town.runs("test.first"), await town.runs("test.second")) == ([], [hour(16)])
        assert "the schedule test.first could not run" in caplog.text
        town.known = good
        await town.tick()
        assert await town.runs("test.first") == [hour(16)]

    in_town(story, a_schedule("test.first"), a_schedule("test.second"))


def test_one_job_stands_for_all_missed_ticks_by_default(in_town, a_schedule):
    async def story(town):
        town.at = hour(9, day=26)
        await town.tick()
        assert await town.runs() == await town.hours() == [hour(9, day=26)]
        assert (await town.schedule()).next_at == hour(10, day=26)

    in_town(story, a_schedule())


def test_a_tick_adds_nothing_while_the_job_before_is_unfinished(in_town, a_schedule):
    async def story(town):
        for number in (16, 17, 18):
            town.at = hour(number)
            await town.tick()
        assert await town.hours() == [hour(16)]
        assert await town.runs() == [hour(16), hour(17), hour(18)]
        assert len({run.job_id for run in (await town.schedule()).runs}) == 1
        await town.finish_jobs()
        town.at = hour(19)
        await town.tick()
        assert await town.hours() == [hour(19)]

    in_town(story, a_schedule())


def test_each_missed_tick_has_its_job_where_the_schedule_says_so(in_town, a_schedule):
    async def story(town):
        town.at = hour(19)
        await town.tick()
        assert await town.runs() == await town.hours() == [hour(16), hour(17), hour(18), hour(19)]

    in_town(story, a_schedule(catch_up="each", most_missed=24))


def test_no_more_missed_ticks_are_made_up_for_than_the_schedule_says(in_town, a_schedule):
    async def story(town):
        town.at = hour(9, day=26)
        await town.tick()
        assert await town.runs() == [hour(number, day=26) for number in (7, 8, 9)]
        town.at = hour(10, day=26)
        await town.tick()
        assert (await town.runs())[-1] == hour(10, day=26)

    in_town(story, a_schedule(catch_up="each", most_missed=3))


@pytest.mark.parametrize("catch_up", ["skip", "each"])
def test_a_clock_that_goes_ahead_and_back_neither_repeats_a_tick_nor_falls_silent(
    in_town, a_schedule, catch_up
):
    async def story(town):
        town.at = hour(16)
        await town.tick()
        await town.finish_jobs()
        right = town.at
        town.goes(days=365)
        await town.tick()
        await town.finish_jobs()
        ahead = town.at
        assert await town.runs() == [right, ahead]
        town.at = right
        town.goes(minutes=5)
        await town.tick()
        assert await town.hours() == []
        assert (await town.schedule()).next_at == hour(17)
        town.at = hour(17)
        await town.tick()
        assert await town.hours() == [hour(17)]
        await town.finish_jobs()
        town.at = ahead
        await town.tick()
        ran = await town.runs()
        assert len(ran) == len(set(ran))
        assert ahead not in await town.hours()

    in_town(story, a_schedule(catch_up=catch_up))


def test_a_clock_set_back_over_a_tick_does_not_run_it_again(in_town, a_schedule):
    async def story(town):
        town.at = hour(16)
        await town.tick()
        await town.finish_jobs()
        for back in (1, 600):
            town.at = hour(16)
            town.goes(seconds=-back)
            await town.tick()
            for _ in range(3):
                town.goes(seconds=back)
                await town.tick()
        assert await town.hours() == []
        assert await town.runs() == [hour(16)]
        assert (await town.schedule()).next_at == hour(17)

    in_town(story, a_schedule(catch_up="each"))


def test_the_unique_tick_is_held_by_the_table_itself(in_town, a_schedule):
    async def story(town):
        town.at = hour(16)
        await town.tick()
        again = (
            "INSERT INTO schedule_runs (id, schedule, tick, job_id)"
            " SELECT gen_random_uuid(), schedule, tick, job_id FROM schedule_runs RETURNING id"
        )
        with pytest.raises(Exception, match="uq_schedule_runs_schedule_tick"):
            await town.rows(again)

    in_town(story, a_schedule())


def test_a_paused_schedule_does_not_run_and_makes_up_for_nothing(in_town, a_schedule):
    async def story(town):
        await town.change(paused=True)
        town.at = hour(18)
        await town.tick()
        town.goes(minutes=1)
        await town.change(paused=False)
        await town.tick()
        assert await town.runs() == []
        town.at = hour(19)
        await town.tick()
        assert await town.runs() == [hour(19)]

    in_town(story, a_schedule(catch_up="each", most_missed=24))


def test_a_worker_ticks_only_what_its_version_knows(in_town, a_schedule):
    async def story(town):
        town.at = hour(16)
        await tick(town.database, {}, town.clock)
        assert await wait_s(town.database, {}, town.clock) is None
        assert await town.runs() == []

    in_town(story, a_schedule())


def test_the_wait_is_that_until_the_soonest_tick(in_town, a_schedule):
    async def story(town):
        town.at = hour(16).replace(minute=10)
        await town.register()
        await town.tick()
        assert await wait_s(town.database, town.known, town.clock) == 20 * 60
        await town.change("test.half", paused=True)
        assert await wait_s(town.database, town.known, town.clock) == 50 * 60

    in_town(story, a_schedule(), a_schedule("test.half", "30 * * * *"))


def test_the_clock_is_the_databases(in_town):
    async def story(town):
        async with town.database.keeper() as transaction:
            by_it = await database_clock(transaction)
        assert by_it.tzinfo is not None
        (row,) = await town.rows("SELECT clock_timestamp() - :by_it AS later", by_it=by_it)
        assert 0 <= row.later.total_seconds() < 60

    in_town(story)


class Nothing(msgspec.Struct, frozen=True):
    pass


def test_a_declaration_that_makes_no_sense_is_refused(a_schedule):
    for choices in (
        {"name": "No Name"},
        {"name": "test."},
        {"expression": "0  * * * *"},
        {"expression": "@daily"},
        {"most_missed": 0},
        {"most_missed": 5},
    ):
        with pytest.raises(ValueError, match=str(choices.get("name", "test.hourly"))):
            a_schedule(**choices)
    twice = Kind(name="test.other", payload=Nothing, time_limit=a_schedule().kind.time_limit)
    with pytest.raises(ValueError, match=r"test\.hourly"):
        service.declared([a_schedule(), a_schedule(kind=twice, payload=lambda _: Nothing())])
