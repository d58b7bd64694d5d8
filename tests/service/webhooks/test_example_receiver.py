"""The receiver of the how-to guide, against what the service really sends."""

import re
import threading
import types
from http.server import HTTPServer
from pathlib import Path

import httpx
import msgspec
import pytest

from astrarium.service.webhooks.events import EVENTS

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture
def example(own_service, monkeypatch):
    """The module of the guide, listening; its clock is the service's."""
    (code,) = re.findall(r"```py\n(.*?)```", (DOCS / "howto/webhooks.md").read_text(), re.DOTALL)
    module = types.ModuleType("example")
    exec(compile(code, "webhooks.md", "exec"), module.__dict__)
    module.time = types.SimpleNamespace(time=own_service.app.state.at.timestamp)
    server = HTTPServer(("127.0.0.1", 0), module.Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    module.url = f"http://127.0.0.1:{server.server_port}/"
    yield module
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_example_takes_what_is_signed_and_refuses_a_replayed_id(me, example, turns, capsys):
    made = me.post("/webhooks", json={"url": example.url}).json()
    example.SECRET = made["secret"]
    first = me.post(f"/webhooks/{made['id']}/test").json()
    turns.deliver(me.account_id, made["id"])
    assert me.get(f"/webhooks/deliveries/{first['id']}").json()["last_status"] == 204
    assert "webhook.test" in capsys.readouterr().out
    again = me.post(f"/webhooks/deliveries/{first['id']}/replay").json()
    turns.deliver(me.account_id, made["id"])
    told = me.get(f"/webhooks/deliveries/{again['id']}").json()
    assert (told["event_id"], told["cause"], told["last_status"]) == (first["event_id"], "replay", 409)


def test_the_example_takes_either_secret_during_a_rotation(me, example, turns):
    made = me.post("/webhooks", json={"url": example.url}).json()
    rotated = me.post(f"/webhooks/{made['id']}/rotate-secret", json={}).json()
    for secret in (made["secret"], rotated["secret"]):
        example.SECRET = secret
        sent = me.post(f"/webhooks/{made['id']}/test").json()
        turns.deliver(me.account_id, made["id"])
        assert me.get(f"/webhooks/deliveries/{sent['id']}").json()["state"] == "delivered"


def test_the_example_refuses_what_is_forged_or_late(me, example, own_service, receiver, hook, turns):
    made = hook()
    example.SECRET = made["secret"]
    me.post(f"/webhooks/{made['id']}/test")
    turns.deliver(me.account_id, made["id"])
    (came,) = receiver.received
    signed = {name: value for name, value in came.headers.items() if name.startswith("webhook-")}
    assert httpx.post(example.url, content=came.body + b" ", headers=signed).status_code == 401
    assert httpx.post(example.url, content=came.body).status_code == 401
    late = signed | {"webhook-timestamp": str(int(signed["webhook-timestamp"]) - 301)}
    assert httpx.post(example.url, content=came.body, headers=late).status_code == 401
    assert httpx.post(example.url, content=came.body, headers=signed).status_code == 204


def test_the_reference_tells_every_event_with_its_data():
    page = (DOCS / "reference/webhooks.md").read_text()
    told = set(re.findall(r"^\| `([\w.]+)` \| .*\.? \| `\w+_id`|^\| `(\w+\.\w+)` \|", page, re.MULTILINE))
    for name, event in EVENTS.items():
        fields = ", ".join(f"`{field.name}`" for field in msgspec.structs.fields(event.data))
        assert f"| `{name}` | {event.told} | {fields} |" in page
    assert {one for pair in told for one in pair if "." in one} == set(EVENTS)
