"""JSON Lines to rows: one flat object a line, its values carried over as they are written."""

from collections.abc import Generator, Iterator
from itertools import islice
from typing import BinaryIO, Final

import msgspec

from astrarium.chart.files.csv_rows import LONGEST_LINE
from astrarium.chart.files.errors import EmptyTable, InvalidRow, UnreadableTable
from astrarium.chart.files.header import Header, read_header
from astrarium.chart.files.rows import JsonValues, Rows, births_of
from astrarium.errors import AstrariumError

Members = dict[str, msgspec.Raw]
_OBJECT: Final = msgspec.json.Decoder(Members)
_ENCODE: Final = msgspec.json.Encoder(order="sorted").encode


class _Line(msgspec.Struct):
    number: int
    members: Members
    fault: AstrariumError | None = None
    unread: str | None = None


def read_json_lines(stream: BinaryIO, chunk_rows: int) -> Generator[Rows, None, None]:
    """The rows of a stream of JSON Lines in chunks.

    The columns are the names of the first chunk; a name that comes first after it is kept in `unread`.
    Raises `EmptyTable`, `DuplicateColumns`, `MissingBirthColumns`, `UnreadableTable`.
    """
    lines = _lines(stream)
    header = None
    while chunk := list(islice(lines, chunk_rows)):
        if header is None:
            names = list(dict.fromkeys(name for line in chunk for name in line.members))
            if not names and chunk[0].fault is not None:
                raise UnreadableTable("no line holds a JSON object", line=chunk[0].number)
            header = read_header(names)
        yield _rows(header, chunk)
    if header is None:
        raise EmptyTable


def _lines(stream: BinaryIO) -> Iterator[_Line]:
    number = 0
    while text := stream.readline(LONGEST_LINE):
        number += 1
        if number == 1:
            text = text.removeprefix(b"\xef\xbb\xbf")
            if text.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise UnreadableTable("it is not UTF-8 text (UTF-16, perhaps)", line=1)
            if text.lstrip().startswith(b"["):
                raise UnreadableTable(
                    "it is one JSON array",
                    line=1,
                    hint="Write JSON Lines: one object a line, without brackets and commas between them.",
                )
        if len(text) == LONGEST_LINE and not text.endswith(b"\n"):
            raise UnreadableTable(f"the line is longer than {LONGEST_LINE:,} bytes", line=number)
        if text.strip():
            yield _line(number, text)


def _line(number: int, text: bytes) -> _Line:
    try:
        if not text.isascii():
            text.decode()
        return _Line(number, _OBJECT.decode(text))
    except UnicodeDecodeError as error:
        reason = f"is not UTF-8 text (byte {error.start + 1})"
    except msgspec.ValidationError:
        reason = "is not a JSON object"
    except msgspec.DecodeError as error:
        reason = f"is not JSON: {str(error).removeprefix('JSON is malformed: ')}"
    unread = text.rstrip(b"\r\n").decode("utf-8", "backslashreplace").replace("\0", "\\x00")
    return _Line(number, {}, InvalidRow(number, reason), unread)


def _rows(header: Header, lines: list[_Line]) -> Rows:
    faults = {row: line.fault for row, line in enumerate(lines) if line.fault is not None}
    unread = {row: line.unread for row, line in enumerate(lines) if line.unread is not None}
    known = frozenset(header.names)
    for row, line in enumerate(lines):
        if not known.issuperset(line.members):
            late = {name: value for name, value in line.members.items() if name not in known}
            unread[row] = _ENCODE(late).decode()
    columns: list[list[bytes | None]] = [
        [None if (value := line.members.get(name)) is None else bytes(value) for line in lines]
        for name in header.names
    ]
    carried = [JsonValues(column) for column in columns]
    numbers = [line.number for line in lines]
    return Rows(header, numbers, carried, births_of(header, carried), faults, unread)
