"""From what a person writes of a birth's time to the instants that it means.

The order of checks is: the writing, the day of its calendar, the range of the tables, the zone. No time is ever
shifted silently: a reading that no clock showed, or one that came twice, is an error that names the instants at stake.
"""

import msgspec

from astrarium.civil.birth import Birth, TimeWindow
from astrarium.civil.calendars import (
    DAY_MICROSECONDS,
    date_from_day,
    iso_date,
    iso_local,
    iso_utc,
    jd_from_microseconds,
)
from astrarium.civil.changeover import FIRST_DAY, LAST_DAY, CivilDay, understand_date
from astrarium.civil.clocks import Clock, choose_clock, place_clock, running_history, source_of
from astrarium.civil.doubts import Reckoning, weigh
from astrarium.civil.errors import (
    AmbiguousTime,
    AmbiguousZone,
    BirthTimeError,
    ClockReading,
    ConflictingBirth,
    DateOutOfRange,
    InvalidFold,
    InvalidWindow,
    MissingDate,
    NonexistentTime,
)
from astrarium.civil.history import (
    DAY_SECONDS,
    Reading,
    ZoneHistory,
    gap_at,
    local_span,
    period_at,
    readings,
)
from astrarium.civil.notation import WrittenClock, clock_microseconds, read_clock, read_instant
from astrarium.civil.place import Place
from astrarium.civil.understood import Instant, Known, UnderstoodTime

SECOND_MICROSECONDS = 1_000_000
# 1972-01-01, when broadcast time became UTC with leap seconds; clocks followed UT before.
UTC_BEGIN_MICROSECONDS = 730 * DAY_MICROSECONDS


class Asked(msgspec.Struct, frozen=True):
    """What was asked, read but not yet put on a clock: a day, and the first and last reading on it (microseconds).

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
    """The instants that the readings mean (microseconds of UT), the fold chosen, and what is to be said of it."""

    start: int
    end: int
    fold: int | None = None
    notes: tuple[str, ...] = ()


def understand_time(birth: Birth, place: Place) -> UnderstoodTime:
    """The instants that a birth's date, time and zone mean at a place.

    Args:
        birth: `instant`, or `date` with a `time` that is a reading, a window or absent.
        place: where; its zone, country and longitude serve where `birth` names no zone, `auto` or `LMT`.

    Returns:
        The exact instant, or the window that holds it; UT in two parts, and how it was read.

    Raises:
        BirthTimeError: one of its kinds, for whatever cannot be understood without guessing.
    """
    if birth.instant is not None:
        return _understand_instant(birth)
    if birth.date is None:
        raise MissingDate
    if birth.fold is not None and birth.fold not in (0, 1):
        raise InvalidFold(birth.fold)
    asked = _read(birth, place)
    clock = choose_clock(birth.zone, place)
    history = running_history(clock, place, asked.day.day * DAY_SECONDS)
    span = _span(asked, clock, history)
    if clock.by_place and place.other_zones:
        _ask_for_zone(asked, clock, span, place)
    return _understood(birth, place, asked, clock, history, span)


def _understand_instant(birth: Birth) -> UnderstoodTime:
    """The birth that is given in UTC already."""
    clashing = [name for name in ("date", "time", "zone", "fold") if getattr(birth, name) is not None]
    if clashing:
        raise ConflictingBirth(clashing)
    instant = read_instant(birth.instant)
    day = instant // DAY_MICROSECONDS
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DateOutOfRange(
            str(birth.instant), iso_date(*date_from_day(day, "gregorian")), pointer="/birth/instant"
        )
    at = Instant(*jd_from_microseconds(instant))
    return UnderstoodTime(
        known="exact",
        start=at,
        middle=at,
        end=at,
        utc=iso_utc(instant),
        local=iso_local(instant, 0),
        zone="UTC",
        offset_seconds=0,
        dst=False,
        source="utc",
        calendar="gregorian",
        scale="UTC" if instant >= UTC_BEGIN_MICROSECONDS else "UT1",
        confidence="certain",
    )


def _read(birth: Birth, place: Place) -> Asked:
    """The day and the readings on it; the writing of both is checked before what they say."""
    time = birth.time
    assert birth.date is not None
    if time is None:
        return Asked(understand_date(birth.date, place), "unknown", None, None, birth.fold)
    if not isinstance(time, TimeWindow):
        written = read_clock(time, "/birth/time")
        day = understand_date(birth.date, place)
        reading = _on_day(written, day, "/birth/time")
        return Asked(day, "exact", reading, reading, birth.fold)
    start = read_clock(time.start, "/birth/time/from")
    end = read_clock(time.end, "/birth/time/to")
    day = understand_date(birth.date, place)
    first, last = _on_day(start, day, "/birth/time/from"), _on_day(end, day, "/birth/time/to")
    if last < first:
        raise InvalidWindow(time.start, time.end)
    known: Known = "exact" if first == last else "window"
    return Asked(day, known, first, last, birth.fold, "/birth/time/from", "/birth/time/to")


def _on_day(written: WrittenClock, day: CivilDay, pointer: str) -> int:
    """A clock reading in microseconds of local time since 1970-01-01."""
    next_date = iso_date(*date_from_day(day.day + 1, day.calendar)) if written.hour == 24 else ""
    return day.day * DAY_MICROSECONDS + clock_microseconds(written, next_date, pointer)


def _span(asked: Asked, clock: Clock, history: ZoneHistory) -> Span:
    """The instants that the readings mean on one clock."""
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
    both = [_clock_reading(asked, reading, microsecond) for reading in (found[0], found[-1])]
    if asked.fold is None:
        raise AmbiguousTime(_local_text(asked, local), clock.zone, *both, pointer=asked.first_pointer)
    chosen = (found[0], found[-1])[asked.fold]
    instant = chosen.ut_seconds * SECOND_MICROSECONDS + microsecond
    which, other = (("earlier", "later"), ("later", "earlier"))[asked.fold]
    note = (
        f"The clock showed this time twice: the {which} reading, {both[asked.fold].local}, was chosen; "
        f"the {other} is {both[1 - asked.fold].local}."
    )
    return Span(instant, instant, asked.fold, (note,))


def _window(asked: Asked, first: int, last: int, clock: Clock, history: ZoneHistory) -> Span:
    """A window's ends; an end that came twice counts with its outermost instant unless `fold` chose."""
    starts = _readings(asked, first, clock, history, asked.first_pointer)
    ends = _readings(asked, last, clock, history, asked.last_pointer)
    start, end = starts[-1 if asked.fold == 1 else 0], ends[0 if asked.fold == 0 else -1]
    notes = []
    if asked.fold is None:
        if len(starts) > 1:
            notes.append(
                f"The window's start came twice that day: the earlier, {_text(asked, start)}, was taken."
            )
        if len(ends) > 1:
            notes.append(f"The window's end came twice that day: the later, {_text(asked, end)}, was taken.")
    chosen = asked.fold if len(starts) > 1 or len(ends) > 1 else None
    return Span(
        start.ut_seconds * SECOND_MICROSECONDS + first % SECOND_MICROSECONDS,
        end.ut_seconds * SECOND_MICROSECONDS + last % SECOND_MICROSECONDS,
        chosen,
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
        raise _nonexistent(asked, _local_text(asked, local), seconds, clock, history, pointer)
    return found


def _nonexistent(
    asked: Asked, local: str, local_seconds: int, clock: Clock, history: ZoneHistory, pointer: str
) -> NonexistentTime:
    gap = gap_at(history, local_seconds)
    before, after = _clock_reading(asked, gap.before), _clock_reading(asked, gap.after)
    return NonexistentTime(local, clock.zone, gap.reason, before, after, pointer=pointer)


def _ask_for_zone(asked: Asked, clock: Clock, span: Span, place: Place) -> None:
    """Raise `AmbiguousZone` if another clock that people keep at the place gives other instants."""
    clocks = [clock, *(place_clock(zone) for zone in place.other_zones if zone != clock.zone)]
    local = asked.day.day * DAY_MICROSECONDS if asked.first is None else asked.first
    differ = False
    shown = []
    for each in clocks:
        history = running_history(each, place, asked.day.day * DAY_SECONDS)
        try:
            other = _span(asked, each, history)
        except BirthTimeError:
            differ = True
        else:
            differ = differ or (other.start, other.end) != (span.start, span.end)
        seconds = local // SECOND_MICROSECONDS
        found = readings(history, seconds)
        shown.append(_clock_reading(asked, found[0] if found else gap_at(history, seconds).after))
    if differ:
        raise AmbiguousZone([each.zone for each in clocks], shown)


def _understood(
    birth: Birth, place: Place, asked: Asked, clock: Clock, history: ZoneHistory, span: Span
) -> UnderstoodTime:
    start, end = span.start, span.end
    middle = start if start == end else (start + end) // 2 // SECOND_MICROSECONDS * SECOND_MICROSECONDS
    period = period_at(history, middle // SECOND_MICROSECONDS)
    source = source_of(clock, period)
    weight = weigh(Reckoning(birth, place, asked.day, asked.known, clock, source, period, middle))
    at = Instant(*jd_from_microseconds(middle))
    exact = start == end
    return UnderstoodTime(
        known=asked.known,
        start=at if exact else Instant(*jd_from_microseconds(start)),
        middle=at,
        end=at if exact else Instant(*jd_from_microseconds(end)),
        utc=iso_utc(middle),
        local=iso_local(
            middle + period.offset_seconds * SECOND_MICROSECONDS, period.offset_seconds, asked.day.calendar
        ),
        zone=clock.zone,
        offset_seconds=period.offset_seconds,
        dst=period.dst,
        source=source,
        calendar=asked.day.calendar,
        scale="UTC" if middle >= UTC_BEGIN_MICROSECONDS else "UT1",
        confidence=weight.confidence,
        window_utc=None if exact else (iso_utc(start), iso_utc(end)),
        fold=span.fold,
        notes=span.notes + weight.notes,
        alternatives=weight.alternatives,
    )


def _clock_reading(asked: Asked, reading: Reading, microsecond: int = 0) -> ClockReading:
    offset = reading.period.offset_seconds
    instant = reading.ut_seconds * SECOND_MICROSECONDS + microsecond
    return ClockReading(
        iso_utc(instant),
        iso_local(instant + offset * SECOND_MICROSECONDS, offset, asked.day.calendar),
        offset,
    )


def _text(asked: Asked, reading: Reading) -> str:
    return _clock_reading(asked, reading).local


def _local_text(asked: Asked, local: int) -> str:
    """A reading as its owner would write it, without an offset: `1990-05-17T12:30:00`."""
    return iso_local(local, 0, asked.day.calendar).removesuffix("+00:00")


def _duration(seconds: int) -> str:
    """`23 h`, `24 h 30 min`, `23 h 58 min 45 s`."""
    hours, rest = divmod(seconds, 3_600)
    parts = [(hours, "h"), (rest // 60, "min"), (rest % 60, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
