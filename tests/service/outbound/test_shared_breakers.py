"""Breakers of two processes on one database, and what an administrator sees and resets of them."""

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from astrarium.service.database.listener import Listener, listening
from astrarium.service.database.transactions import Database
from astrarium.service.errors import NotFound
from astrarium.service.outbound.breakers import Breakers
from astrarium.service.outbound.models import breakers as table
from astrarium.service.outbound.policies import BreakerRule
from astrarium.service.outbound.sharing import FORGOTTEN, SharedBreakers

RULE = BreakerRule(failures=2, wait_s=60)
ENDPOINT = "webhooks:0198:1"


class Clock:
    def __init__(self):
        self.at = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.began = self.at

    def now(self):
        return self.at

    def monotonic(self):
        return (self.at - self.began).total_seconds()

    def go_on(self, seconds):
        self.at += timedelta(seconds=seconds)


class Process:
    """The breakers of one process."""

    def __init__(self, database, listener, clock):
        self.database = database
        self.breakers = Breakers(clock.now, clock.monotonic)
        self.shared = SharedBreakers(self.breakers, rule_of, database, listener, clock.now)

    def fail(self, name, times=1):
        for _ in range(times):
            self.breakers.of(name, RULE).enter().failed("it answered 503")

    def succeed(self, name):
        self.breakers.of(name, RULE).enter().succeeded()

    def state(self, name):
        breaker = self.breakers.find(name)
        return "closed" if breaker is None else breaker.state

    async def until(self, name, state):
        async def is_so():
            return self.state(name) == state

        await until(is_so)

    async def names_kept(self):
        async with self.database.keeper() as transaction:
            return set(await transaction.scalars(select(table.c.name)))


async def until(condition):
    async with asyncio.timeout(10):
        while not await condition():  # noqa: ASYNC110  (what is waited for happens in a database)
            await asyncio.sleep(0.01)


def rule_of(name):
    return RULE if name.partition(":")[0] in {"mail", "webhooks"} else None


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def together(database_url, clock):
    """Some processes on one database, each with its own connection that hears."""

    @asynccontextmanager
    async def running(count):
        async with AsyncExitStack() as stack:
            made = []
            for _ in range(count):
                database = Database(database_url)
                await database.open()
                stack.push_async_callback(database.close)
                listener = Listener(database.address)
                process = Process(database, listener, clock)
                await stack.enter_async_context(process.shared.running())
                await stack.enter_async_context(listening(listener))
                made.append(process)
            yield made

    return running


def test_what_opens_in_one_process_is_open_in_the_other_and_closes_there_too(together, clock):
    async def tried():
        async with together(2) as (one, other):
            one.fail(ENDPOINT, 2)
            await other.until(ENDPOINT, "open")
            assert other.breakers.opened() == one.breakers.opened()
            clock.go_on(60)
            assert other.state(ENDPOINT) == one.state(ENDPOINT) == "half_open"
            other.succeed(ENDPOINT)
            await one.until(ENDPOINT, "closed")
            assert await one.names_kept() == set()

    asyncio.run(tried())


def test_a_probe_that_fails_in_one_process_makes_all_wait_twice_as_long(together, clock):
    async def tried():
        async with together(2) as (one, other):
            one.fail("mail", 2)
            await other.until("mail", "open")
            clock.go_on(60)
            one.fail("mail")
            await other.until("mail", "open")
            clock.go_on(119)
            assert other.state("mail") == "open"
            clock.go_on(1)
            assert other.state("mail") == "half_open"

    asyncio.run(tried())


def test_a_process_that_starts_later_knows_what_is_open(together):
    async def tried():
        async with together(1) as (one,):
            one.fail("mail", 2)
            await until(one.names_kept)
            async with together(1) as (later,):
                await later.until("mail", "open")

    asyncio.run(tried())


@pytest.mark.parametrize("resetting", [0, 1])
def test_a_reset_reaches_every_process_whoever_is_asked(together, resetting):
    async def tried():
        async with together(2) as both:
            both[0].fail(ENDPOINT, 2)
            await both[1].until(ENDPOINT, "open")
            await both[resetting].shared.reset(ENDPOINT)
            for process in both:
                await process.until(ENDPOINT, "closed")
            assert await both[0].names_kept() == set()

    asyncio.run(tried())


def test_only_what_is_there_can_be_reset(together):
    async def tried():
        async with together(1) as (one,):
            await one.shared.reset("mail")  # a purpose is there even while it is closed
            for name in (ENDPOINT, "nonsense"):
                with pytest.raises(NotFound):
                    await one.shared.reset(name)

    asyncio.run(tried())


def test_what_nobody_has_probed_for_long_leaves_the_table(together, clock):
    async def tried():
        async with together(1) as (one,):
            one.fail(ENDPOINT, 2)
            await one.shared.exchange()
            clock.go_on(60 + FORGOTTEN.total_seconds() + 1)
            one.fail("mail", 2)
            await one.shared.exchange()
            assert await one.names_kept() == {"mail"}
            await one.until(ENDPOINT, "closed")

    asyncio.run(tried())


def test_what_could_not_be_told_is_told_later(together, database_url):
    async def tried():
        async with together(1) as (other,):
            unreachable = Database(database_url.set(database="nowhere"))
            one = Process(unreachable, Listener(database_url), Clock())
            one.breakers.changed = one.shared._note
            one.fail("mail", 2)
            with pytest.raises(Exception, match="database"):
                await one.shared.exchange()
            assert one.state("mail") == "open"
            one.shared._database = other.database
            await one.shared.exchange()
            await other.until("mail", "open")
            await unreachable.close()

    asyncio.run(tried())


def test_an_administrator_sees_and_resets_what_is_open(own_service, caller_of_role, problem):
    admin = caller_of_role("admin")
    breakers = own_service.app.state.parts.outbound.breakers
    rule = own_service.app.state.parts.outbound.rule_of("mail")
    assert admin.get("/admin/breakers").json() == {"items": [], "next": None}

    async def fail():
        for _ in range(rule.failures):
            breakers.of("mail", rule).enter().failed("no answer came in time")
        await own_service.app.state.parts.breakers.exchange()

    with own_service.portal() as portal:
        portal.call(fail)
    (seen,) = admin.get("/admin/breakers").json()["items"]
    assert seen == {
        "name": "mail", "state": "open", "opened_at": "2026-11-23T15:20:45Z", "probe_at": "2026-11-23T15:21:15Z",
        "failures": 5, "error": "no answer came in time",
    }  # fmt: skip
    own_service.app.state.at += timedelta(seconds=30)
    assert admin.get("/admin/breakers").json()["items"][0]["state"] == "half_open"
    assert admin.post("/admin/breakers/mail/reset").status_code == 204
    assert admin.get("/admin/breakers").json()["items"] == []
    assert breakers.of("mail", rule).state == "closed"
    problem(admin.post("/admin/breakers/webhooks:nobody/reset"), 404, "not_found")


def test_an_administrator_sees_what_the_calls_of_a_process_cost(own_service, caller_of_role):
    told = caller_of_role("support").get("/admin/outbound").json()["purposes"]
    assert [one["purpose"] for one in told] == ["mail", "webhooks", "push", "storage", "language_model"]
    assert told[1]["public_only"]
    assert told[1]["time_limit_s"] == 15
    assert {one["succeeded"] for one in told} == {0}
