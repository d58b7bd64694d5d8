"""`astrarium serve` and `astrarium web`: the whole service in one command, and its web processes alone."""

import os
from typing import Annotated

import typer

from astrarium.cli.web_stack import web_stack

Host = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="The address to listen on; 0.0.0.0 for every network of this machine. Default: 127.0.0.1.",
    ),
]
Port = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=65535,
        metavar="NUMBER",
        help="The port to listen on; 0 takes a free one. Default: 8000.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(min=1, max=256, metavar="NUMBER", help="Processes that share the port. Default: 1."),
]


def serve(host: Host = None, port: Port = None, workers: Workers = None) -> None:
    """Serve the page and the API until interrupted; prints the page's address when it is ready.

    Everything in one command: a private PostgreSQL in the data directory unless DATABASE_URL names another, its
    tables brought to this version. Each option also has an environment variable (ASTRARIUM_HOST, ...); the option wins.
    """
    with web_stack():  # slow to load: only these commands need it
        from astrarium.service.server import serve as run
        from astrarium.service.settings import load
    run(load(os.environ, host=host, port=port, workers=workers))


def web(host: Host = None, port: Port = None, workers: Workers = None) -> None:
    """Serve the page and the API on the database of DATABASE_URL, whose tables are this version's already.

    For many machines behind a load balancer; `astrarium db upgrade` comes first, once.
    """
    with web_stack():
        from astrarium.service.server import serve_web as run
        from astrarium.service.settings import load
    run(load(os.environ, host=host, port=port, workers=workers))
