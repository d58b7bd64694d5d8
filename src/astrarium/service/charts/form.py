"""The page's form: its query string is the whole input, so that every address of a chart is a permalink."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Literal, cast
from urllib.parse import parse_qsl, urlencode

import msgspec

from astrarium.chart.structs import ChartRequest
from astrarium.civil.birth import Birth, CalendarDate, PlaceReference, TimeWindow
from astrarium.service.charts.errors import MissingTime

if TYPE_CHECKING:
    from astrarium.civil.birth import Calendar

Known = Literal["exact", "window", "unknown"]

DEFAULT_ZODIAC: Final = "iau13"
COMPARED_ZODIACS: Final = ("iau13", "tropical")
DEFAULT_HOUSES: Final = "placidus"
LONGEST_VALUE: Final = 200

_COORDINATES: Final = re.compile(
    r"(?P<latitude>[+-]?\d{1,3}(?:\.\d{1,12})?)\s*°?\s*(?P<ns>[NS])?\s*[,;\s]\s*"
    r"(?P<longitude>[+-]?\d{1,3}(?:\.\d{1,12})?)\s*°?\s*(?P<ew>[EW])?",
    re.IGNORECASE | re.ASCII,
)

_IS_ID: Final = re.compile(r"[0-9]{1,18}").fullmatch


class ChartForm(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """What was typed, field by field as text; an empty text is a field left alone.

    `known` says how well the time is known: `exact` uses `time`, `window` uses `from` and `to`. `place_id` is the
    gazetteer's id of a suggestion that was taken, and `place_was` the text it was taken for: an id whose text has
    been changed since no longer counts.
    """

    name: str = ""
    date: str = ""
    known: str = ""
    time: str = ""
    start: str = ""
    end: str = ""
    place: str = ""
    place_id: str = ""
    place_was: str = ""
    zodiac: str = ""
    houses: str = ""
    calendar: str = ""
    zone: str = ""
    fold: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all was typed."""
        return not (self.date or self.place or self.time)


def read(query: str) -> ChartForm:
    """The form that a query string holds.

    What it does not know is left out, since addresses collect tracking parameters on their way; of a parameter that
    comes twice the last counts. Contradictions are settled here: a stale place id, a time beside “unknown”.
    """
    return of_fields(parse_qsl(query, max_num_fields=100))


def of_fields(fields: Iterable[tuple[str, str]]) -> ChartForm:
    """The form that names and texts hold, read as `read` reads a query string."""
    known_names = {field.encode_name for field in msgspec.structs.fields(ChartForm)}
    values = {name: " ".join(value.split())[:LONGEST_VALUE] for name, value in fields if name in known_names}
    return _settled(msgspec.convert(values, ChartForm))


def changed(form: ChartForm, query: str) -> ChartForm:
    """The form with the fields changed that a query string holds, such as those of a remedy that was chosen."""
    return read("&".join(filter(None, (query_of(form), query))))


def _settled(form: ChartForm) -> ChartForm:
    is_stale = bool(form.place_was) and form.place_was != form.place
    place_id = form.place_id if _IS_ID(form.place_id) and form.place and not is_stale else ""
    known = form.known if form.known in {"exact", "window", "unknown"} else _guessed(form)
    return msgspec.structs.replace(
        form,
        known=known,
        time=form.time if known == "exact" else "",
        start=form.start if known == "window" else "",
        end=form.end if known == "window" else "",
        place_id=place_id,
        place_was=form.place if place_id else "",
        zodiac=form.zodiac or DEFAULT_ZODIAC,
        houses=form.houses or DEFAULT_HOUSES,
        calendar=form.calendar or "gregorian",
        fold=form.fold if form.fold in {"0", "1"} else "",
    )


def _guessed(form: ChartForm) -> Known:
    if form.time:
        return "exact"
    return "window" if form.start or form.end else "unknown"


def query_of(form: ChartForm, **changes: str) -> str:
    """The shortest query string that `read` turns into this form, with some fields changed."""
    form = _settled(msgspec.structs.replace(form, **changes))
    defaults = {
        "known": _guessed(form),
        "zodiac": DEFAULT_ZODIAC,
        "houses": DEFAULT_HOUSES,
        "calendar": "gregorian",
        "place_was": form.place,
    }
    pairs = msgspec.to_builtins(form).items()
    return urlencode([(name, value) for name, value in pairs if value and value != defaults.get(name)])


def is_tidy(query: str, form: ChartForm) -> bool:
    """Whether an address is already the shortest one for its form."""
    return parse_qsl(query, keep_blank_values=True) == parse_qsl(query_of(form))


def request_of(form: ChartForm) -> ChartRequest:
    """The request for the form's chart, its own zodiac first and the compared ones beside it.

    Raises `MissingTime` where the time was said to be known and is not there. Everything else is the engine's to
    judge.
    """
    return ChartRequest(
        birth=birth_of(form),
        name=form.name or None,
        zodiacs=tuple(dict.fromkeys((form.zodiac, *COMPARED_ZODIACS))),
        houses=form.houses,
    )


def birth_of(form: ChartForm) -> Birth:
    """The birth that was typed; raises `MissingTime` as `request_of` does."""
    return Birth(
        date=_date(form),
        time=_time(form),
        place=_place(form),
        zone=form.zone or None,
        fold=0 if form.fold == "0" else 1 if form.fold == "1" else None,
    )


def _date(form: ChartForm) -> str | CalendarDate | None:
    if not form.date or form.calendar == "gregorian":
        return form.date or None
    return CalendarDate(form.date, cast("Calendar", form.calendar))


def _time(form: ChartForm) -> str | TimeWindow | None:
    if form.known == "unknown":
        return None
    if form.known == "window":
        if not (form.start and form.end):
            raise MissingTime("/birth/time/from" if not form.start else "/birth/time/to")
        return TimeWindow(form.start, form.end)
    if not form.time:
        raise MissingTime("/birth/time")
    return form.time


def _place(form: ChartForm) -> str | PlaceReference | None:
    if form.place_id:
        return PlaceReference(id=int(form.place_id))
    if match := _COORDINATES.fullmatch(form.place):
        return PlaceReference(
            latitude=_signed(match["latitude"], match["ns"], "S"),
            longitude=_signed(match["longitude"], match["ew"], "W"),
        )
    return form.place or None


def _signed(number: str, letter: str | None, negative: str) -> float:
    value = float(number)
    return -value if letter and letter.upper() == negative else value
