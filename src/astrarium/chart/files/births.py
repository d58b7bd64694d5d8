"""One row's cells to a birth's place and time, by the way of a single chart."""

import re
from collections.abc import Sequence
from typing import Any, Final, Literal, cast

from astrarium.chart.files.errors import InvalidCell, without_frames
from astrarium.chart.files.rows import BirthValue
from astrarium.civil.birth import Birth, CalendarDate, PlaceReference, TimeWindow
from astrarium.civil.gazetteer import Gazetteer
from astrarium.civil.place import Place
from astrarium.civil.place_understanding import understand_place
from astrarium.errors import AstrariumError

UNKNOWN: Final = "unknown"
PLACE_PARTS: Final = ("place", "place_id", "latitude", "longitude", "altitude_m", "country")
TIME_PARTS: Final = ("date", "time", "zone", "fold", "calendar", "instant")
REMEMBERED_PLACES: Final = 65_536

_WINDOW: Final = re.compile(r"(?P<start>[^-–]+?)\s*(?:-|–|\.\.)\s*(?P<end>[^-–]+)")
_DECIMAL_COMMA: Final = re.compile(r"(?P<whole>[+-]?\d+),(?P<part>\d+)")
_DEGREES: Final = frozenset({"latitude", "longitude"})
THOUSAND_DIGITS: Final = 3
"""`1,234` may be a thousand metres, though never a thousand degrees."""
_FOLDS: Final[dict[BirthValue, Literal[0, 1]]] = {"0": 0, "1": 1, "0.0": 0, "1.0": 1}


class PlaceFinder:
    """Places by the cells that name them, each looked up once."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._found: dict[tuple[BirthValue, ...], Place | AstrariumError] = {}

    def find(self, cells: tuple[BirthValue, ...]) -> Place | AstrariumError:
        """The place of the cells of `PLACE_PARTS`, or what is wrong with it."""
        try:
            found = self._found.get(cells)
        except TypeError:  # an object or a list where a value belongs
            return self._understand(cells)
        if found is None:
            if len(self._found) >= REMEMBERED_PLACES:
                self._found.clear()
            found = self._found[cells] = self._understand(cells)
        return found

    def _understand(self, cells: tuple[BirthValue, ...]) -> Place | AstrariumError:
        try:
            return understand_place(place_reference(*cells), self._gazetteer)
        except AstrariumError as error:
            return without_frames(error)


def place_reference(
    name: BirthValue,
    number: BirthValue,
    latitude: BirthValue,
    longitude: BirthValue,
    altitude: BirthValue,
    country: BirthValue,
) -> str | PlaceReference | None:
    """Coordinates, a number or a name; beside coordinates and numbers the name is a label, beside both an error."""
    called = _text("place", name)
    land = _text("country", country)
    height = _number("altitude_m", altitude)
    if latitude is not None or longitude is not None:
        return PlaceReference(
            id=None if number is None else _whole("place_id", number),
            latitude=_number("latitude", latitude),
            longitude=_number("longitude", longitude),
            altitude_m=height or 0.0,
            country=land,
            name=called,
        )
    if number is not None:
        return PlaceReference(id=_whole("place_id", number), altitude_m=height or 0.0)
    if called is not None and called.isdecimal():
        return PlaceReference(id=int(called), altitude_m=height or 0.0)
    return called if called is None or land is None else f"{called}, {land}"


def _text(column: str, value: BirthValue) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise InvalidCell(column, value, "text")


def _number(column: str, value: BirthValue) -> float | None:
    if value is None:
        return None
    if isinstance(value, str | float | int) and not isinstance(value, bool):
        comma = _DECIMAL_COMMA.fullmatch(value) if isinstance(value, str) else None
        if comma is not None and (column in _DEGREES or len(comma["part"]) != THOUSAND_DIGITS):
            value = f"{comma['whole']}.{comma['part']}"
        try:
            return float(value)
        except (ValueError, OverflowError):
            pass
    raise InvalidCell(column, value, "a number, written as 51.5")


def _whole(column: str, value: BirthValue) -> int:
    number = _number(column, value)
    if number is None or not number.is_integer() or abs(number) > 1e15:
        raise InvalidCell(column, value, "a whole number")
    return int(number)


def birth_of(cells: Sequence[BirthValue]) -> Birth:
    """The birth of the cells of `TIME_PARTS`, without its place; the engine judges their values."""
    date, time, zone, fold, calendar, instant = cast("Sequence[Any]", cells)
    return Birth(
        date=CalendarDate(date, calendar) if calendar is not None and date is not None else date,
        time=_time(time),
        zone=zone,
        fold=_fold(fold),
        instant=instant,
    )


def _time(value: Any) -> Any:  # noqa: ANN401 - whatever the cell holds
    """A reading as it is, a window for two of them, `None` for unknown."""
    if isinstance(value, str):
        if value.casefold() == UNKNOWN:
            return None
        window = _WINDOW.fullmatch(value)
        return TimeWindow(start=window["start"].strip(), end=window["end"].strip()) if window else value
    if isinstance(value, dict):
        if value.keys() != {"from", "to"}:
            raise InvalidCell("time", value, 'a window, written as {"from": "08:00", "to": "12:00"}')
        return TimeWindow(start=value["from"], end=value["to"])
    return value


def _fold(value: Any) -> Any:  # noqa: ANN401 - whatever the cell holds
    if isinstance(value, bool | list | dict):
        raise InvalidCell("fold", value, "0 or 1")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return _FOLDS.get(value, value) if isinstance(value, str) else value
