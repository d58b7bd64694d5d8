"""One attempt at one delivery: signed, sent, and judged by the answer."""

import email.utils
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from astrarium.service.outbound.service import Answer, CallFailed, Outbound
from astrarium.service.webhooks import signing
from astrarium.service.webhooks.turns import Due, Turn

GONE: Final = 410
ASKS_FOR_PATIENCE: Final = frozenset({429, 502, 503, 504})
"""Statuses whose `Retry-After` is obeyed."""
LONGEST_ANSWER: Final = 1024
USER_AGENT: Final = "Astrarium-Webhooks/1"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an attempt; `fault` is None where it arrived."""

    due: Due
    started_at: datetime
    duration_ms: int
    status: int | None
    fault: str | None
    answer: str
    retry_after: timedelta | None = None


async def attempt(
    outbound: Outbound, turn: Turn, keys: list[bytes], due: Due, now: Callable[[], datetime]
) -> Outcome:
    """Send a delivery once. Whatever comes of it is an outcome, but for a breaker that is open.

    Raises `BreakerOpen`, where nothing was sent.
    """
    started_at, began = now(), time.monotonic()
    body = due.payload.encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        **signing.headers(keys, due.event_id, body, at=started_at),
    }
    try:
        # by its version: a changed endpoint is not left alone for what it was before
        key = f"{turn.webhook_id}:{turn.version}"
        answer = await outbound.request("webhooks", "POST", turn.url, headers=headers, body=body, key=key)
    except CallFailed as error:
        return Outcome(
            due=due,
            started_at=started_at,
            duration_ms=_since(began),
            status=None,
            fault=error.reason,
            answer="",
        )
    return Outcome(
        due=due,
        started_at=started_at,
        duration_ms=_since(began),
        status=answer.status,
        fault=_fault_of(answer.status),
        answer=_readable(answer),
        retry_after=_retry_after(answer, started_at),
    )


def _since(began: float) -> int:
    return round(1000 * (time.monotonic() - began))


def _fault_of(status: int) -> str | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return "redirect"
    return "gone" if status == GONE else "status"


def _readable(answer: Answer) -> str:
    """The beginning of an answer as text; PostgreSQL's has no NUL."""
    return (
        answer.body_head[:LONGEST_ANSWER]
        .decode("utf-8", "replace")
        .replace("\0", "\N{REPLACEMENT CHARACTER}")
    )


def _retry_after(answer: Answer, now: datetime) -> timedelta | None:
    """`Retry-After` in seconds or as a date (RFC 9110, 10.2.3); None where there is none, or none that makes sense."""
    if answer.status not in ASKS_FOR_PATIENCE:
        return None
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return timedelta(seconds=min(int(said[:9]), 86_400))
    try:
        until = email.utils.parsedate_to_datetime(said)
    except ValueError:
        return None
    wait = until.replace(tzinfo=until.tzinfo or UTC) - now
    return max(wait, timedelta(0))
