"""Which tables there are to build, from what, for which years, and how each is proven."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec

from astrarium.sky.building import earth_table
from astrarium.sky.building.errors import PlanetsTooNarrow, YearsNotCovered
from astrarium.sky.building.fit import MINOR, PLANETS, SeriesPlan
from astrarium.sky.building.proof import Proof, Report, check
from astrarium.sky.building.sources import kernel_path, orbits_path
from astrarium.sky.building.table_builder import Progress, build_table, unseen
from astrarium.sky.errors import TableUnusable
from astrarium.sky.table import SHIPPED, SeriesError, Table, TableHeader, open_table, table_is_there

Bodies: TypeAlias = Literal["planets", "minor", "all"]


class Recipe(msgspec.Struct, frozen=True):
    """One table: its series, the years of the one that ships, the years that its sources hold, and its proof."""

    name: str
    plans: tuple[SeriesPlan, ...]
    shipped_years: tuple[int, int]
    covered_years: tuple[int, int]
    source: str
    proof: Callable[..., tuple[SeriesError, ...]]
    orbits: bool = False


_DE440: Final = (1550, 2650)  # from 1549-12-31 to 2650-01-25
PLANETS_RECIPE: Final = Recipe("planets", PLANETS, (1600, 2200), _DE440, "JPL DE440", check)
EARTH_RECIPE: Final = Recipe(
    "earth", earth_table.PLANS, (1600, 2200), _DE440, "JPL DE440", earth_table.check_stars
)
MINOR_RECIPE: Final = Recipe(
    "minor",
    MINOR,
    (1800, 2200),
    (1600, 2499),  # from 1600-01-01 to 2499-12-23
    "the file of minor bodies' orbits",
    check,
    orbits=True,
)
RECIPES: Final[dict[Bodies, tuple[Recipe, ...]]] = {
    "planets": (PLANETS_RECIPE, EARTH_RECIPE),
    "minor": (MINOR_RECIPE,),
    "all": (PLANETS_RECIPE, EARTH_RECIPE, MINOR_RECIPE),
}
"""What is built when bodies are asked for, in order: stars and minor bodies are proven with the planets' table."""


class Order(msgspec.Struct, frozen=True):
    """One table to build, for years that its sources hold."""

    recipe: Recipe
    first_year: int
    last_year: int


def orders(bodies: Bodies, first_year: int | None, last_year: int | None) -> tuple[Order, ...]:
    """What to build for some bodies and years; a year that is `None` is the outermost that the sources hold.

    With `all`, the minor bodies get as many of the years as their orbits hold. Raises `YearsNotCovered`.
    """
    made = []
    leading = RECIPES[bodies][0]
    first = leading.covered_years[0] if first_year is None else first_year
    last = leading.covered_years[1] if last_year is None else last_year
    for recipe in RECIPES[bodies]:
        low, high = recipe.covered_years
        years = first, last
        if recipe is not leading:
            years = max(first, low), min(last, high)
        if not low <= years[0] <= years[1] <= high:
            raise YearsNotCovered(first, last, recipe.covered_years, recipe.source)
        made.append(Order(recipe, *years))
    return tuple(made)


def standing(order: Order, directory: Path) -> Table | None:
    """The whole table that stands where an order's table would go; `None` for none and for a broken one."""
    path = directory / f"{order.recipe.name}.json"
    if not table_is_there(path):
        return None
    try:
        return open_table(path)
    except TableUnusable:
        return None


def build(
    order: Order,
    directory: Path,
    *,
    instants: int,
    report: Report,
    progress: Progress = unseen,
    fresh: bool = False,
) -> TableHeader:
    """Build one table into a directory; see `build_table`.

    Raises `SourceMissing`, `PlanetsTooNarrow`, `NotAccurate`, `DirectoryBusy`.
    """
    recipe = order.recipe
    proof: Proof = recipe.proof
    if recipe is not PLANETS_RECIPE:
        proof = partial(recipe.proof, planets=_planets_for(order, directory))
    return build_table(
        kernel=kernel_path(),
        orbits=orbits_path() if recipe.orbits else None,
        output=directory,
        name=recipe.name,
        plans=recipe.plans,
        first_year=order.first_year,
        last_year=order.last_year,
        instants=instants,
        report=report,
        progress=progress,
        fresh=fresh,
        proof=proof,
    )


def _planets_for(order: Order, directory: Path) -> Table:
    """The planets of the same directory, else those that ship; they must cover the order's years."""
    own = directory / "planets.json"
    planets = open_table(own if table_is_there(own) else SHIPPED / own.name)
    years = planets.header.first_year, planets.header.last_year
    if order.first_year < years[0] or order.last_year > years[1]:
        raise PlanetsTooNarrow(order.first_year, order.last_year, planets.path, years)
    return planets
