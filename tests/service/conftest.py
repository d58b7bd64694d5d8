"""One service for the whole run, and the words that its tests share."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from astrarium.service.app import create_app
from astrarium.service.settings import Settings

NOON_OF_A_DAY = datetime(2026, 11, 23, 15, 20, 45, tzinfo=UTC)
BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}


@pytest.fixture(scope="session")
def app() -> Litestar:
    return create_app(Settings(), now=lambda: NOON_OF_A_DAY)


@pytest.fixture(scope="session")
def client(app) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def birth() -> dict[str, Any]:
    return dict(BIRTH)


@pytest.fixture
def cast(client):
    """Ask for one chart by its birth and settings."""

    def ask(birth: dict[str, Any] | None = None, /, **settings: Any) -> httpx.Response:
        return client.post("/api/v1/charts", json={"birth": BIRTH if birth is None else birth, **settings})

    return ask


@pytest.fixture
def send(client):
    """Send raw bytes as the body of a chart request."""

    def post(body: bytes, content_type: str | None = "application/json") -> httpx.Response:
        headers = {"Content-Type": content_type} if content_type else {}
        return client.post("/api/v1/charts", content=body, headers=headers)

    return post


@pytest.fixture
def problem():
    """Check that an answer is a whole problem of one status and code, and give it."""

    def check(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
        told = answer.json()
        assert (answer.status_code, told["code"]) == (status, code), told
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert told["status"] == status
        assert told["type"] == f"/api/docs/errors#{code}"
        assert told["instance"] == answer.request.url.path
        assert told["request_id"] == answer.headers["x-request-id"]
        assert told["title"]
        for sentence in (told["detail"], told["hint"]):
            assert sentence[0] == sentence[0].upper()
            assert sentence[-1] in ".!?"
        return told

    return check
