"""Parquet and Arrow: types, metadata, and the same values as text."""

import csv
import datetime as dt
import io
import json
import math

import msgspec
import numpy as np
import pytest

import astrarium
from astrarium.chart.files.conversion import convert
from astrarium.chart.files.errors import UnreadableTable
from astrarium.chart.receipt import table_digests

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

BIRTHS = (
    b'id,date,time,place,remark\n1,1990-05-17,12:30,"London, GB",ok\n2,1990-13-17,12:30,Rome,slip\n'
    b'3,1990-05-17,,Paris,\n4,1650-05-17,12:30:15,Apia,\n5,1990-05-17,12:30,Longyearbyen,"a ""b""\n c"\n'
)


def converted(data, source, target, chunk_rows=2):
    out = io.BytesIO()
    for _ in convert(io.BytesIO(data), source, out, target, chunk_rows=chunk_rows):
        pass
    return out.getvalue()


def table(data):
    return pq.read_table(io.BytesIO(data))


def written(values, target):
    """A table of births as Parquet or Arrow."""
    made = pa.table(values)
    out = io.BytesIO()
    if target == "parquet":
        pq.write_table(made, out)
    elif target == "arrow":
        with pa.ipc.new_file(out, made.schema) as writer:
            writer.write_table(made)
    else:
        with pa.ipc.new_stream(out, made.schema) as writer:
            writer.write_table(made)
    return out.getvalue()


def test_every_format_says_the_same():
    rows = table(converted(BIRTHS, "csv", "parquet")).to_pylist()
    arrow = pa.ipc.open_file(io.BytesIO(converted(BIRTHS, "csv", "arrow"))).read_all().to_pylist()
    objects = [json.loads(line) for line in converted(BIRTHS, "csv", "jsonl").splitlines()]
    cells = list(csv.DictReader(io.StringIO(converted(BIRTHS, "csv", "csv").decode(), newline="")))
    assert rows == arrow
    assert len(rows) == len(objects) == len(cells) == 5
    for row, one, cell in zip(rows, objects, cells, strict=True):
        assert row.keys() == one.keys() == cell.keys()
        for name, value in row.items():
            if isinstance(value, dt.datetime):
                assert one[name] == cell[name] == value.isoformat().replace("+00:00", "Z")
            elif name == "aspects":
                assert one[name] == value
                assert cell[name] == "; ".join(
                    f"{each['a']} {each['aspect']} {each['b']} {np.format_float_positional(each['orb'], trim='-')} "
                    f"{'applying' if each['applying'] else 'separating'}"
                    for each in value or ()
                )
            elif isinstance(value, int | float):
                assert one[name] == float(cell[name]) == value
            else:
                assert one[name] == value
                assert cell[name] == (value or "")


def test_the_schema_carries_types_meanings_engine_and_tables():
    schema = table(converted(BIRTHS, "csv", "parquet")).schema
    assert schema.field("sun_longitude").type == pa.float64()
    assert schema.field("sun_longitude").metadata[b"unit"] == b"deg"
    assert schema.field("sun_sign_iau13").type == pa.dictionary(pa.int8(), pa.string())
    assert schema.field("utc").type == pa.timestamp("us", tz="UTC")
    assert schema.metadata[b"astrarium.engine"].decode() == astrarium.__version__
    assert msgspec.json.decode(schema.metadata[b"astrarium.tables"]) == table_digests()
    settings = msgspec.json.decode(schema.metadata[b"astrarium.settings"])
    assert settings["zodiacs"] == ["iau13@1", "tropical@1"]


@pytest.mark.parametrize("source", ["parquet", "arrow", "arrow stream"])
def test_births_may_be_dates_times_and_numbers_of_their_own_types(source):
    values = {
        "date": pa.array([dt.date(1990, 5, 17), None]),
        "time": pa.array([dt.time(12, 30), None]),
        "lat": pa.array([51.5, math.nan]),
        "lon": pa.array([-0.1, math.nan]),
        "fold": pa.array([0.0, math.nan]),
        "tags": pa.array([["a", "b"], None]),
        "weight": pa.array([3.25, None], pa.float32()),
    }
    data = written(values, source)
    made = table(converted(data, source.split()[0], "parquet"))
    assert made.schema.field("tags").type == pa.list_(pa.string())
    assert made.schema.field("weight").type == pa.float32()
    good, bad = made.to_pylist()
    assert good["error_code"] is None
    assert good["utc"] == dt.datetime(1990, 5, 17, 11, 30, tzinfo=dt.UTC)
    assert good["tags"] == ["a", "b"]
    assert bad["error_code"] == "missing_place"
    (first, _) = [json.loads(line) for line in converted(data, source.split()[0], "jsonl").splitlines()]
    assert (first["date"], first["tags"], first["weight"]) == ("1990-05-17", ["a", "b"], 3.25)
    (cells, _) = csv.DictReader(io.StringIO(converted(data, source.split()[0], "csv").decode()))
    assert (cells["date"], cells["tags"], cells["weight"]) == ("1990-05-17", '["a","b"]', "3.25")


def test_midnights_and_instants_with_a_zone_are_read():
    zone = dt.timezone(dt.timedelta(hours=2))
    values = {
        "date": pa.array([dt.datetime.fromisoformat("1990-05-17"), None]),
        "instant": pa.array(
            [None, dt.datetime(1990, 5, 17, 13, 30, tzinfo=zone)], pa.timestamp("us", tz="+02:00")
        ),
        "place": ["Paris", "Paris"],
    }
    unknown, exact = table(converted(written(values, "parquet"), "parquet", "parquet")).to_pylist()
    assert unknown["known"] == "unknown"
    assert exact["utc"] == dt.datetime(1990, 5, 17, 11, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("source", ["parquet", "arrow"])
@pytest.mark.parametrize("data", [b"", b"id,date\n", b"PAR1" + b"x" * 40, b"ARROW1\0\0" + b"x" * 40])
def test_what_is_no_whole_file_is_refused(source, data):
    with pytest.raises(UnreadableTable):
        converted(data, source, "csv")


def test_a_table_of_no_rows_keeps_its_columns():
    data = written({"date": pa.array([], pa.string()), "place": pa.array([], pa.string())}, "parquet")
    made = table(converted(data, "parquet", "parquet"))
    assert made.num_rows == 0
    assert {"date", "sun_longitude"} <= set(made.column_names)


def test_charts_in_memory_become_a_table():
    from astrarium.chart.files.arrow import arrow_table

    instants = astrarium.from_universal([2448028.5, np.nan, 2448028.5], 0.479)
    arrays = astrarium.charts(instants, [51.5, 51.5, 78.2], [-0.1, -0.1, 15.6])
    made = arrow_table(arrays, instants)
    assert made.column("error_code").to_pylist() == [None, "not_finite", "houses_undefined"]
    np.testing.assert_allclose(
        made.column("sun_longitude")[0].as_py(), arrays.places.longitude_deg[0, 0], atol=1e-8
    )
    assert made.column("moon_longitude")[1].as_py() is None
    assert made.column("moon_house").to_pylist()[1:] == [None, None]
    assert made.column("moon_sign_iau13")[0].as_py() in arrays.selection.zodiacs[0].signs
    assert made.column("aspects")[1].as_py() is None
    assert "jd_tt_day" not in arrow_table(arrays).column_names
