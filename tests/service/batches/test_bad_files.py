"""Files that are no tables of births: refused while their sender waits, in words, with nothing left behind."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

GOOD = "date,time,place\n1990-05-17,12:30,London\n"


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def form(name):
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return head.encode() + b"1\r\n--x--\r\n"


def parquet(columns):
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("table", "kind", "status", "code"),
    [
        (b"", "text/csv", 422, "empty_table"),
        (b"\n\n", "text/csv", 422, "empty_table"),
        (b"name,age\nAda,3\n", "text/csv", 422, "missing_columns"),
        (b"date,birthday,place\n1990-05-17,1990-05-17,London\n", "text/csv", 422, "duplicate_columns"),
        (GOOD.encode("utf-16"), "text/csv", 422, "unreadable_table"),
        (b'"date,place\n1990-05-17,London\n', "text/csv", 422, "unreadable_table"),
        (b"\x00\x01\x02", "text/csv", 422, "unreadable_table"),
        (b"date,place\n" + b"x" * (1 << 20), "text/csv", 413, "body_too_large"),
        (b"[1]\n", "application/x-ndjson", 422, "unreadable_table"),
        (b"{}\n", "application/x-ndjson", 422, "missing_columns"),
        (b"", "application/x-ndjson", 422, "empty_table"),
        (b"PAR1 no PAR1", "application/vnd.apache.parquet", 422, "unreadable_table"),
        (b"", "application/vnd.apache.parquet", 422, "unreadable_table"),
        (parquet({"a": [1]}), "application/vnd.apache.parquet", 422, "missing_columns"),
        (b"ARROW1 no", "application/vnd.apache.arrow.file", 422, "unreadable_table"),
        (b"no", "application/vnd.apache.arrow.stream", 422, "unreadable_table"),
        (GOOD.encode(), "application/json", 415, "unsupported_media_type"),
        (GOOD.encode(), "", 415, "unsupported_media_type"),
        (GOOD.encode(), "text/csv; charset=ebcdic", 415, "unknown_encoding"),
        (b"no form", "multipart/form-data; boundary=x", 422, "malformed_form"),
        (b"no form", "multipart/form-data", 422, "malformed_form"),
        (form("a"), "multipart/form-data; boundary=x", 422, "malformed_form"),
        (form('a"; filename="a.xlsx'), "multipart/form-data; boundary=x", 415, "unsupported_media_type"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_at_once(send, signed_in, problem, tmp_path, table, kind, status, code):
    problem(send(table, kind), status, code)
    assert files_in(tmp_path) == []
    assert signed_in.get("/batches").json()["items"] == []


def test_a_missing_column_is_told_with_the_nearest(send, problem):
    told = problem(send("dtae,place\n1990-05-17,London\n"), 422, "missing_columns")
    assert "`date`" in told["hint"]
    assert told["data"]["found"] == ["dtae", "place"]


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("zodiacs", "iau13,nonesuch", "unknown_zodiac"),
        ("houses", "nonesuch", "unknown_house_system"),
        ("bodies", "sun,nonesuch", "unknown_body"),
        ("aspects", "nonesuch", "unknown_aspects"),
        ("columns", "id,nonesuch", "unknown_columns"),
        ("perspective", "lunar", "invalid_parameter"),
        ("format", "xlsx", "invalid_parameter"),
        ("house", "placidus", "unknown_parameter"),
    ],
)
def test_options_that_do_not_exist_are_refused(send, tmp_path, option, value, code):
    answer = send(GOOD, **{option: value})
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] == code
    assert files_in(tmp_path) == []


def test_a_batch_needs_an_account(own_service, problem):
    answer = own_service.post("/api/v1/batches", content=GOOD, headers={"Content-Type": "text/csv"})
    problem(answer, 401, "not_signed_in")


def test_a_table_that_is_too_long_fails_with_words(send, jobs, signed_in, problem):
    batch = send("date,place\n" + "1990-05-17,London\n" * 101).json()
    jobs.run()
    failed = signed_in.get(f"/batches/{batch['id']}").json()
    assert failed["state"] == "failed"
    assert failed["problem"]["code"] == "too_many_births"
    assert failed["problem"]["data"] == {"limit": 100}
    problem(signed_in.get(f"/batches/{batch['id']}/results"), 409, "no_results")
    problem(signed_in.post(f"/batches/{batch['id']}/results", params={"format": "csv"}), 409, "no_results")


def test_a_file_that_breaks_in_its_middle_fails_with_its_line(send, jobs, signed_in):
    table = "date,place\n" + "1990-05-17,London\n" * 5 + "x" * 140_000 + ",London\n" + "1990-05-17,Rome\n"
    batch = send(table).json()
    jobs.run()
    done = signed_in.get(f"/batches/{batch['id']}").json()
    assert done["state"] == "finished"
    assert done["progress"]["rows"] == 7
    assert [fault["line"] for fault in done["faults"]] == [7]
