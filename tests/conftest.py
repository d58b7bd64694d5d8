"""What holds for every test: nobody's own data is read or written, and no property is judged by the clock."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "astrarium", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
# Shared checks repeat the same examples, so that a change is judged by what it changes; elsewhere they vary.
settings.register_profile("shared", settings.get_profile("astrarium"), derandomize=True)
settings.load_profile("shared" if os.environ.get("CI") else "astrarium")


@pytest.fixture(scope="session", autouse=True)
def _data_directory_of_nobody():
    """An empty data directory, for the commands that tests run as well: a developer may have built tables."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o711)  # root lends its database to another user, who has to get in
        patch.setenv("ASTRARIUM_DATA", folder)
        yield
