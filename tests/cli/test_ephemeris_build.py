"""`astrarium ephemeris build`: tables that serve, builds that outlive a kill, and refusals that say what to do."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from astrarium.cli import entry
from astrarium.sky.building.recipes import PLANETS_RECIPE, Order, build

INTERRUPTIBLE = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from astrarium.cli import main; sys.exit(main(sys.argv[1:]))"
)
"""The program with Ctrl-C at work even where the tests run as a shell's background job, which ignores it."""
TEN_YEARS = ("--from", "2000", "--to", "2009", "--instants", "100")


@pytest.fixture
def tables(tmp_path) -> Path:
    """The folder of the data directory where tables serve."""
    return tmp_path / "data" / "ephemeris"


@pytest.fixture(scope="module")
def year_2000(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("planets")
    build(Order(PLANETS_RECIPE, 2000, 2000), directory, instants=100, report=lambda line: None)
    return directory


@pytest.fixture(scope="module")
def ten_years(tmp_path_factory) -> Path:
    """The table of `TEN_YEARS`, built in one go."""
    directory = tmp_path_factory.mktemp("ten-years")
    build(Order(PLANETS_RECIPE, 2000, 2009), directory, instants=100, report=lambda line: None)
    return directory


@pytest.fixture
def serving(tables, year_2000) -> Path:
    """A data directory with planets for the year 2000."""
    shutil.copytree(year_2000, tables)
    return tables


def start(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "ephemeris", "build", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
    )


def wait_for_chunks(process: subprocess.Popen[bytes], journal: Path, count: int) -> None:
    """Until so many chunks are finished, and fewer than all."""
    until = time.monotonic() + 120
    while not (journal.exists() and journal.read_text().count("\n") >= count):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_table_is_built_into_the_data_directory_and_serves(run, tables):
    code, out, err = run(
        "ephemeris", "build", "--from", "2000", "--to", "2000", "--bodies", "all", "--instants", "100"
    )
    assert (code, err) == (0, "")
    assert {file.name for file in tables.iterdir()} == {
        f"{name}.{suffix}" for name in ("planets", "minor", "earth") for suffix in ("bin", "json")
    }
    assert f"{tables}/planets.json serves planets from 2000 to 2000.\n" in out
    for body in ("moon", "true_node", "earth_motion", "chiron"):
        assert f"\n{body} " in out
    info = msgspec.json.decode(run("ephemeris", "info", "--json").out)
    assert info["directory"] == str(tables)
    assert {Path(one["path"]).parent for one in info["tables"]} == {tables}


def test_the_built_years_serve_and_others_are_refused_by_name(run, serving, tmp_path):
    instants = tmp_path / "instants.csv"
    instants.write_text("jd_tt_day,jd_tt_fraction\n2451600.5,0\n2440000.5,0\n")
    code, out, err = run("ephemeris", "print", "--instants", str(instants), "--bodies", "sun")
    assert code == 1
    assert len(out.splitlines()) == 2
    assert "2000 to 2000" in err


def test_a_chart_outside_the_table_in_use_names_its_years(run, serving):
    code, _, err = run("chart", "--date", "1990-05-17", "--time", "12:30", "--place", "London, GB")
    assert code == 1
    assert err.startswith("error[out_of_range]: ")
    assert "2000 to 2000" in err


def test_info_names_every_table_in_use_with_path_years_digest_and_errors(run, serving):
    code, out, err = run("ephemeris", "info")
    assert (code, err) == (0, "")
    flat = "".join(out.split())
    assert f"planets,{serving}/planets.bin" in flat
    assert "2000to2000" in flat
    assert "1800to2200" in flat
    assert flat.count("SHA-256") >= 3
    for body in ("moon", "chiron", "earth_motion"):
        assert f"\n{body} " in out


@pytest.mark.parametrize("suffix", [".json", ".bin"])
def test_a_broken_table_is_refused_with_the_command_that_builds_it(run, serving, suffix):
    path = (serving / "planets.json").with_suffix(suffix)
    path.write_bytes(path.read_bytes()[:-100])
    for arguments in (
        ("ephemeris", "info"),
        ("chart", "--date", "2000-05-17", "--time", "12:30", "--place", "London, GB"),
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (1, "")
        assert err.startswith(f"error[table_unusable]: The ephemeris table {path} cannot be used: ")
        assert (
            f"`astrarium ephemeris build --from 2000 --to 2000 --bodies planets --directory {serving}`" in err
        )


def test_the_command_of_the_hint_mends_the_table(run, serving):
    whole = (serving / "planets.bin").read_bytes()
    (serving / "planets.bin").write_bytes(whole[:-8])
    hint = run("ephemeris", "info").err.splitlines()[1]
    command = hint.split("`")[1].split()
    assert run(*command[1:], "--instants", "100").code == 0
    assert (serving / "planets.bin").read_bytes() == whole
    assert run("ephemeris", "info").code == 0


def test_the_service_does_not_start_with_a_broken_table(run_process, serving, tmp_path):
    (serving / "planets.bin").write_bytes(b"")
    done = run_process("serve", "--port", "0")
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.startswith(b"error[table_unusable]: ")
    assert b"ephemeris build --from 2000 --to 2000" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_build_outlives_its_process(tables, ten_years, number):
    journal = tables / "planets.partial" / "journal"
    with start(*TEN_YEARS) as process:
        wait_for_chunks(process, journal, 1)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert not (tables / "planets.json").exists()
    if number == signal.SIGINT:
        assert process.returncode == entry.INTERRUPTED
        assert err.decode() == "Interrupted. The same command goes on from here.\n"
    finished = journal.read_text()
    records = (tables / "planets.partial" / "planets.bin").stat().st_ino
    assert 1 <= finished.count("\n") < 4

    with start(*TEN_YEARS) as process:
        wait_for_chunks(process, journal, finished.count("\n") + 1)
        assert journal.read_text().startswith(finished)
        _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, b"")
    assert (tables / "planets.bin").stat().st_ino == records
    for name in ("planets.bin", "planets.json"):
        assert (tables / name).read_bytes() == (ten_years / name).read_bytes()
    assert sorted(file.name for file in tables.iterdir()) == sorted(
        f"{name}.{suffix}" for name in ("planets", "earth") for suffix in ("bin", "json")
    )


def test_what_stands_already_is_not_built_again_unless_forced(run, serving):
    years = ("--from", "2000", "--to", "2000", "--instants", "100")
    before = (serving / "planets.bin").stat().st_ino
    assert "already serves 2000 to 2000" in run("ephemeris", "build", *years).out
    assert (serving / "planets.bin").stat().st_ino == before
    assert run("ephemeris", "build", *years, "--force").code == 0
    assert (serving / "planets.bin").stat().st_ino != before


def test_a_wider_table_replaces_a_narrower_one_and_not_the_other_way_round(run, serving):
    assert run("ephemeris", "build", "--from", "1999", "--to", "2000", "--instants", "100").code == 0
    code, out, err = run("ephemeris", "build", "--from", "2000", "--to", "2001", "--instants", "100")
    assert (code, out) == (1, "")
    assert err.startswith("error[table_stands]: ")
    assert "1999 to 2000" in err
    assert "--force" in err
    assert "or build 1999 to 2001" in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--from", "1549"), "years_not_covered", "1550 to 2650"),
        (("--to", "2651"), "years_not_covered", "1550 to 2650"),
        (("--from", "2001", "--to", "2000"), "years_not_covered", "end (2000) before they begin (2001)"),
        (("--from", "1550", "--bodies", "minor"), "years_not_covered", "1600 to 2499"),
        (("--from", "1700", "--to", "2400", "--bodies", "minor"), "planets_too_narrow", "--bodies all"),
    ],
)
def test_years_that_cannot_be_built_are_refused_by_name(run, tables, arguments, code, words):
    outcome = run("ephemeris", "build", *arguments)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(f"error[{code}]: ")
    assert words in outcome.err
    assert not list(tables.glob("*.json"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "early"),
        ("--bodies", "stars"),
        ("--instants", "0"),
        ("--instants", "99"),
        ("2000",),
    ],
)
def test_wrong_usage_is_told(run, arguments):
    outcome = run("ephemeris", "build", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error[usage]: ")


def test_a_folder_that_cannot_be_made_is_told(run, tmp_path):
    (tmp_path / "file").touch()
    code, _, err = run("ephemeris", "build", "--directory", str(tmp_path / "file" / "tables"))
    assert code == 1
    assert err.startswith("error[unwritable_file]: ")


def test_a_table_written_elsewhere_is_not_said_to_serve(run, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    code, out, _ = run(
        "ephemeris",
        "build",
        "--from",
        "2000",
        "--to",
        "2000",
        "--instants",
        "100",
        "--directory",
        str(elsewhere),
    )
    assert code == 0
    assert "ASTRARIUM_DATA" in out
    assert msgspec.json.decode((elsewhere / "planets.json").read_bytes())["last_year"] == 2000
    assert str(elsewhere) not in run("ephemeris", "info").out


def test_without_home_and_variable_a_folder_must_be_named(run, monkeypatch):
    monkeypatch.setattr("astrarium.service.data_directory.IS_ROOT", False)
    for name in ("ASTRARIUM_DATA", "HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    code, _, err = run("ephemeris", "build")
    assert code == 1
    assert err.startswith("error[no_data_directory]: ")
    assert "--directory" in err


@pytest.mark.parametrize("module", ["jplephem", "erfa"])
def test_without_the_extra_the_way_to_install_it_is_told(tmp_path, module):
    (tmp_path / f"{module}.py").write_text(
        f"raise ModuleNotFoundError(\"No module named '{module}'\", name='{module}')\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "astrarium", "ephemeris", "build"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error[jpl_extra_missing]: ")
    assert f"({module} is missing)" in done.stderr
    assert 'pip install "astrarium[jpl]"' in done.stderr


@pytest.mark.parametrize(
    ("file", "bodies", "requirement"),
    [("KERNEL", "planets", "astrarium[jpl]"), ("ORBITS", "minor", "moira-astro")],
)
def test_without_a_source_the_way_to_install_it_is_told(run, monkeypatch, tables, file, bodies, requirement):
    monkeypatch.setattr(f"astrarium.sky.building.sources.{file}", "no/such.bsp")
    code, _, err = run("ephemeris", "build", "--from", "2000", "--to", "2000", "--bodies", bodies)
    assert code == 1
    assert err.startswith("error[source_missing]: ")
    assert requirement in err
    assert not list(tables.glob("*"))
