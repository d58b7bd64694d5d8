"""The command line run in this process, with its two streams and its exit code apart."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from astrarium.cli import main
from astrarium.sky.table_directory import use_tables


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch, tmp_path):
    """No variable of the user's own, and a data directory that is not there."""
    for name in ("LC_ALL", "COLUMNS", "FORCE_COLOR", "NO_COLOR", "ASTRARIUM_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("ASTRARIUM_DATA", str(tmp_path / "data"))
    yield
    use_tables(None)


@pytest.fixture
def run(capsys) -> Callable[..., Outcome]:
    def call(*arguments: str) -> Outcome:
        code = main(arguments)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture
def chart(run):
    def call(*arguments: str):
        return run("chart", *arguments)

    return call


@pytest.fixture
def run_process() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """A real process; `environment` is added to one that has no locale."""

    def call(*arguments: str, environment: dict[str, str] | None = None, stdout=subprocess.PIPE, **options):
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
        return subprocess.run(
            [sys.executable, "-m", "astrarium", *arguments],
            env=plain | (environment or {}),
            stdout=stdout,
            stderr=subprocess.PIPE,
            check=False,
            timeout=120,
            **options,
        )

    return call
