"""The full chart in batch: how long it takes, where the time goes, how far it is from the speed of memory.

A full chart: 18 bodies, both nodes and mean Lilith with latitude, distance, speeds, right ascension and declination;
angles; Placidus cusps and the house of every body; signs in `iau13` and `tropical`; thirteen aspects. Arrays in, arrays
out. Against the peer both sides leave out Eris and Sedna, of which its environment has no files; the peer computes no
right ascensions, signs or aspects.

    python -m benchmarks.full_chart
"""

import os
import statistics
import sys
import time

import numpy as np

import astrarium
from astrarium.sky.table import default_table, minor_table
from astrarium.sky.timescales import Instants
from benchmarks.engine import engine_lines
from benchmarks.measure import Ratio, alternate, ratio, seconds, verdict
from benchmarks.peer import Peer
from benchmarks.stages import stages
from benchmarks.yardsticks import MemoryYardstick, arithmetic_seconds

PLANETS = ("sun", "moon", "mercury", "venus", "mars", "jupiter", "saturn", "uranus", "neptune", "pluto")
ASTEROIDS = ("chiron", "pholus", "ceres", "pallas", "juno", "vesta")
POINTS = ("mean_node", "true_node", "mean_apogee")
BODIES = (*PLANETS, *ASTEROIDS, "eris", "sedna", *POINTS)
FULL = {"zodiacs": ("iau13", "tropical"), "houses": "placidus", "bodies": BODIES, "aspects": "all"}

BATCH = 50_000
ONE_BY_ONE = 300
ROUNDS = 9
THREADS = 2
TARGET_BATCH_US = 5.0
TARGET_ONE_US = 25.0
TARGET_PEER = 40.0
TARGET_THREADS = 0.9
MOST_ARCSECONDS_APART = 0.5
MOST_ARCSECONDS_APART_OF_ASTEROIDS = 60.0  # the peer's files hold their orbits as they were known when made


def births(count):
    """Instants from 1850 to 1971 (universal time, on both sides UT1) and places between the polar circles."""
    random = np.random.default_rng(20260303)
    day = np.floor(random.uniform(2396759.0, 2441317.0, count)) + 0.5
    return day, random.random(count), random.uniform(-65, 65, count), random.uniform(-180, 180, count)


def in_order(instants):
    """The same instants, sorted."""
    order = np.argsort(instants.tt_day + instants.tt_fraction)
    return Instants(instants.tt_day[order], instants.tt_fraction[order], instants.delta_t_s[order])


def first(instants, count):
    return Instants(instants.tt_day[:count], instants.tt_fraction[:count], instants.delta_t_s[:count])


def at_most(name, found, target):
    """One line: microseconds, what they should be at most, whether they are."""
    return f"{name}: {found:.2f} µs; target {target:g} µs: {'met' if found <= target else 'MISSED'}"


def batch_lines(instants, latitude, longitude):
    """Microseconds a chart, instants at random and in order, against reading and writing the same memory."""
    ordered = in_order(instants)
    some = astrarium.charts(instants, latitude, longitude, **FULL)
    row_bytes = some.numbers.itemsize * some.numbers.shape[1] + some.codes.shape[1]
    tables = (default_table(), minor_table())
    sides = []
    for when in (instants, ordered):
        yardstick = MemoryYardstick(tables, when.tt_day + when.tt_fraction, row_bytes)
        sides += [
            lambda when=when: seconds(lambda: astrarium.charts(when, latitude, longitude, **FULL)),
            lambda yardstick=yardstick: seconds(yardstick.read),
        ]
    charts, memory, charts_ordered, memory_ordered = alternate(ROUNDS, *sides)
    per_chart = 1e6 / instants.size
    for name, ours, least in (("at random", charts, memory), ("in order", charts_ordered, memory_ordered)):
        found = statistics.median(ours) * per_chart
        yield (
            f"instants {name}: {found:.2f} µs a chart, {1e6 / found:,.0f} a second; the same memory read and written: "
            f"{statistics.median(least) * per_chart:.2f} µs; ratio {ratio(ours, least)}"
        )
    yield at_most("a chart, instants at random", statistics.median(charts) * per_chart, TARGET_BATCH_US)


def one_line(instants, latitude, longitude):
    """What one chart takes more than no chart, through the same call."""

    def calls(count):
        when = first(instants, count)
        return lambda: (
            seconds(
                lambda: [
                    astrarium.charts(when, latitude[:count], longitude[:count], **FULL)
                    for _ in range(ONE_BY_ONE)
                ]
            )
            / ONE_BY_ONE
        )

    one, none = alternate(ROUNDS, calls(1), calls(0))
    more = statistics.median(a - b for a, b in zip(one, none, strict=True)) * 1e6
    call = statistics.median(none) * 1e6
    return at_most(f"one chart, less the {call:.1f} µs of a call for none", more, TARGET_ONE_US)


def thread_lines(instants, latitude, longitude):
    """How much two threads do in the time of one, against plain arithmetic."""
    if len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count())) < THREADS:
        yield "one processor only: no threads to compare"
        return

    def by_clock(threads):
        start = time.perf_counter()
        astrarium.charts(instants, latitude, longitude, **FULL, threads=threads)
        return time.perf_counter() - start

    one, two, plain_one, plain_two = alternate(
        ROUNDS,
        lambda: by_clock(1),
        lambda: by_clock(THREADS),
        lambda: arithmetic_seconds(1),
        lambda: arithmetic_seconds(THREADS),
    )
    charts, plain = ratio(one, two), ratio(plain_one, plain_two)
    yield f"two threads: charts {charts} times one thread, plain arithmetic {plain} times"
    found = charts.median / plain.median
    of_plain = Ratio(found, found * charts.low / charts.median, found * charts.high / charts.median)
    yield verdict("charts on two threads, of what plain arithmetic gains", of_plain, TARGET_THREADS)


def check(peer, asked, birth_columns):
    """Both sides must have computed the same sky before their speed may be compared."""
    day, fraction, latitude, longitude = (column[: peer.count] for column in birth_columns)
    arrays = astrarium.charts(
        astrarium.from_universal(day, fraction), latitude, longitude, **(FULL | {"bodies": asked})
    )
    ours = np.concatenate([arrays.places.longitude_deg, arrays.cusps_deg], axis=1)
    apart = np.abs((ours - np.array(peer.longitudes("files")) + 180) % 360 - 180).max(axis=0) * 3600
    asteroids = np.array([body in ASTEROIDS for body in asked] + [False] * arrays.cusps_deg.shape[1])
    planets, others = apart[~asteroids].max(), apart[asteroids].max()
    print(f"  longitudes and cusps {planets:.2f}″ apart at most, {others:.1f}″ those of asteroids")
    if planets > MOST_ARCSECONDS_APART or others > MOST_ARCSECONDS_APART_OF_ASTEROIDS:
        raise SystemExit("The two sides do not compute the same sky; their speeds mean nothing.")


def peer_lines(instants, birth_columns):
    """How many times longer the peer takes for the bodies that both have."""
    day, fraction, latitude, longitude = (column[:ONE_BY_ONE].tolist() for column in birth_columns)
    asked = (*PLANETS, *ASTEROIDS, *POINTS)
    peer = Peer(
        [(d + f, north, east) for d, f, north, east in zip(day, fraction, latitude, longitude, strict=True)],
        asked,
    )
    print(
        f"\npyswisseph {peer.version} with its files, the {len(asked)} of the {len(BODIES)} bodies that it has:"
    )
    check(peer, asked, birth_columns)
    _, _, north, east = birth_columns
    theirs, ours = alternate(
        ROUNDS,
        lambda: peer.seconds_per_chart("files"),
        lambda: (
            seconds(lambda: astrarium.charts(instants, north, east, **(FULL | {"bodies": asked})))
            / instants.size
        ),
    )
    peer.close()
    yield (
        f"a chart of these bodies: pyswisseph {statistics.median(theirs) * 1e6:.1f} µs, "
        f"Astrarium {statistics.median(ours) * 1e6:.2f} µs in batch"
    )
    yield verdict("times faster than pyswisseph with files", ratio(theirs, ours), TARGET_PEER)


def main():
    columns = births(BATCH)
    day, fraction, latitude, longitude = columns
    instants = astrarium.from_universal(day, fraction)
    print(f"Astrarium {astrarium.__version__}, full charts, {BATCH:,} a call, one thread:")
    missed = False

    def tell(lines):
        nonlocal missed
        for line in lines:
            missed |= "MISSED" in line
            print(f"  {line}")

    tell(batch_lines(instants, latitude, longitude))
    print("\nwhere the time goes:")
    tell(
        f"{name:62} {microseconds:6.2f} µs {share:6.1%}"
        for name, microseconds, share in stages(day, fraction, latitude, longitude, FULL)
    )
    print("\none chart, and two threads:")
    tell([one_line(instants, latitude, longitude)])
    tell(thread_lines(instants, latitude, longitude))
    tell(peer_lines(instants, columns))
    print("\nthe engine in a process of its own, kernels compiled:")
    tell(engine_lines())
    return missed


if __name__ == "__main__":
    sys.exit(main())
