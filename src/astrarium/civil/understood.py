"""A birth's time as understood: what the rest of the engine computes from, and what its reader may check."""

from typing import Literal

import msgspec

from astrarium.civil.calendars import WrittenCalendar

Known = Literal["exact", "window", "unknown"]
Source = Literal["iana", "zone_lmt", "place_lmt", "lmt", "fixed", "utc"]
Scale = Literal["UTC", "UT1"]
Confidence = Literal["certain", "likely", "doubtful"]


class Instant(msgspec.Struct, frozen=True):
    """A two-part Julian date of UT: UTC from 1972-01-01 on, UT1 before.

    `jd_ut_day` is a midnight (it ends in .5), `jd_ut_fraction` the part of that day gone by, in [0, 1).
    """

    jd_ut_day: float
    jd_ut_fraction: float


class TimeReading(msgspec.Struct, frozen=True):
    """One other way to read the clock: the instant it would be, its offset, and when one might choose it."""

    utc: str
    offset_seconds: int
    label: str


class UnderstoodTime(msgspec.Struct, frozen=True):
    """When a birth was.

    `start`, `middle` and `end` are equal for an exact time; else they bound the window, and `utc`, `local`,
    `offset_seconds` and `dst` speak of its middle. An unknown time is the whole civil day of the place: `end` is then
    the start of the next day. `local` is written in `calendar`, `utc` always in the Gregorian. `fold` is the choice
    between two readings, where there was one to make.
    """

    known: Known
    start: Instant
    middle: Instant
    end: Instant
    utc: str
    local: str
    zone: str
    offset_seconds: int
    dst: bool
    source: Source
    calendar: WrittenCalendar
    scale: Scale
    confidence: Confidence
    window_utc: tuple[str, str] | None = None
    fold: int | None = None
    notes: tuple[str, ...] = ()
    alternatives: tuple[TimeReading, ...] = ()
