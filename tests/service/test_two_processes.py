"""Two web processes on one database behave as one service, with nothing between them but PostgreSQL."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import httpx
import pytest

EMAIL, PASSWORD = "ada@stars.example", "thirteen signs of the sky"
SECRET_KEY = "c29tZSAzMiBieXRlcyB0aGF0IGFyZSBubyBzZWNyZXQ="
BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
PATIENCE_S = 120


@contextmanager
def a_process(environment: dict[str, str]) -> Iterator[str]:
    """The address of a web process of its own."""
    command = [sys.executable, "-m", "astrarium", "web", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    guard = threading.Timer(PATIENCE_S, process.kill)
    guard.start()
    try:
        match = re.search(r"http://\S+(?=/\n)", process.stdout.readline())
        assert match
        yield match[0]
    finally:
        guard.cancel()
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def pair(database_url, tmp_path) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """One client of each process; both carry the same session."""
    environment = os.environ | {
        "DATABASE_URL": database_url.render_as_string(hide_password=False),
        "ASTRARIUM_SECRET_KEYS": SECRET_KEY,
        "ASTRARIUM_PASSWORD_MEMORY_KIB": "64",
    }
    secret = tmp_path / "password"
    secret.write_text(PASSWORD)
    made = subprocess.run(
        [
            sys.executable,
            "-m",
            "astrarium",
            "admin",
            "create",
            EMAIL,
            "--role",
            "user",
            "--password-file",
            secret,
        ],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    with ExitStack() as stack:
        addresses = [stack.enter_context(a_process(environment)) for _ in range(2)]
        clients = [
            stack.enter_context(httpx.Client(base_url=f"{address}/api/v1", timeout=30))
            for address in addresses
        ]
        signed_in = clients[0].post("/sessions", json={"email": EMAIL, "password": PASSWORD})
        assert signed_in.status_code == 201, signed_in.text
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in signed_in.cookies.items())}
        for client in clients:
            client.cookies.clear()
            client.headers.update(cookie | {"X-CSRF-Token": signed_in.json()["csrf_token"]})
        yield clients[0], clients[1]


def until(condition: Callable[[], bool]) -> None:
    """Wait for what the other process is told in the background."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def test_what_one_process_wrote_the_other_reads_at_once(pair):
    one, other = pair
    for number in range(10):
        made = one.post("/people", json={"name": f"Ada {number}", "birth": BIRTH})
        assert made.status_code == 201, made.text
        path = f"/people/{made.json()['id']}"
        assert other.get(path).json()["name"] == f"Ada {number}"
        changed = other.patch(
            path, json={"name": "Grace"}, headers={"If-Match": other.get(path).headers["etag"]}
        )
        assert changed.status_code == 200, changed.text
        assert one.get(path).json()["name"] == "Grace"
        one, other = other, one
    assert len(one.get("/people?limit=50").json()["items"]) == 10


def is_named(client: httpx.Client, path: str, name: str) -> bool:
    return client.get(path).json()["name"] == name


def test_a_saved_chart_that_was_changed_is_read_anew_everywhere(pair):
    one, other = pair
    made = one.post("/charts/saved", json={"name": "first", "birth": BIRTH})
    assert made.status_code == 201, made.text
    path = f"/charts/saved/{made.json()['id']}"
    for number in range(10):
        assert other.get(path).status_code == one.get(path).status_code == 200
        tag = one.get(path).headers["etag"]
        changed = one.patch(path, json={"name": f"name {number}"}, headers={"If-Match": tag})
        assert changed.status_code == 200, changed.text
        assert one.get(path).json()["name"] == f"name {number}"
        until(partial(is_named, other, path, f"name {number}"))
        one, other = other, one


def test_a_request_that_was_sent_to_both_is_carried_out_once(pair):
    body, key = {"name": "Ada", "birth": BIRTH}, {"Idempotency-Key": "the-same-request-twice"}
    first, second = (client.post("/people", json=body, headers=key) for client in pair)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert len(pair[0].get("/people").json()["items"]) == 1


def test_a_key_made_at_one_opens_the_other_until_it_is_revoked_at_either(pair):
    one, other = pair
    made = one.post("/api-keys", json={"name": "script", "scopes": ["people:read"]})
    assert made.status_code == 201, made.text
    address = str(other.base_url)
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {made.json()['key']}"}) as script:
        assert script.get("/people").status_code == 200
        assert one.delete(f"/api-keys/{made.json()['id']}").status_code == 204
        until(lambda: script.get("/people").status_code == 401)


def test_signing_out_at_one_signs_out_at_the_other(pair):
    one, other = pair
    assert other.get("/account").status_code == 200
    assert one.delete("/sessions/current").status_code == 204
    until(lambda: other.get("/account").status_code == 401)
    assert one.get("/account").status_code == 401
