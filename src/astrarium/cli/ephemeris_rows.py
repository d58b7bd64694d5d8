"""Instants from a CSV file to rows of positions on standard output, in chunks, so that a file may be of any length."""

import csv
import sys
from collections.abc import Iterator
from itertools import islice
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

from astrarium.cli import failures
from astrarium.cli.errors import BadRows, MissingColumns, UnreadableFile
from astrarium.cli.options import identifiers

if TYPE_CHECKING:
    import _csv

    from astrarium.sky.positions import Places

INSTANT_COLUMNS: Final = ("jd_tt_day", "jd_tt_fraction")
COLUMNS: Final = (
    *INSTANT_COLUMNS,
    "body",
    "longitude_deg",
    "latitude_deg",
    "distance_au",
    "longitude_speed_deg_per_day",
    "latitude_speed_deg_per_day",
    "right_ascension_deg",
    "declination_deg",
)
CHUNK: Final = 512


class Instant(NamedTuple):
    """One row of the file: its line, and TT as a Julian date in two parts."""

    line: int
    jd_tt_day: float
    jd_tt_fraction: float


def write_positions(path: Path, bodies: str) -> None:
    """Write the positions of `bodies` (ids, `standard` or `all`) at the instants of a CSV file as CSV.

    Raises `UnreadableFile`, `MissingColumns`, `UnknownBody`, and, after everything else is written, `BadRows`.
    """
    from astrarium.sky.bodies import BODIES, STANDARD, body_indices  # loads the engine

    chosen = {"standard": STANDARD, "all": tuple(body.id for body in BODIES)}.get(bodies) or identifiers(
        bodies
    )
    body_indices(chosen)
    report = _Report(str(path))
    with _opened(path) as file:
        instants = _instants(file, report)
        sys.stdout.write(",".join(COLUMNS) + "\n")
        sys.stdout.flush()
        while chunk := list(islice(instants, CHUNK)):
            sys.stdout.writelines(_rows(chunk, chosen, report))
    report.close()


class _Report:
    """Counts the rows and tells the bad ones as they come."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.total = 0
        self.bad = 0

    def tell(self, line: int, reason: str) -> None:
        self.bad += 1
        failures.tell_row(self.path, line, reason)

    def close(self) -> None:
        if self.bad:
            raise BadRows(self.path, self.bad, self.total)


def _opened(path: Path) -> TextIO:
    standard_input = str(path) == "-"
    try:
        return open(
            0 if standard_input else path, encoding="utf-8-sig", newline="", closefd=not standard_input
        )
    except OSError as error:
        raise UnreadableFile(str(path), error.strerror or str(error)) from error


def _instants(file: TextIO, report: _Report) -> Iterator[Instant]:
    reader = csv.reader(file)
    header = [name.strip() for name in _next(reader, report) or ()]
    missing = [name for name in INSTANT_COLUMNS if name not in header]
    if missing:
        raise MissingColumns(report.path, missing, header)
    columns = tuple(header.index(name) for name in INSTANT_COLUMNS)
    while (row := _next(reader, report)) is not None:
        if not row:
            continue
        report.total += 1
        try:
            day, fraction = (
                _number(name, row, column) for name, column in zip(INSTANT_COLUMNS, columns, strict=True)
            )
        except ValueError as error:
            report.tell(reader.line_num, str(error))
        else:
            yield Instant(reader.line_num, day, fraction)


def _next(reader: "_csv.Reader", report: _Report) -> list[str] | None:
    """The next row; `None` at the end. A row that is no CSV is empty and reported."""
    try:
        return next(reader)
    except StopIteration:
        return None
    except csv.Error as error:
        report.total += 1
        report.tell(reader.line_num, f"this is not CSV: {error}")
        return []
    except UnicodeDecodeError as error:
        raise UnreadableFile(report.path, "it is not UTF-8 text") from error


def _number(name: str, row: list[str], column: int) -> float:
    """The number in a column; `ValueError` says what is wrong with it."""
    if column >= len(row):
        raise ValueError(f"{name} is missing")
    try:
        return float(row[column])
    except ValueError:
        raise ValueError(f'{name} is "{row[column][:40]}", which is not a number') from None


def _rows(chunk: list[Instant], bodies: tuple[str, ...], report: _Report) -> Iterator[str]:
    """The lines of a chunk; where one instant spoils it, each is asked for alone and the bad ones are reported."""
    from astrarium.sky.errors import NotFinite, OutOfRange  # loads the engine
    from astrarium.sky.positions import places

    try:
        found = places([one.jd_tt_day for one in chunk], [one.jd_tt_fraction for one in chunk], bodies)
    except (OutOfRange, NotFinite) as error:
        if len(chunk) == 1:
            report.tell(chunk[0].line, error.detail)
            return
        for one in chunk:
            yield from _rows([one], bodies, report)
    else:
        yield from _lines(chunk, found)


def _lines(chunk: list[Instant], found: "Places") -> Iterator[str]:
    table = zip(
        chunk,
        found.longitude_deg.tolist(),
        found.latitude_deg.tolist(),
        found.distance_au.tolist(),
        found.longitude_speed_deg_per_day.tolist(),
        found.latitude_speed_deg_per_day.tolist(),
        found.right_ascension_deg.tolist(),
        found.declination_deg.tolist(),
        strict=True,
    )
    for instant, *columns in table:
        for body, *values in zip(found.bodies, *columns, strict=True):
            cells = (instant.jd_tt_day, instant.jd_tt_fraction, body, *values)
            yield ",".join(map(_cell, cells)) + "\n"


def _cell(value: str | float) -> str:
    """A number in the fewest digits that read back the same, nothing for one that does not exist."""
    if isinstance(value, str):
        return value
    return "" if isnan(value) else repr(value)
