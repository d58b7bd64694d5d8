"""`astrarium ephemeris`: the table of positions itself, its provenance and its numbers."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType

from astrarium.cli import options
from astrarium.cli.ephemeris_rows import write_positions
from astrarium.cli.flags import Command
from astrarium.cli.terminal import labelled, listing, show, write_json

if TYPE_CHECKING:
    from astrarium.sky.table import Table

KM_PER_AU = 149597870.7

ephemeris = typer.Typer(
    name="ephemeris",
    help="The table of positions: where it comes from, and its numbers.",
    no_args_is_help=True,
)


@ephemeris.command(cls=Command)
def info(as_json: options.AsJson = False) -> None:
    """Tell which table is in use, its years, its sources and its worst error for each body.

    The table is checked as it is opened: a truncated or altered one is refused.
    """
    from astrarium.sky.table import default_table  # loads the engine

    table = default_table()
    if as_json:
        write_json({"path": str(table.path), "header": table.header})
        return
    show(_page(table))


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


def _page(table: "Table") -> Iterator[RenderableType]:
    header = table.header
    made = header.provenance
    yield labelled(
        (
            ("Table", f"{header.name}, {table.path.with_suffix('.bin')}"),
            (
                "Years",
                f"{header.first_year} to {header.last_year}, in {header.blocks:,} blocks of {header.block_days:g} days",
            ),
            ("Size", f"{header.blocks * header.record_bytes / 1e6:.1f} MB"),
            ("SHA-256", header.sha256),
            ("Built by", made.builder),
            ("", ", ".join(f"{name} {version}" for name, version in made.libraries.items())),
            *(("Source", f"{source.name}, SHA-256 {source.sha256}") for source in made.sources),
        )
    )
    yield ""
    yield f"Worst error against the direct reduction, over {made.checked_instants:,} random instants:"
    measured = {series.body: {one.name for one in series.coordinates} for series in header.series}
    yield listing(
        ("body", "longitude", "latitude", "distance"),
        [
            (
                error.body,
                f"{error.longitude_arcsec:.6f}″",
                f"{error.latitude_arcsec:.6f}″" if "latitude" in measured[error.body] else "-",
                f"{error.distance_au * KM_PER_AU:.3f} km" if "distance" in measured[error.body] else "-",
            )
            for error in made.errors
        ],
        right=(1, 2, 3),
    )
