"""What a person can do about an error: the field it belongs to, and the ways out as links that keep all else typed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from astrarium.errors import AstrariumError, as_sentence
from astrarium.reading.moments import clock, moment, offset
from astrarium.service.charts.form import ChartForm, query_of
from astrarium.service.web.words import listed
from astrarium.sky.house_systems import SYSTEMS

_FIELDS: Final = (
    ("/birth/date/calendar", "calendar"),
    ("/birth/date", "date"),
    ("/birth/time", "time"),
    ("/birth/place", "place"),
    ("/birth/zone", "zone"),
    ("/birth/fold", "time"),
    ("/houses", "houses"),
    ("/zodiacs", "zodiac"),
    ("/name", "name"),
)

_ADVICE: Final = {
    "missing_date": "Type the day of birth.",
    "missing_place": "Type the town of birth, or its coordinates such as 51.5, -0.13.",
    "unknown_place": "Check the spelling, take the nearest larger town, or type coordinates such as 51.5, -0.13.",
    "ambiguous_place": "Choose the one that is meant:",
    "ambiguous_time": "Choose which of the two it was. A birth record sometimes says “summer time” or “winter time”.",
    "nonexistent_time": "Check the record. These are the nearest times that the clocks did show:",
    "ambiguous_zone": "Choose the clock that the time was read from:",
    "ambiguous_calendar": "Choose the calendar that the record is written in:",
    "missing_country": "Name the calendar yourself: Gregorian or Julian.",
    "houses_undefined": "These systems do have houses there:",
    "date_out_of_range": "Charts can be cast for 1600 to 2200.",
    "invalid_calendar": "Choose one from the list.",
    "unknown_zodiac": "Choose one from the list.",
    "unknown_zodiac_version": "Choose one from the list.",
    "unknown_house_system": "Choose one from the list.",
    "precondition_failed": "Look it over: sending it now overwrites that.",
}


class Choice(msgspec.Struct, frozen=True):
    """One way out: what it says, where it leads, and which fields it changes, as a query string.

    A page whose form is sent by POST takes the changes, any other leads to the address.
    """

    label: str
    address: str
    note: str
    changes: str


class Remedy(msgspec.Struct, frozen=True):
    """An error beside its field: what is wrong, what to do, and the choices where there are any."""

    field: str
    detail: str
    advice: str
    choices: tuple[Choice, ...] = ()


_DETAILS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "ambiguous_place": lambda data: f"{data['count']} places are called “{data['query']}”",
    "precondition_failed": lambda _: "It was changed elsewhere since this page was opened",
}
"""What a page says in place of the engine's sentence, where the choices below say the rest."""

Changes = tuple[str, str, Mapping[str, str]]


def remedy(error: AstrariumError, form: ChartForm) -> Remedy:
    """What to show about an error of the engine, and where."""
    ways = _WAYS.get(error.code)
    choices = tuple(
        Choice(label, f"/chart?{query_of(form, **changes)}", note, urlencode(changes))
        for label, note, changes in (ways(error.data) if ways else ())
    )
    return Remedy(
        field=_field(error.pointer or ""),
        detail=_plain(_DETAILS[error.code](error.data) if error.code in _DETAILS else error.detail),
        advice=_ADVICE.get(error.code, "" if choices else _plain(error.hint)),
        choices=choices,
    )


def _plain(text: str) -> str:
    """A sentence of the engine without the marks that it puts around names of the API."""
    return as_sentence(text.replace("`", ""))


def _field(pointer: str) -> str:
    """The field of a form that a pointer into the API's body belongs to."""
    pointer = pointer.removeprefix("/settings")
    _, _, name = pointer.partition("/")
    top = name.partition("/")[0]
    of_the_birth = next((field for start, field in _FIELDS if pointer.startswith(start)), "")
    return of_the_birth or ("" if top == "birth" else top)


def _places(entries: Iterable[Mapping[str, Any]]) -> Iterator[Changes]:
    for entry in entries:
        label = listed(entry["name"], entry["region"], entry["country"])
        note = f"{entry['population']:,} people" if entry["population"] else ""
        yield label, note, {"place": label, "place_id": str(entry["geoname_id"]), "place_was": label}


def _readings(data: Mapping[str, Any]) -> Iterator[Changes]:
    for reading, which in zip(data["readings"], ("the first time", "the second time"), strict=True):
        label = f"{which.capitalize()}, at {offset(reading['offset_seconds'])}"
        yield label, f"UTC {moment(reading['utc'])}", {"fold": str(reading["fold"])}


def _neighbours(data: Mapping[str, Any]) -> Iterator[Changes]:
    for reading, when in ((data["before"], "just before the gap"), (data["after"], "just after it")):
        local = reading["local"]
        changes = {"date": local[:10], "known": "exact", "time": clock(local)}
        yield f"{moment(local)}, {when}", offset(reading["offset_seconds"]), changes


def _zones(data: Mapping[str, Any]) -> Iterator[Changes]:
    for entry in data["zones"]:
        yield entry["zone"], offset(entry["offset_seconds"]), {"zone": entry["zone"]}


def _dates(entries: Iterable[Mapping[str, str]]) -> Iterator[Changes]:
    for entry in entries:
        calendar = entry.get("calendar", "gregorian")
        gregorian = entry.get("gregorian", "")
        note = f"{gregorian} in the Gregorian calendar" if gregorian and gregorian != entry["date"] else ""
        yield f"{entry['date']}, {calendar.capitalize()}", note, {"date": entry["date"], "calendar": calendar}


def _times(data: Mapping[str, Any]) -> Iterator[Changes]:
    near = data.get("near")
    if near:
        label = listed(near.get("date"), near.get("time"))
        yield label, "", {"known": "exact", **near}


def _texts(field: str) -> Callable[[Iterable[str]], Iterator[Changes]]:
    def choices(values: Iterable[str]) -> Iterator[Changes]:
        yield from ((value, "", {field: value}) for value in values)

    return choices


def _systems(ids: Iterable[str]) -> Iterator[Changes]:
    names = {system.id: system.name for system in SYSTEMS}
    yield from ((names[one], "", {"houses": one}) for one in ids)


_WAYS: Final[Mapping[str, Callable[[Mapping[str, Any]], Iterator[Changes]]]] = {
    "ambiguous_place": lambda data: _places(data["candidates"]),
    "unknown_place": lambda data: _places(data["suggestions"]),
    "ambiguous_time": _readings,
    "nonexistent_time": _neighbours,
    "ambiguous_zone": _zones,
    "ambiguous_calendar": lambda data: _dates(data["choices"]),
    "invalid_date": lambda data: _dates(data["near"]),
    "invalid_time": _times,
    "unknown_zone": lambda data: _texts("zone")(data["near"]),
    "invalid_zone": lambda data: _texts("zone")([data["near"]] if data.get("near") else []),
    "houses_undefined": lambda data: _systems(data["systems_that_work"]),
    "unknown_house_system": lambda data: _systems(data["nearest"]),
    "unknown_zodiac": lambda data: _texts("zodiac")(data["nearest"]),
}
