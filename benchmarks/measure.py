"""How the benchmarks measure: rounds that alternate between what is compared, medians of many, ratios round by round.

A machine that is busy with other things slows whatever runs at that moment. Alternating short rounds spreads that over
both sides, and the median of the rounds' ratios is what both would show on a quiet machine. Work on one core is
measured in processor time, which does not count the wait for a core (it does count what the system does for us, such
as handing out memory).
"""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Ratio(NamedTuple):
    """The median of some ratios and the range of their middle half."""

    median: float
    low: float
    high: float

    def __str__(self):
        return f"{self.median:.3g} (middle half {self.low:.3g} to {self.high:.3g})"


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of this thread for one call."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def alternate(rounds: int, *sides: Callable[[], float]) -> list[list[float]]:
    """Measure each side once a round; one list of measurements a side. The first round only warms up."""
    measured = [[] for _ in sides]
    for number in range(rounds + 1):
        for one, results in zip(sides, measured, strict=True):
            result = one()
            if number:
                results.append(result)
    return measured


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> Ratio:
    """Numerator over denominator, round by round."""
    ratios = sorted(a / b for a, b in zip(numerators, denominators, strict=True))
    low, median, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    return Ratio(median, low, high)


def verdict(name: str, found: Ratio, target: float) -> str:
    """One line: the ratio, what it should be, whether it is."""
    return f"{name}: {found}; target {target:g}: {'met' if found.median >= target else 'MISSED'}"
