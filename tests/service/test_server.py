"""The real server in processes of its own: the ready line, a taken port, and a stop that loses no request."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from astrarium.service.server import AddressUnavailable, serve
from astrarium.service.settings import Settings

RUN = """
import os, sys
from astrarium.service.server import serve
from astrarium.service.settings import load
if __name__ == "__main__":
    serve(load(os.environ, port=0))
"""
PATIENCE_S = 120
ADA = {"birth": {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}}


@pytest.fixture(scope="module", autouse=True)
def data_directory() -> Iterator[None]:
    """A data directory of this module's own, where also the user whom root lends PostgreSQL to can go."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o711)
        patch.setenv("ASTRARIUM_DATA", f"{folder}/data")
        patch.delenv("DATABASE_URL", raising=False)
        yield


@contextmanager
def running(tmp_path, **settings: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """A service on a free port, with its process and its address."""
    script = tmp_path / "run_the_service.py"
    script.write_text(RUN)
    environment = os.environ | {f"ASTRARIUM_{name.upper()}": value for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    guard = threading.Timer(PATIENCE_S, process.kill)
    guard.start()
    try:
        line = process.stdout.readline()
        match = re.fullmatch(r"Astrarium is ready: (http://127\.0\.0\.1:\d+)/\n", line)
        assert match, (line, process.stderr.read())
        yield process, match[1]
    finally:
        guard.cancel()
        process.kill()
        process.communicate()


def answer_of(connection: socket.socket) -> tuple[bytes, bytes]:
    """Read until the other side closes: head and body."""
    head, _, body = all_of(connection).partition(b"\r\n\r\n")
    return head, body


def all_of(connection: socket.socket) -> bytes:
    received = b""
    while piece := connection.recv(65_536):
        received += piece
    return received


def connect(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=30)
    connection.settimeout(30)
    return connection


def head_of(path: str, length: int) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\nConnection: close\r\n\r\n"
    ).encode()


def wait_until_refused(address: str) -> None:
    """Wait for the moment from which no new connection is taken."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            connect(address).close()
        except OSError:
            return
        time.sleep(0.02)
    pytest.fail("the server still takes connections")


def test_the_ready_line_names_an_address_that_answers(tmp_path):
    with running(tmp_path) as (process, address):
        assert httpx.get(f"{address}/health/ready").json() == {"status": "ok"}
        assert httpx.get(address, headers={"Accept": "text/html"}).status_code == 200
        head = httpx.head(f"{address}/api/v1/version")
        assert (head.status_code, head.content) == (200, b"")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0


def test_a_request_in_flight_is_finished_after_sigterm_and_the_exit_code_is_0(tmp_path):
    with running(tmp_path) as (process, address):
        body = json.dumps(ADA).encode()
        with connect(address) as connection:
            connection.sendall(head_of("/api/v1/charts", len(body)) + body[:20])
            httpx.get(f"{address}/health/live")
            process.send_signal(signal.SIGTERM)
            wait_until_refused(address)
            connection.sendall(body[20:])
            head, answer = answer_of(connection)
        assert head.startswith(b"HTTP/1.1 200 ")
        assert json.loads(answer)["place"]["name"] == "London"
        assert process.wait(PATIENCE_S) == 0


def test_an_answer_that_is_being_sent_is_sent_to_its_end_after_sigterm(tmp_path):
    with running(tmp_path) as (process, address):
        body = json.dumps({"charts": [ADA] * 300}).encode()
        with connect(address) as connection:
            connection.sendall(head_of("/api/v1/charts/bulk", len(body)) + body)
            first = connection.recv(1000)
            process.send_signal(signal.SIGTERM)
            wait_until_refused(address)
            rest = all_of(connection)
        assert first.startswith(b"HTTP/1.1 200 ")
        assert b'"index":299,' in rest
        assert rest.endswith(b"]}\r\n0\r\n\r\n")
        assert process.wait(PATIENCE_S) == 0


def test_a_client_that_never_finishes_does_not_hold_the_stop_up_for_ever(tmp_path):
    with running(tmp_path, shutdown_timeout_s="1") as (process, address), connect(address) as connection:
        connection.sendall(head_of("/api/v1/charts", 1000) + b"{")
        httpx.get(f"{address}/health/live")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_interrupting_with_ctrl_c_exits_with_0_and_without_a_traceback(tmp_path):
    with running(tmp_path) as (process, _):
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0
        assert "Traceback" not in errors


def test_an_oversized_body_is_answered_without_being_read_to_its_end(tmp_path):
    with running(tmp_path) as (_, address):
        with connect(address) as connection:
            connection.sendall(head_of("/api/v1/charts", 10**12) + b" " * 1000)
            head, body = answer_of(connection)
        assert head.startswith(b"HTTP/1.1 413 ")
        assert json.loads(body)["code"] == "body_too_large"
        assert httpx.get(f"{address}/health/live").status_code == 200


def test_a_chunked_body_is_answered_as_soon_as_it_passes_the_limit(tmp_path):
    with running(tmp_path) as (_, address), connect(address) as connection:
        head = head_of("/api/v1/charts", 0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
        connection.sendall(head + (b"4000\r\n" + b" " * 0x4000 + b"\r\n") * 5)
        answer, body = answer_of(connection)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert json.loads(body)["code"] == "body_too_large"


def test_several_workers_share_one_port_and_stop_together(tmp_path):
    with running(tmp_path, workers="2") as (process, address):
        answers = {httpx.post(f"{address}/api/v1/charts", json=ADA).content for _ in range(10)}
        assert len(answers) == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        wait_until_refused(address)


def test_a_taken_port_is_one_clear_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressUnavailable) as caught:
            serve(Settings(port=port))
    assert str(port) in caught.value.detail
    assert "another program has it" in caught.value.detail
    assert "--port 0" in caught.value.hint


@pytest.mark.parametrize("host", ["203.0.113.1", "no.such.host.invalid", "::ffff:203.0.113.1"])
def test_an_address_that_is_not_ours_is_one_clear_error(host):
    with pytest.raises(AddressUnavailable) as caught:
        serve(Settings(host=host, port=0))
    assert host in caught.value.detail
