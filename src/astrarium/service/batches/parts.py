"""A chunk of births made a part of the results: a whole file of its format, and where in it the rows stand.

The bodies of the parts, one after another, are the whole result, so that nothing is ever written twice.
"""

import io
import struct
from hashlib import blake2b
from typing import BinaryIO, Final

import msgspec
import pyarrow as pa

from astrarium.chart.files.arrow import COMPRESSION, record_batch, schema_of
from astrarium.chart.files.births import PlaceFinder
from astrarium.chart.files.conversion import Caster
from astrarium.chart.files.fields import Layout
from astrarium.chart.files.formats import writer_of
from astrarium.chart.files.header import Header
from astrarium.chart.files.moments import understand
from astrarium.chart.files.rows import Rows
from astrarium.chart.files.text import Writer
from astrarium.chart.files.values import Chunk
from astrarium.errors import AstrariumError, as_sentence
from astrarium.service.batches.schemas import MOST_FAULTS, RowFault

PARQUET_MAGIC: Final = b"PAR1"
_FOOTER_END: Final = struct.Struct("<I4s")
_MESSAGE_BEGIN: Final = struct.Struct("<iI")
_CONTINUES: Final = -1
_STREAM_END: Final = _MESSAGE_BEGIN.pack(_CONTINUES, 0)


class Part(msgspec.Struct, frozen=True):
    """A part: its file, where its rows stand in it, and what is wrong with how many of them."""

    content: bytes
    digest: str
    size: int
    rows: int
    body_from: int
    body_to: int
    errors: dict[str, int]
    faults: tuple[RowFault, ...]


class ArrowStreamWriter:
    """Rows into an Arrow stream, which can be put together of parts as an Arrow file cannot."""

    def __init__(self, stream: BinaryIO, layout: Layout, schema: pa.Schema) -> None:
        self._layout = layout
        self._schema = schema
        self._writer = pa.ipc.new_stream(
            stream, schema, options=pa.ipc.IpcWriteOptions(compression=COMPRESSION)
        )

    def write(self, chunk: Chunk) -> None:
        """Write the rows of a chunk."""
        self._writer.write_batch(record_batch(chunk, self._layout, self._schema))

    def close(self) -> None:
        """Write the end of the stream."""
        self._writer.close()


def part_of(rows: Rows, caster: Caster, format: str, finder: PlaceFinder) -> Part:  # noqa: A002
    """Compute rows and write them in one format."""
    layout = caster.layout(rows.header.names)
    chunk = caster.cast(rows, understand(rows, finder))
    sink = io.BytesIO()
    writer = _writer(format, sink, layout, rows, caster)
    head = sink.tell()
    writer.write(chunk)
    writer.close()
    content = sink.getvalue()
    body_from, body_to = _body(format, content, head)
    counts: dict[str, int] = {}
    for fault in chunk.faults.values():
        counts[fault.code] = counts.get(fault.code, 0) + 1
    first = sorted(chunk.faults)[:MOST_FAULTS]
    faults = tuple(_told(rows.lines[row], chunk.faults[row], rows.header) for row in first)
    digest = blake2b(content, digest_size=16).hexdigest()
    return Part(content, digest, len(content), rows.count, body_from, body_to, counts, faults)


def _writer(format: str, sink: BinaryIO, layout: Layout, rows: Rows, caster: Caster) -> Writer:  # noqa: A002
    if format == "arrow":
        return ArrowStreamWriter(sink, layout, schema_of(rows, layout, caster.selections))
    return writer_of(format, sink, layout, rows, caster.selections)


def _body(format: str, content: bytes, head: int) -> tuple[int, int]:  # noqa: A002
    """Where the rows stand in a file, whose writer wrote `head` bytes before the first."""
    match format:
        case "parquet":
            length, magic = _FOOTER_END.unpack(content[-_FOOTER_END.size :])
            assert magic == PARQUET_MAGIC
            return len(PARQUET_MAGIC), len(content) - _FOOTER_END.size - length
        case "arrow":
            continues, length = _MESSAGE_BEGIN.unpack(content[: _MESSAGE_BEGIN.size])
            assert (continues, content[-_MESSAGE_BEGIN.size :]) == (_CONTINUES, _STREAM_END)
            return _MESSAGE_BEGIN.size + length, len(content) - len(_STREAM_END)
        case _:
            return head, len(content)


def _told(line: int, fault: AstrariumError, header: Header) -> RowFault:
    named = (fault.pointer or "").split("/")
    at = next((header.births[part] for part in reversed(named) if part in header.births), None)
    return RowFault(
        line=line,
        code=fault.code,
        detail=as_sentence(fault.detail),
        column=None if at is None else header.names[at],
    )
