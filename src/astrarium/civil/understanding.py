"""From what a person writes of a birth's time to the instants that it means.

The order of checks is: the writing, the day of its calendar, the range of the tables, the zone. No time is ever
shifted silently: a reading that no clock showed, or one that came twice, is an error that names the instants at stake.
"""

from astrarium.civil.birth import Birth, TimeWindow
from astrarium.civil.calendars import (
    DAY_MICROSECONDS,
    date_from_day,
    gregorian_from_day,
    iso_date,
    iso_local,
    iso_utc,
    jd_from_microseconds,
)
from astrarium.civil.changeover import FIRST_DAY, LAST_DAY, CivilDay, understand_date
from astrarium.civil.clocks import Clock, choose_clock, place_clock, running_history, source_of
from astrarium.civil.doubts import weigh
from astrarium.civil.errors import (
    AmbiguousZone,
    BirthTimeError,
    ConflictingBirth,
    DateOutOfRange,
    InvalidFold,
    InvalidWindow,
    MissingDate,
)
from astrarium.civil.history import DAY_SECONDS, ZoneHistory, gap_at, period_at, readings
from astrarium.civil.instants import SECOND_MICROSECONDS, Asked, Span, clock_reading, span_of
from astrarium.civil.notation import WrittenClock, clock_microseconds, read_clock, read_instant
from astrarium.civil.place import Place
from astrarium.civil.reckoning import Reckoning
from astrarium.civil.understood import Instant, Known, UnderstoodTime

# 1972-01-01, when broadcast time became UTC with leap seconds; clocks followed UT before.
UTC_BEGIN_MICROSECONDS = 730 * DAY_MICROSECONDS


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
    if clock.by_place and place.other_zones:
        _ask_for_zone(asked, clock, place)
    history = running_history(clock, place, asked.day.day * DAY_SECONDS)
    span = span_of(asked, clock, history)
    return _understood(birth, place, asked, clock, history, span)


def _understand_instant(birth: Birth) -> UnderstoodTime:
    """The birth that is given in UTC already."""
    clashing = [name for name in ("date", "time", "zone", "fold") if getattr(birth, name) is not None]
    if clashing:
        raise ConflictingBirth(clashing)
    instant = read_instant(birth.instant)
    day = instant // DAY_MICROSECONDS
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DateOutOfRange(str(birth.instant), iso_date(*gregorian_from_day(day)), pointer="/birth/instant")
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


def _ask_for_zone(asked: Asked, clock: Clock, place: Place) -> None:
    """Raise `AmbiguousZone` if another clock that people keep at the place gives another answer."""
    clocks = [clock, *(place_clock(zone) for zone in place.other_zones if zone != clock.zone)]
    first = asked.day.day * DAY_SECONDS if asked.first is None else asked.first // SECOND_MICROSECONDS
    answers: set[tuple[int, int] | str] = set()
    shown = []
    for each in clocks:
        history = running_history(each, place, asked.day.day * DAY_SECONDS)
        try:
            span = span_of(asked, each, history)
        except BirthTimeError as error:
            answers.add(error.detail)
        else:
            answers.add((span.start, span.end))
        found = readings(history, first)
        shown.append(clock_reading(asked.day, found[0] if found else gap_at(history, first).after))
    if len(answers) > 1:
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
        alternatives=span.alternatives + weight.alternatives,
    )
