"""The tree of commands. Importing it costs Typer alone; each command loads its part of the engine when it runs."""

from typing import Annotated

import typer

import astrarium
from astrarium.cli import catalogues
from astrarium.cli.admin import admin
from astrarium.cli.batch import batch
from astrarium.cli.chart import chart
from astrarium.cli.config import config
from astrarium.cli.database import database
from astrarium.cli.ephemeris import ephemeris
from astrarium.cli.flags import Command, Group
from astrarium.cli.places import places
from astrarium.cli.schedules import schedules
from astrarium.cli.serve import serve, web
from astrarium.cli.stars import stars
from astrarium.cli.worker import worker

app = typer.Typer(
    name="astrarium",
    cls=Group,
    help="The chart of the real sky: thirteen constellations, tropical and sidereal signs side by side.",
    epilog="A first chart: astrarium chart --date 1990-05-17 --time 12:30 --place 'London, GB'",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"astrarium {astrarium.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    """The chart of the real sky: thirteen constellations, tropical and sidereal signs side by side."""


app.command(cls=Command)(chart)
app.command(cls=Command)(batch)
app.command(cls=Command)(places)
app.command(cls=Command)(catalogues.zodiacs)
app.command(cls=Command)(catalogues.houses)
app.command(cls=Command)(catalogues.bodies)
app.command(cls=Command)(catalogues.aspects)
app.command(cls=Command)(stars)
app.add_typer(ephemeris)
app.command(cls=Command)(serve)
app.command(cls=Command)(web)
app.command(cls=Command)(worker)
app.add_typer(database)
app.add_typer(schedules)
app.add_typer(config)
app.add_typer(admin)
