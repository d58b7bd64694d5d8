"""`astrarium batch`: files in, files out, whole or not at all."""

import json
import signal
import subprocess
import sys
import time

import pytest

BIRTHS = """id,Date,time,City,remark
1,1990-05-17,12:30,"London, GB",ok
2,1990-13-17,12:30,Rome,slip
3,1990-05-17,,Paris,
"""


@pytest.fixture
def births(tmp_path):
    path = tmp_path / "births.csv"
    path.write_text(BIRTHS, encoding="utf-8")
    return path


def test_a_table_becomes_a_table_row_for_row(run, births, tmp_path):
    outcome = run("batch", str(births), "-o", str(tmp_path / "charts.jsonl"))
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "3 rows written, 1 with an error (see error_code): invalid_date 1\n"
    rows = [json.loads(line) for line in (tmp_path / "charts.jsonl").read_text().splitlines()]
    assert [(row["id"], row["City"], row["remark"]) for row in rows] == [
        ("1", "London, GB", "ok"), ("2", "Rome", "slip"), ("3", "Paris", ""),
    ]  # fmt: skip
    assert [row["error_code"] for row in rows] == [None, "invalid_date", None]
    assert [row["known"] for row in rows] == ["exact", None, "unknown"]


def test_columns_and_choices_are_those_of_a_chart(run, births, tmp_path):
    target = tmp_path / "charts.csv"
    outcome = run(
        "batch", str(births), "-o", str(target), "--columns", "id, sun_sign_sidereal_lahiri,cusp_1",
        "--zodiac", "sidereal:lahiri", "--bodies", "sun", "--houses", "koch", "--aspects", "none",
    )  # fmt: skip
    assert outcome.code == 0
    lines = target.read_text().splitlines()
    assert lines[0] == "id,line,error_code,error_detail,unread,sun_sign_sidereal_lahiri,cusp_1"
    assert lines[1].startswith("1,2,,,,taurus,")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--zodiac", "iau14"], "unknown_zodiac"),
        (["--houses", "placidos"], "unknown_house_system"),
        (["--bodies", "vulcan"], "unknown_body"),
        (["--aspects", "medium"], "unknown_aspects"),
        (["--columns", "sun_longitud"], "unknown_columns"),
        (["--to", "arrow"], None),
    ],
)
def test_a_wrong_choice_leaves_no_file(run, births, tmp_path, options, code):
    target = tmp_path / "charts.csv"
    outcome = run("batch", str(births), "-o", str(target), *options)
    if code is None:
        assert outcome.code == 0
        return
    assert outcome.code == 1
    assert f"error[{code}]" in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["births.csv"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_table"),
        (b"id,name\n1,x\n", "missing_columns"),
        (b"date,place,lat,Latitude\n", "duplicate_columns"),
        ("date,place\n".encode("utf-16"), "unreadable_table"),
    ],
)
def test_a_table_that_cannot_be_read_leaves_no_file(run, tmp_path, content, code):
    (tmp_path / "births.csv").write_bytes(content)
    outcome = run("batch", str(tmp_path / "births.csv"), "-o", str(tmp_path / "charts.csv"))
    assert outcome.code == 1
    assert f"error[{code}]" in outcome.err
    assert "hint:" in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["births.csv"]


def test_a_header_alone_makes_a_header_alone(run, tmp_path):
    (tmp_path / "births.csv").write_text("date,place\n")
    outcome = run(
        "batch", str(tmp_path / "births.csv"), "-o", str(tmp_path / "charts.csv"), "--columns", "row"
    )
    assert (outcome.code, outcome.err) == (0, "0 rows written\n")
    assert (tmp_path / "charts.csv").read_text() == "line,error_code,error_detail,unread\n"


def test_a_file_is_replaced_only_by_force(run, births, tmp_path):
    target = tmp_path / "charts.csv"
    target.write_text("mine")
    refused = run("batch", str(births), "-o", str(target))
    assert refused.code == 1
    assert "error[file_exists]" in refused.err
    assert target.read_text() == "mine"
    assert run("batch", str(births), "-o", str(target), "--force").code == 0
    assert target.read_text().startswith("id,Date,")


def test_a_failure_leaves_the_file_that_was_there(run, tmp_path):
    (tmp_path / "births.csv").write_bytes(b"")
    target = tmp_path / "charts.csv"
    target.write_text("mine")
    assert run("batch", str(tmp_path / "births.csv"), "-o", str(target), "--force").code == 1
    assert target.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["gone.csv", "-o", "-"], "unreadable_file"),
        (["births.csv", "-o", "gone/charts.csv"], "unwritable_file"),
        (["births.csv", "-o", "charts.xlsx"], "unknown_format"),
        (["births.csv", "-o", "-", "--to", "parquet"], "unstreamable_format"),
    ],
)
def test_a_file_that_cannot_be_is_named(run, births, monkeypatch, arguments, code):
    monkeypatch.chdir(births.parent)
    outcome = run("batch", *arguments)
    assert outcome.code == 1
    assert f"error[{code}]" in outcome.err


def test_it_reads_standard_input_and_writes_standard_output(run_process):
    done = run_process(
        "batch", "-", "-o", "-", "--from", "csv", "--to", "jsonl", "--columns", "id", input=BIRTHS.encode()
    )
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["1", "2", "3"]


def test_an_interrupted_run_leaves_nothing(tmp_path):
    """The births come slowly through a pipe; the interrupt comes while they do."""
    target = tmp_path / "charts.csv"
    process = subprocess.Popen(
        [sys.executable, "-m", "astrarium", "batch", "-", "-o", str(target)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdin.write(BIRTHS.encode())
    process.stdin.flush()
    unfinished = tmp_path / ".charts.csv.unfinished"
    deadline = time.monotonic() + 100
    while not unfinished.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert unfinished.exists()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in told
    assert list(tmp_path.iterdir()) == []


def test_parquet_and_arrow_go_both_ways(run, births, tmp_path):
    pytest.importorskip("pyarrow")
    first, second = tmp_path / "charts.parquet", tmp_path / "again.arrow"
    assert run("batch", str(births), "-o", str(first), "--columns", "input").code == 0
    assert run("batch", str(first), "-o", str(second)).code == 0
    direct, through = tmp_path / "direct.csv", tmp_path / "through.csv"
    columns = ["--columns", "id,utc,sun_longitude,aspects"]
    assert run("batch", str(births), "-o", str(direct), *columns).code == 0
    assert run("batch", str(first), "-o", str(through), *columns).code == 0
    cut = [[line.split(",")[0], *line.split(",")[5:]] for line in direct.read_text().splitlines()]
    assert len(cut) == len(through.read_text().splitlines()) == 4
    assert (
        through.read_text().splitlines()[1].split(",")[-2]
        == direct.read_text().splitlines()[1].split(",")[-2]
    )


def test_without_pyarrow_csv_works_and_parquet_names_the_extra(births, tmp_path):
    code = (
        "import sys, importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'pyarrow' else find(name, *rest)\n"
        "sys.modules['pyarrow'] = None\n"
        "import astrarium.cli\n"
        f"first = astrarium.cli.main(['batch', {str(births)!r}, '-o', {str(tmp_path / 'a.csv')!r}])\n"
        f"second = astrarium.cli.main(['batch', {str(births)!r}, '-o', {str(tmp_path / 'a.parquet')!r}])\n"
        "print(first, second)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "0 1\n"
    assert "error[arrow_extra_missing]" in done.stderr
    assert "pip install astrarium[arrow]" in done.stderr
