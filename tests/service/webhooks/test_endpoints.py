import asyncio
from base64 import b64decode
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy.engine import make_url

from astrarium.service.accounts.service import rotate_keys


def test_an_endpoint_is_made_with_a_secret_that_is_told_once(me, receiver):
    answer = me.post("/webhooks", json={"url": receiver.url(), "event_types": ["chart.*", "chart.*"]})
    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["location"] == f"/api/v1/webhooks/{made['id']}"
    assert made["secret"].startswith("whsec_")
    assert 24 <= len(b64decode(made["secret"].removeprefix("whsec_"))) <= 64
    assert made["event_types"] == ["chart.*"]
    read = me.get(f"/webhooks/{made['id']}")
    assert read.json() == {name: value for name, value in made.items() if name != "secret"}
    assert read.headers["etag"] == answer.headers["etag"]
    assert me.get("/webhooks").json()["items"] == [read.json()]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"url": "https://10.0.0.1/"}, "target_not_public"),
        ({"url": "http://[::ffff:169.254.169.254]/"}, "target_not_public"),
        ({"url": "https://user:word@stars.example/"}, "url_not_allowed"),
        ({"url": "ftp://stars.example/"}, "invalid_body"),
        ({"event_types": []}, "invalid_body"),
        ({"event_types": ["chart.saved", "chart.savd"]}, "unknown_event_type"),
        ({"event_types": ["webhook.test"]}, "unknown_event_type"),
        ({"most_per_second": 0}, "invalid_body"),
        ({"description": "a\0b"}, "invalid_body"),
        ({"secret": "whsec_AAAA"}, "invalid_body"),
    ],
)
def test_an_endpoint_out_of_bounds_is_refused(me, receiver, problem, fields, code):
    told = problem(me.post("/webhooks", json={"url": receiver.url(), **fields}), 422, code)
    assert told["errors"][0]["pointer"].startswith(f"/{next(iter(fields))}")
    assert me.get("/webhooks").json()["items"] == []


def test_an_unknown_type_is_answered_by_the_nearest(me, receiver, problem):
    sent = {"url": receiver.url(), "event_types": ["chart.saved", "chart.savd"]}
    told = problem(me.post("/webhooks", json=sent), 422, "unknown_event_type")
    assert told["errors"][0]["pointer"] == "/event_types/1"
    assert "Did you mean `chart.saved`?" in told["hint"]


def test_each_tier_has_its_number_of_endpoints(me, hook, receiver, problem):
    for _ in range(5):
        hook()
    told = problem(me.post("/webhooks", json={"url": receiver.url()}), 409, "storage_full")
    assert told["data"] == {"limit": 5}


def test_a_change_touches_only_what_it_names_and_heeds_if_match(me, hook, problem):
    made = hook(description="the old one")
    seen = me.get(f"/webhooks/{made['id']}").headers["etag"]
    changed = me.patch(
        f"/webhooks/{made['id']}", json={"event_types": ["*"]}, headers={"If-Match": seen}
    ).json()
    assert changed["event_types"] == ["*"]
    assert changed["description"] == "the old one"
    assert changed["version"] == made["version"] + 1
    again = me.patch(f"/webhooks/{made['id']}", json={"description": "new"}, headers={"If-Match": seen})
    problem(again, 412, "precondition_failed")


def test_another_address_is_judged_like_the_first(me, hook, problem):
    made = hook()
    answer = me.patch(f"/webhooks/{made['id']}", json={"url": "http://192.168.1.1/"})
    problem(answer, 422, "target_not_public")


def test_what_is_another_accounts_is_not_found(me, hook, account, problem):
    made, other = hook(), account()
    me.post(f"/webhooks/{made['id']}/test")
    delivery = me.get(f"/webhooks/{made['id']}/deliveries").json()["items"][0]
    for method, path in (
        ("GET", f"/webhooks/{made['id']}"),
        ("GET", f"/webhooks/{made['id']}/health"),
        ("GET", f"/webhooks/{made['id']}/deliveries"),
        ("DELETE", f"/webhooks/{made['id']}"),
        ("POST", f"/webhooks/{made['id']}/test"),
        ("POST", f"/webhooks/{made['id']}/replay?since=2026-01-01T00:00:00Z"),
        ("GET", f"/webhooks/deliveries/{delivery['id']}"),
        ("POST", f"/webhooks/deliveries/{delivery['id']}/replay"),
    ):
        problem(other.send(method, path), 404, "not_found")
    problem(other.patch(f"/webhooks/{made['id']}", json={}), 404, "not_found")
    problem(other.post(f"/webhooks/{made['id']}/rotate-secret", json={}), 404, "not_found")
    assert other.get("/webhooks").json()["items"] == []


def test_a_key_needs_the_scope(account, receiver, problem):
    reader = account(scopes=("webhooks:read",))
    assert reader.get("/webhooks").status_code == 200
    problem(reader.post("/webhooks", json={"url": receiver.url()}), 403, "not_permitted")
    writer = account(scopes=("webhooks:read", "webhooks:write"))
    assert writer.post("/webhooks", json={"url": receiver.url()}).status_code == 201


def test_secrets_lie_sealed_and_move_to_the_newest_key(me, hook, turns, own_settings):
    made = hook()
    secret = b64decode(made["secret"].removeprefix("whsec_"))
    (before,) = turns.ask("SELECT secret FROM webhooks")
    assert secret not in before.secret
    newer = "bmV3ZXIgMzIgYnl0ZXMgdGhhdCBhcmUgbm8gc2VjcmU="
    both = replace(own_settings, secret_keys=(newer, *own_settings.secret_keys))
    assert asyncio.run(rotate_keys(both, make_url(own_settings.database_url))) == 1
    (after,) = turns.ask("SELECT secret FROM webhooks")
    turns.settings = replace(own_settings, secret_keys=(newer,))
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    assert after.secret != before.secret
    (delivery,) = me.get(f"/webhooks/{made['id']}/deliveries").json()["items"]
    assert delivery["state"] == "delivered"


def test_the_table_of_events_tells_the_schema_of_each(me):
    told = me.get("/webhooks/event-types").json()
    by_type = {one["type"]: one for one in told["items"]}
    assert set(by_type["chart.changed"]["schema"]["properties"]) == {"chart_id", "person_id", "fields"}
    assert {"*", "chart.*", "chart.saved"} <= set(told["patterns"])
    assert "webhook.test" not in told["patterns"]


def test_deleting_an_endpoint_takes_its_log_along(me, hook, turns, problem):
    made = hook()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    assert me.delete(f"/webhooks/{made['id']}").status_code == 204
    problem(me.get(f"/webhooks/{made['id']}"), 404, "not_found")
    for table in ("webhooks", "webhook_turns", "webhook_deliveries", "webhook_attempts"):
        assert turns.ask(f"SELECT 1 FROM {table}") == []


def test_the_end_of_an_account_takes_everything_along(me, hook, turns):
    made = hook()
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    turns.ask("DELETE FROM accounts WHERE id = :id", id=me.account_id)
    for table in ("webhooks", "webhook_turns", "webhook_events", "webhook_deliveries", "webhook_attempts"):
        assert turns.ask(f"SELECT 1 FROM {table}") == []


def test_an_operator_sees_all_and_has_the_last_word(me, hook, caller_of_role, letters, problem):
    made, admin = hook(), caller_of_role("admin")
    problem(me.get("/admin/webhooks"), 403, "not_permitted")
    (seen,) = admin.get("/admin/webhooks").json()["items"]
    assert (seen["id"], seen["account_id"]) == (made["id"], str(me.account_id))
    assert "secret" not in seen
    ended = admin.post(f"/admin/webhooks/{made['id']}/disable").json()
    assert ended["disabled_because"] == "operator"
    problem(me.patch(f"/webhooks/{made['id']}", json={"enabled": True}), 409, "webhook_disabled")
    problem(me.post(f"/webhooks/{made['id']}/test"), 409, "webhook_disabled")
    assert [one["id"] for one in admin.get("/admin/webhooks?disabled=true").json()["items"]] == [made["id"]]
    assert "The operator of this service disabled it." in letters(1)[0]
    assert admin.post(f"/admin/webhooks/{made['id']}/enable").json()["disabled_because"] is None
    assert me.get(f"/webhooks/{made['id']}").json()["enabled"] is True
    assert admin.get("/admin/webhooks?disabled=true").json()["items"] == []


def test_rotating_leaves_both_secrets_for_the_overlap(me, hook, own_service):
    made = hook()
    rotated = me.post(f"/webhooks/{made['id']}/rotate-secret", json={"overlap_s": 60}).json()
    assert rotated["secret"] != made["secret"]
    until = own_service.app.state.at + timedelta(seconds=60)
    assert rotated["previous_secret_until"] == until.isoformat().replace("+00:00", "Z")
