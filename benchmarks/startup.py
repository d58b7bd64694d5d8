"""What starting costs: the service until it is ready, the first start of all, one worker's memory, the engine's import.

python -m benchmarks.startup
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from benchmarks.folder import data_directory
from benchmarks.measure import alternate, ratio

ROUNDS = 5
TARGET_READY_S = 5.0
LONGEST_START_S = 600
ENGINE = "import astrarium.chart.natal"
FIRST_CHART = "import astrarium; astrarium.chart('1990-05-17', '12:30', 'London, GB')"


def wall_seconds(*arguments, **environment):
    """How long a Python process takes from start to end."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], env=os.environ | environment, check=True, timeout=LONGEST_START_S
    )
    return time.perf_counter() - start


def start_service(**environment):
    """Seconds until the service says that it is ready, and its memory in MB: then and after a hundred charts."""
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "astrarium", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        env=os.environ | environment,
        text=True,
    ) as process:
        try:
            line = process.stdout.readline()
            took = time.perf_counter() - start
            if not line:
                raise SystemExit("The service did not start.")
            idle = memory_mb(process.pid)
            for number in range(100):
                body = f'{{"birth":{{"date":"{1900 + number}-05-17","time":"12:30","place":"London, GB"}}}}'
                address = line.split()[-1] + "api/v1/charts"
                request = urllib.request.Request(
                    address, body.encode(), {"Content-Type": "application/json"}, method="POST"
                )
                with urllib.request.urlopen(request, timeout=60) as answer:
                    answer.read()
            return took, idle, memory_mb(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)


def memory_mb(pid):
    """Resident memory as the system counts it, pages shared with other processes included."""
    command = ["ps", "-o", "rss=", "-p", str(pid)]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout) / 1024


def main():
    with data_directory() as folder:
        return measure(str(folder))


def measure(folder):
    start_service(ASTRARIUM_DATA=folder)  # makes the database
    starts = []

    def ready():
        starts.append(start_service(ASTRARIUM_DATA=folder))
        return starts[-1][0]

    nothing, service, engine, first_chart = alternate(
        ROUNDS,
        lambda: wall_seconds("-c", "pass"),
        ready,
        lambda: wall_seconds("-c", ENGINE),
        lambda: wall_seconds("-c", FIRST_CHART),
    )
    print("with compiled kernels, seconds (median) and times `python -c pass`:")
    for name, measured in (
        ("python -c pass", nothing),
        ("astrarium serve, until ready", service),
        ("import of the engine", engine),
        ("import and the first chart", first_chart),
    ):
        print(f"  {name:30} {statistics.median(measured):7.2f} s  {ratio(measured, nothing)}")
    _, idle, busy = (statistics.median(column) for column in zip(*starts, strict=True))
    print(f"\nmemory of one worker: {idle:.0f} MB when ready, {busy:.0f} MB after a hundred charts")
    with data_directory() as new:
        first_ever, *_ = start_service(ASTRARIUM_DATA=str(new))
    with tempfile.TemporaryDirectory() as empty:
        first, *_ = start_service(ASTRARIUM_DATA=folder, NUMBA_CACHE_DIR=empty)
    usual = statistics.median(service)
    print(
        f"first start with a new database: {first_ever:.1f} s; "
        f"first start of all, kernels still to compile: {first:.1f} s, {first / usual:.1f} times a usual start"
    )
    met = usual <= TARGET_READY_S
    print(f"\nstart until ready: {usual:.2f} s; target {TARGET_READY_S:g} s: {'met' if met else 'MISSED'}")
    return not met


if __name__ == "__main__":
    sys.exit(main())
