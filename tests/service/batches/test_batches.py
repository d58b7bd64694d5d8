"""A file of births to a file of charts: the same rows as `astrarium batch` writes, in every format."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from astrarium.chart.files.conversion import convert

HEADER = "id,date,time,place\n"
ROWS = [f'{number},1990-05-{number:02},12:30,"London, GB"\n' for number in range(1, 10)]
TABLE = HEADER + "".join(ROWS) + "10,1990-13-17,12:30,Rome\n" + "11,1990-05-17,,Paris\n"


def by_command(table, target, source="csv"):
    sink = io.BytesIO()
    for _ in convert(io.BytesIO(table.encode()), source, sink, target):
        pass
    return sink.getvalue()


def read(client, batch, **params):
    return client.get(f"/batches/{batch['id']}/results", params=params)


def test_a_file_becomes_charts(send, jobs, signed_in):
    answer = send(TABLE)
    assert answer.status_code == 202, answer.text
    batch = answer.json()
    assert answer.headers["location"] == f"/api/v1/batches/{batch['id']}"
    assert (batch["state"], batch["repeated"]) == ("waiting", False)
    assert jobs.run() == {"batches.read": 1, "batches.chunk": 3, "batches.join": 1}
    done = signed_in.get(f"/batches/{batch['id']}").json()
    assert done["state"] == "finished"
    assert done["progress"] == {"rows": 11, "done": 11, "failed": 1, "chunks": 3, "chunks_done": 3}
    assert done["errors"] == {"invalid_date": 1}
    assert done["faults"][0]["line"] == 11
    assert done["faults"][0]["column"] == "date"
    charts = read(signed_in, done)
    assert charts.status_code == 200
    expected = pq.read_table(io.BytesIO(by_command(TABLE, "parquet")))
    found = pq.read_table(io.BytesIO(charts.content))
    assert found.schema.equals(expected.schema, check_metadata=True)
    assert found.to_pylist() == expected.to_pylist()


@pytest.mark.parametrize("target", ["csv", "jsonl"])
def test_text_is_that_of_the_command_to_the_byte(send, jobs, signed_in, target):
    batch = send(TABLE, format=target).json()
    jobs.run()
    assert read(signed_in, batch).content == by_command(TABLE, target)


def test_uploads_go_on_where_the_database_plans_them_for_any_values(send, signed_in):
    """From the sixth run of a statement on, a connection of PostgreSQL may keep one plan for all."""
    for number in range(12):
        answer = send(f"{HEADER}{number},1990-05-17,12:30,Rome\n")
        assert answer.status_code == 202, answer.text
        assert signed_in.post(f"/batches/{answer.json()['id']}/cancel").status_code == 200


def test_arrow_is_one_stream(send, jobs, signed_in):
    batch = send(TABLE, format="arrow").json()
    jobs.run()
    with pa.ipc.open_stream(read(signed_in, batch).content) as stream:
        charts = stream.read_all()
    with pa.ipc.open_file(by_command(TABLE, "arrow")) as file:
        expected = file.read_all()
    assert charts.schema.equals(expected.schema, check_metadata=True)
    assert charts.to_pylist() == expected.to_pylist()
