"""What a table of births costs on its way to a table of charts, and how much of that is the charts themselves.

The births are synthetic: a date from 1930 to 2019, a time, one of 200 towns. Each way (CSV or Parquet in, CSV or
Parquet out, all columns) runs in a process of its own, which tells its own peak memory; the bare `charts()` of the same
instants and places on one thread, measured before and after in the same process, is the yardstick. Times are wall
clock: reading and writing are threads of their own, and waiting for the disk counts.

    python -m benchmarks.batch_files
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import astrarium
from astrarium.chart.files.conversion import convert
from astrarium.civil.gazetteer import shipped_gazetteer
from benchmarks.measure import ratio

BIRTHS = 200_000
TOWNS = 200
ROUNDS = 3
WAYS = (("csv", "csv"), ("csv", "parquet"), ("parquet", "csv"), ("parquet", "parquet"))


def births(count):
    """Columns of births: number, date, time, place by its number in the gazetteer."""
    random = np.random.default_rng(20260101)
    minutes = random.integers(0, 90 * 365 * 1440, count)
    moments = np.datetime64("1930-01-01T00:00", "m") + minutes
    texts = np.datetime_as_string(moments)
    towns = [
        match.place.geoname_id
        for letter in "abcdklmnprst"
        for match in shipped_gazetteer().search(letter, limit=20)
    ]
    chosen = random.choice(sorted(set(towns))[:TOWNS], count)
    return {
        "id": list(range(count)),
        "date": [text[:10] for text in texts.tolist()],
        "time": [text[11:] for text in texts.tolist()],
        "place_id": chosen.tolist(),
    }


def write(columns, folder):
    """The births as CSV and as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(columns)
    pq.write_table(table, folder / "births.parquet")
    with (folder / "births.csv").open("w", encoding="utf-8") as file:
        file.write(",".join(columns) + "\n")
        file.writelines(",".join(map(str, row)) + "\n" for row in zip(*columns.values(), strict=True))


def bare_seconds(count):
    """Seconds of `charts()` for as many instants of the same years between the polar circles."""
    random = np.random.default_rng(1)
    instants = astrarium.from_universal(random.integers(2425977, 2458849, count) + 0.5, random.random(count))
    latitude, longitude = random.uniform(-60, 60, count), random.uniform(-180, 180, count)
    start = time.perf_counter()
    for first in range(0, count, 16_384):
        part = slice(first, first + 16_384)
        some = astrarium.Instants(instants.tt_day[part], instants.tt_fraction[part], instants.delta_t_s[part])
        astrarium.charts(some, latitude[part], longitude[part])
    return time.perf_counter() - start


def one_way(source, target):
    """Measure one way in this process and print what was found as JSON."""
    folder = Path(source).parent
    target_format = target.rpartition(".")[2]
    found = {"batch": [], "bare": []}
    for _ in range(ROUNDS):
        start = time.perf_counter()
        with Path(source).open("rb") as births_file, (folder / target).open("wb") as charts_file:
            *_, last = convert(births_file, source.rpartition(".")[2], charts_file, target_format)
        found["batch"].append(time.perf_counter() - start)
        assert last.rows == BIRTHS
        found["bad"] = last.bad
        found["bare"].append(bare_seconds(BIRTHS))
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024 if sys.platform == "linux" else 1024**2
    )
    found["bytes"] = (folder / target).stat().st_size
    print(json.dumps(found))


def main():
    if len(sys.argv) == 3:
        one_way(*sys.argv[1:])
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(births(BIRTHS), folder)
        print(f"{BIRTHS:,} births, all columns of the standard chart (median of {ROUNDS} rounds):")
        for reading, writing in WAYS:
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "benchmarks.batch_files",
                    str(folder / f"births.{reading}"),
                    f"charts.{writing}",
                ],
                check=True,
                capture_output=True,
                text=True,
            )
            found = json.loads(done.stdout)
            times = ratio(found["batch"], found["bare"])
            print(
                f"  {reading:>7} to {writing:<7} {BIRTHS / np.median(found['batch']):9,.0f} rows/s, "
                f"{found['bytes'] / 1e6:6.0f} MB written, peak {found['peak_mb']:5.0f} MB, "
                f"{found['bad']:,} rows with an error (houses undefined), "
                f"{times} times the bare charts ({BIRTHS / np.median(found['bare']):,.0f} a second)"
            )


if __name__ == "__main__":
    main()
