"""Where and when people are known to have kept another clock than the one the time zone database tells of.

Each entry is a fact that the comments of the tz source record beside the data, or the reason they give for leaving it
out; boxes are coarse, since no border of clocks was ever drawn finely. A doubt costs a note, never a shift.
"""

import msgspec

from astrarium.civil.calendars import gregorian_day, gregorian_from_day
from astrarium.civil.place import Place


class KnownDoubt(msgspec.Struct, frozen=True):
    """A land (`country`, and `box`: south, north, west, east in degrees) and a stretch of days with two clocks.

    `others` are the clocks it may have been besides (zone, label). `months` narrows it to a season.
    `city_too`: the zone's own reference city is in doubt as well.
    """

    country: str
    first: int
    last: int
    note: str
    others: tuple[tuple[str, str], ...] = ()
    box: tuple[float, float, float, float] | None = None
    months: tuple[int, int] = (1, 12)
    city_too: bool = False

    def concerns(self, place: Place, day: int, *, is_city: bool) -> bool:
        """Whether the doubt touches that place on that day (counted from 1970-01-01)."""
        if (
            place.country != self.country
            or not self.first <= day <= self.last
            or (is_city and not self.city_too)
        ):
            return False
        if not self.months[0] <= gregorian_from_day(day)[1] <= self.months[1]:
            return False
        if self.box is None:
            return True
        south, north, west, east = self.box
        return south <= place.latitude <= north and west <= place.longitude <= east


def _day(year: int, month: int, day: int) -> int:
    return gregorian_day(year, month, day)


_TOWN_SUMMER_TIME = (
    "In those years each town or state chose its own summer time; the zone tells that of its reference city."
)

# The states that lie together: Alaska and Hawaii kept no summer time of their own then.
_STATES = (24.4, 49.4, -125.0, -66.9)

KNOWN_DOUBTS: tuple[KnownDoubt, ...] = (
    KnownDoubt(
        "FR",
        _day(1940, 6, 14),
        _day(1941, 5, 4),
        "The zone follows occupied Paris; the free zone in the south kept +01:00 until 4 May 1941.",
        (("+01:00", "by the clocks of the free zone"),),
    ),
    KnownDoubt(
        "DE",
        _day(1945, 5, 24),
        _day(1945, 9, 24),
        "The zone follows Berlin and the Soviet zone; the western zones kept +02:00 that summer.",
        (("+02:00", "by the clocks of the western zones"),),
    ),
    KnownDoubt(
        "IN",
        _day(1870, 1, 1),
        _day(1948, 8, 31),
        "The zone follows railway and Indian standard time; Calcutta time, +05:53:20, stayed in civil use until 1948.",
        (("+05:53:20", "by Calcutta time"), ("+05:30", "by Indian standard time")),
        box=(21.0, 28.0, 85.0, 97.5),
        city_too=True,
    ),
    KnownDoubt(
        "IN",
        _day(1870, 1, 1),
        _day(1955, 12, 31),
        "The zone follows railway and Indian standard time; Bombay time, +04:51, stayed in civil use until 1955.",
        (("+04:51", "by Bombay time"), ("+05:30", "by Indian standard time")),
        box=(15.0, 24.5, 68.0, 77.0),
    ),
    KnownDoubt("US", _day(1920, 1, 1), _day(1942, 2, 8), _TOWN_SUMMER_TIME, box=_STATES, months=(4, 10)),
    KnownDoubt("US", _day(1945, 10, 1), _day(1967, 4, 30), _TOWN_SUMMER_TIME, box=_STATES, months=(4, 10)),
    KnownDoubt("CA", _day(1919, 1, 1), _day(1942, 2, 8), _TOWN_SUMMER_TIME, months=(4, 10)),
    KnownDoubt("CA", _day(1945, 10, 1), _day(1973, 12, 31), _TOWN_SUMMER_TIME, months=(4, 10)),
)
