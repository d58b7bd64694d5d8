"""`astrarium ephemeris`: the tables of positions themselves, their provenance, their numbers, and wider ones."""

from pathlib import Path
from typing import Annotated

import typer

from astrarium.cli import options
from astrarium.cli.ephemeris_build import build
from astrarium.cli.ephemeris_rows import write_positions
from astrarium.cli.ephemeris_tables import page
from astrarium.cli.flags import Command
from astrarium.cli.terminal import show, write_json
from astrarium.sky.table_directory import tables_directory

ephemeris = typer.Typer(
    name="ephemeris",
    help="The tables of positions: where they come from, their numbers, and wider ones.",
    no_args_is_help=True,
)


@ephemeris.command(cls=Command)
def info(as_json: options.AsJson = False) -> None:
    """Tell which tables are in use, their years, their sources and their worst error for each body.

    Each is checked as it is opened: a truncated or altered one is refused.
    """
    from astrarium.sky.table import tables_in_use  # loads the engine

    tables = tables_in_use()
    directory = tables_directory()
    if as_json:
        listed = [{"path": str(table.path), "header": table.header} for table in tables]
        write_json({"directory": directory and str(directory), "tables": listed})
        return
    for table in tables:
        show((*page(table), ""))
    show([f"A table in {directory} would serve in place of its namesake."] if directory else [])


ephemeris.command(cls=Command)(build)


@ephemeris.command("print", cls=Command)
def print_positions(
    instants: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="CSV with the columns jd_tt_day,jd_tt_fraction (Julian date TT in two parts); - reads standard input.",
        ),
    ],
    bodies: Annotated[
        str,
        typer.Option(
            metavar="standard|all|ID[,ID...]", help="Bodies and points; `astrarium bodies` lists them."
        ),
    ] = "standard",
) -> None:
    """Print apparent positions at many instants as CSV, one row per instant and body.

    Geocentric, true ecliptic and equinox of date, with the shortest digits that lose nothing. A row that cannot be
    used is reported with its line, the others are printed, and the exit code is 1.
    """
    write_positions(instants, bodies)
