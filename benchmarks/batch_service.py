"""A whole installation for batches: a private PostgreSQL, a web process, workers that can be killed, one account."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np
from sqlalchemy import update

from astrarium.service.accounts import keys, registration
from astrarium.service.accounts.models import accounts
from astrarium.service.database.embedded import postmaster
from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.transactions import Database
from astrarium.service.database.upgrade import upgrade

SCOPES = ("batches:read", "batches:write")
PATIENCE_S = 60


class Installation:
    """Processes on one database and one folder of files; `address` is the web process's."""

    def __init__(self, folder: Path, *, workers: int, environment: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.folder.chmod(0o711)
        self.server = EmbeddedServer(folder / "postgresql")
        self.workers: list[subprocess.Popen[bytes]] = []
        self._count = workers
        self._environment = environment or {}
        self._open = ExitStack()

    def __enter__(self):
        self.server.start()
        self._open.callback(self.server.stop)
        asyncio.run(upgrade(self.server.url))
        self.key = asyncio.run(self._account())
        self.environment = os.environ | {
            "DATABASE_URL": self.server.url.render_as_string(hide_password=False),
            "ASTRARIUM_DATA": str(self.folder / "data"),
            **self._environment,
        }
        command = [sys.executable, "-m", "astrarium", "web", "--port", "0"]
        web = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self.environment)
        self._open.callback(_end, web)
        with web.stdout as told:
            match = re.search(r"http://\S+(?=/\n)", told.readline())
        assert match
        self.client = httpx.Client(
            base_url=match[0] + "/api/v1", headers={"Authorization": f"Bearer {self.key}"}, timeout=120
        )
        self._open.callback(self.client.close)
        for _ in range(self._count):
            self.hire()
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            _end(worker)
        self._open.close()

    async def _account(self) -> str:
        database = Database(self.server.url)
        now = datetime.now(UTC)
        async with database.keeper() as transaction:
            account_id = await registration.create(
                transaction, "batches@stars.example", "", role="user", now=now
            )
            await transaction.execute(
                update(accounts).where(accounts.c.id == account_id).values(tier="unlimited")
            )
            draft = keys.KeyDraft(name="batches", scopes=SCOPES)
            made = await keys.make(transaction, account_id, draft, now=now)
        await database.close()
        return made.key

    def hire(self) -> None:
        """Start one more worker."""
        command = [sys.executable, "-m", "astrarium", "worker", "--queues", "batches"]
        self.workers.append(subprocess.Popen(command, env=self.environment))

    def kill_worker(self, number: int) -> None:
        """Kill a worker where it stands, and start another one."""
        worker = self.workers.pop(number)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        self.hire()

    def replace_ended(self) -> None:
        """Start again the workers that have ended by themselves, as whoever runs them would: no database, no worker."""
        for worker in [one for one in self.workers if one.poll() is not None]:
            self.workers.remove(worker)
            self.hire()

    def kill_database(self) -> None:
        """Kill the database's first process where it stands; what guards it starts it again."""
        found = postmaster.written(self.server.place.cluster("18"))
        if found is not None:
            with suppress(ProcessLookupError):  # it is dead already, and not yet started again
                os.kill(found.pid, signal.SIGKILL)

    def peak_mb(self) -> list[float]:
        """The most memory that each worker has had so far."""
        found = []
        for worker in self.workers:
            status = Path(f"/proc/{worker.pid}/status").read_text(encoding="ascii")
            found.append(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024)
        return found

    def processor_s(self) -> float:
        """Processor seconds of the workers so far."""
        ticks = os.sysconf("SC_CLK_TCK")
        fields = [
            Path(f"/proc/{one.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            for one in self.workers
        ]
        return sum(int(field[11]) + int(field[12]) for field in fields) / ticks

    def send(self, table: Path, **options: str) -> dict:
        """Send a file, as curl would."""
        with table.open("rb") as file:
            pieces = iter(lambda: file.read(1 << 18), b"")
            headers = {"Content-Type": "text/csv"}
            answer = self.client.post("/batches", content=pieces, headers=headers, params=options)
        answer.raise_for_status()
        return answer.json()

    def read(self, batch_id: str) -> dict | None:
        """The batch as it stands; None while the database is away."""
        answer = self.client.get(f"/batches/{batch_id}")
        return answer.json() if answer.status_code == 200 else None

    def wait(self, batch_id: str, patience_s: float, then=lambda batch: None) -> dict:
        """The batch when it has ended; `then` is called with it at every look."""
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            self.replace_ended()
            batch = self.read(batch_id)
            if batch is not None:
                if batch["state"] in {"finished", "failed", "cancelled"}:
                    return batch
                then(batch)
            time.sleep(0.1)
        raise TimeoutError(f"the batch has not ended after {patience_s} s: {self.read(batch_id)}")

    def save_results(self, batch_id: str, to: Path, **params: str) -> int:
        """Fetch the results into a file; returns its length."""
        with (
            self.client.stream("GET", f"/batches/{batch_id}/results", params=params) as answer,
            to.open("wb") as file,
        ):
            answer.raise_for_status()
            for piece in answer.iter_bytes(1 << 20):
                file.write(piece)
        return to.stat().st_size


def write_births(path: Path, count: int, *, towns: int = 200, seed: int = 20260101) -> None:
    """A table of synthetic births in CSV: a number, a date from 1930 to 2019, a time, a town by its number."""
    from benchmarks.batch_files import births

    columns = births(count)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(columns) + "\n")
        file.writelines(",".join(map(str, row)) + "\n" for row in zip(*columns.values(), strict=True))


def verified(results: Path, count: int) -> int:
    """Check that the results have each row once and in order; returns how many have an error."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(results)
    at = errors = 0
    for batch in file.iter_batches(65_536, columns=["id", "line", "error_code"]):
        ids = np.array(batch.column("id").to_pylist(), np.int64)
        lines = batch.column("line").to_numpy()
        assert (ids == np.arange(at, at + len(ids))).all(), f"rows lost or doubled after {at}"
        assert (lines == ids + 2).all()
        errors += len(ids) - batch.column("error_code").null_count
        at += len(ids)
    assert at == count, f"{at} rows of {count}"
    return errors


def _end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def temporary() -> tempfile.TemporaryDirectory:
    """A folder for one installation."""
    return tempfile.TemporaryDirectory(prefix="astrarium-batches-")
