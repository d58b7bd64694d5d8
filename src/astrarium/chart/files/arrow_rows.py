"""Parquet and Arrow to rows: birth columns of any fitting type, the others carried over as they are."""

import datetime as dt
from collections.abc import Generator, Iterator
from typing import Any, BinaryIO, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from astrarium.chart.files.errors import UnreadableTable
from astrarium.chart.files.header import Header, read_header
from astrarium.chart.files.rows import BirthValue, Rows, births_of

IPC_FILE_MAGIC: Final = b"ARROW1"


class ArrowColumn(msgspec.Struct, frozen=True, eq=False):
    """A carried column in Arrow's own form."""

    array: pa.Array

    def as_text(self) -> list[str | None]:
        """Text as it is, numbers and instants as Arrow writes them, lists and structs as JSON."""
        if pa.types.is_nested(self.array.type):
            return [None if value == b"null" else value.decode() for value in self.as_json()]
        texts: list[str | None]
        try:
            texts = self.array.cast(pa.string()).to_pylist()
        except pa.ArrowException:
            texts = [None if value is None else str(value) for value in self.array.to_pylist()]
        return texts

    def as_json(self) -> list[bytes]:
        """The values as JSON; what JSON has no type for, as text."""
        return [msgspec.json.encode(value, enc_hook=str) for value in self.array.to_pylist()]

    def as_arrow(self) -> pa.Array:
        """The array itself."""
        return self.array

    def as_births(self, part: str) -> list[BirthValue]:
        """Text and numbers as they are, dates and times as text, missing numbers as nothing."""
        return [_value(part, value) for value in self.array.to_pylist()]


def read_parquet(stream: BinaryIO, chunk_rows: int) -> Generator[Rows, None, None]:
    """The rows of a Parquet file in chunks; raises `UnreadableTable`, `DuplicateColumns`, `MissingBirthColumns`."""
    try:
        file = pq.ParquetFile(stream)
        batches = file.iter_batches(batch_size=chunk_rows)
        yield from _chunks(file.schema_arrow, batches, chunk_rows)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableTable(f"it is not a whole Parquet file: {_first_line(error)}") from error


def read_arrow(stream: BinaryIO, chunk_rows: int) -> Generator[Rows, None, None]:
    """The rows of an Arrow IPC file or stream in chunks; raises what `read_parquet` raises."""
    try:
        begin = stream.read(len(IPC_FILE_MAGIC))
        stream.seek(0)
        if begin == IPC_FILE_MAGIC:
            file = pa.ipc.open_file(stream)
            batches = map(file.get_batch, range(file.num_record_batches))
            yield from _chunks(file.schema, batches, chunk_rows)
        else:
            reader = pa.ipc.open_stream(stream)
            yield from _chunks(reader.schema, iter(reader), chunk_rows)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableTable(f"it is not a whole Arrow file: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__


def _chunks(schema: pa.Schema, batches: Iterator[pa.RecordBatch], chunk_rows: int) -> Iterator[Rows]:
    header = read_header(list(schema.names))
    done = 0
    for batch in batches:
        for start in range(0, batch.num_rows, chunk_rows):
            part = batch.slice(start, chunk_rows)
            yield _rows(header, part, done)
            done += part.num_rows
    if not done:
        yield _rows(header, pa.RecordBatch.from_pylist([], schema=schema), 0)


def _rows(header: Header, batch: pa.RecordBatch, done: int) -> Rows:
    carried = [ArrowColumn(column) for column in batch.columns]
    numbers = range(done + 1, done + batch.num_rows + 1)
    return Rows(header, numbers, carried, births_of(header, carried), {}, {})


def _value(name: str, value: Any) -> BirthValue:  # noqa: ANN401 - whatever the column holds
    """A cell as a birth has it: dates and times as text, missing numbers as nothing."""
    match value:
        case str():
            return value.strip() or None
        case None | bool() | int() | dict():
            return value
        case float():
            return None if value != value else value  # noqa: PLR0124 - NaN is how pandas writes nothing
        case dt.datetime() if name == "date" and value.time() == dt.time():
            return value.date().isoformat()
        case dt.datetime() if name == "instant" and value.utcoffset() is not None:
            return value.astimezone(dt.UTC).replace(tzinfo=None).isoformat() + "Z"
        case dt.date() | dt.time():
            return value.isoformat()
        case _:
            return str(value)
