"""A service with its letters in a folder, people who sign in to it, and the clock that all of them go by."""

import asyncio
import mailbox
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select

from astrarium.service.app import create_app
from astrarium.service.keyring.keys import new_key
from astrarium.service.mail.models import letters
from astrarium.service.settings import Settings

PASSWORD = "a wren in the wych elm"
EMAIL = "ada@stars.example"


class Person:
    """Somebody at a browser of their own: its cookies are kept, and requests that change something carry the token."""

    def __init__(self, client: TestClient, email: str, letters: "Letters") -> None:
        self.client = client
        self.email = email
        self.letters = letters
        self.cookies: dict[str, str] = {}
        self.csrf_token = ""

    def send(self, method: str, path: str, **choices: Any) -> httpx.Response:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if self.csrf_token:
            headers["X-CSRF-Token"] = self.csrf_token
        headers |= choices.pop("headers", {})
        self.client.cookies.clear()
        answer = self.client.request(method, f"/api/v1{path}", headers=headers, **choices)
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        for header in answer.headers.get_list("set-cookie"):
            if "Max-Age=0" in header:
                self.cookies.pop(header.partition("=")[0], None)
        if answer.status_code in {200, 201} and "csrf_token" in answer.json():
            self.csrf_token = answer.json()["csrf_token"]
        return answer

    def get(self, path: str, **choices: Any) -> httpx.Response:
        return self.send("GET", path, **choices)

    def post(self, path: str, json: Any = None, **choices: Any) -> httpx.Response:
        return self.send("POST", path, json={} if json is None else json, **choices)

    def register(self, password: str = PASSWORD) -> httpx.Response:
        return self.post("/account", {"email": self.email, "password": password})

    def verify(self, password: str = PASSWORD) -> httpx.Response:
        token = self.letters.token_for(self.email)
        return self.post("/account/verification", {"token": token, "password": password})

    def begin(self, password: str = PASSWORD) -> "Person":
        assert self.register(password).status_code == 202
        assert self.verify(password).status_code == 201
        return self

    def sign_in(self, password: str = PASSWORD, **more: str) -> httpx.Response:
        return self.post("/sessions", {"email": self.email, "password": password, **more})

    def make_key(self, *scopes: str, **more: Any) -> dict[str, Any]:
        answer = self.post("/api-keys", {"name": "a program", "scopes": scopes or ["account:read"], **more})
        assert answer.status_code == 201, answer.text
        return answer.json()


class Letters:
    """The letters that the service has sent."""

    def __init__(self, client: TestClient, folder: Path) -> None:
        self.client = client
        self.folder = folder

    def to(self, email: str) -> list[mailbox.MaildirMessage]:
        """Those to one reader, the oldest first; what is due is sent before."""
        with self.client.portal() as portal:
            portal.call(self._send_all)
        found = [letter for letter in mailbox.Maildir(self.folder) if letter["To"] == email]
        return sorted(found, key=lambda letter: letter["Message-ID"])

    async def _send_all(self) -> None:
        means = self.client.app.state.means
        due = select(func.count()).select_from(letters).where(letters.c.attempts <= 1)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            await means.postman.deliver()
            async with means.database.keeper() as transaction:
                if (await transaction.execute(due)).scalar_one() == 0:
                    return
            await asyncio.sleep(0.005)  # the service's own postman has one in hand
        raise TimeoutError("a letter was not sent")

    def text_to(self, email: str) -> str:
        """The words of the latest letter, wherever its lines end."""
        return " ".join(self.to(email)[-1].get_payload(0).get_payload(decode=True).decode().split())

    def token_for(self, email: str) -> str:
        return re.search(r"\?token=([\w-]+)", self.text_to(email))[1]


class Clock:
    """The service's clock: it stands until the test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 23, 15, 20, 45, tzinfo=UTC))


@pytest.fixture
def settings(database_url, tmp_path) -> Settings:
    return Settings(
        database_url=database_url.render_as_string(hide_password=False),
        mail_url=f"file://{tmp_path}/letters",
        public_address="http://testserver.local",
        secret_keys=(new_key(),),
        password_memory_kib=8,
        password_passes=1,
    )


@pytest.fixture
def service(settings, clock) -> Iterator[TestClient]:
    """A service on a database of the test's own."""
    with TestClient(create_app(settings, now=clock), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def mailbox_of_all(service, tmp_path) -> Letters:
    return Letters(service, tmp_path / "letters")


@pytest.fixture
def person(service, mailbox_of_all):
    """Somebody with an e-mail address, at a browser of their own."""

    def made(email: str = EMAIL) -> Person:
        return Person(service, email, mailbox_of_all)

    return made


@pytest.fixture
def ada(person) -> Person:
    """Somebody with an account, signed in."""
    return person().begin()
