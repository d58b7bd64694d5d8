"""`astrarium config`: what the service would run with, before it runs."""

import os

import typer

from astrarium.cli import options
from astrarium.cli.flags import Command
from astrarium.cli.terminal import listing, show, write_json

config = typer.Typer(
    name="config",
    help="The service's settings: whether they can be used, and where each comes from.",
    no_args_is_help=True,
)


@config.command(cls=Command)
def check() -> None:
    """Check every setting of this environment and of the file that ASTRARIUM_CONFIG names; nothing is started.

    Every fault is told at once, with exit code 1.
    """
    from astrarium.service.settings import load_with_origins  # only the service's commands need it

    _, given = load_with_origins(os.environ)
    chosen = sum(one.origin != "default" for one in given.values())
    show([f"The settings are good: {chosen} given, the others at their defaults."])


@config.command("show", cls=Command)
def show_settings(as_json: options.AsJson = False) -> None:
    """List every setting with its value and where it was given; a secret is shown as …."""
    from astrarium.service.settings import load_with_origins  # only the service's commands need it
    from astrarium.service.settings_telling import tell

    told = tell(*load_with_origins(os.environ))
    if as_json:
        write_json({"items": told})
        return
    show([listing(("setting", "value", "from"), [(one.variable, one.value, one.origin) for one in told])])
