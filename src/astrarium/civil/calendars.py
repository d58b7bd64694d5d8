"""The two calendars that dates are written in, and Julian dates in two parts.

Days are counted from 1970-01-01 (proleptic Gregorian) as whole numbers, the same count for both calendars; years are
astronomical (year 0 is 1 BC) and begin on 1 January. A Julian date is kept in two parts, `jd_day` at a midnight (it
ends in .5) and `jd_fraction` in [0, 1) of a day, because one float holds today's Julian date to 40 µs only.

Source of the day counts: the rules of leap years themselves, with March as the first month of the counting year so
that the leap day comes last.
"""

from datetime import datetime, timedelta
from typing import Literal

WrittenCalendar = Literal["gregorian", "julian"]

EPOCH_JD_DAY = 2_440_587.5
DAY_MICROSECONDS = 86_400_000_000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - arithmetic on UT, where a zone has no meaning
# Days from 1 March of year 0 to 1970-01-01, in either calendar.
_MARCH_GREGORIAN = 719_468
_MARCH_JULIAN = 719_470
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def gregorian_day(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date of the proleptic Gregorian calendar; the date must be valid."""
    if month < 3:
        year -= 1
    return (
        year * 365 + year // 4 - year // 100 + year // 400 + _day_of_march_year(month, day) - _MARCH_GREGORIAN
    )


def julian_day(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date of the Julian calendar; the date must be valid."""
    if month < 3:
        year -= 1
    return year * 365 + year // 4 + _day_of_march_year(month, day) - _MARCH_JULIAN


def _day_of_march_year(month: int, day: int) -> int:
    return (153 * ((month + 9) % 12) + 2) // 5 + day - 1


def gregorian_from_day(day: int) -> tuple[int, int, int]:
    """Year, month and day of the proleptic Gregorian calendar for a day counted from 1970-01-01."""
    era, day_of_era = divmod(day + _MARCH_GREGORIAN, 146_097)
    year = (day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    return _from_march_year(era * 400 + year, day_of_year)


def julian_from_day(day: int) -> tuple[int, int, int]:
    """Year, month and day of the Julian calendar for a day counted from 1970-01-01."""
    era, day_of_era = divmod(day + _MARCH_JULIAN, 1_461)
    year = (day_of_era - day_of_era // 1_460) // 365
    return _from_march_year(era * 4 + year, day_of_era - 365 * year)


def _from_march_year(year: int, day_of_year: int) -> tuple[int, int, int]:
    march_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * march_month + 2) // 5 + 1
    month = march_month + 3 if march_month < 10 else march_month - 9
    return year + (month < 3), month, day


def is_leap_year(year: int, written: WrittenCalendar) -> bool:
    """Whether the year has a 29 February in that calendar."""
    return year % 4 == 0 and (written == "julian" or year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int, written: WrittenCalendar) -> int:
    """How many days a month (1 to 12) has in that calendar."""
    return 29 if month == 2 and is_leap_year(year, written) else _MONTH_DAYS[month - 1]


def day_number(year: int, month: int, day: int, written: WrittenCalendar) -> int:
    """Days from 1970-01-01 to a valid date of the named calendar."""
    return gregorian_day(year, month, day) if written == "gregorian" else julian_day(year, month, day)


def date_from_day(day: int, written: WrittenCalendar) -> tuple[int, int, int]:
    """Year, month and day of the named calendar for a day counted from 1970-01-01."""
    return gregorian_from_day(day) if written == "gregorian" else julian_from_day(day)


def iso_date(year: int, month: int, day: int) -> str:
    """`YYYY-MM-DD`, with a sign before years below zero."""
    return f"{'-' if year < 0 else ''}{abs(year):04d}-{month:02d}-{day:02d}"


def jd_from_day(day: int) -> float:
    """The Julian date (ends in .5) of the midnight that begins a day counted from 1970-01-01."""
    return day + EPOCH_JD_DAY


def jd_from_microseconds(ut_microseconds: int) -> tuple[float, float]:
    """Two-part Julian date (`jd_day`, `jd_fraction`) of an instant in microseconds since 1970-01-01T00:00 UT."""
    day, rest = divmod(ut_microseconds, DAY_MICROSECONDS)
    return day + EPOCH_JD_DAY, rest / DAY_MICROSECONDS


def microseconds_from_jd(jd_day: float, jd_fraction: float) -> int:
    """Microseconds since 1970-01-01T00:00, rounded to the nearest, of a two-part Julian date in any split."""
    whole = round(jd_day - EPOCH_JD_DAY)
    return whole * DAY_MICROSECONDS + round(
        ((jd_day - EPOCH_JD_DAY - whole) + jd_fraction) * DAY_MICROSECONDS
    )


def iso_utc(ut_microseconds: int) -> str:
    """`YYYY-MM-DDTHH:MM:SS[.ffffff]Z` (proleptic Gregorian, years 1 to 9999) of an instant in microseconds."""
    return f"{(_EPOCH + timedelta(microseconds=ut_microseconds)).isoformat()}Z"


def iso_local(local_microseconds: int, offset_seconds: int, written: WrittenCalendar = "gregorian") -> str:
    """`YYYY-MM-DDTHH:MM:SS[.ffffff]±HH:MM[:SS]` of a wall clock reading, its date in the named calendar."""
    text = (_EPOCH + timedelta(microseconds=local_microseconds)).isoformat()
    if written == "julian":
        text = iso_date(*julian_from_day(local_microseconds // DAY_MICROSECONDS)) + text[10:]
    return text + iso_offset(offset_seconds)


def iso_offset(offset_seconds: int) -> str:
    """`±HH:MM`, with `:SS` only where the offset has seconds."""
    minutes, seconds = divmod(abs(offset_seconds), 60)
    text = f"{'-' if offset_seconds < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{seconds:02d}" if seconds else text
