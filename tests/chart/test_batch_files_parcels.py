"""Rows on their way to another process: the same rows, faults and births, whatever they were read from."""

import gc
import io
import weakref

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from astrarium.chart.files.births import PlaceFinder
from astrarium.chart.files.casting import Settings
from astrarium.chart.files.conversion import Caster
from astrarium.chart.files.formats import reader_of, writer_of
from astrarium.chart.files.moments import understand
from astrarium.chart.files.parcels import pack, unpack
from astrarium.civil.gazetteer import shipped_gazetteer

TABLE = (
    "id,date,time,latitude,longitude,remark\n"
    '1,1990-05-17, 12:30 ,51.5,-0.1,"two\nlines"\n'
    "2,1990-13-17,12:30,51.5,-0.1,\n"
    "3,1990-05-17,12:30,51.5,-0.1,x,y\n"
    "4,1990-05-17,unknown,51.5,-0.1,caf\udce9\n"
    '"5,1990\n'
    '6,1990-05-17,08:00-09:30,"48,9",2.4,\n'
).encode("utf-8", "surrogateescape")
LINES = b"".join(
    msgspec.json.encode(line) + b"\n"
    for line in (
        {
            "date": "1990-05-17",
            "time": {"from": "08:00", "to": "09:00"},
            "latitude": 51.5,
            "longitude": -0.1,
            "tags": ["a", None],
        },
        {"date": "1990-05-17", "latitude": None, "place": " London, GB ", "later": 1},
        [1],
    )
)


def parquet():
    sink = io.BytesIO()
    table = pa.table(
        {
            "date": pa.array(["1990-05-17", None], pa.string()),
            "place_id": pa.array([2643743, 2988507]),
            "weights": pa.array([[1.5], None], pa.list_(pa.float32())),
        }
    )
    pq.write_table(table, sink)
    return sink.getvalue()


SOURCES = {"csv": TABLE, "jsonl": LINES, "parquet": parquet()}


def charts_of(chunks, target):
    caster = Caster(Settings())
    finder = PlaceFinder(shipped_gazetteer())
    sink = io.BytesIO()
    writer = None
    for rows in chunks:
        layout = caster.layout(rows.header.names)
        writer = writer or writer_of(target, sink, layout, rows, caster.selections)
        writer.write(caster.cast(rows, understand(rows, finder)))
    writer.close()
    return sink.getvalue()


@pytest.mark.parametrize("target", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("source", SOURCES)
def test_charts_of_parcels_are_those_of_the_table(source, target):
    read = [list(reader_of(source, io.BytesIO(SOURCES[source]), 2)) for _ in range(2)]
    assert charts_of(map(unpack, map(pack, read[0])), target) == charts_of(read[1], target)


@pytest.mark.parametrize("source", SOURCES)
def test_a_parcel_packed_again_is_the_same(source):
    for rows in reader_of(source, io.BytesIO(SOURCES[source]), 100):
        packed = pack(rows)
        again = unpack(packed)
        assert pack(again) == packed
        assert list(again.lines) == list(rows.lines)
        assert again.births == rows.births
        assert again.unread == rows.unread
        assert {row: (f.code, f.detail, f.hint, f.pointer) for row, f in again.faults.items()} == {
            row: (f.code, f.detail, f.hint, f.pointer) for row, f in rows.faults.items()
        }


def test_a_header_alone_is_a_parcel():
    (rows,) = reader_of("csv", io.BytesIO(b"date,place\n"), 100)
    assert unpack(pack(rows)).count == 0


@pytest.mark.parametrize(
    "row", ["1990-05-17,12:30,Nowhere at all", "1990-13-17,12:30,Rome", "1990-05-17,12:30,"]
)
def test_a_chunk_goes_when_nobody_needs_it_faults_and_all(row):
    (rows,) = reader_of("csv", io.BytesIO(f"date,time,place\n{row}\n".encode()), 100)
    finder = PlaceFinder(shipped_gazetteer())
    caster = Caster(Settings())
    gc.collect()
    gc.disable()
    try:
        chunk = caster.cast(rows, understand(rows, finder))
        assert chunk.faults
        arrays = weakref.ref(chunk.told.arrays.places.values)
        del chunk, rows
        assert arrays() is None
    finally:
        gc.enable()
