"""The values of each computed column for a chunk of rows, in the few forms that the writers take."""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.chart.aspects import AspectKind
from astrarium.chart.files.aspect_lists import AspectLists, aspect_lists
from astrarium.chart.files.casting import Cast
from astrarium.chart.files.fields import Field
from astrarium.chart.files.moments import EXACT, NOTHING, Moments
from astrarium.chart.files.rows import Rows
from astrarium.chart.status import COMPUTED, HOUSES_UNDEFINED
from astrarium.errors import AstrariumError, as_sentence

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


class Numbers(msgspec.Struct, frozen=True, eq=False):
    """Numbers rounded to `digits` decimals; NaN where there is none. Whole numbers have no decimals."""

    values: Array
    digits: int


class Categories(msgspec.Struct, frozen=True, eq=False):
    """One of `words` a row, by its index; -1 where there is none."""

    codes: Integers
    words: tuple[str, ...]


class Strings(msgspec.Struct, frozen=True, eq=False):
    """Text, or nothing."""

    values: list[str | None]


class Times(msgspec.Struct, frozen=True, eq=False):
    """Microseconds of universal time since 1970-01-01, and where there are any."""

    microseconds: Integers
    there: NDArray[np.bool_]


class Aspects(msgspec.Struct, frozen=True, eq=False):
    """The aspects of each row that was computed, with the words of the pairs and kinds that they number."""

    lists: AspectLists
    there: NDArray[np.bool_]
    pairs: tuple[tuple[str, str], ...]
    kinds: tuple[AspectKind, ...]


Values = Numbers | Categories | Strings | Times | Aspects


class Chunk(msgspec.Struct, frozen=True, eq=False):
    """Rows of the input with what became of them."""

    rows: Rows
    moments: Moments
    told: Cast
    faults: dict[int, AstrariumError]


def chunk_of(rows: Rows, moments: Moments, told: Cast) -> Chunk:
    """The rows with their faults put together."""
    return Chunk(rows, moments, told, told.faults | moments.faults)


def values_of(field: Field, chunk: Chunk) -> Values:
    """The values of one computed column."""
    if field.group in ("row", "time"):
        return _of_row(field, chunk)
    return chart_values(field, chunk.told)


def chart_values(field: Field, told: Cast) -> Values:
    """The values of one column of the charts themselves."""
    arrays = told.arrays
    match field.of:
        case ("place", int(body), int(column)):
            return _number(field, arrays.places.values[:, body, column])
        case ("house", int(body)):
            return _whole(told.houses[:, body], told.houses[:, body] > 0)
        case ("sign", int(frame), int(point)):
            return Categories(told.signs[:, frame, point].astype(np.int64), field.words)
        case ("likely", int(frame), int(body)):
            return Categories(told.likely[:, frame, body].astype(np.int64), field.words)
        case ("share", int(frame), int(body)):
            if told.shares is None:
                return _number(field, np.where(told.likely[:, frame, body] < 0, np.nan, 1.0))
            return _number(field, told.shares[:, frame, body])
        case ("degree", int(frame), int(point)):
            degrees = np.where(told.signs[:, frame, point] < 0, np.nan, arrays.degrees[:, frame, point])
            return _number(field, degrees)
        case ("house_system",):
            return Categories(told.systems.astype(np.int64), field.words)
        case ("angle", int(angle)):
            return _number(field, told.angles_deg[:, angle])
        case ("cusp", int(cusp)):
            return _number(field, told.cusps_deg[:, cusp])
        case ("aspects",):
            there = np.isin(arrays.status, (COMPUTED, HOUSES_UNDEFINED))
            lists = aspect_lists(arrays, told.aspects)
            return Aspects(lists, there, arrays.pairs, arrays.selection.aspects.kinds)
        case ("jd_tt_day",):
            return _number(field, told.instants.tt_day)
        case ("jd_tt_fraction",):
            return _number(field, told.instants.tt_fraction)
        case ("delta_t_s",):
            there = np.isfinite(told.instants.tt_fraction)
            return _number(field, np.where(there, told.instants.delta_t_s, np.nan))
        case _:
            raise AssertionError(field.name)


def _of_row(field: Field, chunk: Chunk) -> Values:
    rows, moments = chunk.rows, chunk.moments
    understood = moments.known > NOTHING
    match field.name:
        case "line":
            return Numbers(np.asarray(rows.lines, np.float64), 0)
        case "error_code":
            return Strings(_by_row(rows.count, {row: fault.code for row, fault in chunk.faults.items()}))
        case "error_detail":
            return Strings(_by_row(rows.count, {row: _told(fault) for row, fault in chunk.faults.items()}))
        case "unread":
            return Strings(_by_row(rows.count, rows.unread))
        case "known":
            return Categories(moments.known.astype(np.int64), field.words)
        case "utc":
            return Times(moments.middle_us, understood)
        case "utc_from":
            return Times(moments.start_us, moments.known > EXACT)
        case "utc_to":
            return Times(moments.end_us, moments.known > EXACT)
        case "zone":
            zones = zip(moments.zones, understood.tolist(), strict=True)
            return Strings([zone if there else None for zone, there in zones])
        case "offset_seconds":
            return _whole(moments.offset_seconds, understood)
        case "jd_tt_day" | "jd_tt_fraction" | "delta_t_s":
            return chart_values(field, chunk.told)
        case _:
            return _of_place(field, moments)


def _of_place(field: Field, moments: Moments) -> Values:
    name = {"place_geoname_id": "geoname_id"}.get(field.name, field.name.removeprefix("place_"))
    values: list[Any] = [None if place is None else getattr(place, name) for place in moments.places]
    if field.kind == "text":
        return Strings(values)
    return _number(field, np.array(values, np.float64))


def _by_row(count: int, found: dict[int, str]) -> list[str | None]:
    values: list[str | None] = [None] * count
    for row, text in found.items():
        values[row] = text
    return values


def _told(fault: AstrariumError) -> str:
    """What is wrong and what to do, as one text."""
    return f"{as_sentence(fault.detail)} {as_sentence(fault.hint)}"


def _number(field: Field, values: Array) -> Numbers:
    """Rounded as a single chart's numbers are: halves to even; an angle that rounds up to 360° is 0°."""
    units = 10.0**field.digits
    rounded = np.rint(values * units) / units
    if field.on_circle:
        rounded[rounded >= 360.0] = 0.0
    return Numbers(rounded, field.digits)


def _whole(values: NDArray[Any], there: NDArray[np.bool_]) -> Numbers:
    return Numbers(np.where(there, values, np.nan).astype(np.float64), 0)
