"""`astrarium db`: the database's tables, its backups, and its standing."""

import os
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from astrarium.cli import options
from astrarium.cli.errors import FileExists, NotConfirmed, UnreadableFile, UnwritableFile
from astrarium.cli.flags import Command
from astrarium.cli.terminal import labelled, show, write_json
from astrarium.cli.web_stack import web_stack

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from sqlalchemy.engine import URL

    from astrarium.service.database.backup.archive import Manifest
    from astrarium.service.database.embedded.server import EmbeddedServer

database = typer.Typer(
    name="db",
    help="The database: that of DATABASE_URL, else the private one in the data directory.",
    no_args_is_help=True,
)
Answer = TypeVar("Answer")
BackupFile = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="Where to write; astrarium-TIME.zip here unless given.")
]


@database.command(cls=Command)
def status(as_json: options.AsJson = False) -> None:
    """Tell which database it is, whose version it has, and whether its tables are this version's."""
    with _address() as url:
        from astrarium.service.database.refusals import where
        from astrarium.service.database.upgrade import standing

        found = _run(standing(url))
    state = "current" if found.is_current else "behind" if found.is_known else "of a later version"
    told = {
        "address": where(url),
        "server": found.server,
        "revision": found.revision,
        "newest": found.newest,
        "state": "empty" if found.revision is None else state,
        "size_bytes": found.size_bytes,
    }
    if as_json:
        write_json(told)
        return
    show([labelled((name, "-" if value is None else str(value)) for name, value in told.items())])


@database.command(cls=Command)
def upgrade(
    to: Annotated[
        str,
        typer.Option("--to", metavar="REVISION", help="The last migration to run."),
    ] = "head",
) -> None:
    """Bring the tables to this version. Run by several at once, the first does it and the others wait."""
    with _address() as url:
        from astrarium.service.database.upgrade import standing
        from astrarium.service.database.upgrade import upgrade as run

        _run(run(url, to))
        typer.echo(f"The database is at revision {_run(standing(url)).revision}.")


@database.command(cls=Command)
def downgrade(
    revision: Annotated[
        str, typer.Argument(metavar="REVISION", help="The last migration to keep; base for none of them.")
    ],
    yes: Annotated[
        bool, typer.Option("--yes", help="Also where tables or columns are removed with what is in them.")
    ] = False,
) -> None:
    """Take back every migration after REVISION, for an earlier version of Astrarium to run on."""
    if not yes:
        raise NotConfirmed("A downgrade removes tables and columns with what is in them")
    with _address() as url:
        from astrarium.service.database.upgrade import downgrade as run
        from astrarium.service.database.upgrade import standing

        _run(run(url, revision))
        typer.echo(f"The database is at revision {_run(standing(url)).revision or 'base'}.")


@database.command(cls=Command)
def backup(
    file: BackupFile = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE.")] = False,
) -> None:
    """Write everything that is in the database to one file; a service may be running on it."""
    now = datetime.now(UTC)
    path = file or Path(f"astrarium-{now:%Y%m%dT%H%M%SZ}.zip")
    if path.exists() and not force:
        raise FileExists(str(path))
    with _address() as url:
        from astrarium.service.database.backup.dumping import back_up

        try:
            manifest = back_up(url, path, now)
        except OSError as error:
            raise UnwritableFile(str(path), error.strerror or str(error)) from error
    typer.echo(f"Backed up to {path}: {_told(manifest)}.")


@database.command(cls=Command)
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `astrarium db backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Remove what is in the database first, in the same transaction.")
    ] = False,
) -> None:
    """Put a backup into the database and bring it to this version's tables: the whole of it, or nothing.

    No service may run on the database meanwhile. Restore only files that you trust: they hold statements of SQL.
    """
    with _address(alone=True) as url:
        from astrarium.service.database.backup.restoring import restore as run

        try:
            manifest = run(url, file, replace=replace)
        except OSError as error:
            raise UnreadableFile(str(file), error.strerror or str(error)) from error
    typer.echo(f"Restored {file}: {_told(manifest)}.")


@database.command("upgrade-server", cls=Command)
def upgrade_server(
    programs: Annotated[
        Path,
        typer.Option(metavar="DIR", help="The folder of the programs of the PostgreSQL that wrote the data."),
    ],
) -> None:
    """Take the private database over from an earlier major version of PostgreSQL. Its own data stay as they are."""
    with web_stack():
        from astrarium.service.database.backup.takeover import take_over

    done = take_over(_private(), programs.absolute(), datetime.now(UTC))
    typer.echo(f"The data of PostgreSQL {done.earlier} were taken over to PostgreSQL {done.later}.")
    typer.echo(f"When all is well, {done.old_cluster} and {done.backup} may be deleted.")


@database.command(cls=Command)
def shell() -> None:
    """Open PostgreSQL's own shell (psql) on the database, as its owner."""
    with _address() as url:
        from astrarium.service.database.backup.clients import run_shell

        code = run_shell(url)
    raise typer.Exit(code)


@contextmanager
def _address(*, alone: bool = False) -> "Iterator[URL]":
    """The database's address; a private server that does not run is started for the command."""
    with web_stack():
        from astrarium.service.database.at_hand import address_alone, address_at_hand
        from astrarium.service.settings import load
    with (address_alone if alone else address_at_hand)(load(os.environ)) as url:
        yield url


def _run(work: "Coroutine[Any, Any, Answer]") -> Answer:
    import asyncio  # deferred: help and version need none of it

    return asyncio.run(work)


def _private() -> "EmbeddedServer":
    from astrarium.service.database.at_hand import private_server
    from astrarium.service.settings import load

    return private_server(load(os.environ))


def _told(manifest: "Manifest") -> str:
    return f"{manifest.dump_bytes:,} bytes, revision {manifest.revision or 'none'}, of {manifest.made_at}"
