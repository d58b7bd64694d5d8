import gzip
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from webhook_receiver import hugely, never, status

from astrarium.service.webhooks.retrying import OPENS_AFTER, SCHEDULE
from astrarium.service.webhooks.tasks import AT_ONCE

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}


def verified(secret, one, monkeypatch, at):
    """The event of a request, by the reference implementation of Standard Webhooks, at a time."""

    class Then(datetime):
        @classmethod
        def now(cls, tz=None):
            return at

    monkeypatch.setattr("standardwebhooks.webhooks.datetime", Then)
    return Webhook(secret).verify(one.body, one.headers)


@pytest.fixture
def clock(own_service):
    return own_service.app.state


def delivery_of(me, hook):
    (one,) = me.get(f"/webhooks/{hook['id']}/deliveries").json()["items"]
    return me.get(f"/webhooks/deliveries/{one['id']}").json()


def test_a_test_event_arrives_signed_and_is_logged(me, hook, receiver, turns, clock, monkeypatch):
    made = hook()
    answer = me.post(f"/webhooks/{made['id']}/test")
    assert answer.status_code == 202
    assert answer.json()["state"] == "waiting"
    turns.deliver(me.account_id, made["id"])
    (came,) = receiver.received
    event = verified(made["secret"], came, monkeypatch, clock.at)
    assert event == {
        "type": "webhook.test",
        "timestamp": "2026-11-23T15:20:45Z",
        "data": {"webhook_id": made["id"]},
    }
    assert came.headers["content-type"] == "application/json"
    told = me.get(answer.headers["location"].removeprefix("/api/v1")).json()
    assert (told["state"], told["attempts"], told["due_at"]) == ("delivered", 1, None)
    assert told["event_id"] == came.headers["webhook-id"]
    assert told["event"] == event
    (attempt,) = told["log"]
    assert (attempt["status"], attempt["fault"], attempt["answer"]) == (200, None, "thanks")


def test_a_forged_body_another_secret_and_another_time_are_not_verified(
    me, hook, receiver, turns, clock, monkeypatch
):
    made = hook()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    (came,) = receiver.received
    with pytest.raises(WebhookVerificationError):
        verified(hook("/other")["secret"], came, monkeypatch, clock.at)
    with pytest.raises(WebhookVerificationError):
        verified(made["secret"], came, monkeypatch, clock.at + timedelta(minutes=6))
    came.body = came.body.replace(b"webhook.test", b"chart.saved.")
    with pytest.raises(WebhookVerificationError):
        verified(made["secret"], came, monkeypatch, clock.at)


def test_during_a_rotation_both_secrets_verify_and_afterwards_one(
    me, hook, receiver, turns, clock, monkeypatch
):
    made = hook()
    rotated = me.post(f"/webhooks/{made['id']}/rotate-secret", json={"overlap_s": 600}).json()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    clock.at += timedelta(seconds=601)
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    during, after = receiver.received
    early = clock.at - timedelta(seconds=601)
    assert len(during.headers["webhook-signature"].split()) == 2
    verified(made["secret"], during, monkeypatch, early)
    verified(rotated["secret"], during, monkeypatch, early)
    assert len(after.headers["webhook-signature"].split()) == 1
    verified(rotated["secret"], after, monkeypatch, clock.at)
    with pytest.raises(WebhookVerificationError):
        verified(made["secret"], after, monkeypatch, clock.at)


def test_a_failed_delivery_is_tried_again_by_the_schedule_with_the_same_id(me, hook, receiver, turns, clock):
    receiver.answering = status(500, b"broken")
    made = hook()
    me.post(f"/webhooks/{made['id']}/test")
    for tries, wait in enumerate(SCHEDULE, 1):
        turns.deliver(me.account_id, made["id"])
        told = delivery_of(me, made)
        assert (told["state"], told["attempts"], told["last_status"]) == ("waiting", tries, 500)
        assert told["due_at"] == (clock.at + wait).isoformat().replace("+00:00", "Z")
        turns.deliver(me.account_id, made["id"])
        assert len(receiver.received) == tries, "before its time nothing is sent"
        clock.at += max(wait, timedelta(minutes=10))
    turns.deliver(me.account_id, made["id"])
    told = delivery_of(me, made)
    assert (told["state"], told["attempts"], told["due_at"]) == ("failed", len(SCHEDULE) + 1, None)
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1
    assert len({one.body for one in receiver.received}) == 1
    stamps = [int(one.headers["webhook-timestamp"]) for one in receiver.received]
    assert stamps == sorted(set(stamps)), "each try is signed anew"
    assert [one["number"] for one in told["log"]] == list(range(1, len(SCHEDULE) + 2))


def test_a_retry_that_arrives_ends_the_delivery(me, hook, receiver, turns, clock):
    receiver.answering = status(503)
    made = hook()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    receiver.answering = status(204)
    clock.at += timedelta(seconds=5)
    turns.deliver(me.account_id, made["id"])
    told = delivery_of(me, made)
    assert (told["state"], told["attempts"]) == ("delivered", 2)
    assert me.get(f"/webhooks/{made['id']}/health").json()["standing"] == "well"


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("2", timedelta(seconds=5)),
        ("999999999", timedelta(hours=24)),
        ("Mon, 23 Nov 2026 15:22:45 GMT", timedelta(seconds=120)),
        ("Mon, 23 Nov 1926 15:22:45 GMT", timedelta(seconds=5)),
        ("soon", timedelta(seconds=5)),
    ],
)
def test_retry_after_is_heeded_within_bounds(me, hook, receiver, turns, clock, said, wait):
    receiver.answering = status(429, Retry_After=said)
    made = hook()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    assert delivery_of(me, made)["due_at"] == (clock.at + wait).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("answering", "code", "fault"),
    [
        (status(301, Location="http://127.0.0.1/elsewhere"), 301, "redirect"),
        (status(404, b"who?"), 404, "status"),
        (status(500), 500, "status"),
    ],
)
def test_what_is_not_success_is_failure_and_redirects_are_not_followed(
    me, hook, receiver, turns, answering, code, fault
):
    receiver.answering = answering
    made = hook()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    told = delivery_of(me, made)
    assert (told["state"], told["last_status"], told["last_fault"]) == ("waiting", code, fault)
    assert len(receiver.received) == 1


def test_an_answer_without_end_is_cut_and_its_head_kept(me, hook, receiver, turns):
    receiver.answering = hugely
    made = hook()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    told = delivery_of(me, made)
    assert told["state"] == "delivered"
    assert told["log"][0]["answer"] == "x" * 1024


def test_an_answer_that_is_no_text_is_kept_as_far_as_it_is(me, hook, receiver, turns):
    receiver.answering = status(200, b"\0\xff" + gzip.compress(b"text"))
    made = hook()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    assert "\0" not in delivery_of(me, made)["log"][0]["answer"]


def test_a_receiver_that_hangs_up_has_failed(me, hook, receiver, turns):
    async def hang_up(_, writer):
        writer.close()

    receiver.answering = hang_up
    made = hook()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    told = delivery_of(me, made)
    assert (told["state"], told["last_status"], told["log"][0]["answer"]) == ("waiting", None, "")
    assert told["last_fault"] in {"broken", "connect"}


def test_a_receiver_that_never_answers_is_given_up_and_rests(me, hook, receiver, turns, clock, monkeypatch):
    hasty = turns.hasty(total_s=0.2)
    receiver.answering = never
    made = hook()
    for _ in range(20):
        me.post(f"/webhooks/{made['id']}/test")
    hasty.deliver(me.account_id, made["id"])
    told = me.get(f"/webhooks/{made['id']}/health").json()
    assert told["standing"] == "resting"
    assert told["waiting"] == 20
    tried = len(receiver.received)
    assert tried < AT_ONCE + OPENS_AFTER, "three failures are enough, and those that were on their way"
    hasty.deliver(me.account_id, made["id"])
    assert len(receiver.received) == tried, "while it rests nothing is sent"
    clock.at = datetime.fromisoformat(told["resting_until"])
    hasty.deliver(me.account_id, made["id"])
    assert len(receiver.received) == tried + 1, "after its rest one delivery is tried"
    receiver.answering = status(200)
    clock.at += timedelta(minutes=20)
    turns.deliver(me.account_id, made["id"])
    assert me.get(f"/webhooks/{made['id']}/health").json()["standing"] == "well"
    assert me.get(f"/webhooks/{made['id']}/health").json()["waiting"] == 0


def test_gone_disables_at_once_and_tells_the_owner(me, hook, receiver, turns, letters):
    receiver.by_path["/gone"] = status(410)
    made, other = hook("/gone"), hook("/other", event_types=["webhook.disabled"])
    for _ in range(3):
        me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    told = me.get(f"/webhooks/{made['id']}").json()
    assert (told["enabled"], told["disabled_because"]) == (False, "gone")
    states = {one["state"] for one in me.get(f"/webhooks/{made['id']}/deliveries").json()["items"]}
    assert "waiting" not in states
    turns.deliver(me.account_id, other["id"])
    assert receiver.received[-1].event["data"] == {"webhook_id": made["id"], "because": "gone"}
    (notified,) = turns.ask("SELECT kind, data FROM notifications")
    assert notified.kind == "webhook.disabled"
    assert notified.data["webhook_id"] == made["id"]
    assert len(letters(1)) == 1


def test_five_days_of_failure_disable_and_one_success_forgives_them(
    me, hook, receiver, turns, clock, letters
):
    receiver.answering = status(500)
    made = hook()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    clock.at += timedelta(days=4, hours=23)
    receiver.answering = status(200)
    turns.deliver(me.account_id, made["id"])
    receiver.answering = status(500)
    for _ in range(2):
        me.post(f"/webhooks/{made['id']}/test")
        turns.deliver(me.account_id, made["id"])
        assert me.get(f"/webhooks/{made['id']}").json()["enabled"] is True
        clock.at += timedelta(days=4, hours=23)
    clock.at += timedelta(hours=2)
    turns.deliver(me.account_id, made["id"])
    told = me.get(f"/webhooks/{made['id']}").json()
    assert (told["enabled"], told["disabled_because"]) == (False, "failing")
    assert len(letters(1)) == 1


def test_enabling_again_begins_with_a_clean_slate(me, hook, receiver, turns):
    receiver.answering = status(410)
    made = hook()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    receiver.answering = status(200)
    assert me.patch(f"/webhooks/{made['id']}", json={"enabled": True}).json()["disabled_because"] is None
    assert me.get(f"/webhooks/{made['id']}/health").json()["failures"] == 0
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    arrived = me.get(f"/webhooks/{made['id']}/deliveries?state=delivered")
    assert [one["cause"] for one in arrived.json()["items"]] == ["test"], arrived.text


def test_an_endpoint_is_sent_no_more_in_a_second_than_it_asks_for(me, hook, receiver, turns, clock):
    made = hook(most_per_second=3)
    for _ in range(8):
        me.post(f"/webhooks/{made['id']}/test")
    for sent in (3, 6, 8):
        turns.deliver(me.account_id, made["id"])
        turns.deliver(me.account_id, made["id"])
        assert len(receiver.received) == sent
        clock.at += timedelta(seconds=1)


def test_the_operators_rate_is_above_the_owners(me, hook, receiver, turns):
    made = hook(most_per_second=100)
    for _ in range(4):
        me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"], most_per_second=2)
    assert len(receiver.received) == 2


def test_deliveries_begin_in_the_order_of_their_events(me, hook, receiver, turns):
    made = hook(most_per_second=1)
    sent = [me.post(f"/webhooks/{made['id']}/test").json()["event_id"] for _ in range(4)]
    for _ in range(4):
        turns.deliver(me.account_id, made["id"])
        turns.state.at += timedelta(seconds=1)
    assert [one.headers["webhook-id"] for one in receiver.received] == sent


def test_a_job_that_runs_again_sends_nothing_twice(me, hook, receiver, turns):
    made, job_id = hook(), uuid4()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"], job_id=job_id)
    turns.deliver(me.account_id, made["id"], job_id=job_id)
    assert len(receiver.received) == 1


def test_while_one_job_has_the_turn_another_sends_nothing_and_a_dead_ones_turn_is_taken_over(
    me, hook, receiver, turns, clock
):
    made, dead = hook(), uuid4()
    me.post(f"/webhooks/{made['id']}/test")
    until = clock.at + timedelta(seconds=90)
    turns.ask("UPDATE webhook_turns SET leased_by = :job, leased_until = :until", job=dead, until=until)
    turns.deliver(me.account_id, made["id"])
    assert receiver.received == []
    turns.deliver(me.account_id, made["id"], job_id=dead)
    assert len(receiver.received) == 1
    me.post(f"/webhooks/{made['id']}/test")
    turns.ask("UPDATE webhook_turns SET leased_by = :job, leased_until = :until", job=dead, until=until)
    clock.at += timedelta(seconds=91)
    turns.deliver(me.account_id, made["id"])
    assert len(receiver.received) == 2


def test_a_turn_asks_for_a_job_when_the_next_delivery_is_due(me, hook, receiver, turns, clock):
    receiver.answering = status(500)
    made = hook()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    due = clock.at + SCHEDULE[0]
    later = "SELECT payload, not_before FROM jobs WHERE not_before IS NOT NULL"
    (job,) = turns.ask(later)
    assert (job.payload["webhook_id"], job.not_before) == (made["id"], due)
    turns.deliver(me.account_id, made["id"])
    assert len(turns.ask(later)) == 1, "one job is enough"
    clock.at = due
    turns.deliver(me.account_id, made["id"], at=due)
    assert [one.not_before for one in turns.ask(later + " ORDER BY not_before")] == [due, due + SCHEDULE[1]]


def test_disabling_cancels_what_waits_and_keeps_what_happens(me, hook, receiver, turns):
    made = hook(event_types=["person.*"])
    me.post("/people", json={"name": "Ada", "birth": BIRTH})
    me.patch(f"/webhooks/{made['id']}", json={"enabled": False})
    me.post("/people", json={"name": "Bob", "birth": BIRTH})
    turns.deliver(me.account_id, made["id"])
    assert receiver.received == []
    (kept,) = me.get(f"/webhooks/{made['id']}/deliveries").json()["items"]
    assert kept["state"] == "cancelled"
    me.patch(f"/webhooks/{made['id']}", json={"enabled": True})
    sent = turns.replay(
        me.account_id,
        webhook_id=UUID(made["id"]),
        since=turns.state.at - timedelta(hours=1),
        until=turns.state.at,
        which="undelivered",
    )
    assert sent.events == 2


def test_a_time_without_a_zone_is_of_utc_and_none_is_all_that_is_kept(me, hook, clock):
    made = hook()
    for query, since in (
        ("?since=2026-11-20T00:00:00", "2026-11-20T00:00:00Z"),
        ("", "2026-10-24T15:20:45Z"),
    ):
        begun = me.post(f"/webhooks/{made['id']}/replay{query}")
        assert (begun.status_code, begun.json()["since"]) == (202, since)
