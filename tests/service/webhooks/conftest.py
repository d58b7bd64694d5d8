"""A service that may call this machine, a receiver there, and workers' turns taken by hand at the test's own clock."""

import asyncio
import importlib.util
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace
from sqlalchemy import text

from astrarium.service.app import create_app
from astrarium.service.database.identifiers import new_id
from astrarium.service.jobs.service import Work
from astrarium.service.outbound.adapters.http import HttpClient
from astrarium.service.outbound.service import POLICIES, Outbound, Policy, allowed_of
from astrarium.service.parts import Parts
from astrarium.service.settings import Settings
from astrarium.service.webhooks import replaying
from astrarium.service.webhooks.tasks import Sender
from astrarium.service.webhooks.waking import Wake

_here = Path(__file__).parent / "receiver.py"
_spec = importlib.util.spec_from_file_location("webhook_receiver", _here)
receiver_module = importlib.util.module_from_spec(_spec)
sys.modules["webhook_receiver"] = receiver_module
_spec.loader.exec_module(receiver_module)

SECRET_KEY = "c29tZSAzMiBieXRlcyB0aGF0IGFyZSBubyBzZWNyZXQ="


@pytest.fixture
def own_settings(database_url, tmp_path) -> Settings:
    return Settings(
        database_url=database_url.render_as_string(hide_password=False), session_idle_s=31_536_000,
        session_lifetime_s=31_536_000, secret_keys=(SECRET_KEY,), password_memory_kib=8, password_passes=1,
        outbound_allowed=("127.0.0.0/8",), mail_url=f"file://{tmp_path}/letters",
    )  # fmt: skip


@pytest.fixture
def own_service(own_settings, settings_of) -> Iterator[TestClient]:
    """As everywhere, but that this machine may be called."""
    application = create_app(own_settings, now=lambda: application.state.at)
    application.state.at = datetime(2026, 11, 23, 15, 20, 45, tzinfo=UTC)
    with TestClient(application, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def receiver():
    with receiver_module.Receiver() as one:
        yield one


class Turns:
    """Jobs run by hand, one after the other, at the clock of the test."""

    def __init__(self, settings: Settings, state: Any, policy: Policy | None = None) -> None:
        self.settings = settings
        self.state = state
        self.policy = policy or POLICIES["webhooks"]

    def hasty(self, **limits: float) -> "Turns":
        """The same, with other limits for a call."""
        return Turns(self.settings, self.state, replace(self.policy, **limits))

    def deliver(
        self, account_id: UUID, webhook_id: str, *, job_id: UUID | None = None, **choices: Any
    ) -> None:
        """What a worker does that wakes for an endpoint."""
        wake = Wake(UUID(webhook_id), choices.pop("at", None))
        self.run(lambda work, sender: sender.deliver(work, wake), account_id, job_id, **choices)

    def replay(self, account_id: UUID, **order: Any) -> Any:
        wanted = replaying.ReplayOrder(**order)
        return self.run(lambda work, _: replaying.replay(work, wanted), account_id, None)

    def run(self, body: Any, account_id: UUID, job_id: UUID | None, **choices: Any) -> Any:
        async def inside() -> Any:
            parts = Parts(self.settings, lambda: self.state.at)
            outbound = Outbound(
                HttpClient(), parts.resolver.resolve, now=lambda: self.state.at,
                allowed=allowed_of(self.settings.outbound_allowed),
                policies={**POLICIES, "webhooks": self.policy},
            )  # fmt: skip
            try:
                sender = Sender(
                    outbound,
                    parts.means,
                    most_per_second=choices.get("most_per_second", 10_000),
                    chance=lambda: choices.get("chance", 0.0),
                )
                work = Work(
                    job_id or new_id(), account_id, 1, parts.database, lambda: self.state.at, lambda: None
                )
                answer = await body(work, sender)
                await parts.means.postman.deliver()
                return answer
            finally:
                await parts.database.close()
                parts.resolver.close()

        return asyncio.run(inside())

    def ask(self, statement: str, **values: Any) -> list[Any]:
        """Rows of the database, whoever's they are."""

        async def inside() -> list[Any]:
            parts = Parts(self.settings, lambda: self.state.at)
            try:
                async with parts.database.keeper() as transaction:
                    found = await transaction.execute(text(statement), values)
                    return list(found) if found.returns_rows else []
            finally:
                await parts.database.close()
                parts.resolver.close()

        return asyncio.run(inside())


@pytest.fixture
def letters(tmp_path):
    """The letters that have left, once there are `count`."""

    def wait_for(count: int) -> list[str]:
        deadline = time.monotonic() + 20
        while len(found := sorted((tmp_path / "letters" / "new").glob("*"))) < count:
            assert time.monotonic() < deadline, found
            time.sleep(0.01)
        return [
            " ".join(
                message_from_bytes(one.read_bytes(), policy=default)
                .get_body(("plain",))
                .get_content()
                .split()
            )
            for one in found
        ]

    return wait_for


@pytest.fixture
def turns(own_settings, own_service) -> Turns:
    return Turns(own_settings, own_service.app.state)


@pytest.fixture
def me(account):
    return account()


@pytest.fixture
def hook(me, receiver):
    """Make an endpoint at the receiver: `hook(path, **fields)`."""

    def made(path: str = "/hook", **fields: Any) -> dict[str, Any]:
        answer = me.post("/webhooks", json={"url": receiver.url(path), **fields})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made
