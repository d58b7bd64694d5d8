"""How a failure is told: one line with the reason, the choices where there are any, one line with the way out."""

import re
import sys
from collections.abc import Iterator
from typing import Final

from typer import TyperException

from astrarium.cli.terminal import is_ascii, printable, to_ascii
from astrarium.errors import AstrariumError

_FIELD: Final = re.compile(
    "`(date|time|place|zone|fold|instant|country|latitude|longitude|altitude_m|zodiacs|houses|bodies|aspects)`"
)
_OPTIONS: Final = {"altitude_m": "altitude", "zodiacs": "zodiac"}


class WrongUsage(TyperException):
    """A combination of options that means nothing; the command line's own counterpart of Typer's usage errors."""

    exit_code = 2


def tell(error: AstrariumError) -> None:
    """Write an engine or command-line error to standard error."""
    _write(error.code, in_options(error.detail), in_options(error.hint), tuple(choices(error)))


def tell_usage(error: TyperException) -> None:
    """Write a wrong use of the command line to standard error, with the page that explains it."""
    if not error.message:  # the help of a command that was given nothing, already printed
        return
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "astrarium"
    _write("usage", error.format_message(), f"See {command} --help", ())


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
    """The ways to settle what is ambiguous: the option to add, and what it means."""
    for place in error.data.get("candidates", ()):
        named = ", ".join(str(place[part]) for part in ("name", "region", "country") if place.get(part))
        yield f"--place {place['geoname_id']}  {named}"
    for reading in error.data.get("readings", ()):
        yield f"--fold {reading['fold']}  {reading['local']} (UTC {reading['utc']})"
    for clock in error.data.get("zones", ()):
        yield f"--zone {clock['zone']}  {clock['local']} (UTC {clock['utc']})"


def in_options(text: str) -> str:
    """The engine names a field as `fold`; at a terminal it is an option, --fold."""
    return _FIELD.sub(lambda field: f"--{_OPTIONS.get(field[1], field[1])}", text)


def _write(code: str, reason: str, hint: str, listed: tuple[str, ...]) -> None:
    sys.stdout.flush()
    for line in (f"error[{code}]: {reason}", *(f"  {choice}" for choice in listed), f"hint: {hint}"):
        _print(line)
    sys.stderr.flush()


def _print(line: str) -> None:
    text = printable(line)
    sys.stderr.write((to_ascii(text) if is_ascii(sys.stderr) else text) + "\n")
