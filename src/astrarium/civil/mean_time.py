"""Local mean time: what is said of it, and the other meridian that the clock may have kept."""

from astrarium.civil.calendars import iso_offset
from astrarium.civil.clocks import choose_clock, mean_time_seconds
from astrarium.civil.history import DAY_SECONDS, period_at
from astrarium.civil.reckoning import SECOND_MICROSECONDS, Reckoning, Weight, alternative, by_clock

CLOSE_MEAN_TIME_S = 60


def _mean_time_text(longitude: float, offset_seconds: int) -> str:
    side = "W" if longitude < 0 else "E"
    degrees = f"{abs(longitude):.5f}".rstrip("0").rstrip(".")
    return f"local mean time of {degrees}° {side}, {_long_offset(offset_seconds)}"


def _long_offset(offset_seconds: int) -> str:
    text = iso_offset(offset_seconds)
    return text if len(text) > 6 else f"{text}:00"


def requested_mean_time(reckoning: Reckoning) -> Weight:
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
    return Weight("doubtful", (note, warning), by_clock(reckoning, clock, f"by the clocks of {place.zone}"))


def place_mean_time(reckoning: Reckoning) -> Weight:
    """Local mean time of the birthplace, because the zone had no standard time yet and none was asked for."""
    zone, own = reckoning.clock.zone, reckoning.period.offset_seconds
    mean_time = _mean_time_text(reckoning.place.longitude, own)
    note = f"{zone} had no standard time yet: read as {mean_time}, of the birthplace itself."
    zone_clock = choose_clock(zone, reckoning.place)
    period = period_at(zone_clock.history, reckoning.instant // SECOND_MICROSECONDS)
    if period.offset_seconds == own:
        return Weight("likely", (note,))
    label = f"by the mean time of the zone's own city ({_long_offset(period.offset_seconds)})"
    return Weight("likely", (note,), by_clock(reckoning, zone_clock, label))


def zone_mean_time(reckoning: Reckoning) -> Weight:
    """The zone's own mean time, because the zone was asked for by name: the birthplace's is offered."""
    place, zone = reckoning.place, reckoning.clock.zone
    offset = reckoning.period.offset_seconds
    note = f"{zone} had no standard time yet: read by the mean time of its own city, {_long_offset(offset)}."
    own = mean_time_seconds(place.longitude)
    own += round((offset - own) / DAY_SECONDS) * DAY_SECONDS
    difference = abs(own - offset)
    if difference == 0:
        return Weight("likely", (note,))
    offer = (
        f"The birthplace's own would be {_mean_time_text(place.longitude, own)}: {_minutes(difference)} "
        f"{'earlier' if own > offset else 'later'}; leave `zone` out to take it."
    )
    other = reckoning.local - own * SECOND_MICROSECONDS
    found = alternative(reckoning, other, "by the birthplace's own mean time", own)
    return Weight("likely" if difference <= CLOSE_MEAN_TIME_S else "doubtful", (note, offer), found)


def _minutes(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} s"
    return f"{seconds / 60:.1f}".removesuffix(".0") + " min"
