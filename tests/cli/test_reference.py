"""docs/reference/cli.md holds every command with its own table of options, word for word as the program has them."""

import re
from pathlib import Path

import pytest
import typer

from astrarium.cli import entry
from astrarium.cli.app import app

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "cli.md").read_text()
ROOT = typer.main.get_command(app)


def _leaves(command, path):
    children = getattr(command, "commands", None)
    if not children:
        yield path, command
        return
    yield path, command
    for name, child in children.items():
        yield from _leaves(child, f"{path} {name}")


COMMANDS = dict(_leaves(ROOT, "astrarium"))


def _section(path: str) -> str:
    """The text below a command's heading, up to the next heading."""
    parts = re.split(r"^#+ (.*)\n", PAGE, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    return sections[f"`{path}`"]


def _placeholder(parameter) -> str:
    if getattr(parameter, "is_flag", False):
        return ""
    return parameter.metavar or parameter.display_type(typer.Context(ROOT)).strip("<>")


def _row(parameter) -> str:
    name = parameter.metavar if parameter.param_type_name == "argument" else ", ".join(parameter.opts)
    value = "" if parameter.param_type_name == "argument" else _placeholder(parameter)
    written = f"{name} {value}".strip().replace("|", "\\|")
    default = (
        parameter.default
        if isinstance(parameter.default, str | int) and parameter.default is not False
        else ""
    )
    ending = " Required." if parameter.required else f" Default: {default}." if default else ""
    return f"| `{written}` | {parameter.help}{ending} |"


def _table(command) -> list[str]:
    return [_row(parameter) for parameter in command.params if not getattr(parameter, "hidden", False)]


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_has_a_section_with_its_options(path):
    rows = [line for line in _section(path).splitlines() if line.startswith("| `")]
    assert rows == _table(COMMANDS[path])


def test_no_section_speaks_of_a_command_that_does_not_exist():
    assert set(re.findall(r"^#+ `(astrarium.*)`$", PAGE, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize(
    "code", [entry.SUCCESS, entry.FAILURE, entry.WRONG_USAGE, entry.INTERRUPTED, entry.BROKEN_PIPE]
)
def test_every_exit_code_is_explained(code):
    assert re.search(rf"^\| {code} \| ", PAGE, re.MULTILINE)


def test_every_error_of_the_command_line_is_explained():
    from astrarium.cli import errors
    from astrarium.errors import AstrariumError

    codes = {
        made.code
        for made in vars(errors).values()
        if isinstance(made, type) and issubclass(made, AstrariumError) and made is not AstrariumError
    }
    assert codes
    for code in codes | {"usage", "internal"}:
        assert f"| `{code}` | " in PAGE


def test_every_variable_that_the_command_line_reads_is_explained():
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LC_ALL", "ASTRARIUM_DATA", "ASTRARIUM_TRACEBACK"):
        assert f"`{variable}`" in PAGE
