"""What houses cost: nanoseconds for one sky in each system, and the ratio to a yardstick measured in the same run.

The yardstick is twelve pairs of a sine and an arctangent, about what twelve cusps would cost without any thought:
a ratio means the same on every machine. Each line is the median of many rounds over the same thousand skies, one
core, and counts everything from sidereal time, latitude and obliquity to cusps: their sines, the seven angles and
the cusps. Run: `python benchmarks/houses.py`.
"""

import math
import statistics
import time

import numpy as np
from numba import njit

from astrarium.sky.house_kernels import (
    MAX_CUSPS,
    WHOLE_SIGN,
    angles_of,
    fill_cusps_of,
    fill_house_numbers,
    fill_whole_sign,
    orientation_of,
)
from astrarium.sky.houses import SYSTEMS

SKIES = 1_000
ROUNDS = 41


@njit(nogil=True)
def yardstick(armc, latitude):
    total = 0.0
    for i in range(armc.shape[0]):
        angle = armc[i]
        for step in range(12):
            angle = math.atan2(math.sin(angle + step), latitude[i] + 2.0)
        total += angle
    return total


@njit(nogil=True)
def sum_of(angles):
    total = 0.0
    for angle in angles:
        total += angle
    return total


@njit(nogil=True)
def only_angles(armc, latitude, obliquity):
    total = 0.0
    for i in range(armc.shape[0]):
        total += sum_of(angles_of(orientation_of(armc[i], latitude[i], obliquity[i])))
    return total


@njit(nogil=True)
def cusps(system_code, armc, latitude, obliquity, declination, out):
    total = 0.0
    for i in range(armc.shape[0]):
        sky = orientation_of(armc[i], latitude[i], obliquity[i])
        angles = angles_of(sky)
        fill_cusps_of(system_code, sky, angles[0], angles[1], declination[i], out)
        total += sum_of(angles)  # else the compiler leaves out what nobody reads
    return total


@njit(nogil=True)
def whole_signs(armc, latitude, obliquity, out, starts):
    total = 0.0
    for i in range(armc.shape[0]):
        angles = angles_of(orientation_of(armc[i], latitude[i], obliquity[i]))
        fill_whole_sign(angles[0], starts, starts.shape[0], out)
        total += sum_of(angles)
    return total


@njit(nogil=True)
def bodies_in_houses(longitudes, cusps_of_sky, numbers, times):
    total = 0
    for i in range(times):
        longitudes[0] = 0.001 * i
        fill_house_numbers(longitudes, cusps_of_sky, 12, numbers)
        total += numbers[0]
    return total


def nanoseconds(function, *arguments, per=SKIES):
    function(*arguments)
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter_ns()
        function(*arguments)
        rounds.append((time.perf_counter_ns() - start) / per)
    return statistics.median(rounds)


def main():
    random = np.random.default_rng(1)
    skies = (
        random.uniform(0.0, 2.0 * math.pi, SKIES),
        np.radians(random.uniform(-60.0, 60.0, SKIES)),
        np.radians(random.uniform(23.40, 23.48, SKIES)),
        np.radians(random.uniform(-23.4, 23.4, SKIES)),
    )
    out = np.empty(MAX_CUSPS)
    starts = np.sort(random.uniform(0.0, 2.0 * math.pi, 13))

    yard = nanoseconds(yardstick, *skies[:2])

    def line(name, cost):
        print(f"{name:28} {cost:8.0f} ns   {cost / yard:6.2f} × yardstick")

    line("yardstick", yard)
    line("seven angles alone", nanoseconds(only_angles, *skies[:3]))
    for code, system in enumerate(SYSTEMS):
        if code == WHOLE_SIGN:
            line(f"{system.id} (13 signs)", nanoseconds(whole_signs, *skies[:3], out, starts))
        else:
            line(system.id, nanoseconds(cusps, code, *skies, out))
    bodies = random.uniform(0.0, 2.0 * math.pi, 18)
    numbers = np.empty(18, dtype=np.int64)
    cost = nanoseconds(bodies_in_houses, bodies, np.sort(out[:12]), numbers, SKIES)
    line("18 bodies into 12 houses", cost)


if __name__ == "__main__":
    main()
