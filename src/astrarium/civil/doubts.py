"""How far an understood time may be trusted, why, and what else it might have been.

The time zone database promises one history for all of a zone only since 1970; before, it follows the zone's
reference city. Some of its known gaps are listed here, each with the reading that the other clock would give.
"""

import unicodedata
from functools import cache

import msgspec

from astrarium.civil.birth import Birth, CalendarDate
from astrarium.civil.calendars import (
    DAY_MICROSECONDS,
    gregorian_day,
    iso_date,
    iso_offset,
    iso_utc,
    julian_day,
)
from astrarium.civil.changeover import CivilDay, changeover
from astrarium.civil.clocks import Clock, choose_clock, mean_time_seconds, running_history
from astrarium.civil.history import Period, gap_at, period_at, readings
from astrarium.civil.known_doubts import KNOWN_DOUBTS, KnownDoubt
from astrarium.civil.place import Place
from astrarium.civil.understood import Confidence, Known, Source, TimeReading
from astrarium.civil.zones import names_of, zones_version

SECOND_MICROSECONDS = 1_000_000
CITY_MEAN_TIME_TOLERANCE_S = 120
CLOSE_MEAN_TIME_S = 60


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


_CERTAIN = Weight()
_UNSETTLED_SINCE_1970 = frozenset(doubt.country for doubt in KNOWN_DOUBTS if doubt.last >= 0)
_ORDER: tuple[Confidence, ...] = ("certain", "likely", "doubtful")


def weigh(reckoning: Reckoning) -> Weight:
    """What is to be said of a time: calendar first, then the clock, then the years that nobody knows yet."""
    day = reckoning.day
    is_settled = (
        0 <= day.day <= _last_known_day() and day.calendar == "gregorian" and reckoning.source != "lmt"
    )
    if is_settled and reckoning.place.country not in _UNSETTLED_SINCE_1970:
        return _CERTAIN
    weights = [*_calendar_doubts(reckoning), *_clock_doubts(reckoning)]
    if reckoning.source == "iana" and day.day > _last_known_day():
        note = (
            f"The clocks of {reckoning.clock.zone} are reckoned by the law of today carried on; laws change."
        )
        weights.append(Weight("likely", (note,)))
    return _sum(weights)


def _sum(weights: list[Weight]) -> Weight:
    """All notes and readings, with the least confidence."""
    seen: dict[str, TimeReading] = {}
    for weight in weights:
        for reading in weight.alternatives:
            seen.setdefault(reading.utc, reading)
    return Weight(
        max((weight.confidence for weight in weights), key=_ORDER.index, default="certain"),
        tuple(note for weight in weights for note in weight.notes),
        tuple(seen.values()),
    )


@cache
def _last_known_day() -> int:
    """The last day of the year that the zones were published in."""
    return gregorian_day(int(zones_version()[:4]), 12, 31)


def _calendar_doubts(reckoning: Reckoning) -> list[Weight]:
    """The date's other reading: Julian for Gregorian before the country changed, and where its year began."""
    day, place = reckoning.day, reckoning.place
    written = day.written
    parts = (written.year, written.month, written.day)
    change = changeover(place)
    if day.calendar == "julian":
        notes = [f"{written} of the Julian calendar is {day.gregorian} of the Gregorian."]
        if change is not None and change[1] == (1752, 9, 14) and parts < (1752, 1, 1) and parts[1:] < (3, 25):
            notes.append(
                f"The year is counted from 1 January; English records before 1752 began it on 25 March and may call "
                f"this one {written.year - 1}."
            )
        return [Weight("certain", tuple(notes))]
    if change is None or parts >= change[1] or isinstance(reckoning.birth.date, CalendarDate):
        return []
    last = iso_date(*change[0])
    note = f"The date was read as Gregorian; this country ({place.country}) kept the Julian calendar until {last}."
    days_later = julian_day(*parts) - day.day
    return [Weight("likely", (note,), _by_clock(reckoning, reckoning.clock, "as a Julian date", days_later))]


def _clock_doubts(reckoning: Reckoning) -> list[Weight]:
    match reckoning.source:
        case "lmt":
            return [_requested_mean_time(reckoning)]
        case "place_lmt":
            return [_place_mean_time(reckoning)]
        case "zone_lmt":
            return [_zone_mean_time(reckoning)]
        case "iana":
            return _historical_doubts(reckoning)
        case _:
            return []


def _mean_time_text(longitude: float, offset_seconds: int) -> str:
    side = "W" if longitude < 0 else "E"
    return (
        f"local mean time of {abs(longitude):.5f}".rstrip("0").rstrip(".")
        + f"° {side}, {_long_offset(offset_seconds)}"
    )


def _long_offset(offset_seconds: int) -> str:
    text = iso_offset(offset_seconds)
    return text if len(text) > 6 else f"{text}:00"


def _requested_mean_time(reckoning: Reckoning) -> Weight:
    """Local mean time because the birth asks for it, with a warning once the place kept standard time."""
    place = reckoning.place
    note = f"Read as {_mean_time_text(place.longitude, reckoning.period.offset_seconds)}."
    if place.zone is None:
        return Weight("certain", (note,))
    clock = choose_clock(place.zone, place)
    standard = period_at(clock.history, reckoning.instant // SECOND_MICROSECONDS)
    if standard.is_local_mean_time:
        return Weight("certain", (note,))
    by_then = iso_offset(standard.offset_seconds)
    warning = f"The clocks of {place.zone} were no longer on local mean time by then, but at {by_then}."
    return Weight("doubtful", (note, warning), _by_clock(reckoning, clock, f"by the clocks of {place.zone}"))


def _place_mean_time(reckoning: Reckoning) -> Weight:
    """Local mean time of the birthplace, because the zone had no standard time yet and none was asked for."""
    zone, own = reckoning.clock.zone, reckoning.period.offset_seconds
    mean_time = _mean_time_text(reckoning.place.longitude, own)
    note = f"{zone} had no standard time yet: read as {mean_time}, of the birthplace itself."
    zone_clock = choose_clock(zone, reckoning.place)
    period = period_at(zone_clock.history, reckoning.instant // SECOND_MICROSECONDS)
    if period.offset_seconds == own:
        return Weight("likely", (note,))
    label = f"by the mean time of the zone's own city ({_long_offset(period.offset_seconds)})"
    return Weight("likely", (note,), _by_clock(reckoning, zone_clock, label))


def _zone_mean_time(reckoning: Reckoning) -> Weight:
    """The zone's own mean time, because the zone was asked for by name: the birthplace's is offered."""
    place, zone = reckoning.place, reckoning.clock.zone
    offset = reckoning.period.offset_seconds
    note = f"{zone} had no standard time yet: read by the mean time of its own city, {_long_offset(offset)}."
    own = mean_time_seconds(place.longitude)
    own += round((offset - own) / 86_400) * 86_400
    difference = abs(own - offset)
    if difference == 0:
        return Weight("likely", (note,))
    offer = (
        f"The birthplace's own would be {_mean_time_text(place.longitude, own)}: {_minutes(difference)} "
        f"{'earlier' if own > offset else 'later'}; ask for it with `LMT`."
    )
    other = reckoning.local - own * SECOND_MICROSECONDS
    alternative = _alternative(reckoning, other, "by the birthplace's own mean time", own)
    return Weight("likely" if difference <= CLOSE_MEAN_TIME_S else "doubtful", (note, offer), alternative)


def _historical_doubts(reckoning: Reckoning) -> list[Weight]:
    """Before 1970 a zone speaks for its city; and some places are known to have kept another clock."""
    place, zone = reckoning.place, reckoning.clock.zone
    is_city = is_reference_city(reckoning.clock, place)
    weights = [
        Weight("doubtful", (doubt.note,), _others(reckoning, doubt))
        for doubt in KNOWN_DOUBTS
        if doubt.concerns(place, reckoning.day.day, is_city=is_city)
    ]
    if not weights and reckoning.day.day < 0 and not is_city and "/" in zone and not zone.startswith("Etc/"):
        city = zone.rpartition("/")[2].replace("_", " ")
        here = place.name or "this place"
        note = (
            f"Before 1970 the time zone database vouches for {city} only, not for all of {zone}: "
            f"{here} may have kept another time."
        )
        weights.append(Weight("likely", (note,)))
    return weights


def is_reference_city(clock: Clock, place: Place) -> bool:
    """Whether the place is the city that the zone is named for, whose history the zone tells."""
    if place.name is None:
        return False
    here = _plain(place.name)
    if not any(here.startswith(_plain(name.rpartition("/")[2])) for name in names_of(clock.history.name)):
        return False
    first = clock.history.periods[0]
    if not first.is_local_mean_time:
        return True
    days_apart = (first.offset_seconds - mean_time_seconds(place.longitude)) % 86_400
    return min(days_apart, 86_400 - days_apart) <= CITY_MEAN_TIME_TOLERANCE_S


def _plain(name: str) -> str:
    """Letters and digits alone, without case and accents: `St. John's` and `St_Johns` are one."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if letter.isalnum())


def _others(reckoning: Reckoning, doubt: KnownDoubt) -> tuple[TimeReading, ...]:
    found: list[TimeReading] = []
    for zone, label in doubt.others:
        found += _by_clock(reckoning, choose_clock(zone, reckoning.place), label)
    return tuple(found)


def _by_clock(reckoning: Reckoning, clock: Clock, label: str, days_later: int = 0) -> tuple[TimeReading, ...]:
    """The same wall clock reading by another clock or on another day; the earlier in a fold, the one after a gap."""
    seconds, microsecond = divmod(reckoning.local + days_later * DAY_MICROSECONDS, SECOND_MICROSECONDS)
    history = running_history(clock, reckoning.place, seconds)
    found = readings(history, seconds)
    reading = found[0] if found else gap_at(history, seconds).after
    instant = reading.ut_seconds * SECOND_MICROSECONDS + (microsecond if found else 0)
    return _alternative(reckoning, instant, label, reading.period.offset_seconds)


def _alternative(
    reckoning: Reckoning, instant: int, label: str, offset_seconds: int | None = None
) -> tuple[TimeReading, ...]:
    """Another reading of an exact time, if it is another; windows are not read twice."""
    if reckoning.known != "exact" or instant == reckoning.instant:
        return ()
    offset = reckoning.period.offset_seconds if offset_seconds is None else offset_seconds
    return (TimeReading(iso_utc(instant), offset, label),)


def _minutes(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} s"
    return f"{seconds / 60:.1f}".removesuffix(".0") + " min"
