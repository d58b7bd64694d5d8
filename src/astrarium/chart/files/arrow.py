"""Charts as Arrow tables, and the writers of Parquet and Arrow files."""

from collections.abc import Iterable
from typing import Any, BinaryIO, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import astrarium
from astrarium.chart.batch import ChartArrays
from astrarium.chart.files.casting import exact_cast
from astrarium.chart.files.fields import (
    ERROR_FIELD,
    INSTANT_FIELDS,
    SCHEMA_VERSION,
    Field,
    Layout,
    chart_fields,
)
from astrarium.chart.files.rows import Rows
from astrarium.chart.files.values import (
    Aspects,
    Categories,
    Chunk,
    Numbers,
    Strings,
    Times,
    Values,
    chart_values,
    values_of,
)
from astrarium.chart.receipt import table_digests
from astrarium.chart.selection import Selection
from astrarium.chart.status import COMPUTED, STATUS
from astrarium.sky.timescales import Instants

WORDS: Final = pa.dictionary(pa.int8(), pa.string())
ASPECT: Final = pa.struct(
    [
        pa.field("a", pa.dictionary(pa.int8(), pa.string())),
        pa.field("b", pa.dictionary(pa.int8(), pa.string())),
        pa.field("aspect", pa.dictionary(pa.int8(), pa.string())),
        pa.field("separation", pa.float64(), metadata={"unit": "deg"}),
        pa.field("orb", pa.float64(), metadata={"unit": "deg"}),
        pa.field("strength", pa.float64()),
        pa.field("applying", pa.bool_()),
    ]
)
TYPES: Final[dict[str, pa.DataType]] = {
    "number": pa.float64(),
    "integer": pa.int64(),
    "category": WORDS,
    "text": pa.string(),
    "instant": pa.timestamp("us", tz="UTC"),
    "aspects": pa.list_(ASPECT),
}
COMPRESSION: Final = "zstd"


def arrow_table(arrays: ChartArrays, instants: Instants | None = None) -> pa.Table:
    """Charts of `astrarium.charts` as an Arrow table, one row a chart; its columns are in the reference (Batch schema).

    Args:
        arrays: the charts.
        instants: those they were asked for; adds `jd_tt_day`, `jd_tt_fraction` and `delta_t_s`.

    Returns:
        A table with `error_code` first (null, or what `status.STATUS` says of a row that is not whole); its schema
        carries the engine's version, the digests of its tables and the settings.
    """
    told = exact_cast(
        arrays, Instants(np.empty(0), np.empty(0), np.empty(0)) if instants is None else instants
    )
    fields = (*(INSTANT_FIELDS if instants is not None else ()), *chart_fields(arrays.selection))
    codes = [None if status == COMPUTED else STATUS[status] for status in arrays.status.tolist()]
    columns = [pa.array(codes, pa.string()), *(_array(chart_values(field, told)) for field in fields)]
    schema = pa.schema(map(arrow_field, (ERROR_FIELD, *fields)), metadata(arrays.selection))
    return pa.Table.from_arrays(columns, schema=schema)


def arrow_field(field: Field) -> pa.Field:
    """A column of the schema, with its meaning and unit."""
    about = {"meaning": field.meaning, "unit": field.unit} if field.unit else {"meaning": field.meaning}
    return pa.field(field.name, TYPES[field.kind], metadata=about)


def metadata(selection: Selection, fallback: Selection | None = None) -> dict[str, str]:
    """What stands in a schema beside its columns: engine, tables and settings, as in a receipt."""
    settings = {
        "zodiacs": [frame.versioned_id for frame in selection.zodiacs],
        "houses": selection.houses.id,
        "house_fallback": None if fallback is None else fallback.houses.id,
        "bodies": list(selection.bodies),
        "aspects": selection.aspects.id,
        "perspective": selection.perspective,
    }
    return {
        "astrarium.schema": SCHEMA_VERSION,
        "astrarium.engine": astrarium.__version__,
        "astrarium.tables": msgspec.json.encode(table_digests()).decode(),
        "astrarium.settings": msgspec.json.encode(settings).decode(),
    }


def schema_of(rows: Rows, layout: Layout, selections: tuple[Selection, Selection | None]) -> pa.Schema:
    """The schema of a whole output: carried columns, whose types the first rows tell, and computed ones."""
    carried = [pa.field(name, rows.carried[at].as_arrow().type) for at, name in layout.carried]
    return pa.schema([*carried, *map(arrow_field, layout.fields)], metadata(*selections))


def record_batch(chunk: Chunk, layout: Layout, schema: pa.Schema) -> pa.RecordBatch:
    """The rows of a chunk."""
    carried = [chunk.rows.carried[at].as_arrow() for at, _ in layout.carried]
    computed = [_array(values_of(field, chunk)) for field in layout.fields]
    return pa.RecordBatch.from_arrays([*carried, *computed], schema=schema)


class ParquetWriter:
    """Rows into a Parquet file, a row group a chunk."""

    def __init__(self, stream: BinaryIO, layout: Layout, schema: pa.Schema) -> None:
        self._layout = layout
        self._schema = schema
        self._writer = pq.ParquetWriter(stream, schema, compression=COMPRESSION, **_encodings(schema))

    def write(self, chunk: Chunk) -> None:
        """Write the rows of a chunk."""
        self._writer.write_batch(record_batch(chunk, self._layout, self._schema))

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


class ArrowWriter:
    """Rows into an Arrow IPC file, a record batch a chunk."""

    def __init__(self, stream: BinaryIO, layout: Layout, schema: pa.Schema) -> None:
        self._layout = layout
        self._schema = schema
        self._writer = pa.ipc.new_file(
            stream, schema, options=pa.ipc.IpcWriteOptions(compression=COMPRESSION)
        )

    def write(self, chunk: Chunk) -> None:
        """Write the rows of a chunk."""
        self._writer.write_batch(record_batch(chunk, self._layout, self._schema))

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


def _encodings(schema: pa.Schema) -> dict[str, Any]:
    """Dictionaries for words and text; numbers, which hardly repeat, as they are."""
    return {"use_dictionary": [field.name for field in schema if not pa.types.is_floating(field.type)]}


def _array(values: Values) -> pa.Array:
    match values:
        case Numbers(numbers, digits):
            there = pa.array(numbers, from_pandas=True)
            return there if digits else there.cast(pa.int64())
        case Categories(codes, words):
            return _words(codes, words)
        case Strings(strings):
            return pa.array(strings, pa.string())
        case Times(microseconds, there):
            return pa.array(microseconds, TYPES["instant"], mask=~there)
        case Aspects():
            return _aspects(values)


def _words(codes: Any, words: Iterable[str]) -> pa.Array:  # noqa: ANN401 - an integer array of any width
    indices = pa.array(codes, pa.int8(), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(words), pa.string()))


def _aspects(aspects: Aspects) -> pa.Array:
    lists = aspects.lists
    bodies = list(dict.fromkeys(body for pair in aspects.pairs for body in pair))
    ends = np.array([[bodies.index(a), bodies.index(b)] for a, b in aspects.pairs], np.int64).reshape(-1, 2)
    separation, orb, strength = lists.measures
    items = pa.StructArray.from_arrays(
        [
            _words(ends[lists.pairs, 0], bodies),
            _words(ends[lists.pairs, 1], bodies),
            _words(lists.kinds, (kind.id for kind in aspects.kinds)),
            pa.array(separation),
            pa.array(orb),
            pa.array(strength),
            pa.array(lists.applying.astype(bool)),
        ],
        fields=list(ASPECT),
    )
    offsets = pa.array(lists.offsets, pa.int32())
    return pa.ListArray.from_arrays(offsets, items, type=TYPES["aspects"], mask=pa.array(~aspects.there))
