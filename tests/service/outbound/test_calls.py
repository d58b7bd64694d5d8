"""What is not HTTP under the same limits: its own errors pass through, and only illness counts."""

import asyncio

import pytest

from astrarium.service.outbound.errors import BreakerOpen, CallFailed
from astrarium.service.outbound.policies import BreakerRule


class Refusal(Exception):
    """A healthy other side says no."""


class Illness(Exception):
    """The other side is not well."""


def is_refusal(error):
    return isinstance(error, Refusal)


def raising(*outcomes):
    """A function that has these outcomes one after the other, and a list of when it was called."""
    left = list(outcomes)
    calls = []

    async def function():
        calls.append(len(calls))
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return function, calls


def test_what_the_function_gives_is_given(outbound_of):
    outbound = outbound_of()
    function, _ = raising(7)
    assert asyncio.run(outbound.call("mail", function)) == 7
    assert outbound.counts["mail"].succeeded == 1
    assert outbound.counts["mail"].durations.count == 1


def test_its_errors_pass_through_and_open_the_breaker(outbound_of):
    outbound = outbound_of(mail={"breaker": BreakerRule(failures=2)})

    async def tried():
        function, calls = raising(Illness("no"), Illness("no"), 7)
        for _ in range(2):
            with pytest.raises(Illness):
                await outbound.call("mail", function)
        with pytest.raises(BreakerOpen):
            await outbound.call("mail", function)
        assert calls == [0, 1]
        counts = outbound.counts["mail"]
        assert (counts.failed, counts.last_error, counts.blocked) == ({"failed": 2}, "no", 1)
        assert counts.last_error_at is not None

    asyncio.run(tried())


def test_a_refusal_is_an_answer_and_neither_counted_nor_repeated(outbound_of):
    outbound = outbound_of(storage={"attempts": 3, "breaker": BreakerRule(failures=1)})

    async def tried():
        function, calls = raising(Refusal())
        with pytest.raises(Refusal):
            await outbound.call("storage", function, is_answer=is_refusal)
        assert calls == [0]
        assert outbound.counts["storage"].succeeded == 1
        assert len(outbound.breakers) == 0

    asyncio.run(tried())


def test_what_passes_is_tried_again_at_once_as_often_as_the_purpose_says(outbound_of):
    outbound = outbound_of(storage={"attempts": 3})

    async def tried():
        function, calls = raising(Illness(), Illness(), 7)
        assert await outbound.call("storage", function) == 7
        assert calls == [0, 1, 2]
        assert outbound.counts["storage"].repeated == 2
        assert outbound.counts["storage"].succeeded == 1

    asyncio.run(tried())


def test_a_breaker_that_opens_ends_the_repetition(outbound_of):
    outbound = outbound_of(storage={"attempts": 5, "breaker": BreakerRule(failures=2)})

    async def tried():
        function, calls = raising(*[Illness()] * 5)
        with pytest.raises(BreakerOpen):
            await outbound.call("storage", function)
        assert calls == [0, 1]

    asyncio.run(tried())


def test_all_attempts_share_one_time(outbound_of):
    outbound = outbound_of(storage={"attempts": 5, "total_s": 0.1})
    calls = []

    async def hang():
        calls.append(1)
        await asyncio.Event().wait()

    async def tried():
        with pytest.raises(CallFailed) as failed:
            await outbound.call("storage", hang)
        assert failed.value.reason == "timeout"
        assert len(calls) == 1

    asyncio.run(tried())


def test_a_time_limit_of_the_functions_own_is_its_error(outbound_of):
    async def own():
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        asyncio.run(outbound_of().call("mail", own))
