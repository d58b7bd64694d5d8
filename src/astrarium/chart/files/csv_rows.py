"""CSV to rows: RFC 4180 with commas, semicolons or tabs, in UTF-8, a bad line never costing the ones after it."""

import csv
import io
from collections import deque
from collections.abc import Generator, Iterator
from typing import BinaryIO, Final

from astrarium.chart.files.errors import (
    EmptyTable,
    InvalidRow,
    InvalidText,
    RaggedRow,
    UnreadableTable,
)
from astrarium.chart.files.header import Header, read_header
from astrarium.chart.files.rows import Rows, Texts, births_of, no_rows
from astrarium.errors import AstrariumError

SEPARATORS: Final = (",", ";", "\t")
LONGEST_LINE: Final = 1 << 20
LONGEST_CELL: Final = 1 << 17  # the csv module's own limit
SAVE_AS_UTF8: Final = "Save the table as UTF-8 (in a spreadsheet: CSV UTF-8), or name its encoding."
UTF_8: Final = "utf-8"
ENCODINGS: Final = {
    "utf-8": "utf-8-sig",
    "us-ascii": "utf-8-sig",
    "iso-8859-1": "windows-1252",
    "windows-1252": "windows-1252",
    "utf-16": "utf-16",
}
"""Encodings that a table can be in, and how each is read: Latin-1 as its superset, which is what programs write."""


class _Lines:
    """The lines of a stream for the csv module, those of the row in hand remembered, so that they can be given back."""

    def __init__(self, stream: io.TextIOBase) -> None:
        self._stream = stream
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self.first = 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._returned.popleft() if self._returned else self._stream.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            raise UnreadableTable(
                f"the line is longer than {LONGEST_LINE:,} characters",
                line=self.first + len(self.taken),
                hint="Check that the file is CSV, with a line for each row.",
            )
        self.taken.append(line)
        return line

    def next_row(self) -> None:
        """The lines taken so far are done with."""
        self.first += len(self.taken)
        self.taken.clear()

    def give_back(self) -> str:
        """Take the row's first line alone, and have the others read anew; returns that line."""
        first, *others = self.taken
        self._returned.extendleft(reversed(others))
        self.taken = [first]
        return first


class _Row:
    """One row as read: its line, its cells or the text that is no row, and its fault."""

    __slots__ = ("cells", "fault", "line", "unread")

    def __init__(
        self, line: int, cells: list[str], fault: AstrariumError | None = None, unread: str | None = None
    ) -> None:
        self.line = line
        self.cells = cells
        self.fault = fault
        self.unread = unread


def read_csv(stream: BinaryIO, chunk_rows: int, encoding: str = UTF_8) -> Generator[Rows, None, None]:
    """The rows of a CSV stream in chunks, at least one (empty for a header alone). The separator is the header's own.

    `encoding` is one of `ENCODINGS`; what is no text in it costs the row alone.

    Raises `EmptyTable`, `DuplicateColumns`, `MissingBirthColumns`, and `UnreadableTable` for what is no text.
    """
    text = io.TextIOWrapper(stream, encoding=ENCODINGS[encoding], errors="surrogateescape", newline="")
    try:
        lines = _Lines(text)
        header, separator = _header(lines)
        rows = _rows(lines, separator, len(header.names))
        chunk = _chunk(header, rows, chunk_rows)
        yield chunk or no_rows(header, [Texts([]) for _ in header.names])
        while chunk is not None and (chunk := _chunk(header, rows, chunk_rows)) is not None:
            yield chunk
    except (
        UnicodeDecodeError
    ) as error:  # UTF-16 knows no escapes: half a character loses the place of all others
        raise UnreadableTable(f"it is not {encoding} text", hint=SAVE_AS_UTF8) from error
    finally:
        text.detach()


def _header(lines: _Lines) -> tuple[Header, str]:
    """The first row that is not blank."""
    for line in lines:
        if line.startswith(("\udcff\udcfe", "\udcfe\udcff")) or "\0" in line:
            raise UnreadableTable(
                "it is not UTF-8 text (UTF-16, perhaps)", line=lines.first, hint=SAVE_AS_UTF8
            )
        if line.strip():
            separator = max(SEPARATORS, key=line.count)
            break
        lines.next_row()
    else:
        raise EmptyTable
    replay = _Replay(lines)
    try:
        names = next(csv.reader(replay, delimiter=separator, strict=True))
    except (csv.Error, StopIteration) as error:
        raise UnreadableTable(f"the header is not CSV: {error}", line=lines.first) from error
    for number, name in enumerate(names, 1):
        if not name.isascii() and _is_broken(name):
            raise UnreadableTable(
                f"column {number} ({_escaped(name)}) is not UTF-8 text", line=lines.first, hint=SAVE_AS_UTF8
            )
    lines.next_row()
    return read_header(names), separator


class _Replay:
    """A line that was looked at already, then the others."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = lines
        self._waiting = list(lines.taken)

    def __iter__(self) -> "_Replay":
        return self

    def __next__(self) -> str:
        return self._waiting.pop() if self._waiting else next(self._lines)


def _rows(lines: _Lines, separator: str, columns: int) -> Iterator[_Row]:
    """Rows with the header's number of cells or a fault; blank lines are no rows.

    What is no CSV (a quote that is never closed swallows the lines after it) costs its first line alone: the others
    are read anew.
    """
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            line = lines.give_back()
            yield _Row(lines.first, [], InvalidRow(lines.first, f"is not CSV: {error}"), line.rstrip("\r\n"))
            reader = csv.reader(lines, delimiter=separator, strict=True)
        else:
            if len(cells) == columns:
                yield _Row(lines.first, cells)
            elif len(lines.taken) > 1:
                line = lines.give_back()
                fault = InvalidRow(lines.first, "opens a quote that no line closes in place")
                yield _Row(lines.first, [], fault, line.rstrip("\r\n"))
                reader = csv.reader(lines, delimiter=separator, strict=True)
            elif cells:
                yield _Row(
                    lines.first,
                    cells[:columns],
                    RaggedRow(lines.first, len(cells), columns),
                    separator.join(cells[columns:]) or None,
                )
        lines.next_row()


def _chunk(header: Header, rows: Iterator[_Row], chunk_rows: int) -> Rows | None:
    """The next rows, or `None` at the end."""
    taken: list[list[str | None]] = []
    lines: list[int] = []
    faults: dict[int, AstrariumError] = {}
    unread: dict[int, str] = {}
    width = len(header.names)
    for row in rows:
        number = len(taken)
        cells: list[str | None] = list(row.cells)
        if row.fault is not None:
            faults[number] = row.fault
            cells += [None] * (width - len(cells))
            if row.unread:
                unread[number] = _escaped(row.unread)
        taken.append(cells)
        lines.append(row.line)
        if len(taken) == chunk_rows:
            break
    if not taken:
        return None
    columns: list[list[str | None]] = [list(column) for column in zip(*taken, strict=True)]
    for at, column in enumerate(columns):
        _mend(header, at, column, lines, faults)
    carried = [Texts(column) for column in columns]
    return Rows(header, lines, carried, births_of(header, carried), faults, unread)


def _mend(
    header: Header, at: int, column: list[str | None], lines: list[int], faults: dict[int, AstrariumError]
) -> None:
    """Find the cells that are not text, in place: bytes that are not UTF-8 become escapes."""
    whole = "".join(filter(None, column))
    has_nul = "\0" in whole
    if not has_nul and (whole.isascii() or not _is_broken(whole)):
        return
    for row, cell in enumerate(column):
        if not cell:
            continue
        broken = _is_broken(cell)
        if broken or (has_nul and "\0" in cell):
            reason = "is not UTF-8 text" if broken else "holds a NUL"
            faults.setdefault(row, InvalidText(lines[row], at + 1, header.names[at], reason))
            column[row] = _escaped(cell)


def _is_broken(text: str) -> bool:
    """Whether bytes that are not UTF-8 were read into it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _escaped(text: str) -> str:
    """The text with bytes that are none, and NUL, as backslash escapes."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace("\0", "\\x00")
