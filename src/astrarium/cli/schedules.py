"""`astrarium schedules`: what the service does by itself, and when."""

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from astrarium.cli import options
from astrarium.cli.flags import Command
from astrarium.cli.terminal import listing, show, write_json
from astrarium.cli.web_stack import web_stack

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from datetime import datetime

    from sqlalchemy.engine import URL

    from astrarium.service.schedules.service import Declared

schedules = typer.Typer(
    name="schedules",
    help="What runs by itself, on the database of DATABASE_URL, else on the private one in the data directory.",
    no_args_is_help=True,
)
Answer = TypeVar("Answer")
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="The schedule, as `astrarium schedules list` names it.")
]


@schedules.command("list", cls=Command)
def list_all(as_json: options.AsJson = False) -> None:
    """List what runs by itself, by cron's five fields in UTC, with its next run and its last."""
    with _at_hand() as (url, known):
        from astrarium.service.schedules import by_hand

        found = _run(by_hand.all_of(url, known))
    if as_json:
        write_json({"items": found})
        return
    rows = [(one.name, one.expression, one.standing, _told(one.next_at), _told(one.last_at)) for one in found]
    show([listing(("schedule", "expression", "standing", "next", "last"), rows)])


@schedules.command(cls=Command)
def pause(name: Name) -> None:
    """Keep a schedule from running until it is resumed; workers hear of it at once."""
    with _at_hand() as (url, known):
        from astrarium.service.schedules import by_hand

        _run(by_hand.set_paused(url, known, name, paused=True))
    typer.echo(f"{name} is paused.")


@schedules.command(cls=Command)
def resume(name: Name) -> None:
    """Let a paused schedule run again, from its next tick on."""
    with _at_hand() as (url, known):
        from astrarium.service.schedules import by_hand

        resumed = _run(by_hand.set_paused(url, known, name, paused=False))
    typer.echo(f"{name} runs again: {_told(resumed.next_at)}.")


@schedules.command(cls=Command)
def run(name: Name) -> None:
    """Put a schedule's job into the queue now, for the next worker that is free; its ticks stay as they are."""
    with _at_hand() as (url, known):
        from astrarium.service.schedules import by_hand

        started = _run(by_hand.run(url, known, name))
    typer.echo(f"{name} is job {started.job_id}.")


@contextmanager
def _at_hand() -> "Iterator[tuple[URL, Declared]]":
    """The database, and what runs by itself on it."""
    with web_stack():
        from msgspec.structs import replace

        from astrarium.service.database.at_hand import address_at_hand
        from astrarium.service.settings import load
        from astrarium.service.timetable import timetable
    settings = load(os.environ)
    with address_at_hand(settings) as url:
        yield url, timetable(replace(settings, database_url=url.render_as_string(hide_password=False)))


def _run(work: "Coroutine[Any, Any, Answer]") -> Answer:
    import asyncio  # deferred: help and version need none of it

    return asyncio.run(work)


def _told(instant: "datetime | None") -> str:
    from datetime import UTC

    return "-" if instant is None else f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
