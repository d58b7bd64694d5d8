"""A million births by file through `POST /batches` on two worker processes, from the upload to the finished Parquet.

Everything is real: a web process, a private PostgreSQL, two of `astrarium worker`, files in a folder. The same number
of births is cast by `astrarium batch`'s own conversion in one process before, as the yardstick. Wall clock counts,
from the first byte of the upload to `finished`, and the workers' processor time beside it. Every row of the results is
checked to be there once.

    python -m benchmarks.batches [rows]
"""

import os
import sys
import time
from pathlib import Path

from astrarium.chart.files.conversion import convert
from benchmarks.batch_service import Installation, temporary, verified, write_births

ROWS = 1_000_000
WORKERS = 2
TARGET = 20_000
YARDSTICK_ROWS = 100_000


def yardstick(folder):
    """Processor seconds a row, and rows a second, of one process from CSV to Parquet."""
    births = folder / "yardstick.csv"
    write_births(births, YARDSTICK_ROWS)
    started, used = time.perf_counter(), time.process_time()
    with births.open("rb") as source, (folder / "yardstick.parquet").open("wb") as target:
        for _ in convert(source, "csv", target, "parquet"):
            pass
    return (time.process_time() - used) / YARDSTICK_ROWS, YARDSTICK_ROWS / (time.perf_counter() - started)


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with temporary() as name:
        folder = Path(name)
        births = folder / "births.csv"
        write_births(births, rows)
        length = births.stat().st_size
        processor, alone = yardstick(folder)
        with Installation(folder, workers=WORKERS) as installation:
            warm = folder / "warm.csv"
            write_births(warm, 1_000)
            installation.wait(installation.send(warm)["id"], 120)
            used = installation.processor_s()
            started = time.perf_counter()
            batch = installation.send(births)
            sent = time.perf_counter() - started
            done = installation.wait(batch["id"], 900)
            elapsed = time.perf_counter() - started
            used = installation.processor_s() - used
            assert done["state"] == "finished", done
            peaks = installation.peak_mb()
            started = time.perf_counter()
            size = installation.save_results(batch["id"], folder / "charts.parquet")
            fetched = time.perf_counter() - started
            errors = verified(folder / "charts.parquet", rows)
    speed = rows / elapsed
    print(f"{rows:,} births ({length / 1e6:.0f} MB of CSV), {WORKERS} workers, {os.cpu_count()} cores:")
    print(f"  upload              {sent:8.2f} s")
    print(f"  upload to finished  {elapsed:8.2f} s  {speed:9,.0f} rows/s")
    print(f"{rows:,} births ({length / 1e6:.0f} MB of CSV), {WORKERS} workers, {os.cpu_count()} cores:")
    print(f"  upload              {sent:8.2f} s")
    print(f"  upload to finished  {elapsed:8.2f} s  {speed:9,.0f} rows/s")
    print(f"  workers' processor  {used:8.2f} s  {used / rows * 1e6:9.1f} µs a row")
    print(f"  one process alone             {alone:9,.0f} rows/s  {processor * 1e6:.1f} µs a row")
    print(f"  results             {fetched:8.2f} s  {size / 1e6:9,.0f} MB, {errors:,} rows with an error")
    print("                      each row there once and in order")
    print(f"  peak memory of a worker       {max(peaks):9.0f} MB")
    print(f"  target {TARGET:,} rows/s: {'met' if speed >= TARGET else 'MISSED'}")
    return 0 if speed >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
