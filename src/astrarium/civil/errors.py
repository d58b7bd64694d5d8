"""What can be wrong with a date, a clock reading or a zone; every error names the value and the way out.

`pointer` is the JSON Pointer of the input at fault, from the root of the request (`/birth/time`). Where instants
stand in `data`, each is `{"utc", "local", "offset_seconds"}`.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from astrarium.civil.calendars import iso_offset
from astrarium.civil.history import GapReason
from astrarium.errors import AstrariumError

FIRST_DATE = "1600-01-01"
LAST_DATE = "2200-12-31"
LONGEST_QUOTE = 48

_REASONS: dict[GapReason, str] = {
    "daylight_saving": "the clocks were put forward for daylight saving",
    "zone_change": "the clocks were put forward to a new standard time",
    "local_mean_time_ended": "the clocks were put forward from local mean time to standard time",
    "date_line": "the date line was moved, and the calendar left this day out",
}


class ClockReading(msgspec.Struct, frozen=True):
    """One instant and what the wall clock showed: `utc` ends in `Z`, `local` in its offset east of Greenwich."""

    utc: str
    local: str
    offset_seconds: int


class BirthTimeError(AstrariumError):
    """Any fault of a birth's date, time, calendar or zone."""


class MissingDate(BirthTimeError):
    """Neither a date nor an instant was given."""

    code: ClassVar[str] = "missing_date"

    def __init__(self) -> None:
        super().__init__(
            "the birth has no date",
            hint="give `date` as YYYY-MM-DD with a place, or `instant` as YYYY-MM-DDTHH:MM:SSZ",
            pointer="/birth/date",
        )


class ConflictingBirth(BirthTimeError):
    """`instant` was given beside fields that say the same thing in other words."""

    code: ClassVar[str] = "conflicting_birth"

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(
            f"`instant` says the whole time by itself, but {_listed(fields)} came with it",
            hint=f"leave out `instant`, or leave out {_listed(fields)}",
            pointer="/birth/instant",
            data={"fields": list(fields)},
        )


class InvalidDate(BirthTimeError):
    """The date is not written as one, or is no day of its calendar; `near` are dates that may be meant."""

    code: ClassVar[str] = "invalid_date"

    def __init__(
        self, value: object, why: str, *, pointer: str, hint: str, near: Sequence[dict[str, str]] = ()
    ) -> None:
        super().__init__(
            f"{quoted(value)} is not a date: {why}",
            hint=hint,
            pointer=pointer,
            data={"value": shortened(value), "near": list(near)},
        )


class DateOutOfRange(BirthTimeError):
    """The day lies outside the years of the tables."""

    code: ClassVar[str] = "date_out_of_range"

    def __init__(self, value: str, gregorian: str, *, pointer: str) -> None:
        also = "" if value.startswith(gregorian) else f" ({gregorian} in the Gregorian calendar)"
        super().__init__(
            f"{quoted(value)}{also} lies outside {FIRST_DATE} to {LAST_DATE}",
            hint=f"give a date from {FIRST_DATE} to {LAST_DATE} of the Gregorian calendar",
            pointer=pointer,
            data={"value": value, "gregorian": gregorian, "first": FIRST_DATE, "last": LAST_DATE},
        )


class InvalidCalendar(BirthTimeError):
    """The calendar is none of those known."""

    code: ClassVar[str] = "invalid_calendar"

    def __init__(self, value: object) -> None:
        super().__init__(
            f"{quoted(value)} is not a calendar",
            hint="use `gregorian`, `julian`, or `auto` for the custom of the place's country",
            pointer="/birth/date/calendar",
            data={"value": shortened(value), "calendars": ["gregorian", "julian", "auto"]},
        )


class MissingCountry(BirthTimeError):
    """`auto` needs a country to know its calendar by."""

    code: ClassVar[str] = "missing_country"

    def __init__(self) -> None:
        super().__init__(
            "the calendar `auto` follows the custom of the place's country, and the place has none",
            hint="add `country` (two letters, such as GB) to the place, or name the calendar: `gregorian` or `julian`",
            pointer="/birth/place",
        )


class AmbiguousCalendar(BirthTimeError):
    """The country's custom at that date cannot be told from the date alone."""

    code: ClassVar[str] = "ambiguous_calendar"

    def __init__(self, value: str, country: str, why: str, choices: Sequence[dict[str, str]]) -> None:
        super().__init__(
            f"which calendar {value} is written in cannot be known: {why}",
            hint="name the calendar that your source is written in: `gregorian` or `julian`",
            pointer="/birth/date/calendar",
            data={"value": value, "country": country, "choices": list(choices)},
        )


class InvalidTime(BirthTimeError):
    """The clock reading is not written as one, or no clock shows it; `near` is a reading that may be meant."""

    code: ClassVar[str] = "invalid_time"

    def __init__(
        self, value: object, why: str, *, pointer: str, hint: str, near: dict[str, str] | None = None
    ) -> None:
        super().__init__(
            f"{quoted(value)} is not a time: {why}",
            hint=hint,
            pointer=pointer,
            data={"value": shortened(value), **({"near": near} if near else {})},
        )


class InvalidWindow(BirthTimeError):
    """The window ends before it begins."""

    code: ClassVar[str] = "invalid_window"

    def __init__(self, start: str, end: str) -> None:
        super().__init__(
            f"the window from {start} to {end} ends before it begins",
            hint=(
                "both readings belong to the birth's date: give the earlier one as `from`; ask for a window across "
                "midnight as two, one for each date"
            ),
            pointer="/birth/time",
            data={"from": start, "to": end},
        )


class InvalidInstant(BirthTimeError):
    """The instant is not ISO 8601 in UTC."""

    code: ClassVar[str] = "invalid_instant"

    def __init__(self, value: object, why: str, *, near: str | None = None) -> None:
        super().__init__(
            f"{quoted(value)} is not an instant: {why}",
            hint=f"did you mean {near}?" if near else "write it as 1990-05-17T11:30:00Z: UTC, ending in Z",
            pointer="/birth/instant",
            data={"value": shortened(value), **({"near": near} if near else {})},
        )


class InvalidFold(BirthTimeError):
    """`fold` is neither 0 nor 1."""

    code: ClassVar[str] = "invalid_fold"

    def __init__(self, value: object) -> None:
        super().__init__(
            f"{quoted(value)} does not choose between two readings of a clock",
            hint="give `fold` as 0 for the earlier reading or 1 for the later, or leave it out",
            pointer="/birth/fold",
            data={"value": shortened(value)},
        )


class InvalidZone(BirthTimeError):
    """The zone is not written as a name or an offset."""

    code: ClassVar[str] = "invalid_zone"

    def __init__(self, value: object, why: str, *, near: str | None = None) -> None:
        super().__init__(
            f"{quoted(value)} is not a zone: {why}",
            hint=f"did you mean {near}?"
            if near
            else "write Europe/London, +01:00 or LMT, or leave `zone` out",
            pointer="/birth/zone",
            data={"value": shortened(value), **({"near": near} if near else {})},
        )


class UnknownZone(BirthTimeError):
    """No zone of the table has that name; `near` are names like it."""

    code: ClassVar[str] = "unknown_zone"

    def __init__(self, name: str, near: Sequence[str], version: str, pointer: str = "/birth/zone") -> None:
        super().__init__(
            f"the time zone database {version} has no zone {quoted(name)}",
            hint=f"did you mean {_listed(near, 'or')}?" if near else "use an IANA name such as Europe/London",
            pointer=pointer,
            data={"value": shortened(name), "near": list(near)},
        )
        self.version = version


class MissingZone(BirthTimeError):
    """No zone was given and none is known for the place."""

    code: ClassVar[str] = "missing_zone"

    def __init__(self) -> None:
        super().__init__(
            "no time zone is known for this place",
            hint="give `zone`: an IANA name such as Europe/London, a fixed offset such as +01:00, or LMT",
            pointer="/birth/zone",
        )


class AmbiguousZone(BirthTimeError):
    """People at the place keep different clocks, and the answer depends on which was read."""

    code: ClassVar[str] = "ambiguous_zone"

    def __init__(self, zones: Sequence[str], readings: Sequence[ClockReading]) -> None:
        clocks = [
            f"{zone} ({iso_offset(reading.offset_seconds)})"
            for zone, reading in zip(zones, readings, strict=True)
        ]
        super().__init__(
            f"people at this place keep different clocks: {_listed(clocks)}",
            hint=f"say in `zone` which clock was read: {_listed(zones, 'or')}",
            pointer="/birth/zone",
            data={
                "zones": [
                    {"zone": zone, **msgspec.to_builtins(reading)}
                    for zone, reading in zip(zones, readings, strict=True)
                ]
            },
        )


class NonexistentTime(BirthTimeError):
    """The clocks of the zone never showed that reading; `before` and `after` are the instants next to the gap."""

    code: ClassVar[str] = "nonexistent_time"

    def __init__(
        self,
        local: str,
        zone: str,
        reason: GapReason,
        before: ClockReading,
        after: ClockReading,
        *,
        pointer: str = "/birth/time",
    ) -> None:
        super().__init__(
            f"{local} never was in {zone}: {_REASONS[reason]}, from {before.local} straight to {after.local}",
            hint=(
                f"check the source; the nearest times that were are {before.local} (UTC {before.utc}) "
                f"and {after.local} (UTC {after.utc})"
            ),
            pointer=pointer,
            data={
                "local": local,
                "zone": zone,
                "reason": reason,
                "before": msgspec.to_builtins(before),
                "after": msgspec.to_builtins(after),
            },
        )
        self.before = before
        self.after = after


class AmbiguousTime(BirthTimeError):
    """The clocks of the zone showed that reading twice; `earlier` and `later` are the two instants."""

    code: ClassVar[str] = "ambiguous_time"

    def __init__(
        self,
        local: str,
        zone: str,
        earlier: ClockReading,
        later: ClockReading,
        *,
        pointer: str = "/birth/time",
    ) -> None:
        super().__init__(
            f"{local} came twice in {zone}: at {iso_offset(earlier.offset_seconds)} (UTC {earlier.utc}) "
            f"and at {iso_offset(later.offset_seconds)} (UTC {later.utc})",
            hint="give `fold`: 0 for the earlier, 1 for the later; or the whole hour as a window",
            pointer=pointer,
            data={
                "local": local,
                "zone": zone,
                "readings": [
                    {"fold": fold, **msgspec.to_builtins(reading)}
                    for fold, reading in enumerate((earlier, later))
                ],
            },
        )
        self.earlier = earlier
        self.later = later


class ZoneTableError(AstrariumError):
    """The shipped table of zones is missing or damaged."""

    code: ClassVar[str] = "zone_table_unreadable"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(
            f"the table of time zones at {path} cannot be used: {why}",
            hint="install Astrarium again, or rebuild the table with `python -m builders.zones`",
            data={"path": path},
        )


def quoted(value: object) -> str:
    """`value` as a message shows it: in quotes, control characters escaped, never longer than a line can bear."""
    return repr(shortened(value)) if isinstance(value, str) else shortened(value)


def shortened(value: object) -> str:
    """`value` as text of at most `LONGEST_QUOTE` characters."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


def _listed(names: Sequence[Any], word: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"
