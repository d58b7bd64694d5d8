"""The door of outbound calls: whoever asks something of the outside asks it through `Outbound`."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final, TypeVar

import stamina

from astrarium.service.outbound.addresses import Address
from astrarium.service.outbound.breakers import Breakers
from astrarium.service.outbound.errors import (
    BreakerOpen,
    CallFailed,
    OutboundError,
    Reason,
    TargetNotPublic,
    UrlNotAllowed,
)
from astrarium.service.outbound.guard import NOBODY, Allowed, Guard, Resolve, Target, allowed_of, target_of
from astrarium.service.outbound.policies import POLICIES, BreakerRule, Policy, Purpose
from astrarium.service.outbound.port import Answer, Client, NoAnswer, Request
from astrarium.service.outbound.sharing import SharedBreakers
from astrarium.service.outbound.state import CallCounts

__all__ = [
    "POLICIES", "Allowed", "Answer", "BreakerOpen", "BreakerRule", "CallCounts", "CallFailed", "Outbound",
    "OutboundError", "Policy", "Purpose", "SharedBreakers", "TargetNotPublic", "UrlNotAllowed", "allowed_of",
]  # fmt: skip

UNWELL: Final = 500
"""From this status on, an answer says that the other side is not well."""
SETTLED: Final = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer", "expect",
     "proxy-authorization", "proxy-connection", "keep-alive", "accept-encoding"}
)  # fmt: skip
"""Headers that are not the caller's to choose."""

RESOLVED_WITHIN_S: Final = 5.0
_PASSING: Final = frozenset({"connect", "broken"})
"""Why a call may fail and succeed a moment later."""

T = TypeVar("T")


def _never(_error: Exception) -> bool:
    return False


class Outbound:
    """All calls of one process to the outside: limits, repetition, breakers and counts, by purpose (`policies.py`)."""

    def __init__(
        self,
        client: Client,
        resolve: Resolve,
        *,
        now: Callable[[], datetime],
        allowed: Allowed = NOBODY,
        policies: Mapping[Purpose, Policy] = POLICIES,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.policies: Final = policies
        self.breakers: Final = Breakers(now, monotonic)
        self.counts: Final = {purpose: CallCounts() for purpose in policies}
        self._counting = threading.Lock()
        self._client = client
        self._guard = Guard(resolve, allowed)
        self._now = now
        self._monotonic = monotonic

    def rule_of(self, breaker: str) -> BreakerRule | None:
        """The rule of a breaker's name; None where this version has no such purpose."""
        return next(
            (self.policies[one].breaker for one in self.policies if one == breaker.partition(":")[0]), None
        )

    async def check_url(self, url: str, pointer: str | None = "/url") -> None:
        """Whether a customer may have that URL called; each call asks again.

        Raises `UrlNotAllowed` or `TargetNotPublic`, which point at `pointer` of the request's body.
        """
        host = ""
        try:
            target = target_of(url)
            host = target.host
            async with asyncio.timeout(RESOLVED_WITHIN_S):
                await self._guard.addresses_of(target)
        except UrlNotAllowed as error:
            raise UrlNotAllowed(error.reason, pointer) from None
        except (TargetNotPublic, TimeoutError, OSError) as error:
            raise TargetNotPublic(host, pointer) from error

    async def request(
        self,
        purpose: Purpose,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        key: str | None = None,
    ) -> Answer:
        """Send one request and give the head of its answer, whatever its status; redirects are answers too.

        `key` names who is called where a purpose has many (a webhook's endpoint): each has a breaker of its own. An
        answer of 500 or above counts as a failure there.

        Raises `CallFailed` (its `reason` tells why) or `BreakerOpen` (its `retry_after` tells when).
        """
        given = headers or {}
        if wrong := {name.lower() for name in given} & SETTLED:
            raise ValueError(f"not the caller's to set: {sorted(wrong)}")
        policy = self.policies[purpose]

        async def once(deadline: float) -> Answer:
            target, addresses = await self._judged(purpose, policy, url, deadline)
            asked = Request(
                method=method, target=target, addresses=addresses, headers=given, body=body, deadline=deadline
            )
            try:
                answer = await self._client.send(asked, policy)
            except NoAnswer as error:
                raise CallFailed(purpose, error.reason, str(error)) from error
            if answer.status >= UNWELL:
                raise _Unwell(answer)
            return answer

        try:
            return await self._repeated(purpose, key, once, _never)
        except _Unwell as unwell:
            return unwell.answer

    async def call(
        self,
        purpose: Purpose,
        function: Callable[[], Awaitable[T]],
        *,
        key: str | None = None,
        is_answer: Callable[[Exception], bool] = _never,
    ) -> T:
        """Run what is not HTTP under the same limits; its own errors pass through.

        `is_answer` tells the errors with which a healthy other side refuses: they neither count as failures nor are
        repeated.

        Raises `BreakerOpen`, `CallFailed` where the time is up, and what `function` raises.
        """

        async def once(deadline: float) -> T:
            limit = asyncio.timeout_at(deadline)
            try:
                async with limit:
                    return await function()
            except TimeoutError as error:
                if not limit.expired():
                    raise
                raise CallFailed(purpose, "timeout", "it took too long") from error

        return await self._repeated(purpose, key, once, is_answer)

    async def _judged(
        self, purpose: Purpose, policy: Policy, url: str, deadline: float
    ) -> tuple[Target, tuple[Address, ...]]:
        """Where a URL leads, as far as that is allowed."""
        resolved_by = min(deadline, asyncio.get_running_loop().time() + policy.connect_s)
        try:
            target = target_of(url)
            async with asyncio.timeout_at(resolved_by):
                if policy.is_guarded:
                    return target, await self._guard.addresses_of(target)
                return target, await self._guard.resolved(target)
        except UrlNotAllowed as error:
            raise CallFailed(purpose, "url_not_allowed", error.detail) from error
        except TargetNotPublic as error:
            raise CallFailed(purpose, "target_not_public", error.detail) from error
        except (TimeoutError, OSError) as error:
            raise CallFailed(purpose, "connect", "the host's name cannot be resolved now") from error

    async def _repeated(
        self,
        purpose: Purpose,
        key: str | None,
        once: Callable[[float], Awaitable[T]],
        is_answer: Callable[[Exception], bool],
    ) -> T:
        """As many attempts as the policy allows, each with its own permit, all before one deadline."""
        policy = self.policies[purpose]
        deadline = asyncio.get_running_loop().time() + policy.total_s

        def is_worth_it(error: Exception) -> bool:
            if isinstance(error, CallFailed):
                return error.reason in _PASSING
            return not (isinstance(error, BreakerOpen) or is_answer(error))

        async for attempt in stamina.retry_context(
            on=is_worth_it, attempts=policy.attempts, timeout=policy.total_s, wait_max=2.0, wait_jitter=0.2
        ):
            with attempt:
                with self._counting:
                    self.counts[purpose].repeated += attempt.num > 1
                with self.permitted(purpose, key=key, is_answer=is_answer):
                    return await once(deadline)
        raise AssertionError(purpose)  # stamina lets the last error through

    @contextmanager
    def permitted(
        self, purpose: Purpose, *, key: str | None = None, is_answer: Callable[[Exception], bool] = _never
    ) -> Iterator[None]:
        """One attempt, with what it tells the breaker and the counts; on any thread.

        By itself for calls whose client has limits and repetition of its own, and which run in threads too.

        Raises `BreakerOpen`, where the block is not entered.
        """
        counts = self.counts[purpose]
        breaker = self.breakers.of(_name(purpose, key), self.policies[purpose].breaker)
        try:
            permit = breaker.enter()
        except BreakerOpen:
            with self._counting:
                counts.blocked += 1
            raise
        began = self._monotonic()
        with self._counting:
            counts.in_flight += 1
        fault: Exception | None = None
        is_over = False
        try:
            yield
            is_over = True
        except Exception as error:
            is_over = True
            fault = None if is_answer(error) else error
            raise
        finally:
            if not is_over:  # given up here, which says nothing of the other side
                permit.released()
            elif fault is None:
                permit.succeeded()
            else:
                permit.failed(str(fault))
            self.breakers.tidy(breaker)
            with self._counting:
                counts.in_flight -= 1
                counts.durations.add(self._monotonic() - began)
                if fault is not None:
                    counts.fail(_reason_of(fault), str(fault), self._now())
                elif is_over:
                    counts.succeeded += 1


class _Unwell(Exception):
    """An answer that says that the other side is not well."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"it answered {answer.status}")
        self.answer = answer


def _name(purpose: Purpose, key: str | None) -> str:
    return purpose if key is None else f"{purpose}:{key}"


def _reason_of(error: Exception) -> Reason:
    match error:
        case CallFailed():
            return error.reason
        case _Unwell():
            return "status"
        case _:
            return "failed"
