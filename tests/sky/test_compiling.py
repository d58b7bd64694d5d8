"""Kernels load when they are first called, and then take what they declare."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from astrarium.sky.compiling import kernel

LOADED = """
import gc
import astrarium.chart.natal
from astrarium.sky.compiling import OnDemand
loaded = lambda: {one.py_func.__name__ for one in gc.get_objects() if isinstance(one, OnDemand) and one.signatures}
before = loaded()
astrarium.chart.natal.chart("1990-05-17", "12:30", "London, GB")
print("fill_charts" in before, "fill_charts" in loaded(), "fill_cusps" in loaded())
"""


def test_importing_the_engine_loads_no_chart_kernel_and_a_chart_only_its_own() -> None:
    command = [sys.executable, "-c", LOADED]
    subprocess.run(command, check=True, capture_output=True)  # leaves them in the cache

    printed = subprocess.run(command, check=True, capture_output=True, text=True)

    assert printed.stdout.split() == ["False", "True", "False"]


def test_the_first_call_converts_its_arguments_as_every_later_one() -> None:
    @kernel("float64(float64)")
    def half(number: float) -> float:
        return number / 2.0

    assert (half(3), half(3), half(True)) == (1.5, 1.5, 0.5)


def test_the_first_call_refuses_arguments_that_do_not_fit() -> None:
    @kernel("float64(float64)")
    def third(number: float) -> float:
        return number / 3.0

    for _ in range(2):
        with pytest.raises(TypeError, match="No matching definition"):
            third("three")  # type: ignore[arg-type] # that is the point


def test_threads_may_make_the_first_call_together() -> None:
    @kernel("float64(float64[::1])")
    def total(numbers: NDArray[np.float64]) -> float:
        result = 0.0
        for number in numbers:
            result += number
        return result

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(total, [np.ones(4)] * 32)) == [4.0] * 32


def test_a_kernel_compiled_into_another_keeps_its_own_types() -> None:
    @kernel("float64(float64)")
    def quarter(number: float) -> float:
        return number / 4.0

    @kernel("float64(int64)")
    def quarter_of_whole(number: int) -> float:
        return quarter(number)

    assert quarter_of_whole(3) == 0.75
    assert len(quarter.signatures) == 1  # type: ignore[attr-defined] # of a dispatcher
