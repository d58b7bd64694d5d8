"""Server-sent events: the same news as over the WebSocket, for browsers that read a stream."""

import asyncio

import pytest

from astrarium.service.live import hub as hubs
from astrarium.service.live.service import tell_in_passing

JOB = "0198c1a2-0000-7000-8000-000000000001"


async def following(events):
    return await asyncio.wait_for(anext(events), 20)


def test_the_stream_begins_at_once_is_not_compressed_and_tells_events_with_their_ids(on_stage):
    async def work(stage):
        async with stage.stream() as (answer, events):
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "text/event-stream"
            assert answer.headers["cache-control"] == "no-store"
            assert "content-encoding" not in answer.headers
            ready = await following(events)
            assert (ready["event"], ready["id"], ready["retry"]) == ("ready", "0", "3000")
            await stage.tell("job.done", {"id": JOB, "text": "one\ntwo"})
            told = await following(events)
        assert told["event"] == "jobs"
        assert told["id"] == told["data"]["id"]
        assert told["data"]["data"] == {"id": JOB, "text": "one\ntwo"}

    on_stage(work)


def test_what_is_told_in_passing_leaves_the_last_id_as_it_was(on_stage):
    async def work(stage):
        async with stage.stream() as (_, events):
            await following(events)
            await stage.tell("job.progress", {"id": JOB, "done": 1}, how=tell_in_passing)
            assert "id" not in await following(events)

    on_stage(work)


def test_the_browsers_last_event_id_brings_what_was_missed(on_stage):
    async def work(stage):
        async with stage.stream() as (_, events):
            await following(events)
            await stage.tell("job.started", {"id": JOB})
            last = (await following(events))["id"]
        await stage.tell("job.progress", {"id": JOB})
        await stage.tell("job.done", {"id": JOB})
        async with stage.stream("?after=0", **{"Last-Event-ID": last}) as (_, events):
            assert (await following(events))["event"] == "ready"
            assert (await following(events))["data"]["event"] == "job.done"

    on_stage(work)


@pytest.mark.parametrize("last", ["-1", "x", "9" * 30])
def test_a_last_event_id_that_is_none_is_refused(on_stage, last):
    async def work(stage):
        async with stage.stream(**{"Last-Event-ID": last}) as (answer, _):
            assert answer.status_code == 400

    on_stage(work)


def test_a_quiet_stream_gives_signs_of_life(on_stage, monkeypatch):
    monkeypatch.setattr(hubs, "BEAT_EVERY_S", 0.05)

    async def work(stage):
        async with stage.stream() as (_, events):
            await following(events)
            assert await following(events) is None
            assert await following(events) is None

    on_stage(work)


def test_a_stream_ends_with_the_session_and_says_why(on_stage):
    async def work(stage):
        async with stage.stream() as (_, events):
            await following(events)
            await stage.request("DELETE", "/sessions/current")
            closing = await following(events)
            assert closing["data"] == {"type": "closing", "code": 1008, "reason": "not_signed_in"}
            with pytest.raises(StopAsyncIteration):
                await following(events)
        async with stage.stream() as (answer, _):
            assert answer.status_code == 401

    on_stage(work)


def test_a_reader_who_goes_leaves_nothing_behind(on_stage):
    async def work(stage):
        async with stage.stream() as (_, events):
            await following(events)
            assert stage.hub.state().connections == 1
        await stage.until(lambda: stage.hub.state().connections == 0)

    on_stage(work)


def test_a_ticket_opens_a_stream_and_a_page_of_another_site_needs_one(on_stage):
    elsewhere = "https://elsewhere.example"

    async def work(stage):
        async with stage.stream(Origin=elsewhere) as (answer, _):
            assert answer.status_code == 403
        ticket = (await stage.request("POST", "/live/tickets")).json()["ticket"]
        stage.credential = {}
        async with stage.stream(f"?ticket={ticket}", Origin=elsewhere) as (answer, events):
            assert answer.headers["access-control-allow-origin"] == elsewhere
            assert (await following(events))["event"] == "ready"
        async with stage.stream(f"?ticket={ticket}", Origin=elsewhere) as (answer, _):
            assert answer.status_code == 401

    on_stage(work, cors_origins=(elsewhere,))


def test_a_longer_time_than_a_request_has_ends_no_stream_and_the_head_alone_is_not_a_stream(on_stage):
    async def work(stage):
        async with stage.stream() as (_, events):
            await following(events)
            await asyncio.sleep(1.2)
            await stage.tell("job.done", {"id": JOB})
            assert (await following(events))["event"] == "jobs"
        answer = await stage.request("HEAD", "/live/stream")
        assert (answer.status_code, answer.content) == (200, b"")

    on_stage(work, request_timeout_s=1)


def test_a_batch_of_requests_cannot_hold_a_stream(on_stage):
    async def work(stage):
        operations = [{"method": "GET", "path": "/api/v1/live/stream"}]
        answer = await stage.request("POST", "/batch", json={"operations": operations}, timeout=20)
        outcome = answer.json()["items"][0]
        assert (outcome["status"], outcome["body"]["code"]) == (422, "stream_in_batch")

    on_stage(work)
