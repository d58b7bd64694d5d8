"""The process between the service and its PostgreSQL: keeps the server running, and ends it when the service is gone.

    python -m astrarium.service.database.embedded.supervisor

It reads its `Order` as one line of JSON from standard input and then watches that pipe: the kernel closes it whichever
way the service ends, also by SIGKILL, and then the server is ended too. A server that dies is started again. What
happens is told on standard output, a line each: `ready`, `lost …`, `failed …`. It stands in a session of its own, where
Ctrl-C at the service's terminal does not reach the server before the last request is answered, and imports little, for
it starts before everything else.
"""

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final, NamedTuple

from astrarium.service.database.embedded import postmaster

READY: Final = "ready"
LOST: Final = "lost"
FAILED: Final = "failed"

ATTEMPTS: Final = 4
"""How often the first start is tried: the processes of a killed server may take a moment to end."""
SETTLED_S: Final = 60.0
"""A server that ran this long starts again without delay when it dies."""
LONGEST_PAUSE_S: Final = 10.0
_POLL_S: Final = 0.02


class Order(NamedTuple):
    """What to keep running."""

    command: list[str]
    """The server's program and arguments; its cluster is one of them."""
    cluster: str
    lock: str
    """A file that is locked as long as this process lives, so that no two of them watch one cluster."""
    log: str
    """What the server says before it opens its own log."""
    credentials: dict[str, object]
    """As whom the server runs: arguments of `subprocess`."""
    environment: dict[str, str]


class _ServiceGone(Exception):
    """The pipe from the service was closed."""


class Supervisor:
    """Keeps one server running until the service closes the pipe."""

    def __init__(self, order: Order, service: IO[bytes], tell: Callable[[str], None]) -> None:
        self.order = order
        self.cluster = Path(order.cluster)
        self.service = service
        self.tell = tell
        self.child: subprocess.Popen[bytes] | None = None
        self.woken, waker = os.pipe()
        os.set_blocking(waker, False)
        os.set_blocking(self.woken, False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)

    def run(self) -> None:
        """Start the server, restart it whenever it ends, and end it when the service is gone."""
        try:
            if not self._first_start():
                return
            self._keep_running()
        except _ServiceGone:
            pass
        finally:
            self._end()

    def _first_start(self) -> bool:
        for attempt in range(1, ATTEMPTS + 1):
            self._pause(0)
            postmaster.end_leftover(self.cluster)
            if self._start():
                self.tell(READY)
                return True
            if attempt < ATTEMPTS:
                self._pause(0.25 * attempt)
        self.tell(f"{FAILED} {self._ending()}")
        return False

    def _keep_running(self) -> None:
        pause_s = 0.0
        while True:
            since = time.monotonic()
            self._wait_for_end()
            self.tell(f"{LOST} {self._ending()}")
            pause_s = 0.0 if time.monotonic() - since > SETTLED_S else pause_s
            while True:
                self._pause(pause_s)
                pause_s = min(2 * pause_s + 0.1, LONGEST_PAUSE_S)
                postmaster.end_leftover(self.cluster)
                if self._start():
                    break
            self.tell(READY)

    def _start(self) -> bool:
        """Start the server and return whether it came to take connections."""
        with Path(self.order.log).open("wb") as log:
            self.child = subprocess.Popen(  # noqa: S603  (the service's own order)
                self.order.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=self.order.environment,
                umask=0o077,
                **self.order.credentials,  # type: ignore[call-overload]  # typed where it is made: `credentials`
            )
        while self.child.poll() is None:
            found = postmaster.written(self.cluster)
            if found is not None and found.pid == self.child.pid and found.is_ready:
                return True
            self._pause(_POLL_S)
        return False

    def _wait_for_end(self) -> None:
        while self.child is not None and self.child.poll() is None:
            self._pause(None)

    def _pause(self, seconds: float | None) -> None:
        """Wait, at most until a child ends; raises `_ServiceGone` as soon as the pipe is closed."""
        watched: list[IO[bytes] | int] = [self.service, self.woken]
        readable, _, _ = select.select(watched, [], [], seconds)
        if self.woken in readable:
            os.read(self.woken, 4096)
        if self.service in readable and not self.service.read(1):
            raise _ServiceGone

    def _end(self) -> None:
        """End the server as gently as it lets us."""
        if self.child is None:
            return
        for number, patience_s in postmaster.PATIENCE_S:
            if self.child.poll() is not None:
                return
            self.child.send_signal(number)
            try:
                self.child.wait(patience_s)
            except subprocess.TimeoutExpired:
                continue

    def _ending(self) -> str:
        code = None if self.child is None else self.child.returncode
        if code is not None and code < 0:
            return signal.Signals(-code).name
        return f"exit code {code}"


def main() -> None:
    """Do what the order on standard input says."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: None)  # its life is the pipe's
    service = open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)  # noqa: SIM115  (as long as we live)
    order = Order(**json.loads(_line(service)))
    with Path(order.lock).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # waits for a predecessor that is ending its server
        Supervisor(order, service, _tell).run()


def _line(service: IO[bytes]) -> bytes:
    """One line, without reading past it: what follows is for `select`."""
    line = b""
    while not line.endswith(b"\n"):
        piece = service.read(1)
        if not piece:
            raise SystemExit(0)
        line += piece
    return line


def _tell(line: str) -> None:
    try:
        os.write(sys.stdout.fileno(), f"{line}\n".encode())
    except OSError:  # the service is gone; the pipe tells so too
        return


if __name__ == "__main__":
    main()
