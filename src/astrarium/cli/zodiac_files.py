"""Zodiacs named on the command line: ids as they are, files of one's own read."""

from collections.abc import Iterable
from pathlib import Path

from astrarium.cli.errors import UnreadableFile
from astrarium.sky.zodiacs import InvalidZodiac, ZodiacDefinition, decode_definition


def zodiacs_of(names: Iterable[str]) -> tuple[str | ZodiacDefinition, ...]:
    """The zodiacs of some names: what ends in `.json` or `.toml` is a definition file.

    Raises `UnreadableFile`, and `InvalidZodiac` naming the file for what is no definition.
    """
    return tuple(map(_zodiac, names))


def _zodiac(name: str) -> str | ZodiacDefinition:
    path = Path(name)
    if path.suffix not in {".json", ".toml"}:
        return name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(name, error.strerror or str(error)) from error
    try:
        return decode_definition(content, "json" if path.suffix == ".json" else "toml")
    except InvalidZodiac as error:
        error.detail = f"{name}: {error.detail}"
        raise
