"""The frame of every command: exit codes, the two streams, and that nothing ever ends in a traceback."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import astrarium
from astrarium.cli import entry

FULL_DISK = Path("/dev/full")
INSTANTS = "jd_tt_day,jd_tt_fraction\n2451544.5,0.5\n"


def test_version_is_printed_alone(run):
    assert run("--version") == (0, f"astrarium {astrarium.__version__}\n", "")


def test_help_goes_to_standard_output_and_succeeds(run):
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    assert "chart" in out


def test_no_command_at_all_prints_the_help_as_wrong_usage(run):
    code, out, err = run()
    assert (code, err) == (2, "")
    assert "Usage: astrarium" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--bogus",),
        ("charts",),
        ("chart", "--dat", "1990-05-17"),
        ("chart", "--date"),
        ("chart", "--fold", "2"),
        ("chart", "--latitude", "north"),
        ("chart", "--theme", "sepia"),
        ("chart", "--calendar", "mayan"),
        ("chart", "surplus"),
        ("ephemeris", "print"),
        ("serve", "--port", "65536"),
        ("serve", "--workers", "0"),
    ],
)
def test_wrong_usage_is_two_lines_on_standard_error_and_code_2(run, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    reason, hint = err.splitlines()
    assert reason.startswith("error[usage]: ")
    assert hint.startswith("hint: `astrarium")


def test_an_unknown_option_names_the_nearest_one(run):
    assert "--date" in run("chart", "--dat", "1990-05-17").err


def test_the_hint_names_the_command_that_was_used(run):
    assert run("chart", "--bogus").err.endswith("hint: `astrarium chart --help` lists the options.\n")


def test_bytes_that_are_no_text_are_refused(run_process):
    done = run_process("bodies", "\udcff", environment={"LC_ALL": "C.UTF-8"})
    assert done.returncode == 2
    assert done.stderr.startswith(b"error[usage]: Argument 2 is not valid text: \\udcff.\n")


def test_control_characters_never_reach_the_terminal(run):
    err = run("chart", "\x1b[31mred\r\nline").err
    assert "\x1b" not in err
    assert "\\x1b[31mred" in err


def test_words_cannot_turn_the_line_around(run):
    err = run("chart", "--date", "1990-05-17", "--place", "abc\u202edef").err
    assert "\u202e" not in err


def test_help_in_an_ascii_locale_is_ascii(run_process):
    done = run_process("chart", "--help", environment={"LC_ALL": "C"})
    assert done.returncode == 0
    assert "--latitude" in done.stdout.decode("ascii")


@pytest.mark.parametrize("command", ["--help", "--version"])
def test_help_and_version_load_neither_numpy_nor_numba_nor_the_web_stack(command):
    script = (
        "import sys; from astrarium.cli import main; code = main(sys.argv[1:]); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & "
        "{'numpy', 'numba', 'msgspec', 'litestar', 'uvicorn', 'tzfpy'}), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, command], capture_output=True, check=True, text=True, timeout=60
    )
    assert done.stderr == "[]\n"


def test_a_defect_is_told_in_two_lines(run, monkeypatch):
    def fail(*_arguments, **_options):
        raise ZeroDivisionError("seven by nothing")

    monkeypatch.setattr(entry, "app", fail)
    code, out, err = run("bodies")
    assert (code, out) == (1, "")
    assert err.startswith("error[internal]: ZeroDivisionError: seven by nothing.\nhint: ")


def test_a_defect_shows_where_it_arose_when_asked(run, monkeypatch):
    def fail(*_arguments, **_options):
        raise ZeroDivisionError

    monkeypatch.setattr(entry, "app", fail)
    monkeypatch.setenv("ASTRARIUM_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        run("bodies")


def test_a_reader_that_goes_away_ends_the_command_silently(tmp_path):
    instants = tmp_path / "instants.csv"
    instants.write_text(INSTANTS + "2451544.5,0.25\n" * 20_000)
    with subprocess.Popen(
        [sys.executable, "-m", "astrarium", "ephemeris", "print", "--instants", str(instants)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        assert (process.wait(timeout=120), err) == (entry.BROKEN_PIPE, b"")


@pytest.mark.skipif(not FULL_DISK.exists(), reason="/dev/full is Linux's own")
def test_a_full_disk_is_told_and_fails(run_process):
    with FULL_DISK.open("wb") as full:
        done = run_process("bodies", stdout=full)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error[system_refused]: ")
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_closed_streams_do_no_harm():
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m astrarium bodies >&- 2>&-'], check=False, timeout=120
    )
    assert done.returncode == 0


def test_an_interrupt_ends_with_130_and_no_traceback():
    with subprocess.Popen(
        [sys.executable, "-m", "astrarium", "ephemeris", "print", "--instants", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdin.write(INSTANTS.encode())
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"jd_tt_day")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
    assert process.returncode == entry.INTERRUPTED
    assert b"Traceback" not in err
