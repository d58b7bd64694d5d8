"""How dates, clock readings, instants and offsets are written: ISO 8601, one spelling for each, ASCII digits only."""

import re
import unicodedata
from typing import NoReturn

import msgspec

from astrarium.civil.calendars import DAY_MICROSECONDS, days_in_month, gregorian_day, iso_date
from astrarium.civil.errors import InvalidInstant, InvalidTime, InvalidZone

_DATE = re.compile(r"([+-]?)([0-9]{4,6})-([0-9]{2})-([0-9]{2})")
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?")
_INSTANT = re.compile(rf"{_DATE.pattern}T{_CLOCK.pattern}Z")
_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")
_LOOSE_CLOCK = re.compile(r"([0-9]{1,2})[:.h]([0-9]{2})(?:[:.]([0-9]{2}))?(am|pm)?")
_LOOSE_OFFSET = re.compile(r"(?:utc|gmt)?([+-])([0-9]{1,2}):?([0-9]{2})?")

TIME_HINT = (
    "write HH:MM or HH:MM:SS on the 24-hour clock, such as 09:30 or 23:05:10; leave it out when it is unknown"
)
MAX_LENGTH = 64


class WrittenDate(msgspec.Struct, frozen=True):
    """Year (astronomical), month and day as written, of no particular calendar yet."""

    year: int
    month: int
    day: int

    def __str__(self) -> str:
        return iso_date(self.year, self.month, self.day)


class WrittenClock(msgspec.Struct, frozen=True):
    """Hours, minutes, seconds and microseconds as written, with the text they were read from."""

    text: str
    hour: int
    minute: int
    second: int
    microsecond: int


def read_date(text: object) -> WrittenDate | None:
    """The parts of `YYYY-MM-DD` (years of up to six digits, signed if need be), or `None` when it is not so written."""
    match = _DATE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    sign, year, month, day = match.groups()
    return WrittenDate(-int(year) if sign == "-" else int(year), int(month), int(day))


def read_clock(text: object, pointer: str) -> WrittenClock:
    """The parts of `HH:MM[:SS[.ffffff]]`; raises `InvalidTime`, offering the reading that may be meant."""
    match = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        _refuse_clock(text, pointer)
    hour, minute, second, fraction = match.groups("0")
    return WrittenClock(match[0], int(hour), int(minute), int(second), int(fraction.ljust(6, "0")))


def clock_microseconds(clock: WrittenClock, next_date: str, pointer: str) -> int:
    """Microseconds after midnight of a clock reading from 00:00 to 23:59:59.999999; raises `InvalidTime` for others.

    `next_date` is the day after the reading's, in its own calendar: what 24:00 is offered as.
    """
    if clock.hour > 23 or clock.minute > 59 or clock.second > 59:
        _refuse_reading(clock, next_date, pointer)
    return (clock.hour * 3_600 + clock.minute * 60 + clock.second) * 1_000_000 + clock.microsecond


def _refuse_clock(text: object, pointer: str) -> NoReturn:
    """Say why `text` is no clock reading at all, with the reading it was meant for where that can be told."""
    if not isinstance(text, str):
        raise InvalidTime(text, "a time is text", pointer=pointer, hint=TIME_HINT)
    if not text.strip():
        raise InvalidTime(
            text, "it is empty", pointer=pointer, hint="leave `time` out (null) when it is unknown"
        )
    if len(text) > MAX_LENGTH:
        raise InvalidTime(text, f"it has {len(text)} characters", pointer=pointer, hint=TIME_HINT)
    near = _near_clock(text)
    raise InvalidTime(
        text,
        "it is not written as HH:MM or HH:MM:SS",
        pointer=pointer,
        hint=f"did you mean {near}?" if near else TIME_HINT,
        near={"time": near} if near else None,
    )


def _near_clock(text: str) -> str | None:
    """The reading that a loosely written one (`9:30`, `7.15 pm`, full-width digits) stands for, if plain."""
    match = _LOOSE_CLOCK.fullmatch("".join(unicodedata.normalize("NFKC", text).casefold().split()))
    if match is None:
        return None
    hours, half = int(match[1]), match[4]
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    near = f"{hours:02d}:{match[2]}" + (f":{match[3]}" if match[3] else "")
    minutes, seconds = int(match[2]), int(match[3] or 0)
    return near if hours < 24 and minutes < 60 and seconds < 60 else None


def _refuse_reading(clock: WrittenClock, next_date: str, pointer: str) -> NoReturn:
    """Refuse a reading that no clock here shows; 24:00 and the leap second are refused even where they were real."""
    hours, minutes, seconds = clock.hour, clock.minute, clock.second
    if (hours, minutes, seconds, clock.microsecond) == (24, 0, 0, 0):
        raise InvalidTime(
            clock.text,
            "midnight is written one way here, as the start of a day",
            pointer=pointer,
            hint=f"give 00:00 of the next day, {next_date}",
            near={"date": next_date, "time": "00:00"},
        )
    if seconds == 60 and hours < 24 and minutes < 60:
        near = f"{hours:02d}:{minutes:02d}:59"
        raise InvalidTime(
            clock.text,
            "leap seconds are not accepted",
            pointer=pointer,
            hint=f"give {near}",
            near={"time": near},
        )
    part, last = ("hour", 23) if hours > 23 else ("minute", 59) if minutes > 59 else ("second", 59)
    raise InvalidTime(clock.text, f"the last {part} is {last}", pointer=pointer, hint=TIME_HINT)


def read_instant(text: object) -> int:
    """Microseconds since 1970-01-01T00:00 UT of `YYYY-MM-DDTHH:MM[:SS[.ffffff]]Z`; raises `InvalidInstant`."""
    match = _INSTANT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise InvalidInstant(text, _why_no_instant(text))
    sign, *digits = match.groups("0")
    year, month, day, hours, minutes, seconds = (int(part) for part in digits[:6])
    if sign == "-":
        year = -year
    if not (1 <= month <= 12 and 1 <= day <= days_in_month(year, month, "gregorian")):
        raise InvalidInstant(text, "the Gregorian calendar has no such day")
    if seconds == 60 and hours < 24 and minutes < 60:
        near = f"{iso_date(year, month, day)}T{hours:02d}:{minutes:02d}:59Z"
        raise InvalidInstant(text, "leap seconds are not accepted", near=near)
    if hours > 23 or minutes > 59 or seconds > 59:
        raise InvalidInstant(text, "no clock shows that time")
    clock = (hours * 3_600 + minutes * 60 + seconds) * 1_000_000 + int(digits[6].ljust(6, "0"))
    return gregorian_day(year, month, day) * DAY_MICROSECONDS + clock


def _why_no_instant(text: object) -> str:
    if not isinstance(text, str):
        return "an instant is text"
    if not text.strip():
        return "it is empty"
    if not text.endswith("Z"):
        return "it does not end in Z; a local time belongs in `date`, `time` and `zone`"
    return "it is not written as YYYY-MM-DDTHH:MM:SSZ"


def read_offset(text: str) -> int | None:
    """Seconds east of Greenwich of `±HH:MM[:SS]`, `None` for what does not begin as an offset.

    Raises `InvalidZone` for an offset written otherwise, or of a day or more.
    """
    match = _OFFSET.fullmatch(text)
    if match is None:
        loose = _LOOSE_OFFSET.fullmatch(text.casefold())
        if loose is None:
            if text[0] in "+-":
                raise InvalidZone(text, "an offset is written ±HH:MM or ±HH:MM:SS")
            return None
        raise InvalidZone(
            text, "an offset is written ±HH:MM", near=f"{loose[1]}{int(loose[2]):02d}:{loose[3] or '00'}"
        )
    sign, hour, minute, second = match.groups("0")
    hours, minutes, seconds = int(hour), int(minute), int(second)
    if hours > 23:
        raise InvalidZone(text, "no clock is a day or more from Greenwich")
    if minutes > 59 or seconds > 59:
        raise InvalidZone(text, "minutes and seconds of an offset end at 59")
    offset = hours * 3_600 + minutes * 60 + seconds
    return -offset if sign == "-" else offset
