"""Time to a private database that answers: the very first start, one on existing data, and after a kill.

Run with `python -m benchmarks.database_start`. The limits are the service's own (12 s and 6 s, kernels and all), of
which the database may take half.
"""

import os
import signal
import sys
import time
from collections.abc import Callable

from astrarium.service.database.embedded import postmaster
from astrarium.service.database.embedded.server import EmbeddedServer
from benchmarks.folder import data_directory

FIRST_LIMIT_S = 6.0
NEXT_LIMIT_S = 3.0
REPEATS = 5


def timed(act: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def main() -> int:
    """Measure and print; 1 where a limit is passed."""
    with data_directory() as folder:
        server = EmbeddedServer(folder / "postgresql")
        first_s = timed(server.start)
        stops_s = [timed(server.stop)]
        starts_s = []
        for _ in range(REPEATS):
            starts_s.append(timed(server.start))
            stops_s.append(timed(server.stop))
        server.start()
        recovery_s = timed(lambda: recover(server))
        server.stop()
    rows = [
        ("first start, cluster made", first_s, FIRST_LIMIT_S),
        ("start on existing data", min(starts_s), NEXT_LIMIT_S),
        ("stop", min(stops_s), NEXT_LIMIT_S),
        ("running again after SIGKILL", recovery_s, NEXT_LIMIT_S),
    ]
    for name, seconds, limit_s in rows:
        print(f"{name:30} {seconds:7.3f} s   {seconds / limit_s:6.1%} of its limit of {limit_s:g} s")
    return int(any(seconds > limit_s for _, seconds, limit_s in rows))


def recover(server: EmbeddedServer) -> None:
    """Kill the server and wait until another one answers."""
    (cluster,) = server.place.clusters().values()
    found = postmaster.written(cluster)
    assert found is not None
    os.kill(found.pid, signal.SIGKILL)
    while True:
        now = postmaster.written(cluster)
        if now is not None and now.pid != found.pid and now.is_ready:
            return
        time.sleep(0.005)


if __name__ == "__main__":
    sys.exit(main())
