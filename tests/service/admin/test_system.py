"""The state of a process: what its pools hold and have met, its replicas, and where requests are counted."""

import asyncio

import pytest

from astrarium import __version__
from astrarium.service.limits.counters import LocalCounters
from astrarium.service.limits.fallback import CountersWithFallback
from astrarium.service.limits.policies import Policy
from astrarium.service.limits.state import LimitsState, state_of


@pytest.fixture
def admin(caller_of_role):
    return caller_of_role("admin")


def test_pools_tell_their_bounds_and_what_ran_on_them(admin, signed_in):
    before = admin.get("/admin/system").json()
    for _ in range(5):
        assert signed_in.get("/people").status_code == 200
    told = admin.get("/admin/system").json()
    assert told["version"] == __version__
    assert told["at"] == "2026-11-23T15:20:45Z"
    primary, keeper = told["pools"]
    assert (primary["name"], keeper["name"]) == ("primary", "keeper")
    assert primary["committed"] - before["pools"][0]["committed"] == 5
    assert primary["statements"] > before["pools"][0]["statements"]
    assert primary["in_use"] == 0 < primary["idle"] <= primary["limit"]
    assert primary["opened"] >= primary["idle"]
    assert primary["statement_p95_s"] > 0
    assert {primary[name] for name in ("refused", "unreachable", "lost", "waiting", "waits")} == {0}
    assert told["replicas"] == []
    assert told["limits"] == {"is_shared": False, "is_degraded": False}


def test_what_the_cache_spared_is_told(admin):
    before = admin.get("/admin/system").json()["cache"]
    for _ in range(3):
        assert admin.get("/places?q=reykjavik").status_code == 200
    after = admin.get("/admin/system").json()["cache"]
    assert (after["misses"] - before["misses"], after["hits"] - before["hits"]) == (1, 2)
    assert 0 < after["held_bytes"] <= after["most_bytes"]
    assert (after["is_shared"], after["is_degraded"]) == (False, False)


def test_counts_that_cannot_be_shared_are_told():
    class Unreachable:
        is_there = False

        async def take(self, caller, policy, now_us):
            if not self.is_there:
                raise OSError
            return await LocalCounters().take(caller, policy, now_us)

    shared = Unreachable()
    at = 0.0
    counters = CountersWithFallback(shared, LocalCounters(), (), lambda: at)
    assert state_of(counters) == LimitsState(is_shared=True, is_degraded=False)
    policy = Policy(per_day=10, per_second=5)
    asyncio.run(counters.take(b"x", policy, 0))
    assert state_of(counters) == LimitsState(is_shared=False, is_degraded=True)
    shared.is_there, at = True, 100.0
    asyncio.run(counters.take(b"x", policy, 0))
    assert state_of(counters) == LimitsState(is_shared=True, is_degraded=False)
