"""The server's own process, as it tells of itself in its cluster's `postmaster.pid`."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Final, NamedTuple

FAST: Final = signal.SIGINT
"""Roll open transactions back, write everything down, end."""
IMMEDIATE: Final = signal.SIGQUIT
"""End at once; the next start recovers from the write-ahead log."""
PATIENCE_S: Final = ((FAST, 30.0), (IMMEDIATE, 10.0), (signal.SIGKILL, 10.0))
"""How a server is asked to end, and how long each way of asking may take."""
_POLL_S: Final = 0.02


class Postmaster(NamedTuple):
    """A server that wrote itself down; it may be gone since."""

    pid: int
    is_ready: bool
    """Whether it takes connections."""


def written(cluster: Path) -> Postmaster | None:
    """What stands in `postmaster.pid`; `None` where there is none, or none that is whole."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        return Postmaster(int(lines[0]), len(lines) > 7 and lines[7].strip() == "ready")
    except (OSError, ValueError, IndexError):
        return None


def end_leftover(cluster: Path) -> bool:
    """End the server that a killed predecessor left running in `cluster`; return whether there was one.

    To be called only by who holds the cluster's lock. A `postmaster.pid` that a power cut left torn, whose process is
    gone, or whose number the system gave to another program since, is removed: PostgreSQL would not start, or mistake
    that program for a server.
    """
    found = written(cluster)
    serves = found is not None and _serves(found.pid, cluster)
    if found is not None and serves:
        end(found.pid, cluster)
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    return serves


def end(pid: int, cluster: Path) -> None:
    """End the server `pid` of `cluster`, by ever harder means, and return when it is gone."""
    for number, patience_s in PATIENCE_S:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            if not _serves(pid, cluster):
                return
            time.sleep(_POLL_S)


def _serves(pid: int, cluster: Path) -> bool:
    """Whether process `pid` is a server that was started on `cluster`; a zombie is none."""
    if Path("/proc/self/cmdline").exists():
        try:
            return os.fsencode(cluster) in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
    shown = subprocess.run(  # noqa: S603  (a fixed program; macOS has no /proc)
        ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, check=False
    )
    return os.fsencode(cluster) in shown.stdout
