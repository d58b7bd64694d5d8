"""The clocks of one zone through time, and what a reading of such a clock means.

A zone's history is a row of periods, each with one offset from UT, parted by transitions. Seconds are counted from
1970-01-01T00:00:00: in UT (`ut_seconds`), or as the wall clock shows them (`local_seconds` = `ut_seconds` + offset).
Every question about local time becomes one about these periods: a reading that no period contains fell into a gap,
one that two periods contain happened twice.
"""

from bisect import bisect_right
from typing import Literal

import msgspec

DAY_SECONDS = 86_400
DATE_LINE_SECONDS = 20 * 3_600

GapReason = Literal["daylight_saving", "zone_change", "local_mean_time_ended", "date_line"]


class Period(msgspec.Struct, frozen=True):
    """A stretch of time with one offset (seconds east of Greenwich), daylight saving flag and abbreviation."""

    offset_seconds: int
    dst: bool
    abbreviation: str

    @property
    def is_local_mean_time(self) -> bool:
        """Whether the zone calls this its local mean time; a hint only: in Lisbon or Warsaw it was the law."""
        return self.abbreviation == "LMT"


class ZoneHistory(msgspec.Struct, frozen=True):
    """All periods of a zone: `periods[i]` holds from `transitions[i - 1]` until just before `transitions[i]`.

    `reach_seconds` is the largest offset either way, so that a reading's instant is never farther from it;
    `mean_time_end` the UT second at which the last period of local mean time ends (`None`: there is none, or no end).
    """

    name: str
    transitions: tuple[int, ...]
    periods: tuple[Period, ...]
    reach_seconds: int
    mean_time_end: int | None


class Reading(msgspec.Struct, frozen=True):
    """One instant at which the clock shows a given reading, with the period it belongs to."""

    ut_seconds: int
    period: Period


class Gap(msgspec.Struct, frozen=True):
    """A stretch of wall clock that never was: the last instant before the clock jumped, the first after, and why."""

    before: Reading
    after: Reading
    reason: GapReason


def zone_history(name: str, transitions: list[int], periods: list[Period]) -> ZoneHistory:
    """Make the history of a zone from `transitions` (rising UT seconds) and one more `periods`.

    Transitions that change nothing are left out, so that two histories that agree are equal.
    """
    kept_transitions: list[int] = []
    kept_periods = [periods[0]]
    for instant, period in zip(transitions, periods[1:], strict=True):
        if period != kept_periods[-1]:
            kept_transitions.append(instant)
            kept_periods.append(period)
    return ZoneHistory(
        name=name,
        transitions=tuple(kept_transitions),
        periods=tuple(kept_periods),
        reach_seconds=max(abs(period.offset_seconds) for period in kept_periods),
        mean_time_end=max(
            (
                end
                for end, period in zip(kept_transitions, kept_periods, strict=False)
                if period.is_local_mean_time
            ),
            default=None,
        ),
    )


def fixed_history(name: str, offset_seconds: int, abbreviation: str = "") -> ZoneHistory:
    """A clock that never changed: `offset_seconds` east of Greenwich for all time."""
    return ZoneHistory(
        name, (), (Period(offset_seconds, dst=False, abbreviation=abbreviation),), abs(offset_seconds), None
    )


def with_place_mean_time(history: ZoneHistory, mean_time_seconds: int) -> ZoneHistory:
    """The history as it ran at a place of the zone: its own local mean time wherever the zone has its city's.

    `mean_time_seconds` is the place's offset by longitude; whole days of the zone's own mean time (Manila and Alaska
    counted the other side's date) are kept.
    """
    if history.mean_time_end is None:
        return history
    periods = list(history.periods)
    reach_seconds = history.reach_seconds
    for index in range(bisect_right(history.transitions, history.mean_time_end)):
        period = periods[index]
        if period.is_local_mean_time:
            days = round((period.offset_seconds - mean_time_seconds) / DAY_SECONDS)
            periods[index] = own = Period(
                mean_time_seconds + days * DAY_SECONDS, period.dst, period.abbreviation
            )
            reach_seconds = max(reach_seconds, abs(own.offset_seconds))
    return ZoneHistory(
        history.name, history.transitions, tuple(periods), reach_seconds, history.mean_time_end
    )


def period_at(history: ZoneHistory, ut_seconds: int) -> Period:
    """The period in force at an instant."""
    return history.periods[bisect_right(history.transitions, ut_seconds)]


def readings(history: ZoneHistory, local_seconds: int) -> tuple[Reading, ...]:
    """Every instant at which the zone's clocks showed `local_seconds`, in order: none in a gap, two in a fold."""
    transitions, periods = history.transitions, history.periods
    first = bisect_right(transitions, local_seconds - history.reach_seconds)
    last = bisect_right(transitions, local_seconds + history.reach_seconds)
    if first == last:
        period = periods[first]
        return (Reading(local_seconds - period.offset_seconds, period),)
    found = []
    for index in range(first, last + 1):
        ut_seconds = local_seconds - periods[index].offset_seconds
        if (index == 0 or transitions[index - 1] <= ut_seconds) and (
            index == len(transitions) or ut_seconds < transitions[index]
        ):
            found.append(Reading(ut_seconds, periods[index]))
    return tuple(found)


def gap_at(history: ZoneHistory, local_seconds: int) -> Gap:
    """The gap that swallowed `local_seconds`, a reading for which `readings` is empty."""
    first = bisect_right(history.transitions, local_seconds - history.reach_seconds)
    for index in range(first, len(history.transitions)):
        transition = history.transitions[index]
        before, after = history.periods[index], history.periods[index + 1]
        if transition + before.offset_seconds <= local_seconds < transition + after.offset_seconds:
            return Gap(Reading(transition - 1, before), Reading(transition, after), _reason(before, after))
    raise AssertionError(f"{history.name} has no gap at {local_seconds}")


def _reason(before: Period, after: Period) -> GapReason:
    if after.offset_seconds - before.offset_seconds >= DATE_LINE_SECONDS:
        return "date_line"
    if before.is_local_mean_time:
        return "local_mean_time_ended"
    return "zone_change" if before.dst == after.dst else "daylight_saving"


def local_span(history: ZoneHistory, first_local: int, end_local: int) -> tuple[int, int] | None:
    """The first and the end instant (UT seconds, half-open) of the wall clock span [first_local, end_local).

    A reading that happened twice counts with its outermost instant; `None` when the clocks skipped the whole span.
    """
    transitions, periods = history.transitions, history.periods
    first = bisect_right(transitions, first_local - history.reach_seconds)
    last = bisect_right(transitions, end_local + history.reach_seconds)
    starts, ends = [], []
    for index in range(first, last + 1):
        offset = periods[index].offset_seconds
        start, end = first_local - offset, end_local - offset
        if index > 0:
            start = max(start, transitions[index - 1])
        if index < len(transitions):
            end = min(end, transitions[index])
        if start < end:
            starts.append(start)
            ends.append(end)
    return (min(starts), max(ends)) if starts else None
