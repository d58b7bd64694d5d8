"""The WebSocket: who is let in, what is said, and what is refused in words."""

import asyncio
import contextlib
import json

import pytest
from websockets.exceptions import ConnectionClosed

from astrarium.service.live import hub as hubs
from astrarium.service.live import messages, sockets
from astrarium.service.live.service import notify

JOB = "0198c1a2-0000-7000-8000-000000000001"
ELSEWHERE = "https://elsewhere.example"


async def closing_of(socket):
    """How the other side closes a connection: the code and the word for it."""
    async with asyncio.timeout(20):
        with contextlib.suppress(ConnectionClosed):
            async for _ in socket:
                pass
    return socket.close_code, socket.close_reason


def test_the_first_message_says_what_is_told_and_events_follow(on_stage, receive):
    async def work(stage):
        async with stage.open() as socket:
            ready = await receive(socket)
            assert ready.pop("request_id")
            assert ready == {"type": "ready", "id": "0", "topics": ["batches", "jobs", "notifications"]}
            await stage.tell("job.done", {"id": JOB, "kind": "mail"})
            event = await receive(socket)
        assert event == {
            "type": "event", "id": event["id"], "topic": "jobs", "event": "job.done", "at": "2026-11-23T15:20:45Z",
            "data": {"id": JOB, "kind": "mail"},
        }  # fmt: skip

    on_stage(work)


def test_what_is_told_of_one_account_reaches_no_other(on_stage, receive):
    async def work(stage):
        _, theirs = await stage.enter()
        async with stage.open(headers=theirs) as other:
            await receive(other)
            _, own = await stage.enter()
            async with stage.open(headers=own) as socket:
                await receive(socket)
                await stage.tell("job.done", {"id": JOB})
                assert (await receive(socket))["event"] == "job.done"
            await other.send('{"type": "ping"}')
            assert await receive(other) == {"type": "pong"}

    on_stage(work)


def test_a_notification_arrives_with_the_number_of_those_unread(on_stage, receive, now):
    async def work(stage):
        async with stage.open("?topics=notifications") as socket:
            await receive(socket)
            async with stage.database.of(stage.account_id) as transaction:
                noted = await notify(transaction, stage.account_id, "batch.finished", {"rows": 3}, now=now)
            event = await receive(socket)
            assert event["data"]["id"] == str(noted)
            assert (event["data"]["kind"], event["data"]["unread"]) == ("batch.finished", 1)
            await stage.request("POST", f"/notifications/{noted}/read")
            event = await receive(socket)
            assert (event["event"], event["data"]["unread"]) == ("notification.read", 0)

    on_stage(work)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "malformed_json"),
        ("{", "malformed_json"),
        ("\ud7ff\u0000", "malformed_json"),
        ("[" * 4000, "invalid_message"),
        ("null", "invalid_message"),
        ("[]", "invalid_message"),
        ('"subscribe"', "invalid_message"),
        ("{}", "invalid_message"),
        ('{"type": "subscribe"}', "invalid_message"),
        ('{"type": 7}', "invalid_message"),
        ('{"type": "ready", "id": "0", "topics": [], "request_id": ""}', "invalid_message"),
        ('{"type": "subscribe", "topics": []}', "invalid_message"),
        ('{"type": "subscribe", "topics": "jobs"}', "invalid_message"),
        ('{"type": "subscribe", "topics": [1]}', "invalid_message"),
        ('{"type": "subscribe", "topics": ["jobs"], "more": 1}', "invalid_message"),
        (json.dumps({"type": "subscribe", "topics": ["jobs"] * 17}), "invalid_message"),
        ('{"type": "subscribe", "topics": ["job"]}', "unknown_topic"),
        (
            '{"type": "unsubscribe", "topics": ["jobs", "astrarium_live; DROP TABLE accounts"]}',
            "unknown_topic",
        ),
        (b"\x00\xff", "invalid_message"),
    ],
)
def test_a_message_that_is_not_understood_is_answered_by_a_code_and_the_connection_stands(said, code):
    text = said if isinstance(said, str) else None
    fault = sockets._BINARY if text is None else messages.read(text)
    assert (type(fault), fault.code) == (messages.Fault, code)
    assert fault.detail
    assert fault.hint


def test_faults_are_told_on_the_wire_and_the_connection_stands(on_stage, receive):
    async def work(stage):
        async with stage.open() as socket:
            await receive(socket)
            for said in ("{", b"\x00\xff", '{"type": "subscribe", "topics": ["job"]}'):
                await socket.send(said)
                assert (await receive(socket))["type"] == "error"
            await socket.send('{"type": "ping"}')
            assert await receive(socket) == {"type": "pong"}

    on_stage(work)


def test_topics_are_added_and_left(on_stage, receive):
    async def work(stage):
        async with stage.open("?topics=batches") as socket:
            assert (await receive(socket))["topics"] == ["batches"]
            await socket.send('{"type": "subscribe", "topics": ["jobs", "batches"]}')
            assert await receive(socket) == {"type": "subscribed", "topics": ["batches", "jobs"]}
            await stage.tell("job.done", {"id": JOB})
            assert (await receive(socket))["topic"] == "jobs"
            await socket.send('{"type": "unsubscribe", "topics": ["jobs"]}')
            assert await receive(socket) == {"type": "subscribed", "topics": ["batches"]}
            await stage.tell("job.done", {"id": JOB})
            await stage.tell("batch.done", {"id": JOB}, "batches")
            assert (await receive(socket))["topic"] == "batches"

    on_stage(work)


def test_the_sky_comes_at_once_and_each_minute_anew(on_stage, receive, now):
    async def work(stage):
        async with stage.open("?topics=sky") as socket:
            await receive(socket)
            sky = await receive(socket)
        assert (sky["topic"], sky["event"], sky["at"]) == ("sky", "sky.now", "2026-11-23T15:20:00Z")
        assert "id" not in sky
        bodies = {one["body"]: one for one in sky["data"]["bodies"]}
        assert bodies["sun"]["signs"]["tropical"]["sign"] == "sagittarius"
        assert bodies["sun"]["signs"]["iau13"]["sign"] == "libra"
        assert bodies["sun"]["constellation"] == "Lib"

    on_stage(work)


def test_nobody_is_let_in_without_credentials_or_with_wrong_ones(on_stage):
    async def work(stage):
        assert (await stage.refusal_of(headers={}))["code"] == "not_signed_in"
        wrong = {"Authorization": "Bearer ast_none"}
        assert (await stage.refusal_of(headers=wrong))["code"] == "invalid_credentials"
        assert (await stage.refusal_of("?ticket=none"))["code"] == "invalid_ticket"
        await stage.enter(scopes=("people:read",))
        assert (await stage.refusal_of())["code"] == "not_permitted"
        await stage.enter(scopes=("live:read",))
        async with stage.open() as socket:
            assert await socket.recv()

    on_stage(work)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?topics=", "invalid_parameter"),
        ("?topics=job", "invalid_parameter"),
        ("?topics=jobs&topics=sky", "invalid_parameter"),
        ("?after=", "invalid_parameter"),
        ("?after=-1", "invalid_parameter"),
        ("?after=1e3", "invalid_parameter"),
        ("?after=" + "9" * 19, "invalid_parameter"),
        ("?after=%D9%A1", "invalid_parameter"),
        ("?topic=jobs", "unknown_parameter"),
    ],
)
def test_an_address_that_asks_for_what_there_is_not_is_refused_in_words(on_stage, query, code):
    async def work(stage):
        problem = await stage.refusal_of(query)
        assert problem["code"] == code
        assert problem["errors"][0]["parameter"]

    on_stage(work)


def test_a_page_of_another_site_gets_in_by_a_ticket_alone_and_only_where_the_operator_names_the_site(
    on_stage,
):
    async def work(stage):
        cookie = stage.credential
        own = f"http://{stage.address}"
        async with stage.open(origin=own) as socket:
            assert await socket.recv()
        assert (await stage.refusal_of(origin=ELSEWHERE))["code"] == "origin_not_allowed"
        ticket = (await stage.request("POST", "/live/tickets")).json()["ticket"]
        async with stage.open(f"?ticket={ticket}", headers={}, origin=ELSEWHERE) as socket:
            assert await socket.recv()
        ticket = (await stage.request("POST", "/live/tickets")).json()["ticket"]
        problem = await stage.refusal_of(f"?ticket={ticket}", headers=cookie, origin="https://third.example")
        assert problem["code"] == "origin_not_allowed"
        for origin in ("null", f"http://{stage.address}.evil.example", "https://"):
            assert (await stage.refusal_of(origin=origin))["code"] == "origin_not_allowed"

    on_stage(work, cors_origins=(ELSEWHERE,))


def test_a_ticket_lets_one_in_once_and_not_after_its_minute(on_stage, now):
    at = [now]

    async def work(stage):
        made = (await stage.request("POST", "/live/tickets")).json()
        assert made["expires_at"] == "2026-11-23T15:21:45Z"
        query = f"?ticket={made['ticket']}"
        tries = [stage.open(query, headers={}).__aenter__() for _ in range(4)]
        answers = await asyncio.gather(*tries, return_exceptions=True)
        let_in = [one for one in answers if not isinstance(one, Exception)]
        assert len(let_in) == 1
        await let_in[0].close()
        assert (await stage.refusal_of(query, headers={}))["code"] == "invalid_ticket"
        late = (await stage.request("POST", "/live/tickets")).json()["ticket"]
        at[0] = now.replace(minute=now.minute + 1)
        assert (await stage.refusal_of(f"?ticket={late}", headers={}))["code"] == "invalid_ticket"

    on_stage(work, now=lambda: at[0])


def test_a_ticket_is_worth_nothing_once_its_key_is_revoked(on_stage):
    async def work(stage):
        _, owner = await stage.enter()
        draft = {"name": "news", "scopes": ["live:read"]}
        made = (await stage.request("POST", "/api-keys", json=draft)).json()
        stage.credential = {"Authorization": f"Bearer {made['key']}"}
        ticket = (await stage.request("POST", "/live/tickets")).json()["ticket"]
        stage.credential = owner
        assert (await stage.request("DELETE", f"/api-keys/{made['id']}")).status_code == 204
        assert (await stage.refusal_of(f"?ticket={ticket}", headers={}))["code"] == "invalid_ticket"

    on_stage(work)


def test_a_connection_ends_with_the_session_that_it_was_opened_by(on_stage, receive):
    async def work(stage):
        async with stage.open() as socket, stage.open() as other:
            await receive(socket)
            await receive(other)
            assert (await stage.request("DELETE", "/sessions/current")).status_code == 204
            assert await closing_of(socket) == (1008, "not_signed_in")
            assert await closing_of(other) == (1008, "not_signed_in")
        await stage.until(lambda: stage.hub.state().connections == 0)

    on_stage(work)


def test_a_connection_ends_with_the_key_that_it_was_opened_by_and_others_of_the_account_stay(
    on_stage, receive
):
    async def work(stage):
        owner = stage.credential
        made = (await stage.request("POST", "/api-keys", json={"name": "n", "scopes": ["live:read"]})).json()
        async with (
            stage.open() as stays,
            stage.open(headers={"Authorization": f"Bearer {made['key']}"}) as goes,
        ):
            await receive(stays)
            await receive(goes)
            stage.credential = owner
            await stage.request("DELETE", f"/api-keys/{made['id']}")
            assert await closing_of(goes) == (1008, "not_signed_in")
            await stays.send('{"type": "ping"}')
            assert await receive(stays) == {"type": "pong"}

    on_stage(work)


def test_an_account_and_a_process_have_so_many_connections_and_no_more(on_stage, monkeypatch):
    monkeypatch.setattr(hubs, "MOST_OF_ONE_ACCOUNT", 2)

    async def work(stage):
        async with stage.open() as one, stage.open() as two:
            await one.recv()
            await two.recv()
            assert (await stage.refusal_of())["code"] == "too_many_connections"
            assert (await stage.request("GET", "/live/stream")).json()["code"] == "too_many_connections"
            await stage.enter()
            async with stage.open() as third:
                await third.recv()
                await stage.enter()
                assert (await stage.refusal_of())["code"] == "no_room_for_connections"
        await stage.until(lambda: stage.hub.state().connections == 0)
        async with stage.open() as again:
            await again.recv()

    on_stage(work, live_connections=3)


def test_a_flood_of_messages_ends_the_connection(on_stage, receive):
    async def work(stage):
        async with stage.open() as socket:
            await receive(socket)
            for _ in range(sockets.MOST_AT_ONCE + 30):
                await socket.send('{"type": "subscribe", "topics": ["jobs"]}')
            assert await closing_of(socket) == (1008, "too_many_messages")

    on_stage(work)


def test_a_frame_that_is_too_long_ends_the_connection(on_stage, receive):
    async def work(stage):
        async with stage.open() as socket:
            await receive(socket)
            await socket.send("x" * (messages.LONGEST_MESSAGE_BYTES + 1))
            code, _ = await closing_of(socket)
            assert code == 1009

    on_stage(work)


def test_no_other_address_speaks_websocket_and_this_one_nothing_else(on_stage):
    async def work(stage):
        assert (await stage.refusal_of("/none"))["code"] == "not_found"
        answer = await stage.request("GET", "/live")
        assert (answer.status_code, answer.json()["code"]) == (426, "upgrade_required")
        assert answer.headers["upgrade"] == "websocket"

    on_stage(work)
