import asyncio
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from litestar.testing import TestClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from astrarium.service.database.transactions import Database
from astrarium.service.http.kept_answers import KEPT_FOR, purge

SHOP = Path(__file__).with_name("shop.py")


class Shop:
    """Somebody who calls the small service."""

    def __init__(self, client, account, api_key=None):
        self.client = client
        self.account = account
        self.api_key = api_key

    def make(self, name, key=None, path="/things"):
        headers = {"X-Account": self.account} if self.account else {}
        if self.api_key is not None:
            headers["X-Key"] = self.api_key
        if key is not None:
            headers["Idempotency-Key"] = key
        return self.client.post(path, json={"name": name}, headers=headers)

    def count(self):
        return self.client.get("/things", headers={"X-Account": self.account}).json()


@contextmanager
def opened(shop_module, url, now):
    with TestClient(shop_module.shop(Database(url), now), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def clock(shop_module):
    return [shop_module.NOON]


@pytest.fixture
def client(shop_module, things_url, clock):
    with opened(shop_module, things_url, lambda: clock[0]) as client:
        yield client


@pytest.fixture
def ada(client, things_accounts):
    return Shop(client, things_accounts[0])


@pytest.fixture
def bob(client, things_accounts):
    return Shop(client, things_accounts[1])


def test_a_repetition_gets_the_first_answer_and_makes_nothing(ada):
    first = ada.make("globe", "key-1")
    again = ada.make("globe", "key-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["content-type"] == first.headers["content-type"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert ada.count() == 1


def test_a_cookie_is_set_once_and_not_kept(ada):
    assert "set-cookie" in ada.make("globe", "key-1").headers
    assert "set-cookie" not in ada.make("globe", "key-1").headers


def test_another_body_or_query_under_the_key_is_422(ada):
    ada.make("globe", "key-1")
    for answer in (ada.make("map", "key-1"), ada.make("globe", "key-1", path="/things?a=1")):
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert ada.count() == 1


def test_keys_belong_to_an_account(ada, bob):
    assert ada.make("globe", "key-1").json()["id"] != bob.make("globe", "key-1").json()["id"]
    assert (ada.count(), bob.count()) == (1, 1)


def test_each_api_key_and_the_sessions_have_answers_of_their_own(ada, client):
    wide, narrow = (Shop(client, ada.account, str(UUID(int=number))) for number in (1, 2))
    made = [one.make("globe", "key-1") for one in (ada, wide, narrow)]
    assert len({answer.json()["id"] for answer in made}) == 3
    assert not any("idempotency-replayed" in answer.headers for answer in made)
    again = wide.make("globe", "key-1")
    assert (again.headers["idempotency-replayed"], again.content) == ("true", made[1].content)


def test_without_a_key_or_an_account_nothing_is_kept(ada, client):
    assert ada.make("globe").json()["id"] != ada.make("globe").json()["id"]
    assert ada.count() == 2
    answer = Shop(client, None).make("globe", "key-1", path="/computed")
    assert answer.status_code == 200


def test_what_makes_nothing_needs_no_key(ada):
    assert "idempotency-replayed" not in ada.make("globe", "key-1", path="/computed").headers
    assert "idempotency-replayed" not in ada.make("globe", "key-1", path="/computed").headers


def test_a_quoted_key_is_the_same_key(ada):
    assert ada.make("globe", '"key-1"').json() == ada.make("globe", "key-1").json()


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "with space", "tab\there", 'quo"te', b"\xc3\xa4"])
def test_an_unusable_key_is_400(ada, key):
    answer = ada.make("globe", key)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")
    assert ada.count() == 0


@pytest.mark.parametrize(("name", "status"), [("refused", 404), ("broken", 500)])
def test_a_failure_changes_nothing_and_leaves_the_key_free(ada, name, status):
    assert ada.make(name, "key-1").status_code == status
    assert ada.count() == 0
    assert ada.make("globe", "key-1").status_code == 201
    assert ada.count() == 1


def test_a_body_over_the_limit_is_refused_before_it_is_read_to_its_end(ada):
    answer = ada.make("x" * 3000, "key-1")
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_an_answer_is_kept_for_a_day(ada, clock):
    first = ada.make("globe", "key-1").json()
    clock[0] += KEPT_FOR - timedelta(seconds=1)
    assert ada.make("globe", "key-1").json() == first
    clock[0] += timedelta(seconds=1)
    assert ada.make("globe", "key-1").json() != first
    assert ada.make("map", "key-2").status_code == 201


def test_what_has_expired_is_purged_and_nothing_else(ada, clock, things_url):
    ada.make("globe", "key-1")
    clock[0] += timedelta(hours=20)
    late = ada.make("map", "key-2")
    assert asyncio.run(with_database(things_url, lambda database: purge(database, clock[0]))) == 0
    clock[0] += timedelta(hours=4)
    assert asyncio.run(with_database(things_url, lambda database: purge(database, clock[0]))) == 1
    assert ada.make("map", "key-2").json() == late.json()


def test_neither_the_key_nor_the_answer_can_be_read_from_the_table(ada, things_url):
    ada.make("a-name-to-look-for", "the-key-itself")
    (row,) = asyncio.run(rows_of(things_url, "SELECT idempotency_keys::text FROM idempotency_keys"))
    for secret in (b"the-key-itself", b"a-name-to-look-for"):
        assert secret.decode() not in row[0]
        assert secret.hex() not in row[0]


def test_of_many_at_once_one_makes_and_no_other(shop_module, things_url, things_accounts):
    async def race():
        database = Database(things_url)
        transport = httpx.ASGITransport(shop_module.shop(database))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            headers = {"X-Account": things_accounts[0], "Idempotency-Key": "key-1"}
            calls = [client.post("/things", json={"name": "globe"}, headers=headers) for _ in range(8)]
            answers = await asyncio.gather(*calls)
            last = await client.post("/things", json={"name": "globe"}, headers=headers)
            count = (await client.get("/things", headers=headers)).json()
        await database.close()
        return answers, last, count

    answers, last, count = asyncio.run(race())
    assert count == 1
    made = [one for one in answers if one.status_code == 201 and "idempotency-replayed" not in one.headers]
    assert len(made) == 1
    for one in answers:
        if one.status_code == 409:
            assert one.json()["code"] == "idempotency_in_flight"
            assert one.headers["retry-after"] == "1"
        else:
            assert one.json() == made[0].json()
    assert last.json() == made[0].json()


def process(url, account, key, names):
    address = url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, str(SHOP), address, account, key, *names],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )


def test_two_processes_that_race_make_each_thing_once(things_url, things_accounts):
    names = [f"thing-{i}" for i in range(12)]
    racers = [process(things_url, things_accounts[0], "race-", names) for _ in range(2)]
    bodies = []
    for _ in names:
        for one in racers:
            assert one.stdout.readline() == "ready\n"
        for one in racers:
            one.stdin.write("go\n")
        told = [one.stdout.readline().split(" ", 2) for one in racers]
        assert {status for status, _, _ in told} <= {"201", "409"}
        bodies.append({body for status, _, body in told if status == "201"})
    for one in racers:
        one.communicate()
        assert one.returncode == 0
    assert all(len(one) == 1 for one in bodies)
    made = asyncio.run(rows_of(things_url, "SELECT name FROM things"))
    assert sorted(name for (name,) in made) == sorted(names)


def test_a_process_that_dies_before_its_commit_leaves_nothing_and_the_key_free(ada, things_url):
    dying = process(things_url, ada.account, "key-", ["fatal"])
    dying.communicate("go\n")
    assert dying.returncode == 9
    assert ada.count() == 0
    assert asyncio.run(rows_of(things_url, "SELECT 1 FROM idempotency_keys")) == []
    assert ada.make("globe", "key-0").status_code == 201


def test_a_process_that_dies_after_its_commit_has_left_the_answer(ada, things_url):
    first = process(things_url, ada.account, "key-", ["globe"])
    told = first.communicate("go\n")[0].splitlines()[1].split(" ", 2)
    again = ada.make("globe", "key-0")
    assert again.headers["idempotency-replayed"] == "true"
    assert again.text == told[2]
    assert ada.count() == 1


async def with_database(url, use):
    database = Database(url)
    try:
        return await use(database)
    finally:
        await database.close()


async def rows_of(url, statement):
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        rows = (await connection.execute(text(statement))).all()
    await engine.dispose()
    return rows


def test_any_history_of_requests_makes_each_thing_once(client, things_accounts, clock, things_url):
    class Requests(RuleBasedStateMachine):
        """Requests under few keys, failures and the passing of time, held against what was promised."""

        def __init__(self):
            super().__init__()
            self.kept = {}
            self.made = [Shop(client, one).count() for one in things_accounts]

        @rule(
            who=st.integers(0, 1),
            key=st.sampled_from(["a", "b", "c"]),
            name=st.sampled_from(["globe", "map", "refused", "broken"]),
        )
        def send(self, who, key, name):
            answer = Shop(client, things_accounts[who]).make(name, key)
            known = self.kept.get((who, key))
            if known and known[2] > clock[0]:
                if known[0] == name:
                    assert answer.headers["idempotency-replayed"] == "true"
                    assert (answer.status_code, answer.content) == (201, known[1])
                else:
                    assert answer.json()["code"] == "idempotency_mismatch"
                return
            assert "idempotency-replayed" not in answer.headers
            if name in {"globe", "map"}:
                assert answer.status_code == 201
                self.kept[who, key] = (name, answer.content, clock[0] + KEPT_FOR)
                self.made[who] += 1
            else:
                assert answer.status_code == {"refused": 404, "broken": 500}[name]

        @rule(hours=st.integers(1, 30))
        def wait(self, hours):
            clock[0] += timedelta(hours=hours)

        @rule()
        def purge(self):
            asyncio.run(with_database(things_url, lambda database: purge(database, clock[0])))

        @invariant()
        def each_was_made_once(self):
            assert [Shop(client, one).count() for one in things_accounts] == self.made

        def teardown(self):
            clock[0] += KEPT_FOR  # the next history begins with all keys free

    run_state_machine_as_test(
        Requests,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_a_commit_that_fails_is_told_and_leaves_the_key_free(
    things_url, client, shop_module, things_accounts
):
    refusing = (
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$",
        (
            "CREATE CONSTRAINT TRIGGER refusing AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION refuse()"
        ),
    )
    asyncio.run(run_all(things_url, *refusing))
    ada = Shop(client, things_accounts[0])
    answer = ada.make("clock", "key-1")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    asyncio.run(run_all(things_url, "DROP TRIGGER refusing ON things"))
    assert ada.make("clock", "key-1").status_code == 201
    assert ada.count() == 1


async def run_all(url, *statements):
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as transaction:
        for one in statements:
            await transaction.execute(text(one))
    await engine.dispose()
