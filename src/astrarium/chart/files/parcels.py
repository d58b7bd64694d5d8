"""Rows as one Arrow stream, so that another process can go on with them as if it had read the table itself.

A table has one reader, which knows what a line or a quote is; whoever casts its charts, a chunk here and a chunk there,
gets the rows that it read, with their line numbers and what is wrong with them.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec
import pyarrow as pa

from astrarium.chart.files.arrow_rows import ArrowColumn
from astrarium.chart.files.errors import RowError
from astrarium.chart.files.header import Header
from astrarium.chart.files.rows import Carried, JsonValues, Rows, Texts, births_of
from astrarium.errors import AstrariumError

COMPRESSION: Final = "zstd"
ABOUT: Final = b"astrarium.parcel"


class Fault(msgspec.Struct, frozen=True, array_like=True):
    """What is wrong with a row."""

    code: str
    detail: str
    hint: str
    pointer: str | None


class About(msgspec.Struct, frozen=True):
    """What of the rows has no column."""

    header: Header
    kind: str
    faults: dict[str, Fault]
    unread: dict[str, str]


class KeptFault(RowError):
    """A fault that was found where the row was read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail, hint=fault.hint, pointer=fault.pointer)
        setattr(self, "code", fault.code)  # noqa: B010 - the class has none: each of these has the code that it was kept with


_KINDS: Final[dict[str, Callable[[pa.Array], Carried]]] = {
    "text": lambda column: Texts(column.to_pylist()),
    "json": lambda column: JsonValues(column.to_pylist()),
    "arrow": ArrowColumn,
}


def pack(rows: Rows) -> bytes:
    """The rows as bytes, from which `unpack` makes the same rows."""
    kind, columns = _columns(rows.carried)
    about = About(
        rows.header,
        kind,
        {str(row): _kept(fault) for row, fault in rows.faults.items()},
        {str(row): text for row, text in rows.unread.items()},
    )
    arrays = [pa.array(rows.lines, pa.int64()), *columns]
    schema = pa.schema(
        [pa.field(str(number), array.type) for number, array in enumerate(arrays)],
        {ABOUT: msgspec.json.encode(about)},
    )
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=COMPRESSION)
    with pa.ipc.new_stream(sink, schema, options=options) as stream:
        stream.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def unpack(packed: bytes) -> Rows:
    """The rows that `pack` was given."""
    stream = pa.ipc.open_stream(packed)
    about = msgspec.json.decode(stream.schema.metadata[ABOUT], type=About)
    lines, *columns = stream.read_next_batch().columns
    carried = list(map(_KINDS[about.kind], columns))
    return Rows(
        about.header,
        lines.to_pylist(),
        carried,
        births_of(about.header, carried),
        {int(row): KeptFault(fault) for row, fault in about.faults.items()},
        {int(row): text for row, text in about.unread.items()},
    )


def _columns(carried: Any) -> tuple[str, list[pa.Array]]:  # noqa: ANN401 - the columns of one reader are of one kind
    match carried[0]:
        case Texts():
            return "text", [column.as_arrow() for column in carried]
        case JsonValues():
            return "json", [pa.array(column.cells, pa.binary()) for column in carried]
        case _:
            return "arrow", [column.as_arrow() for column in carried]


def _kept(fault: AstrariumError) -> Fault:
    return Fault(fault.code, fault.detail, fault.hint, fault.pointer)
