"""Settings for people: what each one means, what it is now and where that comes from; a secret is never told."""

import ast
import inspect
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin
from urllib.parse import urlsplit

import msgspec

from astrarium.service.settings import Settings
from astrarium.service.settings_sources import Given, hidden, variable_of

MASK: Final = "…"


class Told(msgspec.Struct, frozen=True):
    """One setting as it is shown: its variable, the value in words, where that comes from and what it means."""

    name: str
    variable: str
    value: str
    origin: str
    meaning: str


def tell(settings: Settings, given: dict[str, Given]) -> list[Told]:
    """Every setting of a service with its origin: a variable, a file, an option, or `default`."""
    return [
        Told(
            field.name,
            variable_of(field.name),
            shown(getattr(settings, field.name), hidden(field.type)),
            given[field.name].origin if field.name in given else "default",
            meanings()[field.name],
        )
        for field in msgspec.structs.fields(Settings)
    ]


def reference() -> str:
    """The table of all settings in Markdown, for the reference page."""
    lines = ["| variable | default | takes | meaning |", "| --- | --- | --- | --- |"]
    for field in msgspec.structs.fields(Settings):
        default = shown(field.default, hidden(field.type)) if field.default not in {None, ()} else ""
        written = f"`{default}`" if default else "none"
        meaning = meanings()[field.name].replace("|", "\\|")
        lines.append(f"| `{variable_of(field.name)}` | {written} | {_takes(field.type)} | {meaning} |")
    return "\n".join(lines) + "\n"


@cache
def meanings() -> dict[str, str]:
    """What each setting means: the text that stands under its field."""
    (definition,) = ast.parse(inspect.getsource(Settings)).body
    assert isinstance(definition, ast.ClassDef)
    meanings = {}
    for field, text in zip(definition.body, definition.body[1:], strict=False):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(meaning))):
                meanings[name] = " ".join(meaning.split())
    return meanings


def shown(value: Any, hiding: str | None) -> str:  # noqa: ANN401  (any setting)
    """A value in the words of the environment, with what is secret masked."""
    match value:
        case None | ():
            return "none"
        case bool():
            return str(value).lower()
        case tuple():
            return ",".join(shown(one, hiding) for one in value)
        case str() if hiding == "all":
            return MASK
        case str() if hiding == "password":
            return _without_password(value)
        case _:
            return str(value)


def _without_password(address: str) -> str:
    try:
        parts = urlsplit(address)
        password = parts.password
    except ValueError:
        return MASK
    if not parts.scheme:
        return MASK
    plain = address.partition("?")[0] if "password=" in parts.query else address
    return plain.replace(f":{password}@", f":{MASK}@", 1) if password else plain


def _takes(kind: Any) -> str:  # noqa: ANN401  (any type annotation)
    """What values a type takes, in words."""
    bounds = [meta for meta in getattr(kind, "__metadata__", ()) if isinstance(meta, msgspec.Meta)]
    if bounds:
        limits = " to ".join(
            str(limit) for meta in bounds for limit in (meta.ge, meta.le) if limit is not None
        )
        return f"{_takes(get_args(kind)[0])} {limits}".strip()
    if get_origin(kind) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kind))
    if get_origin(kind) is tuple:
        return "a list, separated by commas"
    if arguments := [one for one in get_args(kind) if one is not type(None)]:
        return _takes(arguments[0])
    return {bool: "`true` or `false`", int: "a whole number", float: "a number", str: "text"}.get(
        kind, "text"
    )
