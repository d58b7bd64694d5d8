"""What each tier may ask, and how that is told (draft-ietf-httpapi-ratelimit-headers)."""

import re
from math import ceil
from typing import Final

import msgspec

from astrarium.service.permissions import Tier
from astrarium.service.settings import Settings

SECOND_US: Final = 1_000_000
DAY_US: Final = 86_400 * SECOND_US

_RATES: Final = re.compile(r"(?:(?P<day>[1-9]\d*)/day )?(?P<second>[1-9]\d*)/second")


class Policy(msgspec.Struct, frozen=True):
    """Requests of one day (UTC; None: any number) and of one second, all of which may come at once."""

    per_day: int | None
    per_second: int

    @property
    def interval_us(self) -> int:
        """Microseconds after which one more request is earned."""
        return SECOND_US // self.per_second

    @property
    def told(self) -> bytes:
        """The header `RateLimit-Policy`."""
        second = b'"second";q=%d;w=1' % self.per_second
        return second if self.per_day is None else b'%b, "day";q=%d;w=86400' % (second, self.per_day)


class Taken(msgspec.Struct, frozen=True, gc=False):
    """What became of one request: let through or not, and what is left."""

    is_allowed: bool
    left_now: int
    full_again_us: int
    left_today: int
    today_us: int
    """Microseconds that are left of the day."""
    wait_us: int
    """Microseconds to wait where it was not let through."""

    def told(self, policy: Policy) -> bytes:
        """The header `RateLimit`."""
        second = b'"second";r=%d;t=%d' % (self.left_now, -(-self.full_again_us // SECOND_US))
        if policy.per_day is None:
            return second
        return b'%b, "day";r=%d;t=%d' % (second, self.left_today, -(-self.today_us // SECOND_US))

    @property
    def retry_after_s(self) -> int:
        """The header `Retry-After`."""
        return max(1, ceil(self.wait_us / SECOND_US))


def policies_of(settings: Settings) -> dict[Tier, Policy]:
    """The policy of each tier."""
    return {
        "free": parse(settings.limit_free),
        "basic": parse(settings.limit_basic),
        "premium": parse(settings.limit_premium),
        "unlimited": parse(settings.limit_unlimited),
    }


def parse(text: str) -> Policy:
    """Read `10000/day 100/second`, or `100/second` without a quota for the day; the settings hold the pattern."""
    match = _RATES.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return Policy(int(match["day"]) if match["day"] else None, int(match["second"]))
