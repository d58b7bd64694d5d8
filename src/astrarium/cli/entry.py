"""From the arguments to an exit code: the only place where an error leaves the program."""

import os
import sys
from collections.abc import Sequence

from typer import Abort, TyperException

from astrarium.cli import failures
from astrarium.cli.app import app
from astrarium.cli.errors import SystemRefused
from astrarium.cli.terminal import prepare
from astrarium.errors import AstrariumError
from astrarium.service.data_directory import data_directory, tables_of
from astrarium.sky.table_directory import use_tables

SUCCESS = 0
FAILURE = 1
WRONG_USAGE = 2
INTERRUPTED = 130
BROKEN_PIPE = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (without the program's name; the process's own by default) and return its exit code.

    0 success; 1 a failure told in a line with a hint; 2 wrong usage; 130 interrupted; 141 the reader of our output
    went away (as the shell counts SIGPIPE). Nothing is raised: an error that nobody foresaw is told as a defect.
    """
    _open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        prepare(stream)
    use_tables(tables_of(data_directory(os.environ)))
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _run(given)
        sys.stdout.flush()
    except (KeyboardInterrupt, Abort):
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return BROKEN_PIPE
    except OSError as error:
        _discard_output()
        failures.tell(SystemRefused(error.strerror or str(error), error.filename and str(error.filename)))
        return FAILURE
    return code


def _run(arguments: list[str]) -> int:
    try:
        _refuse_undecodable(arguments)
        code = app(args=arguments, prog_name="astrarium", standalone_mode=False)
    except AstrariumError as error:
        failures.tell(error)
        return FAILURE
    except TyperException as error:
        failures.tell_usage(error)
        return error.exit_code
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):  # Typer turns it into a plain failure
            raise stop.__context__ from None
        raise
    except OSError:
        raise
    except Exception as error:
        if os.environ.get("ASTRARIUM_TRACEBACK"):
            raise
        failures.tell_defect(error)
        return FAILURE
    return code if isinstance(code, int) else SUCCESS


def _refuse_undecodable(arguments: list[str]) -> None:
    """Bytes that are no text in the locale's encoding arrive as lone surrogates, which no file and no JSON can hold."""
    for index, argument in enumerate(arguments, start=1):
        if any("\ud800" <= character <= "\udfff" for character in argument):
            raise failures.WrongUsage(f"Argument {index} is not valid text: {argument}")


def _open_missing_streams() -> None:
    """A closed stream is `None` in Python; writing to nowhere keeps every later line simple."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - lives as long as the process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - lives as long as the process


def _discard_output() -> None:
    """Point standard output at nothing, so that the interpreter's last flush cannot fail a second time."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
