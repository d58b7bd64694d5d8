"""One private PostgreSQL server: made, started, kept running and stopped, reached by a socket alone."""

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Final

from sqlalchemy.engine import URL

from astrarium.service.database.embedded import cluster as clusters
from astrarium.service.database.embedded import postmaster, supervisor
from astrarium.service.database.embedded.errors import EmbeddedServerFailed
from astrarium.service.database.embedded.place import Place
from astrarium.service.database.embedded.programs import (
    credentials,
    environment,
    major_of,
    programs,
    run_as,
    within_reach,
)
from astrarium.service.database.embedded.words import last_words

STOP_TIMEOUT_S: Final = 60

logger = logging.getLogger("astrarium.database")


class EmbeddedServer:
    """A PostgreSQL server in `directory`, with `options` besides the settings of `tuning`.

    It lives as long as this process at most, however that ends; it is started again when it dies; and while it is
    held here no other process can start one in the same directory.
    """

    def __init__(
        self, directory: Path, options: Mapping[str, str] | None = None, folder: Path | None = None
    ) -> None:
        """`folder` names other programs than the wheel's."""
        self.place = Place(directory)
        self.options = dict(options or {})
        self.folder = folder
        self.user = run_as()
        self._held = ExitStack()
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._watch: threading.Thread | None = None
        self._turn = threading.Lock()
        self._is_stopping = False

    @property
    def directory(self) -> Path:
        """Where everything of the server lies."""
        return self.place.directory

    @property
    def url(self) -> URL:
        """The address of the service's database."""
        return clusters.address_in(self.place)

    def programs(self) -> Path:
        """The folder of PostgreSQL's programs, where the server's user can run them."""
        return within_reach(self.folder or programs(), self.place.program_copies, self.user)

    def start(self) -> None:
        """Start the server and return once it answers; the first time, make its cluster and database.

        Raises `DataDirectoryInUse`, `DirectoryOutOfReach`, `ClusterOfAnotherVersion`, `SocketDirectoryTaken` or
        `EmbeddedServerFailed`; then nothing is left running.
        """
        self.place.make(self.user)
        with ExitStack() as held:
            held.enter_context(self.place.held())
            folder = self.programs()
            major = major_of(folder, self.user)
            if major is None:
                raise EmbeddedServerFailed("start", f"the programs in {folder} cannot be run")
            self.place.refuse_another_version(major)
            self.place.make_socket_directory(self.user)
            cluster = self.place.cluster(major)
            if not cluster.exists():
                clusters.make_cluster(self.place, cluster, folder, self.user)
            clusters.configure(cluster, self.place, self.options, self.user)
            clusters.settle_password(self.place, cluster, folder, self.user)
            self._is_stopping = False
            held.callback(self._end, cluster)
            self._supervise(cluster, folder)
            self._held = held.pop_all()

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back, everything committed is on disk."""
        self._held.close()

    def _supervise(self, cluster: Path, folder: Path) -> None:
        since = time.time() - 1
        process = self._launch(cluster, folder)
        if _heard(process) != supervisor.READY:
            raise EmbeddedServerFailed("start", last_words(self._start_log, self.place.logs, since))
        self._watch = threading.Thread(
            target=self._keep, args=(process, cluster, folder), name="postgresql", daemon=True
        )
        self._watch.start()

    def _launch(self, cluster: Path, folder: Path) -> subprocess.Popen[bytes]:
        order = supervisor.Order(
            command=clusters.command(cluster, self.place, folder),
            cluster=str(cluster),
            lock=str(self.place.supervisor_lock_file),
            log=str(self._start_log),
            credentials=credentials(self.user),
            environment=environment(),
        )
        process = subprocess.Popen(  # noqa: S603  (this Python, a module of ours)
            [sys.executable, "-P", "-m", supervisor.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._supervisor = process
        with suppress(BrokenPipeError):  # it was killed already; who listens to it finds out
            stdin = _pipe(process.stdin)
            stdin.write(json.dumps(order._asdict()).encode() + b"\n")
            stdin.flush()
        return process

    @property
    def _start_log(self) -> Path:
        return self.place.directory / "start.log"

    def _keep(self, process: subprocess.Popen[bytes], cluster: Path, folder: Path) -> None:
        """Log what the supervisor tells, and start another one where it was killed."""
        while True:
            line = _heard(process)
            if line.startswith(supervisor.LOST):
                how = line.removeprefix(supervisor.LOST).strip()
                logger.error("PostgreSQL ended (%s) and is started again", how)
            elif line == supervisor.READY:
                logger.warning("PostgreSQL runs again")
            else:
                with self._turn:
                    if self._is_stopping:
                        return
                    logger.error("The supervisor of PostgreSQL ended and is started again")
                    _close(process)
                    process = self._launch(cluster, folder)

    def _end(self, cluster: Path) -> None:
        with self._turn:
            self._is_stopping = True
        if self._supervisor is not None:
            _pipe(self._supervisor.stdin).close()
            self._supervisor.wait(STOP_TIMEOUT_S)
        if self._watch is not None:
            self._watch.join()
        if self._supervisor is not None:
            _close(self._supervisor)
        self._watch = self._supervisor = None
        postmaster.end_leftover(cluster)


def _heard(process: subprocess.Popen[bytes]) -> str:
    """The next line of the supervisor; nothing once it has ended."""
    return _pipe(process.stdout).readline().decode().strip()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # made with PIPE
    return stream


def _close(process: subprocess.Popen[bytes]) -> None:
    with suppress(BrokenPipeError):
        _pipe(process.stdin).close()
    _pipe(process.stdout).close()
    process.wait(STOP_TIMEOUT_S)
