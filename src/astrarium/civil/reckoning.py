"""A time as it was reckoned, its weight, and what the same clock reading would be by other rules."""

import msgspec

from astrarium.civil.birth import Birth
from astrarium.civil.calendars import DAY_MICROSECONDS, iso_utc
from astrarium.civil.changeover import CivilDay
from astrarium.civil.clocks import Clock, running_history
from astrarium.civil.history import Period, gap_at, readings
from astrarium.civil.place import Place
from astrarium.civil.understood import Confidence, Known, Source, TimeReading

SECOND_MICROSECONDS = 1_000_000


class Reckoning(msgspec.Struct, frozen=True):
    """A time as it was reckoned: what was asked, the clock and the period it ran by, the instant (µs of UT)."""

    birth: Birth
    place: Place
    day: CivilDay
    known: Known
    clock: Clock
    source: Source
    period: Period
    instant: int

    @property
    def local(self) -> int:
        """The wall clock, in microseconds since 1970-01-01T00:00:00."""
        return self.instant + self.period.offset_seconds * SECOND_MICROSECONDS


class Weight(msgspec.Struct, frozen=True):
    """How sure a time is, the reasons, and the other readings."""

    confidence: Confidence = "certain"
    notes: tuple[str, ...] = ()
    alternatives: tuple[TimeReading, ...] = ()


def by_clock(reckoning: Reckoning, clock: Clock, label: str, days_later: int = 0) -> tuple[TimeReading, ...]:
    """The same wall clock reading by another clock or on another day; the earlier in a fold, the one after a gap."""
    seconds, microsecond = divmod(reckoning.local + days_later * DAY_MICROSECONDS, SECOND_MICROSECONDS)
    history = running_history(clock, reckoning.place, seconds)
    found = readings(history, seconds)
    reading = found[0] if found else gap_at(history, seconds).after
    instant = reading.ut_seconds * SECOND_MICROSECONDS + (microsecond if found else 0)
    return alternative(reckoning, instant, label, reading.period.offset_seconds)


def alternative(
    reckoning: Reckoning, instant: int, label: str, offset_seconds: int | None = None
) -> tuple[TimeReading, ...]:
    """Another reading of an exact time, if it is another; windows are not read twice."""
    if reckoning.known != "exact" or instant == reckoning.instant:
        return ()
    offset = reckoning.period.offset_seconds if offset_seconds is None else offset_seconds
    return (TimeReading(iso_utc(instant), offset, label),)
