"""What a person writes down about a birth: the input of everything, as the wire and the command line carry it."""

from typing import Literal

import msgspec

Calendar = Literal["gregorian", "julian", "auto"]


class CalendarDate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A date with the calendar it is written in; `auto` follows the change-over of the place's country."""

    date: str
    calendar: Calendar = "gregorian"


class TimeWindow(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """A birth time known only to lie between two clock readings of the birth's date, both ends included."""

    start: str
    end: str


class PlaceReference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place by GeoNames `id`, or by geodetic coordinates (degrees, north and east positive; metres above sea)."""

    id: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float = 0.0
    country: str | None = None
    name: str | None = None


class Birth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When and where, in the words of the person who asks.

    Either `date` (ISO, Gregorian unless a `CalendarDate` says otherwise) with `place`, or `instant`
    (ISO 8601 in UTC, ending in `Z`) with `place`. `time` is `HH:MM` or `HH:MM:SS`, a window, or absent: unknown.
    `zone` overrides the place's zone: an IANA name, a fixed offset `±HH:MM[:SS]`, or `LMT`. `fold` settles a
    clock reading that happened twice: 0 the earlier, 1 the later.
    """

    date: str | CalendarDate | None = None
    time: str | TimeWindow | None = None
    place: str | PlaceReference | None = None
    zone: str | None = None
    fold: Literal[0, 1] | None = None
    instant: str | None = None
