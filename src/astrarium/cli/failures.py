"""How a failure is told: one line with the reason, the choices where there are any, one line with the way out."""

import re
import sys
from collections.abc import Iterator
from typing import Final

from typer import TyperException

from astrarium.cli.terminal import is_ascii, printable, to_ascii
from astrarium.errors import AstrariumError, as_sentence

_FIELD: Final = re.compile(
    "`(date|time|place|zone|fold|calendar|instant|country|latitude|longitude|altitude_m|zodiacs|houses|bodies|aspects)`"
)
_AT_A_TERMINAL: Final[dict[str, tuple[str | None, str]]] = {
    "ambiguous_place": (
        "{count} places answer to “{query}”",
        "Give the number of the one that is meant, or add its region or country to the name.",
    ),
    "unknown_place": (
        None,
        "Check the spelling, take the nearest town, or give --latitude and --longitude.",
    ),
    "missing_place": (None, 'Name a town (--place "London, GB"), or give --latitude and --longitude.'),
}
"""Reasons and hints by code that a terminal puts in other words than a body of JSON: options, and a list below."""
_OPTIONS: Final = {"altitude_m": "altitude", "zodiacs": "zodiac"}


class WrongUsage(TyperException):
    """A combination of options that means nothing; the command line's own counterpart of Typer's usage errors."""

    exit_code = 2


def tell(error: AstrariumError) -> None:
    """Write an engine or command-line error to standard error."""
    reason, hint = _AT_A_TERMINAL.get(error.code, (None, None))
    _write(
        error.code,
        reason.format_map(error.data) if reason else in_options(error.detail),
        hint or in_options(error.hint),
        tuple(choices(error)),
    )


def tell_usage(error: TyperException) -> None:
    """Write a wrong use of the command line to standard error, with the page that explains it."""
    message = error.format_message()
    if not message:  # the help of a command that was given nothing, already printed
        return
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "astrarium"
    _write("usage", message, f"`{command} --help` lists the options.", ())


def tell_defect(error: Exception) -> None:
    """Write an error that nobody foresaw: a defect of ours, said so."""
    _write(
        "internal",
        f"{type(error).__name__}: {error}",
        "This is a defect of Astrarium: report it with the command. ASTRARIUM_TRACEBACK=1 shows where it arose.",
        (),
    )


def tell_row(path: str, line: int, reason: str) -> None:
    """Write what is wrong with one line of a file to standard error, as compilers do: `FILE:LINE: reason`."""
    _print(f"{path}:{line}: {reason}")


def choices(error: AstrariumError) -> Iterator[str]:
    """The ways to settle what is ambiguous or misspelt: the option to add, and what it means."""
    for place in (*error.data.get("candidates", ()), *error.data.get("suggestions", ())):
        named = ", ".join(str(place[part]) for part in ("name", "region", "country") if place.get(part))
        yield f"--place {place['geoname_id']:<9} {named} ({place['population']:,} people)"
    for reading in error.data.get("readings", ()):
        yield f"--fold {reading['fold']}  {reading['local']} (UTC {reading['utc']})"
    for clock in error.data.get("zones", ()):
        yield f"--zone {clock['zone']}  {clock['local']} (UTC {clock['utc']})"
    for choice in error.data.get("choices", ()):
        yield f"--calendar {choice['calendar']}"


def in_options(text: str) -> str:
    """The engine names a field as `fold`; at a terminal it is an option, --fold."""
    return _FIELD.sub(lambda field: f"--{_OPTIONS.get(field[1], field[1])}", text)


def _write(code: str, reason: str, hint: str, listed: tuple[str, ...]) -> None:
    sys.stdout.flush()
    for line in (
        f"error[{code}]: {as_sentence(reason)}",
        *(f"  {choice}" for choice in listed),
        f"hint: {as_sentence(hint)}",
    ):
        _print(line)
    sys.stderr.flush()


def _print(line: str) -> None:
    text = printable(line)
    sys.stderr.write((to_ascii(text) if is_ascii(sys.stderr) else text) + "\n")
