"""Commands whose help shows a flag as what it is: a word to write, with no value after it."""

from typing import Any

from typer.core import TyperCommand, TyperGroup


class Command(TyperCommand):
    """A command with bare flags in its help."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - Typer's context and parameter types are private
        """The parameters, flags without a placeholder."""
        return _bare(super().get_params(ctx))


class Group(TyperGroup):
    """A group of commands with bare flags in its help."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - Typer's context and parameter types are private
        """The parameters, flags without a placeholder."""
        return _bare(super().get_params(ctx))


def _bare(parameters: list[Any]) -> list[Any]:
    for parameter in parameters:
        if getattr(parameter, "is_flag", False):
            parameter.metavar = ""
    return parameters
