"""`astrarium worker`: one process that works through jobs, beside those that answer requests."""

import os
from typing import Annotated

import typer

from astrarium.cli.web_stack import web_stack


def worker(
    queues: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="The queues to serve, separated by commas. Default: all of them."),
    ] = None,
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, max=1000, metavar="NUMBER", help="Jobs at the same time. Default: 8."),
    ] = None,
) -> None:
    """Work through jobs until interrupted, on the database of DATABASE_URL, whose tables are this version's already.

    As many of them as there is work for, on any machine. SIGTERM lets running jobs end; what lasts longer than the
    grace time (ASTRARIUM_JOB_GRACE_S) is handed back to the others, and at a second signal at once.
    """
    with web_stack():  # slow to load: only these commands need it
        from astrarium.service.settings import load
        from astrarium.service.worker_process import work
    named = [name.strip() for name in (queues or "").split(",") if name.strip()]
    work(load(os.environ), named, concurrency)
