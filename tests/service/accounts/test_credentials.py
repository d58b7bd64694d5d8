"""What a process remembers of credentials: nothing that another one has changed, and nothing while it hears no word."""

import asyncio
import time

import pytest
from litestar.testing import TestClient
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from astrarium.service.app import create_app


@pytest.fixture
def second_process(settings, clock, service):
    """Another web process on the same database."""
    with TestClient(create_app(settings, now=clock), raise_server_exceptions=False) as client:
        until(lambda: client.app.state.means.credentials._is_hearing)
        yield client


@pytest.fixture
def statements():
    ran = []

    def note(_connection, _cursor, statement, *_):
        ran.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield ran
    event.remove(Engine, "before_cursor_execute", note)


def until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.002)


def asked(client, person, token=None):
    headers = {"Cookie": f"astrarium={token or person.cookies['astrarium']}"}
    return client.get("/api/v1/account", headers=headers).status_code


def looked_up(statements):
    return [one for one in statements if "token_hash" in one or "secret_hash" in one]


def test_a_credential_is_looked_up_once(ada, service, statements):
    until(lambda: service.app.state.means.credentials._is_hearing)
    key = {"Authorization": f"Bearer {ada.make_key()['key']}"}
    service.app.state.means.credentials.forget_all()
    statements.clear()
    for _ in range(5):
        assert asked(service, ada) == 200
        assert service.get("/api/v1/account", headers=key).status_code == 200
    assert len(looked_up(statements)) == 2


def test_a_stranger_is_looked_up_once(service, statements):
    until(lambda: service.app.state.means.credentials._is_hearing)
    for _ in range(3):
        service.get("/api/v1/account", headers={"Cookie": "astrarium=somebody"})
    assert len(looked_up(statements)) == 1


def test_what_one_process_revokes_is_worth_nothing_in_the_other(ada, service, second_process):
    made = ada.make_key()
    key = {"Authorization": f"Bearer {made['key']}"}
    assert asked(second_process, ada) == 200
    assert second_process.get("/api/v1/account", headers=key).status_code == 200
    ada.send("DELETE", f"/api-keys/{made['id']}")
    until(lambda: second_process.get("/api/v1/account", headers=key).status_code == 401)
    assert asked(second_process, ada) == 200
    token = ada.cookies["astrarium"]
    ada.send("DELETE", "/sessions/current")
    until(lambda: asked(second_process, ada, token) == 401)


@pytest.mark.parametrize(
    ("statement", "permitted"),
    [
        ("UPDATE accounts SET role = 'admin'", True),
        ("UPDATE accounts SET tier = 'premium'", True),
        ("UPDATE accounts SET suspended_at = now()", False),
        ("DELETE FROM sessions", False),
        ("UPDATE sessions SET expires_at = '2020-01-01Z'", False),
        ("DELETE FROM accounts", False),
    ],
)
def test_a_change_by_any_statement_is_heard(ada, service, second_process, statement, permitted):
    means = second_process.app.state.means
    assert asked(second_process, ada) == 200
    (before,) = [known.caller for known in means.credentials._callers.values()]

    async def change():
        async with service.app.state.means.database.keeper() as transaction:
            await transaction.execute(text(statement))

    with service.portal() as portal:
        portal.call(change)
    until(lambda: not means.credentials._callers)
    assert asked(second_process, ada) == (200 if permitted else 401)
    after = [known.caller for known in means.credentials._callers.values()]
    assert (after != [before]) if permitted else after == []


def test_without_word_from_the_database_nothing_is_remembered(ada, service, database_url, statements):
    credentials = service.app.state.means.credentials
    until(lambda: credentials._is_hearing)
    assert asked(service, ada) == 200
    assert credentials._callers

    async def cut():
        async with service.app.state.means.database.keeper() as transaction:
            await transaction.execute(text("RESET ROLE"))
            await transaction.execute(text("SET LOCAL ROLE NONE"))
            await transaction.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name"),
                {"name": "astrarium-listener"},
            )

    forgotten = []
    inner = credentials.forget_all

    def note():
        inner()
        forgotten.append(len(credentials._callers))

    credentials.forget_all = note
    with service.portal() as portal:
        portal.call(cut)
    until(lambda: forgotten)
    assert forgotten[0] == 0
    until(lambda: credentials._is_hearing)
    assert asked(service, ada) == 200


def test_what_changes_while_it_is_looked_up_is_not_remembered(ada, service):
    credentials = service.app.state.means.credentials
    until(lambda: credentials._is_hearing)
    token = ada.cookies["astrarium"]

    async def race():
        credentials.forget_all()
        look_up = asyncio.create_task(credentials.of_session(token))
        await asyncio.sleep(0)
        caller = None
        while caller is None and not look_up.done():
            credentials.forget(_anybody)
            await asyncio.sleep(0)
        return await look_up

    from uuid import UUID

    _anybody = UUID(int=0)
    with service.portal() as portal:
        assert portal.call(race) is not None
    assert not credentials._callers


def test_memory_is_bounded(service, monkeypatch):
    from uuid import uuid4

    from astrarium.service.accounts import credentials as module
    from astrarium.service.accounts.credentials import Known
    from astrarium.service.permissions import Caller

    monkeypatch.setattr(module, "MOST_REMEMBERED", 3)
    credentials = service.app.state.means.credentials
    for number in range(10):
        caller = Caller(account_id=uuid4(), role="user", tier="free", session_id=uuid4())
        credentials._remember(bytes([number]), Known(caller, service.app.state.now()))
        credentials._remember(bytes([100 + number]), Known(None, service.app.state.now()))
    assert len(credentials._callers) == len(credentials._strangers) == len(credentials._of_account) == 3
