"""Instants from a CSV file to rows of positions on standard output, in chunks, so that a file may be of any length."""

import csv
import sys
from collections.abc import Iterator
from itertools import islice
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

from astrarium.cli import failures
from astrarium.cli.ephemeris_views import View
from astrarium.cli.errors import BadRows, MissingColumns, UnreadableFile

if TYPE_CHECKING:
    import _csv

INSTANT_COLUMNS: Final = ("jd_tt_day", "jd_tt_fraction")
CHUNK: Final = 512


class Instant(NamedTuple):
    """One row of the file: its line, and TT as a Julian date in two parts."""

    line: int
    jd_tt_day: float
    jd_tt_fraction: float


def write_positions(path: Path, view: View) -> None:
    """Write what a view has at the instants of a CSV file as CSV.

    Raises `UnreadableFile`, `MissingColumns`, and, after everything else is written, `BadRows`.
    """
    report = _Report(str(path))
    with _opened(path) as file:
        instants = _instants(file, report)
        sys.stdout.write(",".join((*INSTANT_COLUMNS, "body", *view.columns)) + "\n")
        sys.stdout.flush()
        while chunk := list(islice(instants, CHUNK)):
            sys.stdout.writelines(_rows(chunk, view, report))
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


def _rows(chunk: list[Instant], view: View, report: _Report) -> Iterator[str]:
    """The lines of a chunk; where one instant spoils it, each is asked for alone and the bad ones are reported."""
    from astrarium.sky.errors import NotFinite, OutOfRange  # loads the engine
    from astrarium.sky.timescales import from_terrestrial

    try:
        arrays = view.at(
            from_terrestrial([one.jd_tt_day for one in chunk], [one.jd_tt_fraction for one in chunk])
        )
    except (OutOfRange, NotFinite) as error:
        if len(chunk) == 1:
            report.tell(chunk[0].line, error.detail)
            return
        for one in chunk:
            yield from _rows([one], view, report)
        return
    for instant, *columns in zip(chunk, *(array.tolist() for array in arrays), strict=True):
        for body, *values in zip(view.bodies, *columns, strict=True):
            cells = (instant.jd_tt_day, instant.jd_tt_fraction, body, *values)
            yield ",".join(map(_cell, cells)) + "\n"


def _cell(value: str | float) -> str:
    """A number in the fewest digits that read back the same, nothing for one that does not exist."""
    if isinstance(value, str):
        return value
    return "" if isnan(value) else repr(value)
