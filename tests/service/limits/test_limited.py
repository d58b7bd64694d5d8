import asyncio
import re
from uuid import UUID

import pytest

from astrarium.service.limits.callers import LOCAL, Callers
from astrarium.service.limits.counters import LocalCounters
from astrarium.service.limits.fallback import PAUSE_S, CountersWithFallback
from astrarium.service.limits.layer import limited
from astrarium.service.limits.policies import DAY_US, Policy, policies_of
from astrarium.service.permissions import Caller
from astrarium.service.settings import InvalidSettings, Settings, load

NOON = 20_780 * DAY_US + DAY_US // 2
POLICIES = policies_of(
    Settings(limit_free="3/day 2/second", limit_basic="9/day 2/second", limit_unlimited="5/second")
)
KEY, ACCOUNT = UUID(int=1), UUID(int=2)


async def answering(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"here"})


def asker(now_us=lambda: NOON, counters=None, trusted=("127.0.0.1", "10.0.0.0/8")):
    application = limited(
        answering, counters or LocalCounters(), Callers(trusted, "unlimited"), POLICIES, now_us
    )

    def ask(address="203.0.113.9", *, caller=None, forwarded=None, path="/api/v1/charts"):
        headers = [(b"x-forwarded-for", one.encode()) for one in forwarded or ()]
        state = {"request_id": "r", **({"caller": caller} if caller else {})}
        scope = {"type": "http", "path": path, "method": "GET", "headers": headers, "state": state,
                 "client": (address, 1) if address else None}  # fmt: skip
        sent = []

        async def send(message):
            sent.append(message)

        asyncio.run(application(scope, None, send))
        return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}

    return ask


def test_each_answer_tells_the_policy_and_what_is_left():
    status, headers = asker()()
    assert status == 200
    assert headers["ratelimit-policy"] == '"second";q=2;w=1, "day";q=3;w=86400'
    assert headers["ratelimit"] == '"second";r=1;t=1, "day";r=2;t=43200'


def test_over_the_burst_is_429_with_retry_after():
    ask = asker()
    assert [ask()[0] for _ in range(3)] == [200, 200, 429]
    _, headers = ask()
    assert headers["retry-after"] == "1"
    assert headers["content-type"] == "application/problem+json"
    assert headers["ratelimit"] == '"second";r=0;t=1, "day";r=1;t=43200'


def test_over_the_day_waits_for_midnight():
    now = [NOON]
    ask = asker(lambda: now[0])
    for _ in range(3):
        assert ask()[0] == 200
        now[0] += 1_000_000
    status, headers = ask()
    assert (status, headers["retry-after"]) == (429, str(43200 - 3))


def test_a_tier_without_a_quota_tells_its_burst_alone():
    _, headers = asker()("127.0.0.1")
    assert headers["ratelimit-policy"] == '"second";q=5;w=1'
    assert headers["ratelimit"] == '"second";r=4;t=1'


def test_what_supervisors_ask_is_free_of_charge():
    ask = asker()
    for _ in range(5):
        status, headers = ask(path="/health/live")
        assert status == 200
        assert "ratelimit" not in headers


def test_a_key_is_counted_by_itself_and_an_account_by_itself():
    ask = asker()
    key = Caller(account_id=ACCOUNT, role="user", tier="basic", key_id=KEY)
    account = Caller(account_id=ACCOUNT, role="user", tier="basic")
    assert [ask(caller=key)[0] for _ in range(3)] == [200, 200, 429]
    assert [ask("198.51.100.7", caller=account)[0] for _ in range(3)] == [200, 200, 429]
    assert '"day";q=9' in ask(caller=key)[1]["ratelimit-policy"]
    assert ask()[0] == 200


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("203.0.113.9", None), ("203.0.113.10", None), False),
        (("2001:db8:1:2::1", None), ("2001:db8:1:2:ffff::9", None), True),
        (("2001:db8:1:2::1", None), ("2001:db8:1:3::1", None), False),
        (("::ffff:203.0.113.9", None), ("203.0.113.9", None), True),
        (("127.0.0.1", ["203.0.113.9"]), ("203.0.113.9", None), True),
        (("10.1.1.1", ["203.0.113.9"]), ("10.9.9.9", ["203.0.113.9"]), True),
        (("10.1.1.1", ["8.8.8.8, 203.0.113.9"]), ("10.1.1.1", ["9.9.9.9, 203.0.113.9"]), True),
        (("10.1.1.1", ["203.0.113.9, 10.2.2.2"]), ("203.0.113.9", None), True),
        (("10.1.1.1", ["8.8.8.8", "203.0.113.9"]), ("203.0.113.9", None), True),
        (("198.51.100.7", ["203.0.113.9"]), ("198.51.100.7", ["203.0.113.10"]), True),
        (("10.1.1.1", ["nonsense"]), ("10.1.1.1", ["other nonsense"]), True),
    ],
)
def test_addresses_are_told_apart_behind_trusted_proxies_only(one, other, is_same):
    callers = Callers(("127.0.0.1", "10.0.0.0/8"), "unlimited")

    def who(address, forwarded):
        headers = [(b"x-forwarded-for", value.encode()) for value in forwarded or ()]
        return callers.of({"state": {}, "client": (address, 1), "headers": headers})

    assert (who(*one) == who(*other)) is is_same
    assert who(*one)[1] == "free"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.8.8", None, "testclient"])
def test_the_machine_itself_has_its_own_tier(address):
    client = (address, 1) if address else None
    assert Callers((), "premium").of({"state": {}, "client": client, "headers": []}) == (LOCAL, "premium")


def test_a_store_that_dies_is_done_without_and_comes_back():
    class Store:
        def __init__(self):
            self.is_dead = False
            self.asked = 0
            self.counters = LocalCounters()

        async def take(self, *request):
            self.asked += 1
            if self.is_dead:
                raise ConnectionError
            return await self.counters.take(*request)

    clock = [0.0]
    store = Store()
    counters = CountersWithFallback(store, LocalCounters(), (), lambda: clock[0])
    ask = asker(counters=counters)
    assert ask()[0] == 200
    store.is_dead = True
    assert [ask()[0] for _ in range(3)] == [200, 200, 429]
    assert counters.is_degraded
    assert store.asked == 2
    store.is_dead = False
    clock[0] += PAUSE_S
    assert ask()[0] == 200
    assert not counters.is_degraded


def test_a_store_that_hangs_is_not_waited_for():
    class Store:
        async def take(self, *_):
            await asyncio.Event().wait()

    ask = asker(counters=CountersWithFallback(Store(), LocalCounters(), ()))
    assert ask()[0] == 200


@pytest.mark.parametrize("text", ["", "10/day", "0/second", "10/second 100/day", "1/day  1/second", "many"])
def test_limits_that_cannot_be_read_stop_the_start(text):
    with pytest.raises(InvalidSettings, match="LIMIT_FREE"):
        load({"ASTRARIUM_LIMIT_FREE": text or "?"})


def test_a_proxy_that_is_no_address_stops_the_start():
    with pytest.raises(InvalidSettings, match="TRUSTED_PROXIES"):
        load({"ASTRARIUM_TRUSTED_PROXIES": "10.0.0.0/99"})


def test_the_service_tells_its_limits(client):
    answer = client.get("/api/v1/zodiacs")
    assert re.fullmatch(r'"second";q=\d+;w=1', answer.headers["ratelimit-policy"])
    assert re.fullmatch(r'"second";r=\d+;t=\d+', answer.headers["ratelimit"])


def test_the_default_policies_grow_with_the_tier():
    tiers = policies_of(Settings())
    assert [tiers[one].per_day for one in ("free", "basic", "premium", "unlimited")] == [
        10_000,
        100_000,
        10**6,
        None,
    ]
    assert isinstance(tiers["free"], Policy)
