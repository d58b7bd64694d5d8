"""Which calendar a country's people wrote their dates in: the change from Julian to Gregorian.

`auto` knows the change-over of the lands whose dates can be told by country and date alone. Where the custom went by
town, church or empire it refuses to guess. Everywhere else the Gregorian calendar has run since 1582-10-15, before
the first date accepted here.

Sources: the acts and decrees themselves (24 Geo. II c. 23; Sovnarkom, 26 January 1918 O.S.; …) as tabulated by
R. H. van Gent and in the Explanatory Supplement to the Astronomical Almanac (3rd ed., ch. 15).
"""

import msgspec

from astrarium.civil.birth import CalendarDate
from astrarium.civil.calendars import (
    WrittenCalendar,
    day_number,
    days_in_month,
    gregorian_day,
    gregorian_from_day,
    iso_date,
    julian_day,
)
from astrarium.civil.errors import (
    AmbiguousCalendar,
    DateOutOfRange,
    InvalidCalendar,
    InvalidDate,
    MissingCountry,
)
from astrarium.civil.notation import MAX_LENGTH, WrittenDate, read_date
from astrarium.civil.place import Place

FIRST_DAY = gregorian_day(1600, 1, 1)
LAST_DAY = gregorian_day(2200, 12, 31)

Written = tuple[int, int, int]

_BRITISH: tuple[Written, Written] = ((1752, 9, 2), (1752, 9, 14))
_SWEDISH: tuple[Written, Written] = ((1753, 2, 17), (1753, 3, 1))
_ALASKAN: tuple[Written, Written] = ((1867, 10, 6), (1867, 10, 18))

CHANGEOVERS: dict[str, tuple[Written, Written]] = {
    **dict.fromkeys(("GB", "IE", "GG", "IM", "JE", "US"), _BRITISH),
    **dict.fromkeys(("SE", "FI", "AX"), _SWEDISH),
    "BG": ((1916, 3, 31), (1916, 4, 14)),
    "RU": ((1918, 1, 31), (1918, 2, 14)),
    "RO": ((1919, 3, 31), (1919, 4, 14)),
    "GR": ((1923, 2, 15), (1923, 3, 1)),
}
"""Country → last Julian date, first Gregorian date."""

_CONFESSIONS = "its Protestant lands kept the Julian calendar until 1700 or 1701, its Catholic ones did not"
_COLONIES = "its British settlements kept the Julian calendar until 1752, others did not"
_ORTHODOX = "church and state changed at different times"
_RUSSIAN = "the Julian calendar of the Russian Empire ran beside the Gregorian"
_OTTOMAN = "Julian, Gregorian and Islamic dates were used side by side"
_EASTERN = "dates were kept in a lunisolar calendar of its own"
_ETHIOPIAN = "the country keeps a calendar of its own"

UNSAFE: dict[str, tuple[Written, str]] = {
    **dict.fromkeys(("DE", "CH", "NL", "DK", "NO", "IS", "FO"), ((1701, 1, 12), _CONFESSIONS)),
    **dict.fromkeys(
        ("AG", "AI", "BB", "BM", "BS", "CA", "GI", "JM", "KN", "MS", "VG"), ((1752, 9, 14), _COLONIES)
    ),
    **dict.fromkeys(("AM", "AZ", "BY", "EE", "GE", "KZ", "KG", "LT", "LV", "MD"), ((1924, 5, 1), _RUSSIAN)),
    **dict.fromkeys(("TJ", "TM", "UA", "UZ"), ((1924, 5, 1), _RUSSIAN)),
    **dict.fromkeys(("AL", "BA", "CY", "ME", "MK", "RS", "XK"), ((1923, 3, 1), _ORTHODOX)),
    **dict.fromkeys(
        ("EG", "IL", "IQ", "JO", "LB", "LY", "PS", "SA", "SY", "TR", "YE"), ((1926, 1, 1), _OTTOMAN)
    ),
    "JP": ((1873, 1, 1), _EASTERN),
    **dict.fromkeys(("KP", "KR", "TW"), ((1896, 1, 1), _EASTERN)),
    **dict.fromkeys(("CN", "HK", "MN", "MO", "VN"), ((1912, 1, 1), _EASTERN)),
    "TH": ((1941, 1, 1), "its years began in April, and earlier by the moon"),
    "ET": ((9999, 1, 1), _ETHIOPIAN),
}
"""Country → first date from which `auto` is safe, and why not before."""


class CivilDay(msgspec.Struct, frozen=True):
    """A day as understood: its count from 1970-01-01, the calendar it was written in, and the date as written."""

    day: int
    calendar: WrittenCalendar
    written: WrittenDate

    @property
    def gregorian(self) -> str:
        """The same day in the Gregorian calendar, `YYYY-MM-DD`."""
        return iso_date(*gregorian_from_day(self.day))


def understand_date(date: str | CalendarDate, place: Place) -> CivilDay:
    """The day that `date` names; the place's country decides the calendar when it says `auto`.

    Raises `InvalidDate`, `DateOutOfRange`, and for `auto` `MissingCountry` and `AmbiguousCalendar`.
    """
    text, asked = (date.date, date.calendar) if isinstance(date, CalendarDate) else (date, "gregorian")
    pointer = "/birth/date/date" if isinstance(date, CalendarDate) else "/birth/date"
    written = read_date(text)
    if written is None:
        raise InvalidDate(
            text, _why_no_date(text), pointer=pointer, hint="write YYYY-MM-DD, such as 1990-05-17"
        )
    if asked == "auto":
        calendar = _custom(written, place, pointer)
    elif asked in ("gregorian", "julian"):
        calendar = asked
    else:
        raise InvalidCalendar(asked)
    _check_day(written, calendar, place, pointer)
    day = day_number(written.year, written.month, written.day, calendar)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DateOutOfRange(str(written), iso_date(*gregorian_from_day(day)), pointer=pointer)
    return CivilDay(day, calendar, written)


def changeover(place: Place) -> tuple[Written, Written] | None:
    """The last Julian and the first Gregorian date of the place's country, where `auto` knows them."""
    if place.country == "US" and place.latitude > 51.0 and not -129.9 < place.longitude < 170.0:
        return _ALASKAN
    return CHANGEOVERS.get(place.country or "")


def _custom(written: WrittenDate, place: Place, pointer: str) -> WrittenCalendar:
    """The calendar of the place's country at a written date."""
    if place.country is None:
        raise MissingCountry
    parts = (written.year, written.month, written.day)
    reason = _why_unsafe(parts, place)
    if reason is not None and _is_day(written, "gregorian") and _in_range(written):
        raise AmbiguousCalendar(str(written), place.country, reason, _choices(written))
    change = changeover(place)
    if change is None:
        return "gregorian"
    last_julian, first_gregorian = change
    if last_julian < parts < first_gregorian and _is_day(written, "julian"):
        raise InvalidDate(
            str(written),
            f"in this place ({place.country}) {iso_date(*last_julian)} of the Julian calendar was followed by "
            f"{iso_date(*first_gregorian)} of the Gregorian",
            pointer=pointer,
            hint="name the calendar that your source is written in: `julian` or `gregorian`",
            near=_choices(written),
        )
    return "julian" if parts < first_gregorian else "gregorian"


def _why_unsafe(parts: Written, place: Place) -> str | None:
    country = place.country or ""
    if country in UNSAFE and parts < UNSAFE[country][0]:
        return UNSAFE[country][1]
    if country in ("SE", "FI", "AX") and (1700, 3, 1) <= parts <= (1712, 2, 29):
        return "from 1700-03-01 to 1712-02-30 Sweden counted one day more than the Julian calendar (take one day off)"
    is_colony = place.latitude > 30.7 and -85.0 < place.longitude < -60.0
    if country == "US" and changeover(place) is not _ALASKAN and not is_colony and parts < _BRITISH[1]:
        return "this land was not British in 1752; its settlers, if any, were French, Spanish or Russian"
    return None


def _is_day(written: WrittenDate, calendar: WrittenCalendar) -> bool:
    return 1 <= written.month <= 12 and 1 <= written.day <= days_in_month(
        written.year, written.month, calendar
    )


def _in_range(written: WrittenDate) -> bool:
    return FIRST_DAY <= gregorian_day(written.year, written.month, written.day) <= LAST_DAY


def _choices(written: WrittenDate) -> list[dict[str, str]]:
    """Both explicit readings of a date, each with the Gregorian date it comes to."""
    parts = (written.year, written.month, written.day)
    as_gregorian = iso_date(*gregorian_from_day(julian_day(*parts)))
    choices = [{"date": str(written), "calendar": "julian", "gregorian": as_gregorian}]
    if _is_day(written, "gregorian"):
        choices.append({"date": str(written), "calendar": "gregorian", "gregorian": str(written)})
    return choices


def _check_day(written: WrittenDate, calendar: WrittenCalendar, place: Place, pointer: str) -> None:
    """Raise `InvalidDate` unless the calendar has such a day."""
    if _is_day(written, calendar):
        return
    name = calendar.capitalize()
    if not 1 <= written.month <= 12:
        raise InvalidDate(
            str(written),
            f"there is no month {written.month:02d}",
            pointer=pointer,
            hint="months run from 01 to 12",
        )
    if written.day == 0:
        raise InvalidDate(str(written), "there is no day 00", pointer=pointer, hint="days begin at 01")
    last = days_in_month(written.year, written.month, calendar)
    why = f"that month had {last} days in the {name} calendar"
    near = [{"date": iso_date(written.year, written.month, last), "calendar": calendar}]
    hint = f"check the source; the last day of that month is {near[0]['date']}"
    if calendar == "gregorian" and _is_day(written, "julian"):
        near = [{"date": str(written), "calendar": "julian"}]
        why = (
            f"{written.year} has no leap day in the Gregorian calendar; the day exists in the Julian calendar"
        )
        hint = "if your source is written in the Julian calendar, give `calendar` as `julian`"
    elif (written.year, written.month, written.day) == (1712, 2, 30) and place.country in ("SE", "FI", "AX"):
        near = [{"date": "1712-02-29", "calendar": "julian"}]
        why = "it was real only in the Swedish calendar of 1700 to 1712, which is not supported"
        hint = "give 1712-02-29 with `calendar` as `julian`: the same day"
    raise InvalidDate(str(written), why, pointer=pointer, hint=hint, near=near)


def _why_no_date(text: object) -> str:
    if not isinstance(text, str):
        return "a date is text"
    if not text.strip():
        return "it is empty"
    if len(text) > MAX_LENGTH:
        return f"it has {len(text)} characters"
    return "it is not written as YYYY-MM-DD in ASCII digits, without spaces"
