"""From readings on a day to instants: an exact time, a window, a whole civil day, on one clock.

Local times and instants here are whole microseconds since 1970-01-01T00:00:00, by the wall clock and in UT.
"""

import msgspec

from astrarium.civil.calendars import iso_local, iso_utc
from astrarium.civil.changeover import CivilDay
from astrarium.civil.clocks import Clock
from astrarium.civil.errors import AmbiguousTime, ClockReading, NonexistentTime
from astrarium.civil.history import DAY_SECONDS, Reading, ZoneHistory, gap_at, local_span, readings
from astrarium.civil.understood import Known, TimeReading

SECOND_MICROSECONDS = 1_000_000


class Asked(msgspec.Struct, frozen=True):
    """What was asked, read but not yet put on a clock: a day, and the first and last reading on it.

    `first` and `last` are equal for an exact time and `None` for an unknown one; the pointers say where each came from.
    """

    day: CivilDay
    known: Known
    first: int | None
    last: int | None
    fold: int | None
    first_pointer: str = "/birth/time"
    last_pointer: str = "/birth/time"


class Span(msgspec.Struct, frozen=True):
    """The instants that the readings mean, the fold chosen with the reading not chosen, and what is to be said."""

    start: int
    end: int
    fold: int | None = None
    notes: tuple[str, ...] = ()
    alternatives: tuple[TimeReading, ...] = ()


def span_of(asked: Asked, clock: Clock, history: ZoneHistory) -> Span:
    """The instants that the readings mean by a clock's history.

    Raises `NonexistentTime` for a reading or a day that the clock left out, `AmbiguousTime` for an exact reading
    that came twice with no `fold` to choose by.
    """
    if asked.first is None or asked.last is None:
        return _whole_day(asked, clock, history)
    if asked.known == "exact":
        return _exact(asked, asked.first, clock, history)
    return _window(asked, asked.first, asked.last, clock, history)


def _exact(asked: Asked, local: int, clock: Clock, history: ZoneHistory) -> Span:
    found = _readings(asked, local, clock, history, asked.first_pointer)
    microsecond = local % SECOND_MICROSECONDS
    if len(found) == 1:
        instant = found[0].ut_seconds * SECOND_MICROSECONDS + microsecond
        return Span(instant, instant)
    both = [clock_reading(asked.day, reading, microsecond) for reading in (found[0], found[-1])]
    if asked.fold is None:
        raise AmbiguousTime(local_text(asked.day, local), clock.zone, *both, pointer=asked.first_pointer)
    which, other = (("earlier", "later"), ("later", "earlier"))[asked.fold]
    rejected = both[1 - asked.fold]
    note = (
        f"The clock showed this time twice: the {which} reading, {both[asked.fold].local}, was chosen; "
        f"the {other} is {rejected.local}."
    )
    instant = (found[0], found[-1])[asked.fold].ut_seconds * SECOND_MICROSECONDS + microsecond
    unchosen = TimeReading(rejected.utc, rejected.offset_seconds, f"as the {other} of the two readings")
    return Span(instant, instant, asked.fold, (note,), (unchosen,))


def _window(asked: Asked, first: int, last: int, clock: Clock, history: ZoneHistory) -> Span:
    """A window's ends; an end that came twice counts with its outermost instant unless `fold` chose."""
    starts = _readings(asked, first, clock, history, asked.first_pointer)
    ends = _readings(asked, last, clock, history, asked.last_pointer)
    start, end = starts[-1 if asked.fold == 1 else 0], ends[0 if asked.fold == 0 else -1]
    notes = []
    for name, found, taken in (("start", starts, start), ("end", ends, end)):
        if len(found) > 1:
            which = "earlier" if taken is found[0] else "later"
            local = clock_reading(asked.day, taken).local
            notes.append(f"The window's {name} came twice that day: the {which}, {local}, was taken.")
    return Span(
        start.ut_seconds * SECOND_MICROSECONDS + first % SECOND_MICROSECONDS,
        end.ut_seconds * SECOND_MICROSECONDS + last % SECOND_MICROSECONDS,
        asked.fold if notes else None,
        tuple(notes),
    )


def _whole_day(asked: Asked, clock: Clock, history: ZoneHistory) -> Span:
    """All of the civil day: from its first instant to the next day's, however many hours lie between."""
    midnight = asked.day.day * DAY_SECONDS
    found = local_span(history, midnight, midnight + DAY_SECONDS)
    if found is None:
        raise _nonexistent(asked, str(asked.day.written), midnight, clock, history, "/birth/date")
    start, end = found
    notes = ["The birth time is unknown: the whole civil day is taken."]
    if end - start != DAY_SECONDS:
        notes.append(f"That day was {_duration(end - start)} long on the clocks of {clock.zone}.")
    return Span(start * SECOND_MICROSECONDS, end * SECOND_MICROSECONDS, None, tuple(notes))


def _readings(
    asked: Asked, local: int, clock: Clock, history: ZoneHistory, pointer: str
) -> tuple[Reading, ...]:
    """All instants of a reading, at least one; raises `NonexistentTime`."""
    seconds = local // SECOND_MICROSECONDS
    found = readings(history, seconds)
    if not found:
        raise _nonexistent(asked, local_text(asked.day, local), seconds, clock, history, pointer)
    return found


def _nonexistent(
    asked: Asked, local: str, local_seconds: int, clock: Clock, history: ZoneHistory, pointer: str
) -> NonexistentTime:
    gap = gap_at(history, local_seconds)
    before, after = clock_reading(asked.day, gap.before), clock_reading(asked.day, gap.after)
    return NonexistentTime(local, clock.zone, gap.reason, before, after, pointer=pointer)


def clock_reading(day: CivilDay, reading: Reading, microsecond: int = 0) -> ClockReading:
    """A reading as errors and notes show it, its date in the calendar of `day`."""
    offset = reading.period.offset_seconds
    instant = reading.ut_seconds * SECOND_MICROSECONDS + microsecond
    local = iso_local(instant + offset * SECOND_MICROSECONDS, offset, day.calendar)
    return ClockReading(iso_utc(instant), local, offset)


def local_text(day: CivilDay, local: int) -> str:
    """A reading as its owner would write it, without an offset: `1990-05-17T12:30:00`."""
    return iso_local(local, 0, day.calendar).removesuffix("+00:00")


def _duration(seconds: int) -> str:
    """`23 h`, `24 h 30 min`, `23 h 58 min 45 s`."""
    hours, rest = divmod(seconds, 3_600)
    parts = [(hours, "h"), (rest // 60, "min"), (rest % 60, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
