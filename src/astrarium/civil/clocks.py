"""Which clock a birth was read on: the place's zone, one given by name, a fixed offset, or local mean time."""

import math

import msgspec

from astrarium.civil.errors import InvalidZone, MissingZone, UnknownZone
from astrarium.civil.history import DAY_SECONDS, Period, ZoneHistory, fixed_history, with_place_mean_time
from astrarium.civil.notation import MAX_LENGTH, read_offset
from astrarium.civil.place import Place
from astrarium.civil.understood import Source
from astrarium.civil.zones import is_zone_name, load_zone

LOCAL_MEAN_TIME = "LMT"
UTC_ZONE = "Etc/UTC"


class Clock(msgspec.Struct, frozen=True):
    """A clock and how it was chosen: `zone` as the answer names it; `by_place` when no zone was given."""

    history: ZoneHistory
    zone: str
    source: Source
    by_place: bool = False


def choose_clock(zone: str | None, place: Place) -> Clock:
    """The clock that `zone` (an IANA name, `±HH:MM[:SS]` or `LMT`) names, or the place's when it is `None`.

    Raises `InvalidZone`, `UnknownZone`, and `MissingZone` when neither the birth nor the place has one.
    """
    if zone is None:
        if place.zone is None:
            raise MissingZone
        return place_clock(place.zone)
    if not isinstance(zone, str):
        raise InvalidZone(zone, "a zone is text")
    if not zone.strip():
        raise InvalidZone(zone, "it is empty")
    if len(zone) > MAX_LENGTH:
        raise InvalidZone(zone, f"it has {len(zone)} characters")
    if zone == LOCAL_MEAN_TIME:
        return Clock(fixed_history(zone, mean_time_seconds(place.longitude), LOCAL_MEAN_TIME), zone, "lmt")
    offset = None if is_zone_name(zone) else read_offset(zone)  # GMT+0 is an old name of a zone
    if offset is not None:
        return Clock(fixed_history(zone, offset), zone, "fixed")
    history = load_zone(zone)
    return Clock(history, zone, "utc" if history.name == UTC_ZONE else "iana")


def place_clock(zone: str) -> Clock:
    """The clock of a zone that the place itself names."""
    try:
        return Clock(load_zone(zone), zone, "iana", by_place=True)
    except UnknownZone as error:
        raise UnknownZone(zone, error.data["near"], error.version, pointer="/birth/place") from error


def mean_time_seconds(longitude_deg: float) -> int:
    """Local mean time's offset from Greenwich in whole seconds, east positive: 4 minutes for each degree."""
    return math.floor(longitude_deg * 240.0 + 0.5)


def running_history(clock: Clock, place: Place, local_seconds: int) -> ZoneHistory:
    """The history that the clock ran by at the place around a local reading.

    Where no zone was given, the local mean time of the zone's city gives way to that of the birthplace.
    """
    history = clock.history
    if not clock.by_place or history.mean_time_end is None:
        return history
    if local_seconds > history.mean_time_end + 2 * DAY_SECONDS:
        return history
    return with_place_mean_time(history, mean_time_seconds(place.longitude))


def source_of(clock: Clock, period: Period) -> Source:
    """The rule that gave a period's offset."""
    if clock.source == "iana" and period.is_local_mean_time:
        return "place_lmt" if clock.by_place else "zone_lmt"
    return clock.source
