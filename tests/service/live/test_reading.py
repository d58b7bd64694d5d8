"""Readers who are slow, who come back, who were not told: each of them ends with the last state of everything."""

import asyncio
import contextlib
import signal
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from astrarium.service.live import log, readers
from astrarium.service.live.retention import EVENTS_KEPT
from astrarium.service.live.service import purge, tell, tell_in_passing

JOBS = [f"0198c1a2-0000-7000-8000-{number:012}" for number in range(40)]


async def told_until(socket, receive, is_last):
    """All messages up to one."""
    heard = []
    while True:
        message = await receive(socket)
        heard.append(message)
        if is_last(message):
            return heard


async def back_after(stage, receive, after, count):
    async with stage.open(f"?after={after}") as socket:
        await receive(socket)
        return [await receive(socket) for _ in range(count)]


def test_whoever_comes_back_gets_the_last_event_of_each_thing_since_then_in_order(on_stage, receive):
    async def work(stage):
        async with stage.open() as socket:
            after = (await receive(socket))["id"]
            await stage.tell("job.started", {"id": JOBS[0]})
            first = (await receive(socket))["id"]
        for event, job in [("job.started", 1), ("job.done", 0), ("job.progress", 1), ("job.failed", 1)]:
            await stage.tell(event, {"id": JOBS[job]})
        for place in (after, first):
            events = await back_after(stage, receive, place, 2)
            assert [(one["event"], one["data"]["id"]) for one in events] == [
                ("job.done", JOBS[0]),
                ("job.failed", JOBS[1]),
            ]
        assert [one["event"] for one in await back_after(stage, receive, events[0]["id"], 1)] == [
            "job.failed"
        ]

    on_stage(work)


def test_an_event_committed_late_is_not_missed_by_whoever_read_a_later_one(on_stage, receive, now):
    async def work(stage):
        slow = stage.database.of(stage.account_id)
        transaction = await slow.__aenter__()
        await tell(transaction, stage.account_id, "jobs", "job.late", {"id": JOBS[0]}, now=now)
        async with stage.open() as socket:
            await receive(socket)
            await stage.tell("job.early", {"id": JOBS[1]})
            early = await receive(socket)
            assert early["event"] == "job.early"
        await slow.__aexit__(None, None, None)
        (late,) = await back_after(stage, receive, early["id"], 1)
        assert late["event"] == "job.late"
        assert int(late["id"]) < int(early["id"])

    on_stage(work)


def test_a_place_that_is_not_kept_is_told_as_a_gap_before_what_is_kept(on_stage, receive, now):
    async def work(stage):
        async with stage.open() as socket:
            await receive(socket)
            await stage.tell("job.done", {"id": JOBS[0]})
            old = (await receive(socket))["id"]
        async with stage.database.keeper() as transaction:
            await purge(transaction, now=now + EVENTS_KEPT + timedelta(seconds=1))
        await stage.tell("job.done", {"id": JOBS[1]})
        gap, event = await back_after(stage, receive, old, 2)
        assert gap == {"type": "gap", "after": old}
        assert event["data"]["id"] == JOBS[1]
        gap, _ = await back_after(stage, receive, "999999999999999999", 2)
        assert gap["type"] == "gap"

    on_stage(work)


def test_another_accounts_place_is_a_gap_and_shows_nothing_of_it(on_stage, receive):
    async def work(stage):
        await stage.tell("job.done", {"id": JOBS[0]})
        async with stage.open() as socket:
            theirs = (await receive(socket))["id"]
        assert theirs != "0"
        await stage.enter()
        await stage.tell("job.done", {"id": JOBS[1]})
        gap, event = await back_after(stage, receive, theirs, 2)
        assert gap["type"] == "gap"
        assert event["data"]["id"] == JOBS[1]

    on_stage(work)


def test_more_than_can_be_told_again_is_a_gap_and_the_latest(on_stage, receive, monkeypatch):
    monkeypatch.setattr(log, "MOST_SUBJECTS", 5)

    async def work(stage):
        for job in JOBS[:8]:
            await stage.tell("job.done", {"id": job})
        gap, *events = await back_after(stage, receive, 0, 6)
        assert gap["type"] == "gap"
        assert [one["data"]["id"] for one in events] == JOBS[3:8]

    on_stage(work)


def test_what_is_too_long_for_a_notify_comes_from_the_log(on_stage, receive):
    async def work(stage):
        async with stage.open() as socket:
            await receive(socket)
            await stage.tell("job.done", {"id": JOBS[0], "text": "♉" * 5000})
            assert len((await receive(socket))["data"]["text"]) == 5000
            await stage.tell("job.done", {"id": JOBS[1]})
            assert (await receive(socket))["data"]["id"] == JOBS[1]

    on_stage(work)


def test_a_client_that_stops_reading_loses_what_lies_between_and_gets_the_last_state(on_stage, receive, now):
    rounds, filling = 60, "x" * 6000

    async def work(stage):
        async with stage.open(max_queue=1) as lazy, stage.open() as eager:
            await receive(lazy)
            await receive(eager)
            for done in range(rounds):
                async with stage.database.of(stage.account_id) as transaction:
                    for job in JOBS:
                        data = {"id": job, "done": done, "filling": filling}
                        await tell_in_passing(
                            transaction, stage.account_id, "jobs", "job.progress", data, now=now
                        )
            for job in JOBS:
                await stage.tell("job.done", {"id": job})
            last = dict.fromkeys(JOBS)
            while set(last.values()) != {"job.done"}:
                event = await receive(eager)
                last[event["data"]["id"]] = event["event"]
            waiting = [one.waiting for one in stage.hub._all()]
            assert max(waiting) <= len(JOBS)
            heard = 0
            last = dict.fromkeys(JOBS)
            while set(last.values()) != {"job.done"}:
                event = await receive(lazy)
                heard += 1
                last[event["data"]["id"]] = event["event"]
            assert heard < rounds * len(JOBS)

    on_stage(work)


def test_a_reader_with_too_much_waiting_reads_the_log(on_stage, receive, monkeypatch):
    monkeypatch.setattr(readers, "MOST_WAITING", 10)

    async def work(stage):
        async with stage.open() as socket:
            await receive(socket)
            (reader,) = stage.hub._all()
            async with stage.database.of(stage.account_id) as transaction:
                for job in JOBS:
                    await tell(transaction, stage.account_id, "jobs", "job.done", {"id": job}, now=stage.now)
            heard = await told_until(socket, receive, lambda one: one["data"]["id"] == JOBS[-1])
            assert {one["data"]["id"] for one in heard} == set(JOBS)
            assert not reader.is_behind

    on_stage(work)


async def cut(stage, what):
    """End the backend of a connection by its application's name."""
    async with stage.superuser() as connection:
        found = await connection.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = $1 AND datname = current_database()",
            what,
        )
    assert found


def test_what_is_told_while_the_database_is_not_heard_is_told_once_it_is(on_stage, receive):
    async def work(stage):
        async with stage.open() as socket:
            await receive(socket)
            for number in range(3):
                await cut(stage, "astrarium-listener")
                await stage.tell("job.done", {"id": JOBS[number]})
                assert (await receive(socket))["data"]["id"] == JOBS[number]
                await stage.until(lambda: stage.hub.state().is_hearing)

    on_stage(work)


def test_a_session_that_ends_while_the_database_is_not_heard_ends_its_connections(on_stage, receive):
    async def work(stage):
        async with stage.open() as socket:
            await receive(socket)
            async with stage.superuser() as connection, connection.transaction():
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"
                    " AND datname = current_database()",
                    "astrarium-listener",
                )
                await connection.execute("DELETE FROM sessions")
            with contextlib.suppress(Exception):
                async with asyncio.timeout(20):
                    async for _ in socket:
                        pass
            assert (socket.close_code, socket.close_reason) == (1008, "not_signed_in")

    on_stage(work)


def test_at_a_signal_to_stop_every_connection_ends_at_once_and_none_begins(on_stage, receive):
    async def work(stage):
        loop = asyncio.get_running_loop()
        async with stage.open() as socket, stage.stream() as (_, events):
            await receive(socket)
            await anext(events)
            began = loop.time()
            signal.raise_signal(signal.SIGTERM)
            async for _ in socket:
                pass
            assert (socket.close_code, socket.close_reason) == (1001, "going_away")
            closing = await asyncio.wait_for(anext(events), 20)
            assert closing["data"] == {"type": "closing", "code": 1001, "reason": "going_away"}
        await asyncio.wait_for(asyncio.shield(stage.serving), 20)
        assert loop.time() - began < 20

    on_stage(work)


def test_a_client_that_reads_nothing_does_not_hold_up_the_stop(on_stage, now):
    """The stop waits twenty seconds for requests (the settings of these tests); a connection is cut off before."""

    async def work(stage):
        async with stage.open(max_queue=1) as socket:
            await socket.recv()
            socket.transport.pause_reading()
            (reader,) = stage.hub._all()
            while reader.waiting < 100:
                async with stage.database.of(stage.account_id) as transaction:
                    for number in range(200):
                        data = {"id": f"{number}", "filling": "x" * 7000}
                        await tell_in_passing(
                            transaction, stage.account_id, "jobs", "job.progress", data, now=now
                        )
            signal.raise_signal(signal.SIGTERM)
            await asyncio.wait_for(asyncio.shield(stage.serving), 15)
            socket.transport.abort()

    on_stage(work)


PASSING = "passing"
NAMES = st.sampled_from(["a", "b", "c", "d"])
HAPPENINGS = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), NAMES),
        st.tuples(st.just("pass"), NAMES),
        st.tuples(st.just("behind"), st.none()),
        st.tuples(st.just("read"), st.integers(1, 4)),
    ),
    max_size=60,
)


class Paper:
    """A line that lets through as much as the test says, and a log that is the list of all that was told."""

    needs_heartbeats = False

    def __init__(self):
        self.room = asyncio.Semaphore(0)
        self.sent = []
        self.told = []

    async def send(self, news):
        await self.room.acquire()
        self.sent.append(news)

    async def since(self, reader, after):
        last = {name: number for number, name in self.told if number > after}
        entries = sorted((number, name) for name, number in last.items())
        await asyncio.sleep(0)
        return log.Missed(tuple(log.Entry(number, "jobs", name, name) for number, name in entries), False)


@settings(max_examples=150, deadline=None)
@given(happenings=HAPPENINGS)
def test_in_whatever_order_things_happen_the_last_state_of_each_thing_is_read_last(happenings):
    async def run():
        paper = Paper()
        reader = readers.Reader(None, frozenset({"jobs"}), paper, paper.since)
        reader.open()
        last, number = {}, 0
        for what, which in happenings:
            match what:
                case "tell":
                    number += 1
                    paper.told.append((number, which))
                    reader.offer(which, readers.News("jobs", which, number))
                    last[which] = {number}
                case "pass":
                    reader.offer(which, readers.News("jobs", which))
                    last[which] = last.get(which, {None}) | {PASSING}
                case "behind":
                    reader.fall_behind()
                case "read":
                    for _ in range(which):
                        paper.room.release()
                    for _ in range(3):
                        await asyncio.sleep(0)
        number += 1
        paper.told.append((number, "end"))
        reader.offer("end", readers.News("jobs", "end", number))
        for _ in range(200):
            paper.room.release()
        for _ in range(300):
            await asyncio.sleep(0)
        read = dict.fromkeys(last)
        for news in paper.sent:
            if news.body in read:
                read[news.body] = PASSING if news.number is None else news.number
        assert paper.sent[-1].number == number
        assert all(read[name] in possible for name, possible in last.items()), (read, last)
        await reader.stop()

    asyncio.run(run())
