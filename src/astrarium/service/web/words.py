"""Numbers and names in the words of the pages."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, Literal

from astrarium.reading import moments

_MINUTES_PER_DAY: Final = 1440.0
_DAYS_PER_MONTH: Final = 30.436875
_SIZES: Final = ("bytes", "kB", "MB", "GB", "TB")
_DAYS_PER_YEAR: Final = 365.2425


def listed(*parts: str | None) -> str:
    """What there is of some parts, with commas: `London, England, GB`."""
    return ", ".join(part for part in parts if part)


def enumerated(parts: Iterable[str]) -> str:
    """Some parts as a sentence names them: `Sun`, `Sun and Moon`, `Sun, Moon and Mars`."""
    *others, last = list(parts) or [""]
    return f"{', '.join(others)} and {last}" if others else last


def day_of(instant: datetime) -> str:
    """The day of an instant, in UTC: `23 November 2026`."""
    return moments.day(instant.date().isoformat())


def instant_of(instant: datetime) -> str:
    """An instant to the minute: `23 November 2026, 15:20 UTC`."""
    return f"{moments.moment(instant.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:00'))} UTC"


def size_of(length: int) -> str:
    """So many bytes as a person says it: `812 bytes`, `1.4 MB`."""
    power = (len(str(length)) - 1) // 3
    if power == 0:
        return _counted(length, "byte")
    size = length / 1000**power
    return f"{size:.{0 if size >= 10 else 1}f} {_SIZES[power]}"


def moment_of(local: str, known: Literal["exact", "window", "unknown"]) -> str:
    """When somebody was born, as far as it is known: `17 May 1990, 12:30`."""
    if known == "exact":
        return moments.moment(local)
    return f"{moments.day(local)}, time {'not exact' if known == 'window' else 'not known'}"


def ordinal(number: int) -> str:
    """A number in a row: `1st`, `2nd`, `11th`, `22nd`."""
    teens = number % 100 in {11, 12, 13}
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def named(identifier: str) -> str:
    """An identifier as a heading: `imum_coeli` is `Imum coeli`."""
    words = identifier.replace("_", " ")
    return words[:1].upper() + words[1:]


def arc(degrees: float) -> str:
    """An arc in degrees and minutes, cut off rather than rounded: `29°59′`."""
    minutes = int(abs(degrees) * 60.0 + 1e-6)
    return f"{minutes // 60}°{minutes % 60:02d}′"


def signed_arc(degrees: float) -> str:
    """An arc with its sign: `−3°07′`."""
    return f"{'−' if degrees < 0 else '+'}{arc(degrees)}"


def signed_motion(degrees_per_day: float) -> str:
    """A daily motion, finer for the slow: `+12°57′`, `−0′22″`."""
    sign = "−" if degrees_per_day < 0 else "+"
    if abs(degrees_per_day) >= 1.0:
        return f"{sign}{arc(degrees_per_day)}"
    seconds = int(abs(degrees_per_day) * 3600.0 + 1e-6)
    return f"{sign}{seconds // 60}′{seconds % 60:02d}″"


def duration(minutes: float) -> str:
    """A span of time as a person says it, in its two largest units at most: `2 h 10 min`, `3 days`, `4 months`."""
    if minutes < 1.0:
        return "under a minute"
    whole = round(minutes)
    if whole < 60:
        return f"{whole} min"
    if whole < _MINUTES_PER_DAY:
        hours, rest = divmod(whole, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days = minutes / _MINUTES_PER_DAY
    if days < 60:
        return _counted(round(days), "day")
    if days < 2 * _DAYS_PER_YEAR:
        return _counted(round(days / _DAYS_PER_MONTH), "month")
    return _counted(round(days / _DAYS_PER_YEAR), "year")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
