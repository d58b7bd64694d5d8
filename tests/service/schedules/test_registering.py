"""The table follows the code; what an operator chose survives it."""

from datetime import UTC, datetime


def hour(number):
    return datetime(2026, 11, 23, number, tzinfo=UTC)


def test_a_new_schedule_begins_with_the_next_tick(in_town, a_schedule):
    async def story(town):
        found = await town.schedule()
        assert (found.standing, found.next_at, found.last_at) == ("active", hour(16), None)
        assert (found.expression, found.declared_expression) == ("0 * * * *", "0 * * * *")
        assert found.coming == tuple(hour(number) for number in range(16, 21))

    in_town(story, a_schedule())


def test_registering_again_changes_nothing(in_town, a_schedule):
    async def story(town):
        before = await town.rows("SELECT * FROM schedules")
        town.goes(hours=3)
        await town.register()
        assert await town.rows("SELECT * FROM schedules") == before

    in_town(story, a_schedule())


def test_another_declared_expression_counts_from_now(in_town, a_schedule):
    async def story(town):
        town.at = hour(20)
        await town.register(a_schedule(expression="30 * * * *", about="Another word."))
        found = await town.schedule()
        assert (found.expression, found.next_at.hour, found.next_at.minute) == ("30 * * * *", 20, 30)
        assert found.about == "Another word."
        await town.tick()
        assert await town.runs() == []

    in_town(story, a_schedule())


def test_what_an_operator_chose_survives_an_upgrade(in_town, a_schedule):
    async def story(town):
        await town.change(expression="5 4 * * *", paused=True)
        await town.register(a_schedule(expression="30 * * * *"))
        found = await town.schedule()
        assert (found.expression, found.declared_expression) == ("5 4 * * *", "30 * * * *")
        assert found.standing == "paused"
        await town.change(expression=None, paused=False)
        found = await town.schedule()
        assert (found.expression, found.standing) == ("30 * * * *", "active")
        assert found.next_at == hour(15).replace(minute=30)

    in_town(story, a_schedule())


def test_a_schedule_that_vanished_is_retired_and_can_come_back(in_town, a_schedule):
    async def story(town):
        await town.change(expression="5 * * * *")
        await town.register(a_schedule("test.other"))
        found = await town.schedule()
        assert (found.standing, found.next_at, found.coming) == ("retired", None, ())
        town.at = hour(20)
        await town.tick()
        assert await town.runs() == []
        await town.register(a_schedule(), a_schedule("test.other"))
        found = await town.schedule()
        assert (found.standing, found.expression) == ("active", "5 * * * *")
        assert found.next_at == hour(20).replace(minute=5)

    in_town(story, a_schedule())


def test_an_older_version_that_starts_beside_it_does_not_stop_a_newer_ones_schedule(in_town, a_schedule):
    async def story(town):
        newer = town.known
        await town.register(a_schedule("test.other"))
        town.known = newer
        town.at = hour(16)
        await town.tick()
        assert await town.runs() == [hour(16)]
        assert (await town.schedule()).standing == "active"

    in_town(story, a_schedule())
