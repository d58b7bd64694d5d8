"""`astrarium ephemeris`: the tables of positions themselves, their provenance, their numbers, and wider ones."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from astrarium.cli import options
from astrarium.cli.ephemeris_build import build
from astrarium.cli.ephemeris_rows import write_positions
from astrarium.cli.ephemeris_tables import page
from astrarium.cli.ephemeris_views import Perspective, view_of
from astrarium.cli.flags import Command
from astrarium.cli.terminal import show, write_json
from astrarium.sky.table_directory import tables_directory

if TYPE_CHECKING:
    from astrarium.civil.birth import PlaceReference
    from astrarium.sky.site import Site

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
    context: typer.Context,
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
    perspective: Annotated[
        Perspective,
        typer.Option(help="Seen from the middle of the Earth, from a place on it, or from the Sun."),
    ] = "geocentric",
    place: Annotated[
        str | None,
        typer.Option(metavar="NAME|NUMBER", help="Where a topocentric observer stands, as for a chart."),
    ] = None,
    latitude: Annotated[
        float | None,
        typer.Option(metavar="DEGREES", help="Or by coordinates: geodetic latitude, north positive."),
    ] = None,
    longitude: Annotated[
        float | None, typer.Option(metavar="DEGREES", help="Its longitude, east positive.")
    ] = None,
    altitude: Annotated[
        float | None,
        typer.Option(metavar="METRES", help="Height above the sea, beside coordinates or a number."),
    ] = None,
    observables: Annotated[
        bool,
        typer.Option(
            "--observables", help="Add elongation, phase, size, brightness and distance from the Sun."
        ),
    ] = False,
) -> None:
    """Print apparent positions at many instants as CSV, one row per instant and body.

    True ecliptic and equinox of date, with the shortest digits that lose nothing; topocentric ones with azimuth and
    altitude. A row that cannot be used is reported with its line, the others are printed, and the exit code is 1.
    """
    from astrarium.cli.births import place_of  # loads the engine

    site = None
    where = place_of(context, place, latitude, longitude, altitude, None)
    if perspective == "topocentric":
        site = _site(where)
    elif where is not None:
        raise typer.BadParameter("it belongs to --perspective topocentric.", context, param_hint="--place")
    if observables and perspective == "heliocentric":
        raise typer.BadParameter(
            "they are what is seen from the Earth: leave out --perspective.",
            context,
            param_hint="--observables",
        )
    write_positions(instants, view_of(perspective, bodies, site, with_observables=observables))


def _site(where: "str | PlaceReference | None") -> "Site":
    """The observer's place as astronomy needs it. Raises what a chart raises for a place."""
    from astrarium.civil.gazetteer import shipped_gazetteer
    from astrarium.civil.place_understanding import understand_place
    from astrarium.sky.site import Site

    place = understand_place(where, shipped_gazetteer())
    return Site(place.latitude, place.longitude, place.altitude_m)
