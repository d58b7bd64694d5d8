"""What looking up places costs: milliseconds of a search while typing, and the ratio to a bare look-up in the same run.

The yardstick is one indexed look-up in the same file by the same driver: `SELECT` of a place by its GeoNames id, over
ids taken at random. The searches are the beginnings (1 to 8 letters) of 2,000 names, a place as likely as the people
who live there; every search reads names, ranks, and returns ten places with region, country and zone. `find` is
measured the first time and once remembered, and the worst searches (a letter and a region: the most names to read)
last.

Run: `python -m benchmarks.places`.
"""

import random
import sqlite3
import statistics
import time
from contextlib import suppress

from astrarium.civil.folding import fold
from astrarium.civil.gazetteer import Gazetteer
from astrarium.civil.place_errors import PlaceError
from astrarium.civil.place_index import SHIPPED

NAMES = 2_000
LONGEST_PREFIX = 8
SEED = 20
WORST = ("s, us", "s, texas", "a, france", "sa, brazil", "san, mx", "b, uk", "saint, fr", "xz qy us")


def seconds_of(action, argument):
    start = time.perf_counter()
    action(argument)
    return time.perf_counter() - start


def percentiles(seconds):
    ordered = sorted(seconds)
    return statistics.median(ordered), ordered[int(0.95 * len(ordered))], ordered[-1]


def report(label, seconds, yardstick_s):
    p50, p95, worst = percentiles(seconds)
    print(
        f"{label:34} p50 {p50 * 1e3:7.3f} ms  p95 {p95 * 1e3:7.3f} ms  max {worst * 1e3:7.2f} ms"
        f"   {p50 / yardstick_s:6.1f} × / {p95 / yardstick_s:6.1f} × the bare look-up"
    )


def found_or_not(find):
    def ask(name):
        with suppress(PlaceError):
            find(name)

    return ask


def main():
    connection = sqlite3.connect(f"file:{SHIPPED}?mode=ro&immutable=1", uri=True)
    rows = connection.execute("SELECT geoname_id, name, population + 1 FROM place").fetchall()
    chance = random.Random(SEED)
    drawn = chance.choices(rows, weights=[people for _, _, people in rows], k=NAMES)
    ids = [geoname_id for geoname_id, _, _ in chance.choices(rows, k=NAMES)]
    names = [name for _, name, _ in drawn]
    prefixes = [fold(name)[:length] for name in names for length in range(1, LONGEST_PREFIX + 1)]

    def bare(geoname_id):
        return connection.execute("SELECT * FROM place WHERE geoname_id = ?", (geoname_id,)).fetchone()

    gazetteer = Gazetteer()
    gazetteer.search("warm")
    for geoname_id in ids:
        bare(geoname_id)
    yardstick_s, _, _ = percentiles([seconds_of(bare, geoname_id) for geoname_id in ids])
    print(f"{SHIPPED.name}: {SHIPPED.stat().st_size / 1e6:.1f} MB, {len(rows):,} places")
    print(f"bare indexed look-up: {yardstick_s * 1e6:.1f} µs")
    report(
        "search, 1 to 8 letters", [seconds_of(gazetteer.search, prefix) for prefix in prefixes], yardstick_s
    )
    for length in range(1, LONGEST_PREFIX + 1):
        some = [prefix for prefix in prefixes if len(prefix) == length]
        report(
            f"search, {length} letters",
            [seconds_of(gazetteer.search, prefix) for prefix in some],
            yardstick_s,
        )
    report(
        "find, first time", [seconds_of(found_or_not(gazetteer.find), name) for name in names], yardstick_s
    )
    known = [name for name in names if _is_found(gazetteer, name)]
    report("find, remembered", [seconds_of(gazetteer.find, name) for name in known], yardstick_s)
    for typed in WORST:
        report(f"search, {typed!r}", [seconds_of(gazetteer.search, typed) for _ in range(5)], yardstick_s)


def _is_found(gazetteer, name):
    try:
        gazetteer.find(name)
    except PlaceError:
        return False
    return True


if __name__ == "__main__":
    main()
