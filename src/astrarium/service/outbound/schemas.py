"""What administration is told of calls to the outside."""

from datetime import datetime
from typing import Literal

import msgspec


class BreakerView(msgspec.Struct, frozen=True, kw_only=True):
    """A breaker of the whole installation that is not closed.

    `name` is a purpose, or a purpose and who is called, such as a webhook. While it is `open` nobody is called;
    `half_open`, from `probe_at` on, one call of each process tries. `failures` counts what failed in a row.
    """

    name: str
    state: Literal["open", "half_open"]
    opened_at: datetime
    probe_at: datetime
    failures: int
    error: str


class PurposeView(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of one purpose: what they may take, and how they have fared in the process that answers.

    Each attempt counts: `succeeded`; `failed`, by the reason; `blocked` by an open breaker. `repeated` of them were
    second attempts or later.
    """

    purpose: str
    time_limit_s: float
    attempts: int
    public_only: bool
    succeeded: int
    failed: dict[str, int]
    blocked: int
    repeated: int
    in_flight: int
    p50_s: float
    p95_s: float
    last_error: str | None
    last_error_at: datetime | None


class Calls(msgspec.Struct, frozen=True):
    """The purposes of calls to the outside."""

    purposes: tuple[PurposeView, ...]
