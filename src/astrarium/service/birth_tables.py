"""Births in tables of CSV: the columns of `astrarium batch` (docs/reference/batch-schema.md), and others beside."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from astrarium.chart.files.births import PLACE_PARTS, TIME_PARTS, birth_of, place_reference
from astrarium.chart.files.csv_rows import read_csv
from astrarium.chart.files.errors import RowError
from astrarium.civil.birth import Birth, CalendarDate, PlaceReference, TimeWindow
from astrarium.errors import AstrariumError

BIRTH_COLUMNS: Final = (*TIME_PARTS, *PLACE_PARTS)
TAG_SEPARATOR: Final = "; "
_CHUNK_ROWS: Final = 500


class TableRow(msgspec.Struct, frozen=True):
    """A row of a table: the line where it begins, its other cells by their columns, and its birth or what is wrong."""

    line: int
    cells: Mapping[str, str]
    birth: Birth | AstrariumError


def read_rows(table: bytes) -> Iterator[TableRow]:
    """The rows of a table in CSV; raises `TableError` for one that has no births at all."""
    for rows in read_csv(io.BytesIO(table), _CHUNK_ROWS):
        names = [name.casefold() for name in rows.header.names]
        columns = [column.as_text() for column in rows.carried]
        for at, line in enumerate(rows.lines):
            cells = {name: column[at] or "" for name, column in zip(names, columns, strict=True)}
            fault = rows.faults.get(at)
            parts = {name: values[at] for name, values in rows.births.items()}
            yield TableRow(line, cells, _birth(parts) if fault is None else fault)


def _birth(parts: Mapping[str, Any]) -> Birth | AstrariumError:
    try:
        birth = birth_of([parts.get(name) for name in TIME_PARTS])
        place = place_reference(*(parts.get(name) for name in PLACE_PARTS))
        return msgspec.convert(msgspec.to_builtins(replace(birth, place=place)), Birth)
    except RowError as error:
        return error


def cells_of(birth: Birth) -> dict[str, str]:
    """The cells of a birth, which `read_rows` reads as the same birth."""
    cells = dict.fromkeys(BIRTH_COLUMNS, "")
    date = birth.date
    if isinstance(date, CalendarDate):
        cells |= {"date": date.date, "calendar": date.calendar}
    else:
        cells["date"] = date or ""
    match birth.time:
        case TimeWindow(start=start, end=end):
            cells["time"] = f"{start}-{end}"
        case str(time):
            cells["time"] = time
    match birth.place:
        case PlaceReference() as place:
            cells |= _place_cells(place)
        case str(place):
            cells["place"] = place
    cells["zone"] = birth.zone or ""
    cells["fold"] = "" if birth.fold is None else str(birth.fold)
    cells["instant"] = birth.instant or ""
    return cells


def _place_cells(place: PlaceReference) -> dict[str, str]:
    return {
        "place": place.name or "",
        "place_id": "" if place.id is None else str(place.id),
        "latitude": "" if place.latitude is None else repr(place.latitude),
        "longitude": "" if place.longitude is None else repr(place.longitude),
        "altitude_m": repr(place.altitude_m) if place.altitude_m else "",
        "country": place.country or "",
    }


def tags_of(cell: str) -> tuple[str, ...]:
    """The tags in a cell, separated by semicolons or commas."""
    return tuple(filter(None, (tag.strip() for tag in cell.replace(",", ";").split(";"))))


def csv_line(cells: list[str]) -> bytes:
    """One row of CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()
