"""Kinds of jobs: what a feature declares once, and both its routes and the workers go by."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar

import msgspec

P = TypeVar("P", bound=msgspec.Struct)

LONGEST_NAME: Final = 100
LARGEST_PAYLOAD_BYTES: Final = 65_536
DEAD_KEEP: Final = timedelta(days=30)
"""How long a dead job is kept at least, for somebody to look at it and send it again."""


class Retries(msgspec.Struct, frozen=True, kw_only=True):
    """When a job that failed for a passing reason is tried again.

    After the n-th failure it waits between nothing and `first_wait` · 2ⁿ⁻¹, at most `longest_wait`: all of the wait is
    chance ("full jitter"), so that what failed together does not come back together. Or `at` names each wait itself,
    and its length the number of attempts.
    """

    most_attempts: int = 5
    first_wait: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(hours=1)
    at: tuple[timedelta, ...] = ()

    def __post_init__(self) -> None:
        if self.most_attempts < 1 or self.first_wait < timedelta(0) or self.longest_wait < self.first_wait:
            raise ValueError("at least one attempt, and waits that grow from first_wait to longest_wait")

    @property
    def attempts(self) -> int:
        """How often a job is tried at most."""
        return len(self.at) + 1 if self.at else self.most_attempts

    def wait(self, attempt: int, chance: float) -> timedelta | None:
        """How long to wait after the failure of `attempt` (from 1), by a `chance` from 0 to 1; None after the last."""
        if attempt >= self.attempts:
            return None
        if self.at:
            return self.at[attempt - 1]
        doublings = min(attempt - 1, 60)  # more would overflow, and no wait is as long
        longest = min(self.longest_wait.total_seconds(), self.first_wait.total_seconds() * 2.0**doublings)
        return timedelta(seconds=chance * longest)


class Kind(msgspec.Struct, Generic[P], frozen=True, kw_only=True):
    """One kind of job, declared as a constant in a feature's `tasks.py`.

    `name` is public and never changes. `payload` is stored as JSON, and refused where it does not fit. A worker serves
    queues; `at_once` bounds how many run at the same time in the whole installation, and `at_once_per_account` how many
    of one account's are let into the queue, so that one customer's ten thousand do not stand in front of everybody
    else's (0: no bound). `keep` is how long a finished one is kept, `is_told` whether its account's live news
    tell of it.
    """

    name: str
    payload: type[P]
    queue: str = "default"
    retries: Retries = Retries()
    time_limit: timedelta
    at_once: int = 0
    at_once_per_account: int = 0
    keep: timedelta = timedelta(days=7)
    is_told: bool = True

    def __post_init__(self) -> None:
        if not self.name or len(self.name) > LONGEST_NAME or self.at_once < 0 or self.at_once_per_account < 0:
            raise ValueError(f"{self.name!r}: a kind needs a short name and bounds that are not negative")
        if self.time_limit <= timedelta(0):
            raise ValueError(f"{self.name}: a job needs some time")

    @property
    def keep_dead(self) -> timedelta:
        """How long a dead one is kept."""
        return max(self.keep, DEAD_KEEP)

    def encode(self, payload: P) -> str:
        """The payload as it is stored.

        Raises `ValueError` where it is not of this kind, too large, or cannot be stored.
        """
        if type(payload) is not self.payload:
            raise ValueError(f"{self.name} takes {self.payload.__name__}, not {type(payload).__name__}")
        text = encode(payload)
        if len(text.encode()) > LARGEST_PAYLOAD_BYTES:
            raise ValueError(
                f"{self.name}: a payload of {len(text)} characters is too large; store what it names"
            )
        self.decode(text)  # a constraint that the struct's constructor does not check
        return text

    def decode(self, text: str) -> P:
        """The payload that was stored.

        Raises `ValueError` where it does not fit the kind, as it may after the kind has changed.
        """
        return msgspec.json.decode(text, type=self.payload)


def encode(value: object) -> str:
    """A value as JSON that PostgreSQL can keep. Raises `ValueError` for what it cannot: no NUL stands in its texts."""
    try:
        text = msgspec.json.encode(value).decode()
    except (TypeError, UnicodeEncodeError) as error:
        raise ValueError(f"not to be kept as JSON: {error}") from error
    if "\\u0000" in text:
        raise ValueError("not to be kept as JSON: a text has a NUL in it")
    return text


Kinds = Mapping[str, Kind[Any]]
