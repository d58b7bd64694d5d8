"""What a call may take and how it is guarded, by its purpose: the one table of outbound calls."""

from typing import Final, Literal

import msgspec

Purpose = Literal["mail", "webhooks", "push", "storage", "language_model"]


class BreakerRule(msgspec.Struct, frozen=True):
    """When a breaker opens, and for how long: `failures` in a row; `wait_s`, doubled by each failed probe."""

    failures: int = 5
    wait_s: float = 30.0
    longest_wait_s: float = 600.0


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of one purpose's calls."""

    total_s: float
    """How long a call may take from its beginning to its end, attempts and the waits between them included."""
    connect_s: float = 5.0
    """How long it may take to resolve the name, to connect and to agree on TLS, each."""
    kept_bytes: int = 1024
    """How much of an HTTP answer's body is read; what is longer is cut off, and the connection closed."""
    attempts: int = 1
    """More than one only where nobody else repeats, as jobs do, the postman, and the bucket's client each request."""
    is_guarded: bool = False
    """Whether customers choose the target: then it has to be public."""
    breaker: BreakerRule = BreakerRule()


POLICIES: Final[dict[Purpose, Policy]] = {
    "mail": Policy(total_s=60),
    "webhooks": Policy(total_s=15, is_guarded=True),
    "push": Policy(total_s=15, is_guarded=True),
    "storage": Policy(total_s=3600),
    "language_model": Policy(total_s=120, attempts=2, kept_bytes=1_048_576),
}
