"""`astrarium schedules`: what runs by itself, on the private database that the command starts."""

import json
import re
import shutil
import tempfile
from pathlib import Path

import pytest

from astrarium.service.settings import Settings
from astrarium.service.timetable import timetable


@pytest.fixture(scope="module")
def made():
    """A data directory of this module's own, where also the user whom root lends PostgreSQL to can go."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o711)
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def data_directory(_plain_environment, monkeypatch, made) -> None:
    monkeypatch.setenv("ASTRARIUM_DATA", str(made))
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.fixture
def upgraded(run):
    assert run("db", "upgrade").code == 0


@pytest.mark.usefixtures("upgraded")
def test_schedules_are_listed_paused_run_and_resumed(run):
    code, out, err = run("schedules", "list", "--json")
    assert (code, err) == (0, "")
    listed = {one["name"]: one for one in json.loads(out)["items"]}
    assert set(listed) == {*timetable(Settings()), "database.backup"}
    assert {one["standing"] for one in listed.values()} == {"active"}

    assert run("schedules", "pause", "accounts.sweep").out == "accounts.sweep is paused.\n"
    code, out, _ = run("schedules", "list")
    assert code == 0
    assert re.search(r"^accounts\.sweep +7 \* \* \* \* +paused +- +-$", out, re.MULTILINE)
    assert re.search(
        r"^database\.backup +30 2 \* \* \* +active +\d{4}-\d\d-\d\d 02:30:00Z +-$", out, re.MULTILINE
    )

    first, second = run("schedules", "run", "accounts.sweep"), run("schedules", "run", "accounts.sweep")
    assert first.out == second.out
    assert re.fullmatch(r"accounts\.sweep is job [0-9a-f-]{36}\.\n", first.out)
    again = run("schedules", "resume", "accounts.sweep").out
    assert re.fullmatch(r"accounts\.sweep runs again: .* \d\d:07:00Z\.\n", again)


@pytest.mark.usefixtures("upgraded")
@pytest.mark.parametrize("verb", ["pause", "resume", "run"])
def test_what_is_not_there_is_an_error(run, verb):
    code, out, err = run("schedules", verb, "nothing.of.it")
    assert (code, out) == (1, "")
    assert err.startswith("error[not_found]: There is no such schedule.")
