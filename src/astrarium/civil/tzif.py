"""Reading compiled zones: the TZif format of RFC 9636, versions 2 and later, and the rule in its footer.

The footer says in POSIX `TZ` form how the clocks go on after the last transition of the file. It is written out
here as transitions until `LAST_YEAR`, so that a zone's future is looked up as its past is.
"""

import re
import struct
from collections.abc import Callable

from astrarium.civil.calendars import gregorian_day, gregorian_from_day
from astrarium.civil.history import DAY_SECONDS, Period, ZoneHistory, zone_history

LAST_YEAR = 2201

_HEADER = struct.Struct(">4sc15x6L")
_TYPE = struct.Struct(">lBB")

_NAME = r"(?:<[A-Za-z0-9+-]{3,}>|[A-Za-z]{3,})"
_TIME = r"[+-]?[0-9]{1,3}(?::[0-9]{2}){0,2}"
_DATE = rf"(?:M[0-9]+\.[0-9]\.[0-9]|J?[0-9]+)(?:/{_TIME})?"
_FOOTER = re.compile(rf"({_NAME})({_TIME})(?:({_NAME})({_TIME})?,({_DATE}),({_DATE}))?")


def read_tzif(name: str, data: bytes) -> ZoneHistory:
    """The history of the zone `name` from the bytes of its TZif file, its footer carried on to `LAST_YEAR`.

    Raises `ValueError` for bytes that are not TZif of version 2 or later, `struct.error` for truncated ones.
    """
    start = _block_end(data, 0, time_size=4)
    magic, version, *counts = _HEADER.unpack_from(data, start)
    ut_count, std_count, leap_count, time_count, type_count, char_count = counts
    if magic != b"TZif" or version < b"2":
        raise ValueError(f"{name}: not a TZif file of version 2 or later")
    position = start + _HEADER.size
    transitions = list(struct.unpack_from(f">{time_count}q", data, position))
    position += 8 * time_count
    kinds = struct.unpack_from(f">{time_count}B", data, position)
    position += time_count
    types = [_TYPE.unpack_from(data, position + _TYPE.size * index) for index in range(type_count)]
    position += _TYPE.size * type_count
    abbreviations = data[position : position + char_count]
    position += char_count + 12 * leap_count + std_count + ut_count
    footer = data[position:].decode("ascii").strip("\n")

    known = [
        Period(offset, bool(dst), abbreviations[at : abbreviations.index(0, at)].decode("ascii"))
        for offset, dst, at in types
    ]
    periods = [known[0], *(known[kind] for kind in kinds)]
    if footer:
        _carry_on(footer, transitions, periods)
    return zone_history(name, transitions, periods)


def _block_end(data: bytes, start: int, time_size: int) -> int:
    """Where the data block that follows the header at `start` ends."""
    counts: tuple[int, ...] = _HEADER.unpack_from(data, start)[2:]
    ut_count, std_count, leap_count, time_count, type_count, char_count = counts
    size = time_count * (time_size + 1) + type_count * _TYPE.size + char_count + leap_count * (time_size + 4)
    return start + _HEADER.size + size + std_count + ut_count


def _carry_on(footer: str, transitions: list[int], periods: list[Period]) -> None:
    """Append to `transitions` and `periods` what the POSIX rule `footer` says until `LAST_YEAR`."""
    match = _FOOTER.fullmatch(footer)
    if match is None:
        raise ValueError(f"the footer {footer!r} is no POSIX time zone rule")
    name, offset, dst_name, dst_offset, dst_begin, dst_end = match.groups()
    standard = Period(-_seconds(offset), dst=False, abbreviation=name.strip("<>"))
    if dst_name is None:
        return
    summer_offset = -_seconds(dst_offset) if dst_offset else standard.offset_seconds + 3_600
    summer = Period(summer_offset, dst=True, abbreviation=dst_name.strip("<>"))
    begin, end = _yearly(dst_begin), _yearly(dst_end)
    last = transitions[-1] if transitions else 0
    for year in range(gregorian_from_day(last // DAY_SECONDS)[0], LAST_YEAR + 1):
        for instant, period in sorted(
            (
                (begin(year) - standard.offset_seconds, summer),
                (end(year) - summer.offset_seconds, standard),
            ),
            key=lambda change: change[0],
        ):
            if instant > last:
                transitions.append(instant)
                periods.append(period)


def _yearly(rule: str) -> Callable[[int], int]:
    """The wall clock second at which a rule such as `M3.5.0/1` strikes, as a function of the year."""
    date, _, time = rule.partition("/")
    seconds = _seconds(time) if time else 2 * 3_600
    if date.startswith("M"):
        month, week, weekday = (int(part) for part in date[1:].split("."))
        return lambda year: _nth_weekday(year, month, week, weekday) * DAY_SECONDS + seconds
    if date.startswith("J"):
        number = int(date[1:])
        # Jn counts 1 to 365 and never 29 February: 2001 was a common year, whose month and day hold in all.
        _, month, day = gregorian_from_day(gregorian_day(2001, 1, 1) + number - 1)
        return lambda year: gregorian_day(year, month, day) * DAY_SECONDS + seconds
    number = int(date)
    return lambda year: (gregorian_day(year, 1, 1) + number) * DAY_SECONDS + seconds


def _nth_weekday(year: int, month: int, week: int, weekday: int) -> int:
    """The day number of the `week`-th (5: last) `weekday` (0: Sunday) of a month."""
    first = gregorian_day(year, month, 1)
    # 1970-01-01, day 0, was a Thursday.
    day = first + (weekday - (first + 4)) % 7 + 7 * (week - 1)
    following = gregorian_day(year + month // 12, month % 12 + 1, 1)
    return day if day < following else day - 7


def _seconds(text: str) -> int:
    """Signed seconds of `[+-]hh[:mm[:ss]]`."""
    sign = -1 if text.startswith("-") else 1
    parts = [int(part) for part in text.lstrip("+-").split(":")]
    return sign * sum(part * unit for part, unit in zip(parts, (3_600, 60, 1), strict=False))
