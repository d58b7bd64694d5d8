"""`astrarium db` and `astrarium web`: on the private database that they start, on one that runs, and on none."""

import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from astrarium.service.database.at_hand import address_at_hand
from astrarium.service.settings import Settings


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data directory of this module's own, where also the user whom root lends PostgreSQL to can go."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o711)
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def data_directory(_plain_environment, monkeypatch, made) -> Path:
    monkeypatch.setenv("ASTRARIUM_DATA", str(made))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return made


def standing(run) -> dict:
    code, out, err = run("db", "status", "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_tables_are_upgraded_backed_up_taken_back_and_restored(run, tmp_path):
    before = standing(run)
    assert (before["state"], before["revision"]) == ("empty", None)
    assert "***" in before["address"]
    code, out, err = run("db", "upgrade")
    assert (code, err) == (0, "")
    assert out == f"The database is at revision {before['newest']}.\n"
    assert standing(run)["state"] == "current"

    file = str(tmp_path / "sky.zip")
    code, out, err = run("db", "backup", file)
    assert (code, err) == (0, "")
    assert out.startswith(f"Backed up to {file}: ")
    assert run("db", "backup", file).err.startswith("error[file_exists]: ")
    assert run("db", "backup", file, "--force").code == 0

    assert run("db", "restore", file).err.startswith("error[database_not_empty]: ")
    code, out, err = run("db", "downgrade", "0001", "--yes")
    assert (code, out, err) == (0, "The database is at revision 0001.\n", "")
    assert standing(run)["state"] == "behind"
    code, out, err = run("db", "restore", file, "--replace")
    assert (code, err) == (0, "")
    assert out.startswith(f"Restored {file}: ")
    assert standing(run)["state"] == "current"


def test_status_is_a_page_for_people_too(run):
    code, out, err = run("db", "status")
    assert (code, err) == (0, "")
    assert re.search(r"^server +18\.", out, re.MULTILINE)


def test_a_backup_without_a_name_is_named_after_its_moment(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("db", "backup").code == 0
    (file,) = tmp_path.iterdir()
    assert re.fullmatch(r"astrarium-\d{8}T\d{6}Z\.zip", file.name)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("downgrade", "base"), "not_confirmed"),
        (("downgrade", "nowhere", "--yes"), "unknown_revision"),
        (("upgrade", "--to", "nowhere"), "unknown_revision"),
        (("restore", "no-such-file.zip"), "unreadable_file"),
        (("restore", "/dev/null"), "backup_unusable"),
        (("backup", "/no/such/folder/sky.zip"), "unwritable_file"),
        (("upgrade-server", "--programs", "/"), "nothing_to_take_over"),
    ],
)
def test_what_cannot_be_done_is_two_lines_and_exit_code_1(run, arguments, code):
    done = run("db", *arguments)
    assert (done.code, done.out) == (1, "")
    reason, hint = done.err.splitlines()
    assert reason.startswith(f"error[{code}]: ")
    assert hint.startswith("hint: ")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("postgresql://ada:secret@127.0.0.1:1/sky", "database_not_reached"),
        ("postgresql://ada:secret@no.such.host.invalid/sky", "database_not_reached"),
        ("mysql://ada:secret@localhost/sky", "invalid_database_address"),
    ],
)
@pytest.mark.parametrize("command", [("db", "status"), ("web", "--port", "0"), ("serve", "--port", "0")])
def test_a_database_that_cannot_be_reached_is_told_without_its_password(
    run, monkeypatch, address, code, command
):
    monkeypatch.setenv("DATABASE_URL", address)
    done = run(*command)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"error[{code}]: ")
    assert "secret" not in done.err


def test_web_needs_a_database_of_its_own(run):
    done = run("web", "--port", "0")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error[database_missing]: ")


def test_the_shell_is_postgresql_s_own(run_process, made):
    done = run_process(
        "db", "shell", environment={"ASTRARIUM_DATA": str(made)}, input=b"SELECT 6 * 7 AS answer;\n"
    )
    assert done.returncode == 0, done.stderr
    assert b" 42" in done.stdout


def test_while_a_service_runs_it_is_backed_up_but_not_replaced_and_web_shares_its_database(
    run, made, tmp_path, monkeypatch
):
    with subprocess.Popen(
        [sys.executable, "-m", "astrarium", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as service:
        try:
            assert service.stdout.readline().startswith(b"Astrarium is ready: ")
            assert standing(run)["state"] == "current"
            file = str(tmp_path / "sky.zip")
            assert run("db", "backup", file).code == 0
            refused = run("db", "restore", file, "--replace")
            assert refused.err.startswith("error[data_directory_in_use]: ")
            assert str(service.pid) in refused.err
            assert run("serve", "--port", "0").err.startswith("error[data_directory_in_use]: ")
            web_answers_on_it(made, monkeypatch)
            service.send_signal(signal.SIGTERM)
            _, err = service.communicate(timeout=60)
        finally:
            service.kill()
    assert service.returncode == 0, err
    assert b"Traceback" not in err


def web_answers_on_it(data: Path, monkeypatch) -> None:
    """A web process on the address of the running database answers, and ends by itself when told to."""
    with address_at_hand(Settings(data=str(data))) as url:
        monkeypatch.setenv(
            "DATABASE_URL", url.set(drivername="postgresql").render_as_string(hide_password=False)
        )
    with subprocess.Popen(
        [sys.executable, "-m", "astrarium", "web", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as web:
        try:
            ready = web.stdout.readline().decode()
            address = re.fullmatch(r"Astrarium is ready: (http://127\.0\.0\.1:\d+/)\n", ready)[1]
            with urllib.request.urlopen(f"{address}health/ready", timeout=60) as answer:
                assert answer.status == 200
            web.send_signal(signal.SIGTERM)
            web.communicate(timeout=60)
        finally:
            web.kill()
    assert web.returncode == 0
    monkeypatch.delenv("DATABASE_URL")
