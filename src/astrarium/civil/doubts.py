"""How far an understood time may be trusted, why, and what else it might have been.

The time zone database promises one history for all of a zone only since 1970; before, it follows the zone's
reference city. Some of its known gaps are listed here, each with the reading that the other clock would give.
"""

import unicodedata
from functools import cache, lru_cache

from astrarium.civil.birth import CalendarDate
from astrarium.civil.calendars import gregorian_day, iso_date, julian_day
from astrarium.civil.changeover import changeover
from astrarium.civil.clocks import LOCAL_MEAN_TIME, Clock, choose_clock, mean_time_seconds
from astrarium.civil.history import DAY_SECONDS, period_at
from astrarium.civil.known_doubts import KNOWN_DOUBTS, KnownDoubt
from astrarium.civil.mean_time import place_mean_time, requested_mean_time, zone_mean_time
from astrarium.civil.place import Place
from astrarium.civil.reckoning import SECOND_MICROSECONDS, Reckoning, Weight, by_clock
from astrarium.civil.understood import Confidence, TimeReading
from astrarium.civil.zones import names_of, zones_version

CITY_MEAN_TIME_TOLERANCE_S = 120
NAUTICAL_ZONES_BEGIN = gregorian_day(1920, 1, 1)


_CERTAIN = Weight()
_UNSETTLED_SINCE_1970 = frozenset(doubt.country for doubt in KNOWN_DOUBTS if doubt.last >= 0)
_DOUBTS_OF: dict[str | None, tuple[KnownDoubt, ...]] = {
    country: tuple(doubt for doubt in KNOWN_DOUBTS if doubt.country == country)
    for country in {doubt.country for doubt in KNOWN_DOUBTS}
}
_ORDER: tuple[Confidence, ...] = ("certain", "likely", "doubtful")


def weigh(reckoning: Reckoning) -> Weight:
    """What is to be said of a time: calendar first, then the clock, then the years that nobody knows yet."""
    if _is_settled(reckoning):
        return _CERTAIN
    weights = [*_calendar_doubts(reckoning), *_clock_doubts(reckoning)]
    if reckoning.source == "iana" and reckoning.day.day > _last_known_day():
        note = (
            f"The clocks of {reckoning.clock.zone} are reckoned by the law of today carried on; laws change."
        )
        weights.append(Weight("likely", (note,)))
    return _sum(weights)


def _is_settled(reckoning: Reckoning) -> bool:
    """The common case by far, told quickly: since 1970, before the laws to come, and with one clock at the place."""
    day, place = reckoning.day, reckoning.place
    return (
        0 <= day.day <= _last_known_day()
        and day.calendar == "gregorian"
        and reckoning.source != "lmt"
        and not place.other_zones
        and place.country not in _UNSETTLED_SINCE_1970
    )


def _sum(weights: list[Weight]) -> Weight:
    """All notes and readings, with the least confidence."""
    if not weights:
        return _CERTAIN
    seen: dict[str, TimeReading] = {}
    for weight in weights:
        for reading in weight.alternatives:
            seen.setdefault(reading.utc, reading)
    return Weight(
        max((weight.confidence for weight in weights), key=_ORDER.index),
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
    return [Weight("likely", (note,), by_clock(reckoning, reckoning.clock, "as a Julian date", days_later))]


def _clock_doubts(reckoning: Reckoning) -> list[Weight]:
    match reckoning.source:
        case "lmt":
            return [requested_mean_time(reckoning)]
        case "place_lmt":
            return [place_mean_time(reckoning)]
        case "zone_lmt":
            return [zone_mean_time(reckoning)]
        case "iana":
            return [*_second_clocks(reckoning), *_historical_doubts(reckoning)]
        case _:
            return []


def _second_clocks(reckoning: Reckoning) -> list[Weight]:
    """The other clocks that people keep at the place, where one was named and another would give another instant."""
    place, zone = reckoning.place, reckoning.clock.zone
    if reckoning.clock.by_place or not place.other_zones:
        return []
    others = [other for other in (place.zone, *place.other_zones) if other is not None and other != zone]
    at = reckoning.instant // SECOND_MICROSECONDS
    differing = [
        other
        for other in others
        if period_at(choose_clock(other, place).history, at).offset_seconds != reckoning.period.offset_seconds
    ]
    return [
        Weight(
            "doubtful",
            (f"People at this place also keep the clock of {other}; the birth was read on that of {zone}.",),
            by_clock(reckoning, choose_clock(other, place), f"by the clocks of {other}"),
        )
        for other in differing
    ]


def _historical_doubts(reckoning: Reckoning) -> list[Weight]:
    """Before 1970 a zone speaks for its city; and some places are known to have kept another clock."""
    place, zone = reckoning.place, reckoning.clock.zone
    is_city = is_reference_city(reckoning.clock, place)
    weights = [
        Weight("doubtful", (doubt.note,), _others(reckoning, doubt))
        for doubt in _DOUBTS_OF.get(place.country, ())
        if doubt.concerns(place, reckoning.day.day, is_city=is_city)
    ]
    if zone.startswith("Etc/") and reckoning.clock.by_place and reckoning.day.day < NAUTICAL_ZONES_BEGIN:
        note = "Zones at sea were kept from 1920 on; before, each ship kept the mean time of where it was."
        own = choose_clock(LOCAL_MEAN_TIME, place)
        weights.append(Weight("doubtful", (note,), by_clock(reckoning, own, "by local mean time")))
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
    if not _bears_name_of(place.name, clock.history.name):
        return False
    first = clock.history.periods[0]
    if not first.is_local_mean_time:
        return True
    days_apart = (first.offset_seconds - mean_time_seconds(place.longitude)) % DAY_SECONDS
    return min(days_apart, DAY_SECONDS - days_apart) <= CITY_MEAN_TIME_TOLERANCE_S


@lru_cache(maxsize=4096)
def _bears_name_of(place: str, zone: str) -> bool:
    """Whether a place's name begins with that of the city in any of a zone's names."""
    here = _plain(place)
    return any(here.startswith(_plain(name.rpartition("/")[2])) for name in names_of(zone))


def _plain(name: str) -> str:
    """Letters and digits alone, without case and accents: `St. John's` and `St_Johns` are one."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if letter.isalnum())


def _others(reckoning: Reckoning, doubt: KnownDoubt) -> tuple[TimeReading, ...]:
    found: list[TimeReading] = []
    for zone, label in doubt.others:
        found += by_clock(reckoning, choose_clock(zone, reckoning.place), label)
    return tuple(found)
