"""How long an answer may take to begin: nobody waits for ever, and nothing is worked on that nobody waits for."""

import asyncio
from typing import ClassVar, Final

import msgspec

from astrarium.service.errors import RequestError
from astrarium.service.http.asgi import Application, Message, Receive, Scope, Send
from astrarium.service.http.refusal import refuse


class BodyTooSlow(RequestError):
    """The body did not arrive in the time that a request has."""

    code: ClassVar[str] = "body_too_slow"

    def __init__(self, limit_s: float) -> None:
        super().__init__(
            f"The body did not arrive within {limit_s:g} s.", hint="Send it again over a faster connection."
        )


class TookTooLong(RequestError):
    """The answer did not begin in the time that a request has; what was begun was undone."""

    code: ClassVar[str] = "took_too_long"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}

    def __init__(self, limit_s: float) -> None:
        super().__init__(
            f"The answer was not there within {limit_s:g} s, and the work was stopped.",
            hint="Ask for less at once, or again later.",
        )


LONGEST_BODY_S: Final = 3600
_STATE: Final = "time_limit"


class _Allowance(msgspec.Struct):
    """What is left of the time of one request."""

    limit: asyncio.Timeout
    limit_s: float
    last: float


def more_time(scope: Scope) -> None:
    """Let a request whose long body keeps arriving begin its answer that much later, within an hour in all.

    For routes that take files: called with each piece, the limit is one on the silence between two of them.
    """
    allowance: _Allowance | None = scope["state"].get(_STATE)
    if allowance is not None:
        now = asyncio.get_running_loop().time()
        allowance.limit.reschedule(min(now + allowance.limit_s, allowance.last))


def timely(application: Application, limit_s: float) -> Application:
    """Wrap `application`: an answer that has not begun after `limit_s` seconds is 503, or 408 without its whole body.

    An answer that has begun may take as long as it is read.
    """

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        is_body_missing = scope["method"] in {"POST", "PUT", "PATCH"}
        has_begun = False

        async def receive_noting(inner: Receive = receive) -> Message:
            nonlocal is_body_missing
            message = await inner()
            is_body_missing = message.get("more_body", False)
            return message

        async def send_noting(message: Message) -> None:
            nonlocal has_begun
            if not has_begun:
                has_begun = True
                limit.reschedule(None)
            await send(message)

        limit = asyncio.timeout(limit_s)
        last = asyncio.get_running_loop().time() + max(limit_s, LONGEST_BODY_S)
        scope["state"][_STATE] = _Allowance(limit, limit_s, last)
        try:
            async with limit:
                await application(scope, receive_noting if is_body_missing else receive, send_noting)
        except TimeoutError:
            if has_begun or not limit.expired():
                raise
            await refuse(BodyTooSlow(limit_s) if is_body_missing else TookTooLong(limit_s), scope, send)

    return handle
