"""`astrarium ephemeris`: the printed positions are the reference's, bad rows are told and nothing else is lost."""

import csv
import io
from pathlib import Path

import msgspec
import pytest

REFERENCE = Path(__file__).parent.parent / "reference" / "data" / "positions.csv"
COLUMNS = REFERENCE.read_text().splitlines()[0].split(",")[:10]
PLANETS = "sun,moon,mercury,venus,mars,jupiter,saturn,uranus,neptune,pluto"


@pytest.fixture
def instants(tmp_path):
    def write(*rows: str, header: str = "jd_tt_day,jd_tt_fraction") -> str:
        path = tmp_path / "instants.csv"
        path.write_text("\n".join((header, *rows)) + "\n")
        return str(path)

    return write


def _rows(out: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(out)))


def test_print_writes_the_reference_columns_and_its_numbers(run, tmp_path):
    with REFERENCE.open(newline="") as file:
        expected = [row for row in csv.DictReader(file) if row["body"] in PLANETS.split(",")]
    moments = dict.fromkeys((row["jd_tt_day"], row["jd_tt_fraction"]) for row in expected)
    path = tmp_path / "instants.csv"
    path.write_text(
        "jd_tt_day,jd_tt_fraction\n" + "".join(f"{day},{fraction}\n" for day, fraction in moments)
    )
    code, out, err = run("ephemeris", "print", "--instants", str(path), "--bodies", PLANETS)
    assert (code, err) == (0, "")
    assert out.splitlines()[0].split(",") == COLUMNS
    printed = {(row["jd_tt_day"], row["jd_tt_fraction"], row["body"]): row for row in _rows(out)}
    assert len(printed) == len(expected)
    for row in expected:
        found = printed[row["jd_tt_day"], row["jd_tt_fraction"], row["body"]]
        difference = (float(found["longitude_deg"]) - float(row["longitude_deg"]) + 180) % 360 - 180
        assert abs(difference) * 3600 < (0.002 if row["body"] == "moon" else 0.001)


def test_print_gives_one_row_per_instant_and_body_in_order(run, instants):
    out = run(
        "ephemeris",
        "print",
        "--instants",
        instants("2451544.5,0.5", "2451544.5,0.75"),
        "--bodies",
        "moon,sun",
    ).out
    assert [(row["jd_tt_fraction"], row["body"]) for row in _rows(out)] == [
        ("0.5", "moon"),
        ("0.5", "sun"),
        ("0.75", "moon"),
        ("0.75", "sun"),
    ]


def test_print_writes_the_shortest_digits_that_read_back_the_same(run, instants):
    out = run("ephemeris", "print", "--instants", instants("2451544.5,0.1"), "--bodies", "sun").out
    (row,) = _rows(out)
    for column in COLUMNS[3:]:
        assert repr(float(row[column])) == row[column]


def test_print_leaves_the_distance_of_a_point_empty(run, instants):
    (row,) = _rows(
        run("ephemeris", "print", "--instants", instants("2451544.5,0"), "--bodies", "mean_node").out
    )
    assert row["distance_au"] == ""
    assert row["longitude_deg"] != ""


def test_print_takes_columns_in_any_order_and_ignores_others(run, instants):
    path = instants("A,0.5,2451544.5", header="\ufeffname, jd_tt_fraction ,jd_tt_day")
    (row,) = _rows(run("ephemeris", "print", "--instants", path, "--bodies", "sun").out)
    assert (row["jd_tt_day"], row["jd_tt_fraction"]) == ("2451544.5", "0.5")


def test_print_reports_bad_rows_by_line_and_writes_the_good_ones(run, instants):
    path = instants(
        "2451544.5,0.5", "", "x,1", "2451544.5", "nan,0", "inf,0", "9e9,0", "1e999,0", "2451544.5,0.25"
    )
    code, out, err = run("ephemeris", "print", "--instants", path, "--bodies", "sun")
    assert code == 1
    assert [row["jd_tt_fraction"] for row in _rows(out)] == ["0.5", "0.25"]
    *told, reason, hint = err.splitlines()
    assert [line.removeprefix(f"{path}:").partition(":")[0] for line in told] == [
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
    ]
    assert 'jd_tt_day is "x", which is not a number' in told[0]
    assert "1600 to 2200" in told[4]
    assert reason.startswith("error[bad_rows]: 6 rows of 8 ")
    assert hint.startswith("hint: ")


def test_print_reads_standard_input(run_process):
    done = run_process(
        "ephemeris",
        "print",
        "--instants",
        "-",
        "--bodies",
        "sun",
        input=b"jd_tt_day,jd_tt_fraction\n2451544.5,0.5\n",
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "missing_columns"),
        (b"jd,fraction\n1,2\n", "missing_columns"),
        (b"jd_tt_day\n2451544.5\n", "missing_columns"),
        (b"jd_tt_day,jd_tt_fraction\n\xff\xfe,0\n", "unreadable_file"),
    ],
)
def test_print_refuses_a_file_that_is_no_table_of_instants(run, tmp_path, content, code):
    path = tmp_path / "instants.csv"
    path.write_bytes(content)
    outcome = run("ephemeris", "print", "--instants", str(path))
    assert outcome.code == 1
    assert outcome.err.startswith(f"error[{code}]: ")
    assert len(outcome.err.splitlines()) == 2


def test_print_tells_a_missing_file_and_a_folder(run, tmp_path):
    for path in (tmp_path / "absent.csv", tmp_path):
        code, out, err = run("ephemeris", "print", "--instants", str(path))
        assert (code, out) == (1, "")
        assert err.startswith(f'error[unreadable_file]: The file "{path}" cannot be read: ')


def test_print_names_the_nearest_body(run, instants):
    code, out, err = run("ephemeris", "print", "--instants", instants("2451544.5,0.5"), "--bodies", "mercry")
    assert (code, out) == (1, "")
    assert err.startswith("error[unknown_body]: ")
    assert "mercury" in err


def test_info_names_years_sources_and_errors(run):
    code, out, err = run("ephemeris", "info")
    assert (code, err) == (0, "")
    assert "1600 to 2200" in out
    assert "de440.bsp" in out
    assert "jupiter" in out


def test_info_as_json_is_the_headers_of_all_tables_in_use(run):
    from astrarium.sky.table import TABLES, TableHeader, table_in_use

    answer = msgspec.json.decode(run("ephemeris", "info", "--json").out)
    assert tuple(one["header"]["name"] for one in answer["tables"]) == TABLES
    for one in answer["tables"]:
        table = table_in_use(one["header"]["name"])
        assert one["path"] == str(table.path)
        assert msgspec.convert(one["header"], TableHeader) == table.header
