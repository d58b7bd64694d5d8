"""Tables of births as read: what is wrong with them is said with line and column, and nothing is lost."""

import io
import json

import pytest

from astrarium.chart.files.csv_rows import LONGEST_LINE, read_csv
from astrarium.chart.files.errors import (
    DuplicateColumns,
    EmptyTable,
    MissingBirthColumns,
    UnknownFormat,
    UnreadableTable,
    UnstreamableFormat,
)
from astrarium.chart.files.formats import format_of
from astrarium.chart.files.header import BIRTH_COLUMNS, meaning_of, read_header
from astrarium.chart.files.json_rows import read_json_lines

HEADER = b"id,date,time,place\n"
GOOD = b"1,1990-05-17,12:30,Paris\n"


def rows_of(data: bytes, chunk_rows: int = 1000):
    return list(read_csv(io.BytesIO(data), chunk_rows))


def cells(rows, name):
    return rows.carried[rows.header.names.index(name)].as_text()


def faults(rows):
    return {rows.lines[row]: (fault.code, fault.detail) for row, fault in rows.faults.items()}


@pytest.mark.parametrize("name", ["Latitude", " LAT ", "latitude", "Birth Latitude", "birth-latitude"])
def test_a_column_is_known_by_its_name_in_any_dress(name):
    assert meaning_of(name) == "latitude"


def test_no_name_means_two_things():
    names = [name for meaning, synonyms in BIRTH_COLUMNS.items() for name in (meaning, *synonyms)]
    assert len(names) == len(set(names))
    assert all(meaning_of(name) for name in names)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \r\n"])
def test_an_empty_table_is_refused(data):
    with pytest.raises(EmptyTable):
        rows_of(data)


def test_a_header_alone_is_a_table_without_rows():
    (rows,) = rows_of(HEADER)
    assert rows.count == 0
    assert rows.header.names == ("id", "date", "time", "place")


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        (b"id,name\n", ["the date", "the place"]),
        (b"date,time\n", ["the place"]),
        (b"place\n", ["the date"]),
        (b"date,lat\n", ["the place"]),
    ],
)
def test_columns_that_cannot_tell_when_and_where_are_named(header, missing):
    with pytest.raises(MissingBirthColumns) as caught:
        rows_of(header)
    assert caught.value.data["missing"] == missing


@pytest.mark.parametrize(
    ("names", "positions", "meaning"),
    [
        (["date", "place", "note", "note"], [3, 4], None),
        (["date", "place", "lat", "Latitude"], [3, 4], "latitude"),
        (["date", "place", "city"], [2, 3], "place"),
    ],
)
def test_columns_that_say_the_same_are_named_with_their_positions(names, positions, meaning):
    with pytest.raises(DuplicateColumns) as caught:
        read_header(names)
    assert caught.value.data["positions"] == positions
    assert caught.value.data["meaning"] == meaning


def test_a_column_without_a_name_is_carried_by_its_number():
    assert read_header(["date", "", "place"]).names == ("date", "column_2", "place")


@pytest.mark.parametrize("separator", [b",", b";", b"\t"])
def test_the_header_tells_the_separator(separator):
    (rows,) = rows_of((HEADER + GOOD).replace(b",", separator))
    assert cells(rows, "place") == ["Paris"]


def test_ragged_rows_keep_their_cells_and_their_surplus():
    (rows,) = rows_of(HEADER + b"1,1990-05-17\n" + GOOD + b"2,1990-05-17,12:30,Rome,more,and more\n")
    assert faults(rows) == {
        2: ("ragged_row", "line 2 has 2 cells where the header has 4"),
        4: ("ragged_row", "line 4 has 6 cells where the header has 4"),
    }
    assert cells(rows, "id") == ["1", "1", "2"]
    assert cells(rows, "place") == [None, "Paris", "Rome"]
    assert rows.unread == {2: "more,and more"}


def test_a_quote_that_is_never_closed_costs_its_own_line_alone():
    (rows,) = rows_of(HEADER + b'1,1990-05-17,12:30,"Paris\n' + GOOD * 3)
    assert rows.lines == [2, 3, 4, 5]
    assert list(rows.faults) == [0]
    assert rows.faults[0].code == "invalid_row"
    assert rows.unread == {0: '1,1990-05-17,12:30,"Paris'}
    assert cells(rows, "place") == [None, "Paris", "Paris", "Paris"]


def test_a_stray_quote_that_a_later_line_closes_swallows_nothing():
    (rows,) = rows_of(HEADER + b'1,1990-05-17,12:30,"Paris\n' + GOOD + b'3,1990-05-17,"12:30",Rome\n' + GOOD)
    assert rows.lines == [2, 3, 4, 5]
    assert list(rows.faults) == [0]
    assert cells(rows, "place") == [None, "Paris", "Rome", "Paris"]


def test_a_cell_may_hold_lines_and_separators():
    (rows,) = rows_of(HEADER + b'"a\nb",1990-05-17,12:30,"London, GB"\n' + GOOD)
    assert rows.faults == {}
    assert cells(rows, "id") == ["a\nb", "1"]
    assert rows.lines == [2, 4]


def test_a_cell_that_is_too_long_costs_its_own_line_alone():
    (rows,) = rows_of(HEADER + b'1,1990-05-17,12:30,"' + b"x" * 200_000 + b'"\n' + GOOD)
    assert faults(rows)[2][0] == "invalid_row"
    assert len(rows.unread[0]) > 200_000
    assert cells(rows, "place") == [None, "Paris"]


def test_a_line_without_an_end_stops_the_reading_with_its_number():
    with pytest.raises(UnreadableTable) as caught:
        rows_of(HEADER + GOOD + b"x" * (LONGEST_LINE + 10))
    assert caught.value.data["line"] == 3


@pytest.mark.parametrize(
    ("cell", "kept", "reason"),
    [
        (b"Par\xffis", "Par\\xffis", "line 3, column 4 (place) is not UTF-8 text"),
        (b"Par\0is", "Par\\x00is", "line 3, column 4 (place) holds a NUL"),
        (b"Par\xed\xa0\x80is", "Par\\xed\\xa0\\x80is", "line 3, column 4 (place) is not UTF-8 text"),
    ],
)
def test_what_is_no_text_is_carried_escaped_and_said_with_line_and_column(cell, kept, reason):
    (rows,) = rows_of(
        HEADER + GOOD + b"2,1990-05-17,12:30," + cell + b"\n" + "3,1990-05-17,12:30,Köln\n".encode()
    )
    assert faults(rows) == {3: ("invalid_text", reason)}
    assert cells(rows, "place") == ["Paris", kept, "Köln"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_another_encoding_is_said_at_once(encoding):
    with pytest.raises(UnreadableTable, match="UTF-8"):
        rows_of((HEADER + GOOD).decode().encode(encoding))


def test_a_header_that_is_no_text_is_refused_with_its_column():
    with pytest.raises(UnreadableTable, match="column 2"):
        rows_of(b"id,d\xffte,place\n")


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 7, 100])
def test_chunks_change_nothing(chunk_rows):
    data = HEADER + GOOD * 3 + b"bad\n" + GOOD * 3
    chunks = rows_of(data, chunk_rows)
    assert [line for rows in chunks for line in rows.lines] == [2, 3, 4, 5, 6, 7, 8]
    assert all(rows.count <= chunk_rows for rows in chunks)


def json_rows(*lines):
    data = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return list(read_json_lines(io.BytesIO(data), 2))


def test_json_values_are_carried_as_they_are_written():
    line = b'{"date":"1990-05-17","place":"Paris","weight":1.10,"tags":["a", 1],"big":123456789012345678901234567890}'
    (rows,) = json_rows(line)
    carried = dict(zip(rows.header.names, (one.as_json()[0] for one in rows.carried), strict=True))
    assert carried["weight"] == b"1.10"
    assert carried["tags"] == b'["a", 1]'
    assert carried["big"] == b"123456789012345678901234567890"


def test_json_lines_that_are_none_keep_their_text():
    first = {"date": "1990-05-17", "place": "Paris"}
    rows, more = json_rows(first, b"{broken", b"[1]", b'{"date":"\xff"}')
    assert faults(rows)[2][0] == "invalid_row"
    assert rows.unread == {1: "{broken"}
    assert [fault.code for fault in more.faults.values()] == ["invalid_row", "invalid_row"]
    assert more.unread == {0: "[1]", 1: '{"date":"\\xff"}'}


def test_a_json_name_that_comes_late_is_kept():
    birth = {"date": "1990-05-17", "place": "Paris"}
    _, late = json_rows(birth, birth, birth | {"note": "x"})
    assert late.unread == {0: '{"note":"x"}'}


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_empty_json_lines_are_refused(data):
    with pytest.raises(EmptyTable):
        json_rows(data)


def test_a_json_array_is_told_from_json_lines():
    with pytest.raises(UnreadableTable, match="array"):
        json_rows([{"date": "1990-05-17"}])


@pytest.mark.parametrize(
    ("name", "named", "expected"),
    [("a.csv", None, "csv"), ("A.CSV", None, "csv"), ("a.ndjson", None, "jsonl"), ("a", "jsonl", "jsonl")],
)
def test_a_format_is_told_by_the_end_of_the_name(name, named, expected):
    assert format_of(name, named, is_stream=False) == expected


@pytest.mark.parametrize(("name", "named"), [("a.xlsx", None), ("births", None), ("a.csv", "xml")])
def test_an_unknown_format_is_refused(name, named):
    with pytest.raises(UnknownFormat):
        format_of(name, named, is_stream=False)


def test_parquet_cannot_flow():
    with pytest.raises(UnstreamableFormat):
        format_of("-", "parquet", is_stream=True)
