"""Workers and PostgreSQL are killed while a batch is computed: `benchmarks/batch_endurance.py`, at a small size."""

import importlib
import random
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[3])


def test_no_row_is_lost_or_doubled_whoever_is_killed(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)  # the programs of benchmarks/ are not installed
    service = importlib.import_module("benchmarks.batch_service")
    endurance = importlib.import_module("benchmarks.batch_endurance")
    with service.temporary() as name:
        births = Path(name) / "births.csv"
        service.write_births(births, 3_000)
        environment = {"ASTRARIUM_BATCH_CHUNK_ROWS": "32"}
        with service.Installation(Path(name), workers=2, environment=environment) as installation:
            killed, recovered = endurance.one_round(
                installation, births, 3_000, kills=2, chance=random.Random(7)
            )
    assert killed
    assert recovered < endurance.RECOVERY_S
