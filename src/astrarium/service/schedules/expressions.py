"""Cron expressions: five fields, minute by minute, in UTC, so that no summer time leaves a tick out or doubles it."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Final

from croniter import croniter
from croniter.croniter import CroniterBadDateError, CroniterError

from astrarium.service.schedules.errors import InvalidExpression

FIELDS: Final = 5
LONGEST: Final = 200
NAMED: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
_WITHIN_YEARS: Final = 8
"""The 29th of February is eight years away at most, around a year such as 2100."""
_CHANCE: Final = frozenset("rRhH")
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


def normalized(expression: str) -> str:
    """The expression with single spaces, a named one as its five fields.

    Raises `InvalidExpression` for what is none, and for an instant that never comes, such as the 30th of February.
    """
    text = " ".join(expression.split())
    text = NAMED.get(text.lower(), text)
    fields = text.split(" ")
    if text.startswith("@"):
        raise InvalidExpression(expression, f"the names are {', '.join(NAMED)}")
    if len(fields) != FIELDS:
        raise InvalidExpression(
            expression, f"it has {len(fields) if text else 0} fields, and five are needed"
        )
    if len(text) > LONGEST:
        raise InvalidExpression(expression, f"it is longer than {LONGEST} characters")
    if any(field[0] in _CHANCE for part in fields for field in part.split(",") if field):
        raise InvalidExpression(expression, "it leaves the time to chance")
    try:
        _cron(text, _EPOCH).get_next(datetime)
    except CroniterBadDateError as error:
        raise InvalidExpression(expression, "that instant never comes") from error
    except (CroniterError, ValueError, KeyError, IndexError) as error:
        raise InvalidExpression(expression, _reason(error, text)) from error
    return text


def next_after(expression: str, instant: datetime) -> datetime:
    """The first tick after `instant`, of a `normalized` expression."""
    tick: datetime = _cron(expression, instant).get_next(datetime)
    return tick


def coming(expression: str, instant: datetime, count: int) -> tuple[datetime, ...]:
    """The next `count` ticks after `instant`."""
    cron = _cron(expression, instant)
    return tuple(cron.get_next(datetime) for _ in range(count))


def ticks_between(expression: str, after: datetime, until: datetime, most: int) -> list[datetime]:
    """The ticks after `after` up to and with `until`, in order; the last `most` of them where there are more."""
    if next_after(expression, after) > until:
        return []
    cron = _cron(expression, until + timedelta(microseconds=1))
    backwards = (cron.get_prev(datetime) for _ in range(most))
    return list(takewhile(lambda tick: tick > after, backwards))[::-1]


def _cron(expression: str, start: datetime) -> croniter:
    return croniter(expression, start.astimezone(UTC), max_years_between_matches=_WITHIN_YEARS)


def _reason(error: Exception, text: str) -> str:
    """Croniter's words without the expression, which is told already."""
    reason = str(error).replace(f"[{text}]", "").strip().rstrip(".")
    return reason or "a field is not understood"
