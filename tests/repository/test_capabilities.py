"""The list of capabilities is true: what it says can be seen is run, and the tests that it names exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import astrarium
from astrarium.sky.house_systems import SYSTEMS
from astrarium.sky.zodiacs.catalogue import list_zodiacs

PAGE = Path(__file__).parents[2] / "docs/reference/capabilities.md"
TEXT = PAGE.read_text(encoding="utf-8")
WORKS, _, NOT_YET = TEXT.partition("## Not yet")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in WORKS.splitlines()
    if line.startswith("| ") and not line.startswith("| what |")
]
BIRTH = re.search(r"`BIRTH` stands for `(.+)`", TEXT)[1]
COMMANDS = sorted(
    {
        command.replace("BIRTH", BIRTH)
        for row in ROWS
        for command in re.findall(r"`astrarium ([^`]+)`", row[2])
        if command != "serve"
    }
)


def test_every_line_says_what_how_where_to_see_it_and_which_test_holds_it(root):
    assert ROWS
    for row in ROWS:
        assert len(row) == 4, row
        assert all(row), row
        test = re.fullmatch(r"`(tests/[\w/.]+)`", row[3])[1]
        found = [root / test] if test.endswith(".py") else list((root / test).glob("test_*.py"))
        assert found, row
        assert all(path.is_file() for path in found), row


@pytest.mark.parametrize("command", COMMANDS)
def test_command_that_shows_a_capability_runs(command, tmp_path):
    finished = subprocess.run(
        [sys.executable, "-m", "astrarium", *shlex.split(command)],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.strip()


def test_functions_that_show_a_capability_are_public():
    named = {name for row in ROWS for name in re.findall(r"`astrarium\.(\w+)`", row[2])}
    assert named
    assert named <= set(astrarium.__all__)


def test_what_is_not_there_yet_is_said_plainly():
    assert NOT_YET.count("\n- ") > 10
    assert "`astrarium" not in NOT_YET


def test_number_of_zodiacs_and_house_systems_is_what_the_page_says():
    sidereal = [zodiac for zodiac in list_zodiacs() if zodiac.id.startswith("sidereal:")]
    assert f"{len(sidereal)} sidereal ones" in WORKS
    assert {21: "twenty-one"}[len(SYSTEMS)] in WORKS
