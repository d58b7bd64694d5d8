"""What the compiler's own code holds of memory once kernels are loaded."""

import subprocess
import sys

import pytest

RESIDENT = """
def resident_code():
    is_code, total = False, 0
    for line in open("/proc/self/smaps"):
        if "-" in line.split()[0]:
            is_code = "libllvmlite" in line and line.split()[1] == "r-xp"
        elif is_code and line.startswith("Rss:"):
            total += int(line.split()[1])
    return total
"""
CHARTS = """
import astrarium
from astrarium.sky import compiler_memory
first = astrarium.chart("1990-05-17", "12:30", "London, GB")
left = resident_code()
compiler_memory.give_back()
again = astrarium.chart("1990-05-17", "12:30", "London, GB")
wide = astrarium.chart("1990-05-17", "12:30", "London, GB", perspective="topocentric", houses="koch")
assert again == first
print(left, len(wide.positions))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="tells and gives back pages by Linux's own calls")
def test_loaded_kernels_leave_the_code_of_the_compiler_to_its_file():
    output = subprocess.run(
        [sys.executable, "-c", RESIDENT + CHARTS], check=True, capture_output=True, text=True
    ).stdout
    left_kb, bodies = (int(word) for word in output.split())
    assert left_kb < 4096
    assert bodies > 0
