"""The worker processes of `astrarium serve`: started when the service is ready, started again when they die."""

import logging
import multiprocessing
import threading
import time
from typing import TYPE_CHECKING, Final

from astrarium.service.settings import Settings
from astrarium.service.worker_process import work_for_parent

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

SHORTEST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 30.0
LIVED_S: Final = 60.0
"""After so long a life a worker is started again without a longer wait."""
MARGIN_S: Final = 10.0
"""How much longer than its grace time a worker has before it is killed."""

logger = logging.getLogger("astrarium.jobs")


class WorkerProcesses:
    """As many workers as the settings say, each a process that a thread of this one looks after."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stopping = threading.Event()
        self._keepers: list[threading.Thread] = []
        self._processes: dict[int, BaseProcess] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start them; returns at once."""
        for number in range(self._settings.job_workers):
            keeper = threading.Thread(target=self._keep, args=(number,), name=f"worker-{number}", daemon=True)
            self._keepers.append(keeper)
            keeper.start()

    def stop(self) -> None:
        """Tell all of them to stop; returns at once, and may be called again."""
        with self._lock:
            if self._stopping.is_set():
                return
            self._stopping.set()
            for process in self._processes.values():
                process.terminate()

    def join(self) -> None:
        """Stop them and wait until they have ended; who outlives the grace time is killed."""
        self.stop()
        ends_at = time.monotonic() + self._settings.job_grace_s + MARGIN_S
        for keeper in self._keepers:
            keeper.join(max(ends_at - time.monotonic(), 0))
        for process in self._processes.values():
            process.kill()
        for keeper in self._keepers:
            keeper.join()

    def _keep(self, number: int) -> None:
        """Start a worker, wait for its end, start it again."""
        wait_s = SHORTEST_WAIT_S
        spawn = multiprocessing.get_context("spawn")
        while True:
            process = spawn.Process(target=work_for_parent, args=(self._settings,), name=f"worker-{number}")
            with self._lock:
                if self._stopping.is_set():
                    return
                process.start()
                self._processes[number] = process
            started = time.monotonic()
            process.join()
            if self._stopping.is_set():
                return
            wait_s = SHORTEST_WAIT_S if time.monotonic() - started > LIVED_S else wait_s
            logger.warning(
                "a worker ended with exit code %s; the next starts in %.1f s", process.exitcode, wait_s
            )
            self._stopping.wait(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)
