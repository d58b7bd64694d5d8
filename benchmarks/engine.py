"""The engine in a process of its own: what its import costs, and how much memory it holds after a full chart."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROUNDS = 5
TARGET_IMPORT_S = 1.2
TARGET_RSS_MB = 150

IMPORT = """
import time
start = time.thread_time()
import numba
numba_s = time.thread_time() - start
import astrarium.chart.natal
print(numba_s, time.thread_time() - start)
"""
MEMORY = """
import re
def megabytes():
    text = open("/proc/self/status").read()
    print(*(int(re.search(rf"{name}:\\s+(\\d+) kB", text)[1]) / 1024 for name in ("VmRSS", "RssAnon", "RssFile")))
import numba
megabytes()
import astrarium.sky.trigonometry
astrarium.sky.trigonometry.sine_cosine(1.0)
megabytes()
import astrarium.chart.natal
megabytes()
astrarium.chart("1990-05-17", "12:30", "London, GB", bodies="all")
megabytes()
"""


def answers(program):
    """The lines of numbers that a Python program prints."""
    output = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=os.environ
    ).stdout
    return [[float(number) for number in line.split()] for line in output.splitlines()]


def engine_lines():
    """Lines to print; `MISSED` in those that miss a target."""
    answers(IMPORT)
    numba_s, engine_s = (
        statistics.median(column) for column in zip(*(answers(IMPORT)[0] for _ in range(ROUNDS)), strict=True)
    )
    outcome = "met" if engine_s <= TARGET_IMPORT_S else "MISSED"
    yield (
        f"import: {engine_s:.2f} s of processor time, {numba_s:.2f} s of it numba; "
        f"target {TARGET_IMPORT_S:g} s: {outcome}"
    )
    if not Path("/proc/self/status").exists():
        yield "memory: not told by this system"
        return
    numba, one_kernel, imported, charted = answers(MEMORY)
    for name, (resident, own, shared) in (
        ("numba alone", numba),
        ("numba with one small kernel", one_kernel),
        ("the engine imported", imported),
        ("after a chart of all bodies", charted),
    ):
        yield f"memory, {name}: {resident:.0f} MB, {own:.0f} MB of its own and {shared:.0f} MB of mapped files"
    outcome = "met" if charted[0] <= TARGET_RSS_MB else "MISSED"
    yield f"memory after a chart: {charted[0]:.0f} MB; target {TARGET_RSS_MB} MB: {outcome}"
