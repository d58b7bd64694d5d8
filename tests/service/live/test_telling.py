"""What is told reaches PostgreSQL's listeners and the log as the transaction commits, whole and in order."""

import asyncio
import json
from uuid import UUID

import pytest
from sqlalchemy import select

from astrarium.service.database.identifiers import new_id
from astrarium.service.live import telling
from astrarium.service.live.models import live_events
from astrarium.service.live.service import tell, tell_in_passing

JOB = "0198c1a2-0000-7000-8000-000000000001"


async def tell_and_fail(database, account_id, now):
    async with database.of(account_id) as transaction:
        await tell(transaction, account_id, "jobs", "job.undone", {"id": JOB}, now=now)
        raise LookupError


async def next_of(heard):
    return await asyncio.wait_for(heard.get(), 10)


@pytest.mark.parametrize(
    ("topic", "event", "data"),
    [
        ("sky", "sky.now", {}),
        ("weather", "weather.changed", {}),
        ("jobs", "", {}),
        ("jobs", 'job."quoted"', {}),
        ("jobs", "job done", {}),
        ("jobs", "job.done", {"id": "two words"}),
        ("jobs", "job.done", {"id": "x" * 65}),
        ("jobs", "job.done", {"text": "x" * telling.LONGEST_DATA_BYTES}),
    ],
)
def test_what_cannot_be_told_is_the_tellers_mistake(of_account, now, topic, event, data):
    async def work(database, account_id):
        async with database.of(account_id) as transaction:
            with pytest.raises(ValueError, match=r"\w"):
                await tell(transaction, account_id, topic, event, data, now=now)

    of_account(work)


@pytest.mark.parametrize(
    "payload", ["", "x", "a b c d", f"{UUID(int=7).hex} sky * 1 {{}}", f"{UUID(int=8).hex} jobs * one"]
)
def test_what_is_no_message_of_ours_is_refused(payload):
    with pytest.raises(ValueError, match=r"."):
        telling.read_told(payload)


def test_an_event_is_heard_as_its_transaction_commits_and_written_in_the_log(of_account, hearing, now):
    async def work(database, account_id):
        async with hearing() as heard:
            async with database.of(account_id) as transaction:
                await tell(
                    transaction, account_id, "jobs", "job.done", {"id": JOB, "kind": "mail ☉"}, now=now
                )
                await asyncio.sleep(0)
                assert heard.empty()
            told = await next_of(heard)
            async with database.of(account_id) as transaction:
                row = (await transaction.execute(select(live_events))).one()
        assert (told.account_id, told.topic, told.subject, told.number) == (
            account_id,
            "jobs",
            JOB,
            row.number,
        )
        assert json.loads(told.body) == {
            "type": "event", "id": str(row.number), "topic": "jobs", "event": "job.done",
            "at": "2026-11-23T15:20:45Z", "data": {"id": JOB, "kind": "mail ☉"},
        }  # fmt: skip
        written = telling.body_of(row.number, row.topic, row.event, json.dumps(row.data), row.created_at)
        assert json.loads(written) == json.loads(told.body)

    of_account(work)


def test_nothing_is_told_by_a_transaction_that_is_rolled_back(of_account, hearing, now):
    async def work(database, account_id):
        async with hearing() as heard:
            with pytest.raises(LookupError):
                await tell_and_fail(database, account_id, now)
            async with database.of(account_id) as transaction:
                await tell_in_passing(transaction, account_id, "jobs", "job.progress", {"id": JOB}, now=now)
            told = await next_of(heard)
            assert json.loads(told.body)["event"] == "job.progress"
            async with database.of(account_id) as transaction:
                assert (await transaction.execute(select(live_events))).all() == []

    of_account(work)


def test_what_is_told_in_passing_has_no_number(of_account, hearing, now):
    async def work(database, account_id):
        async with hearing() as heard:
            async with database.of(account_id) as transaction:
                await tell_in_passing(transaction, account_id, "jobs", "job.progress", {"done": 3}, now=now)
            told = await next_of(heard)
        assert told.number is None
        assert "id" not in json.loads(told.body)

    of_account(work)


def test_data_too_long_for_one_notify_goes_by_the_log_and_is_refused_in_passing(of_account, hearing, now):
    data = {"id": JOB, "text": "♈" * 3000}

    async def work(database, account_id):
        async with hearing() as heard:
            async with database.of(account_id) as transaction:
                await tell(transaction, account_id, "jobs", "job.done", data, now=now)
                with pytest.raises(ValueError, match="in passing"):
                    await tell_in_passing(transaction, account_id, "jobs", "job.progress", data, now=now)
            told = await next_of(heard)
            async with database.of(account_id) as transaction:
                row = (await transaction.execute(select(live_events))).one()
        assert told.body is None
        assert told.number == row.number
        assert row.data == data

    of_account(work)


@pytest.mark.parametrize("length", [7000, 7700, 7750, 7780, 7800, 7850, 7900, 8000])
def test_at_no_length_does_postgresql_refuse_a_message(of_account, now, length):
    async def work(database, account_id):
        async with database.of(account_id) as transaction:
            await tell(transaction, account_id, "notifications", "n.n", {"x": "y" * length}, now=now)

    of_account(work)


def test_things_without_an_id_are_each_a_subject_of_their_own(of_account, hearing, now):
    async def work(database, account_id):
        async with hearing() as heard:
            async with database.of(account_id) as transaction:
                for _ in range(2):
                    await tell(transaction, account_id, "jobs", "queue.paused", {}, now=now)
            first, second = await next_of(heard), await next_of(heard)
        assert first.subject != second.subject

    of_account(work)


def test_nobody_tells_for_another_account(of_account, now):
    async def work(database, account_id):
        with pytest.raises(Exception, match="row-level security"):
            async with database.of(new_id()) as transaction:
                await tell(transaction, account_id, "jobs", "job.done", {}, now=now)

    of_account(work)
