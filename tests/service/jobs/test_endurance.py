"""Workers and PostgreSQL are killed in the middle of it: the program of `benchmarks/endurance.py`, at a small size."""

import asyncio
import importlib
import tempfile
from pathlib import Path

from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.upgrade import upgrade

ROOT = str(Path(__file__).resolve().parents[3])


def test_no_acknowledged_job_is_lost_when_workers_and_the_database_are_killed(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)  # the programs of benchmarks/ are not installed
    monkeypatch.setenv("PYTHONPATH", ROOT)  # for the workers, which are processes of their own
    endurance = importlib.import_module("benchmarks.endurance")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # root lends the server to another user, who has to get in
        server = EmbeddedServer(Path(folder) / "postgresql")
        server.start()
        try:
            asyncio.run(upgrade(server.url))
            found = asyncio.run(
                endurance.endure(server, endurance.Plan(jobs=600, worker_kills=3, server_kills=1))
            )
        finally:
            server.stop()
    assert found.acknowledged >= 600
    assert (found.lost, found.unfinished, found.left_in_queue) == (0, 0, 0), found
    assert found.recovery_s < 60
