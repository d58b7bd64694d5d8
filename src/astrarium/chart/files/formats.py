"""The formats of tables, by name and by the end of a file's name, with their readers and writers."""

from collections.abc import Generator
from importlib.util import find_spec
from typing import BinaryIO, Final

from astrarium.chart.files.csv_rows import UTF_8, read_csv
from astrarium.chart.files.errors import ArrowExtraMissing, UnknownFormat, UnstreamableFormat
from astrarium.chart.files.fields import Layout
from astrarium.chart.files.json_rows import read_json_lines
from astrarium.chart.files.rows import Rows
from astrarium.chart.files.text import CSV, JSON_LINES, TextWriter, Writer
from astrarium.chart.selection import Selection

ENDINGS: Final[dict[str, str]] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
}
FORMATS: Final = ("csv", "jsonl", "parquet", "arrow")
STREAMED: Final = ("csv", "jsonl")
"""Formats that can flow through standard input and output."""


def format_of(name: str, named: str | None, *, is_stream: bool) -> str:
    """The format of a table: the one named, else by the end of its name; a stream without one is CSV.

    Raises `UnknownFormat`, `UnstreamableFormat`, and `ArrowExtraMissing` where pyarrow is needed and not there.
    """
    chosen = named
    if chosen is None:
        chosen = "csv" if is_stream else ENDINGS.get("." + name.rpartition(".")[2].casefold())
    if chosen not in FORMATS:
        raise UnknownFormat(named or name, FORMATS)
    if chosen not in STREAMED:
        if is_stream:
            raise UnstreamableFormat(chosen, STREAMED)
        if find_spec("pyarrow") is None:
            raise ArrowExtraMissing
    return chosen


def reader_of(
    chosen: str, stream: BinaryIO, chunk_rows: int, encoding: str = UTF_8
) -> Generator[Rows, None, None]:
    """The rows of a stream of one of `FORMATS`, in chunks, at least one; `encoding` is that of CSV."""
    match chosen:
        case "csv":
            return read_csv(stream, chunk_rows, encoding)
        case "jsonl":
            return read_json_lines(stream, chunk_rows)
    from astrarium.chart.files import arrow_rows  # pyarrow, an extra

    return (
        arrow_rows.read_parquet(stream, chunk_rows)
        if chosen == "parquet"
        else arrow_rows.read_arrow(stream, chunk_rows)
    )


def writer_of(
    chosen: str,
    stream: BinaryIO,
    layout: Layout,
    first: Rows,
    selections: tuple[Selection, Selection | None],
) -> Writer:
    """A writer of one of `FORMATS`; the first rows tell the types of what is carried over.

    `selections` are the settings for the schema: those asked for, and those with the houses to fall back on.
    """
    match chosen:
        case "csv":
            return TextWriter(stream, layout, CSV)
        case "jsonl":
            return TextWriter(stream, layout, JSON_LINES)
    from astrarium.chart.files import arrow  # pyarrow, an extra

    schema = arrow.schema_of(first, layout, selections)
    return (arrow.ParquetWriter if chosen == "parquet" else arrow.ArrowWriter)(stream, layout, schema)
