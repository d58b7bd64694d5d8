"""The layer in front of routing that counts every request, behind the one that tells who sent it."""

import time
from collections.abc import Callable, Mapping
from typing import Final

from astrarium.service.http.asgi import Application, Message, Receive, Scope, Send
from astrarium.service.http.refusal import refuse
from astrarium.service.limits.callers import Callers
from astrarium.service.limits.counters import Counters
from astrarium.service.limits.errors import TooManyRequests
from astrarium.service.limits.policies import Policy
from astrarium.service.permissions import Tier

_FREE_OF_CHARGE: Final = ("/health/", "/api/v1/health/", "/static/")
"""What supervisors ask, and what pages consist of."""


def unix_us() -> int:
    """The clock that limits go by: microseconds of Unix time."""
    return time.time_ns() // 1000


def limited(
    application: Application,
    counters: Counters,
    callers: Callers,
    policies: Mapping[Tier, Policy],
    now_us: Callable[[], int] = unix_us,
) -> Application:
    """Wrap `application`: each answer tells what is left, and what is over the limit is 429 with `Retry-After`."""
    told = {tier: policy.told for tier, policy in policies.items()}

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(_FREE_OF_CHARGE):
            await application(scope, receive, send)
            return
        who, tier = callers.of(scope)
        policy = policies[tier]
        taken = await counters.take(who, policy, now_us())
        headers = ((b"ratelimit-policy", told[tier]), (b"ratelimit", taken.told(policy)))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        if taken.is_allowed:
            await application(scope, receive, send_with_headers)
        else:
            is_day_spent = taken.wait_us == taken.today_us
            error = TooManyRequests(taken.retry_after_s, is_day_spent=is_day_spent)
            await refuse(error, scope, send_with_headers)

    return handle
