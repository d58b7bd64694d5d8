"""`astrarium admin`: accounts and keys, by the hand of whoever runs the service."""

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from astrarium.cli.errors import UnreadableFile
from astrarium.cli.flags import Command
from astrarium.cli.web_stack import web_stack

admin = typer.Typer(
    name="admin",
    help="Accounts and keys, on the database of DATABASE_URL, else on the private one in the data directory.",
    no_args_is_help=True,
)
Role = Literal["user", "support", "admin"]


@admin.command(cls=Command)
def create(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address that signs in.")],
    role: Annotated[Role, typer.Option(help="What the account may do.")] = "admin",
    password_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A file that holds the password, - for standard input; else it is asked."
        ),
    ] = None,
) -> None:
    """Make an account, the first administrator's for one; its address needs no letter."""
    password = _ask() if password_file is None else _read(password_file)
    with web_stack():
        import asyncio  # deferred like the rest of the service: help and version need none of it

        from astrarium.service.accounts import service as accounts
        from astrarium.service.database.at_hand import address_at_hand
        from astrarium.service.settings import load
    settings = load(os.environ)
    with address_at_hand(settings) as url:
        account_id = asyncio.run(accounts.create(settings, url, email, password, role))
    typer.echo(f"{email} is account {account_id}, of the role {role}.")


@admin.command(cls=Command)
def role(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The account's address.")],
    role: Annotated[Role, typer.Argument(metavar="ROLE", help="user, support or admin.")],
) -> None:
    """Give an account another role; it holds at once."""
    with web_stack():
        import asyncio  # deferred like the rest of the service

        from astrarium.service.accounts import service as accounts
        from astrarium.service.database.at_hand import address_at_hand
        from astrarium.service.settings import load
    with address_at_hand(load(os.environ)) as url:
        asyncio.run(accounts.give_role(url, email, role))
    typer.echo(f"{email} has the role {role}.")


@admin.command("rotate-keys", cls=Command)
def rotate_keys() -> None:
    """Seal every stored secret by the newest key. A service may be running; the older keys can go afterwards."""
    with web_stack():
        import asyncio  # deferred like the rest of the service

        from astrarium.service.accounts import service as accounts
        from astrarium.service.database.at_hand import address_at_hand
        from astrarium.service.settings import load
    settings = load(os.environ)
    with address_at_hand(settings) as url:
        count = asyncio.run(accounts.rotate_keys(settings, url))
    typer.echo(f"{count} secrets were sealed anew.")


def _ask() -> str:
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _read(file: Path) -> str:
    """The first line of a file, without its end."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UnreadableFile(str(file), reason or str(error)) from error
    return text.partition("\n")[0].rstrip("\r")
