"""One breaker against a model of it, driven by hand and by a clock of its own; and how many of them are kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from astrarium.service.outbound.breakers import LONGEST_ERROR, Breakers
from astrarium.service.outbound.errors import BreakerOpen
from astrarium.service.outbound.policies import BreakerRule

RULE = BreakerRule(failures=3, wait_s=10, longest_wait_s=40)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    """A running clock, and one on the wall that can be set."""

    def __init__(self):
        self.running_s = 0.0
        self.wall = NOON

    def go_on(self, seconds):
        self.running_s += seconds
        self.wall += timedelta(seconds=seconds)

    def made(self, most=1000):
        return Breakers(lambda: self.wall, lambda: self.running_s, most)


class OneBreaker(RuleBasedStateMachine):
    """A breaker under calls that begin and end in any order, while time goes on and the wall clock jumps."""

    @initialize()
    def begin(self):
        self.clock = Clock()
        self.breakers = self.clock.made()
        self.told = []
        self.breakers.changed = lambda *change: self.told.append(change)
        self.breaker = self.breakers.of("webhooks:x", RULE)
        self.in_flight = []
        self.failures = 0
        self.open_until = None
        self.wait_s = 0
        self.probe = None
        self.stale = set()

    def change(self, wait_s):
        """The model's breaker opens, opens again or closes: what is under way says nothing any more."""
        self.stale |= set(self.in_flight)
        self.probe = None
        self.wait_s = wait_s
        self.open_until = self.clock.running_s + wait_s if wait_s else None
        if not wait_s:
            self.failures = 0

    @property
    def expected(self):
        if self.open_until is None:
            return "closed"
        return "open" if self.clock.running_s < self.open_until else "half_open"

    @rule(seconds=st.sampled_from([0.5, 5, 10, 20, 40]))
    def time_goes_on(self, seconds):
        self.clock.go_on(seconds)

    @rule(hours=st.integers(-48, 48))
    def the_wall_clock_jumps(self, hours):
        self.clock.wall += timedelta(hours=hours)

    @rule()
    def a_call_begins(self):
        is_probe = self.expected == "half_open"
        if self.expected == "open" or (is_probe and self.probe is not None):
            with pytest.raises(BreakerOpen) as refused:
                self.breaker.enter()
            assert timedelta(0) < refused.value.retry_after <= timedelta(seconds=RULE.longest_wait_s)
            return
        permit = self.breaker.enter()
        assert permit.is_probe == is_probe
        self.in_flight.append(permit)
        if is_probe:
            self.probe = permit

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data())
    def a_call_succeeds(self, data):
        permit = self.taken(data)
        permit.succeeded()
        permit.failed("too late: the first word counts")
        if permit in self.stale:
            return
        if permit is self.probe:
            self.change(0)
        self.failures = 0

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data())
    def a_call_fails(self, data):
        permit = self.taken(data)
        permit.failed("no answer")
        permit.succeeded()
        if permit in self.stale:
            return
        self.failures += 1
        if permit is self.probe:
            self.change(min(2 * self.wait_s, RULE.longest_wait_s))
        elif self.failures >= RULE.failures:
            self.change(RULE.wait_s)

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data())
    def a_call_is_given_up(self, data):
        permit = self.taken(data)
        permit.released()
        if permit is self.probe:
            self.probe = None

    @rule()
    def an_operator_resets_it(self):
        self.breaker.close()
        self.change(0)

    def taken(self, data):
        permit = data.draw(st.sampled_from(self.in_flight))
        self.in_flight.remove(permit)
        return permit

    @invariant()
    def it_stands_as_the_model_says(self):
        assert self.breaker.state == self.expected
        assert self.breaker.failures == self.failures
        assert self.breaker.in_flight == len(self.in_flight)
        assert (self.breaker.opening is None) == (self.expected == "closed")

    @invariant()
    def each_change_was_told_once_and_in_order(self):
        before = None
        for name, was, became in self.told:
            assert (name, was) == ("webhooks:x", before)
            assert became is None or became != was
            before = became
        assert before == self.breaker.opening


OneBreaker.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestOneBreaker = OneBreaker.TestCase


def fail(breakers, name, times=1):
    for _ in range(times):
        breakers.of(name, RULE).enter().failed("x" * 1000)


def test_an_opening_tells_what_an_operator_wants_to_know():
    clock = Clock()
    breakers = clock.made()
    fail(breakers, "mail", 3)
    clock.go_on(10)
    fail(breakers, "mail")
    opening = breakers.opened()["mail"]
    assert (opening.opened_at, opening.probe_at) == (NOON, NOON + timedelta(seconds=30))
    assert (opening.failures, opening.wait_s, len(opening.error)) == (4, 20, LONGEST_ERROR)


def test_a_breaker_with_nothing_to_remember_is_not_kept():
    breakers = Clock().made()
    breaker = breakers.of("webhooks:x", RULE)
    permit = breaker.enter()
    breakers.tidy(breaker)
    assert len(breakers) == 1  # a call is under way
    permit.succeeded()
    breakers.tidy(breaker)
    assert len(breakers) == 0
    fail(breakers, "webhooks:x")
    breakers.tidy(breakers.of("webhooks:x", RULE))
    assert len(breakers) == 1


def test_of_too_many_those_leave_that_were_not_used_for_longest_and_open_ones_last():
    breakers = Clock().made(most=3)
    fail(breakers, "open", 3)
    for name in ("a", "b", "c"):
        fail(breakers, name)
    assert len(breakers) == 3
    assert breakers.find("a") is None
    assert breakers.find("open").state == "open"
    for name, times in (("b", 2), ("c", 2), ("d", 3)):
        fail(breakers, name, times)
    assert len(breakers) == 3
    assert breakers.find("open") is None


def test_calls_on_many_threads_are_all_counted():
    breakers = Clock().made()
    generous = BreakerRule(failures=10_000)

    def call():
        for _ in range(200):
            breaker = breakers.of("storage", generous)
            breaker.enter().failed("no")
            breakers.tidy(breaker)

    with ThreadPoolExecutor(8) as threads:
        for one in [threads.submit(call) for _ in range(8)]:
            one.result()
    assert (breakers.find("storage").failures, breakers.find("storage").in_flight) == (1600, 0)
