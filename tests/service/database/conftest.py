"""Folders where a private server can live, whoever runs the tests, and waiting for what other processes do."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE_S = 60


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that also the user whom root lends PostgreSQL to can pass."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def until() -> Callable[[Callable[[], object]], object]:
    """Wait for a condition and give what it gave."""

    def wait(condition: Callable[[], object]) -> object:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if found := condition():
                return found
            time.sleep(0.02)
        return pytest.fail(f"{condition} did not come true")

    return wait
