"""The footer of a Parquet file whose row groups come from several: read, moved, and written again.

A footer is a struct of Thrift's compact protocol (Apache Thrift, thrift-compact-protocol.md) that names every row group
and column chunk by its offset in the file (Apache Parquet, parquet.thrift). Bodies put one after another need their
offsets moved and nothing else, so that the columns themselves are not looked at.
"""

import struct
from collections.abc import Sequence
from typing import Any, Final

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
_INTEGERS: Final = frozenset({I16, I32, I64})
_LONG_LIST: Final = 15

NUM_ROWS, ROW_GROUPS = 3, 4
COLUMNS, GROUP_OFFSET, ORDINAL = 1, 5, 7
CHUNK_OFFSET, CHUNK_META, OFFSET_INDEX, COLUMN_INDEX = 2, 3, 4, 6
PAGE_OFFSETS: Final = frozenset({9, 10, 11, 14})
"""Of `ColumnMetaData`: the first data page, the index page, the dictionary page, the bloom filter."""

Fields = dict[int, tuple[int, Any]]
"""A struct: by the number of a field its type and value."""


def joined_footer(footers: Sequence[bytes], moved_by: Sequence[int]) -> bytes:
    """The footer of a file of several files' bodies, each moved by so many bytes; the schema is the first one's."""
    whole = _read(footers[0])
    groups: list[Any] = []
    rows = 0
    for footer, distance in zip(footers, moved_by, strict=True):
        fields = _read(footer)
        rows += fields[NUM_ROWS][1]
        for group in fields[ROW_GROUPS][1][1]:
            _move_group(group, distance)
            if ORDINAL in group:
                group[ORDINAL] = (I16, len(groups))
            groups.append(group)
    whole[NUM_ROWS] = (I64, rows)
    whole[ROW_GROUPS] = (LIST, (STRUCT, groups))
    written = bytearray()
    _write_struct(written, whole)
    return bytes(written)


def _move_group(group: Fields, distance: int) -> None:
    _move(group, GROUP_OFFSET, distance)
    for column in group[COLUMNS][1][1]:
        for field in (CHUNK_OFFSET, OFFSET_INDEX, COLUMN_INDEX):
            _move(column, field, distance)
        about = column[CHUNK_META][1]
        for field in PAGE_OFFSETS:
            _move(about, field, distance)


def _move(fields: Fields, field: int, distance: int) -> None:
    """Move an offset; 0 stands for none, since every file begins with its magic."""
    found = fields.get(field)
    if found is not None and found[1]:
        fields[field] = (found[0], found[1] + distance)


def _read(footer: bytes) -> Fields:
    fields, end = _read_struct(footer, 0)
    if end != len(footer):
        raise ValueError(f"the footer ends at {end}, not at {len(footer)}")
    return fields


def _read_struct(data: bytes, at: int) -> tuple[Fields, int]:
    fields: Fields = {}
    field = 0
    while head := data[at]:
        at += 1
        kind = head & 0x0F
        if head >> 4:
            field += head >> 4
        else:
            field, at = _read_zigzag(data, at)
        if kind in {TRUE, FALSE}:
            fields[field] = (kind, None)
        else:
            value, at = _read_value(data, at, kind)
            fields[field] = (kind, value)
    return fields, at + 1


def _read_value(data: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind in _INTEGERS:
        return _read_zigzag(data, at)
    match kind:
        case 1 | 2 | 3:  # TRUE, FALSE in a list, BYTE
            return data[at], at + 1
        case 7:  # DOUBLE
            return data[at : at + 8], at + 8
        case 8:  # BINARY
            length, at = _read_varint(data, at)
            return data[at : at + length], at + length
        case 9 | 10:  # LIST, SET
            size, inner = data[at] >> 4, data[at] & 0x0F
            at += 1
            if size == _LONG_LIST:
                size, at = _read_varint(data, at)
            values = []
            for _ in range(size):
                value, at = _read_value(data, at, inner)
                values.append(value)
            return (inner, values), at
        case 12:  # STRUCT
            return _read_struct(data, at)
    raise ValueError(f"a footer has no field of type {kind}")


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while (byte := data[at]) & 0x80:
        value |= (byte & 0x7F) << shift
        shift += 7
        at += 1
    return value | byte << shift, at + 1


def _read_zigzag(data: bytes, at: int) -> tuple[int, int]:
    value, at = _read_varint(data, at)
    return (value >> 1) ^ -(value & 1), at


def _write_struct(out: bytearray, fields: Fields) -> None:
    last = 0
    for field, (kind, value) in sorted(fields.items()):
        if 0 < field - last < _LONG_LIST + 1:
            out.append((field - last) << 4 | kind)
        else:
            out.append(kind)
            _write_zigzag(out, field)
        last = field
        if kind not in {TRUE, FALSE}:
            _write_value(out, kind, value)
    out.append(0)


def _write_value(out: bytearray, kind: int, value: Any) -> None:  # noqa: ANN401  (what the type says)
    if kind in _INTEGERS:
        _write_zigzag(out, value)
        return
    match kind:
        case 1 | 2 | 3:
            out.append(value)
        case 7:
            out += value
        case 8:
            _write_varint(out, len(value))
            out += value
        case 9 | 10:
            inner, values = value
            if len(values) < _LONG_LIST:
                out.append(len(values) << 4 | inner)
            else:
                out.append(_LONG_LIST << 4 | inner)
                _write_varint(out, len(values))
            for one in values:
                _write_value(out, inner, one)
        case 12:
            _write_struct(out, value)


def _write_varint(out: bytearray, value: int) -> None:
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def _write_zigzag(out: bytearray, value: int) -> None:
    _write_varint(out, value << 1 if value >= 0 else (-value << 1) - 1)


def footer_end(footer: bytes) -> bytes:
    """What stands behind a footer at the end of a file."""
    return struct.pack("<I", len(footer)) + b"PAR1"
