"""`astrarium serve`: the page and the API in one process."""

import os
from typing import Annotated

import typer

from astrarium.cli.errors import ServerExtraMissing

WEB_STACK = frozenset({"httptools", "jinja2", "litestar", "uvicorn", "uvloop"})


def serve(
    host: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="The address to listen on; 0.0.0.0 for every network of this machine. Default: 127.0.0.1.",
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            metavar="NUMBER",
            help="The port to listen on; 0 takes a free one. Default: 8000.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=256, metavar="NUMBER", help="Processes that share the port. Default: 1."),
    ] = None,
) -> None:
    """Serve the page and the API until interrupted; prints the page's address when it is ready.

    Each option also has an environment variable (ASTRARIUM_HOST, ASTRARIUM_PORT, ...); the option wins.
    """
    try:
        # The web stack is an extra of the package and slow to load: only this command needs it.
        from astrarium.service.server import serve as run
        from astrarium.service.settings import load
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module in WEB_STACK:
            raise ServerExtraMissing(module) from error
        raise
    run(load(os.environ, host=host, port=port, workers=workers))
