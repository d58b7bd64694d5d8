import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrarium.service.limits.adapters.valkey import PREFIX, ValkeyCounters, connect
from astrarium.service.limits.counters import LocalCounters
from astrarium.service.limits.policies import DAY_US, SECOND_US, Policy, parse

NOON = 20_780 * DAY_US + DAY_US // 2
MIDNIGHT = NOON + DAY_US // 2


async def take_all(counters, policy, times, caller=b"ada"):
    return [await counters.take(caller, policy, at) for at in times]


def test_a_burst_of_one_second_passes_and_the_next_request_waits(counting):
    taken = counting(lambda counters: take_all(counters, Policy(None, 5), [NOON] * 6))
    assert [one.is_allowed for one in taken] == [True] * 5 + [False]
    assert [one.left_now for one in taken] == [4, 3, 2, 1, 0, 0]
    assert taken[-1].wait_us == SECOND_US // 5
    assert taken[-1].retry_after_s == 1


def test_what_was_spent_is_earned_again_evenly(counting):
    policy = Policy(None, 5)
    later = [NOON + SECOND_US // 5 - 1, NOON + SECOND_US // 5, NOON + SECOND_US // 5, NOON + 2 * SECOND_US]
    taken = counting(lambda counters: take_all(counters, policy, [NOON] * 5 + later))
    assert [one.is_allowed for one in taken[5:]] == [False, True, False, True]
    assert taken[-1].left_now == 4


def test_a_day_ends_at_midnight_and_begins_anew(counting):
    policy = Policy(3, 1000)
    times = [NOON, NOON + 1, NOON + 2, NOON + 3, MIDNIGHT - 1, MIDNIGHT]
    taken = counting(lambda counters: take_all(counters, policy, times))
    assert [one.is_allowed for one in taken] == [True, True, True, False, False, True]
    assert [one.left_today for one in taken] == [2, 1, 0, 0, 0, 2]
    assert taken[3].wait_us == DAY_US // 2 - 3
    assert taken[4].retry_after_s == 1


def test_a_refused_request_costs_nothing(counting):
    taken = counting(lambda counters: take_all(counters, Policy(10, 1), [NOON] * 5 + [NOON + SECOND_US]))
    assert [one.left_today for one in taken] == [9, 9, 9, 9, 9, 8]


def test_callers_are_counted_apart(counting):
    async def two(counters):
        ada = await take_all(counters, Policy(1, 1), [NOON, NOON], b"ada")
        bob = await take_all(counters, Policy(1, 1), [NOON], b"bob")
        return ada + bob

    assert [one.is_allowed for one in counting(two)] == [True, False, True]


def test_a_clock_that_is_set_back_lets_nobody_in_twice(counting):
    taken = counting(lambda counters: take_all(counters, Policy(None, 2), [NOON, NOON, NOON - SECOND_US]))
    assert [one.is_allowed for one in taken] == [True, True, False]


def test_many_at_once_are_counted_each(counting):
    async def rush(counters):
        return await asyncio.gather(*(counters.take(b"ada", Policy(100, 7), NOON) for _ in range(40)))

    assert sum(one.is_allowed for one in counting(rush)) == 7


def test_both_kinds_answer_alike_to_any_history(valkey_address):

    steps = st.lists(
        st.tuples(
            st.integers(0, 3).map(str),
            st.one_of(st.integers(0, SECOND_US), st.integers(0, DAY_US)),
        ),
        max_size=40,
    )
    policies = st.builds(Policy, st.none() | st.integers(1, 12), st.integers(1, 9) | st.just(100_000))

    @given(policy=policies, history=steps)
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def compare(policy, history):
        async def both():
            client = connect(valkey_address)
            await client.flushall()
            local, shared, now = LocalCounters(), ValkeyCounters(client), NOON
            for caller, passed in history:
                now += passed
                here = await local.take(caller.encode(), policy, now)
                assert await shared.take(caller.encode(), policy, now) == here
            await client.aclose()

        asyncio.run(both())

    compare()


def test_a_process_remembers_only_so_many_callers():
    async def fill():
        counters = LocalCounters(most=2)
        for caller in (b"a", b"b", b"c"):
            await counters.take(caller, Policy(1, 9), NOON)
        return [(await counters.take(caller, Policy(1, 9), NOON)).is_allowed for caller in (b"c", b"b", b"a")]

    assert asyncio.run(fill()) == [False, False, True]


def test_counts_in_valkey_end_by_themselves(valkey_address):

    async def lifetimes():
        client = connect(valkey_address)
        counters = ValkeyCounters(client)
        await counters.take(b"day", Policy(5, 5), NOON)
        await counters.take(b"second", Policy(None, 5), NOON)
        found = [await client.pttl(PREFIX + name) for name in (b"day", b"second")]
        await client.aclose()
        return found

    day, second = asyncio.run(lifetimes())
    assert DAY_US // 2000 - 60_000 < day <= DAY_US // 2000 + 1000
    assert 0 < second <= 2000


@pytest.mark.parametrize(
    ("text", "policy"),
    [("10000/day 100/second", Policy(10000, 100)), ("7/second", Policy(None, 7))],
)
def test_limits_are_read_as_they_are_written(text, policy):
    assert parse(text) == policy
