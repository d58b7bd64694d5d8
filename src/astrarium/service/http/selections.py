"""What `?fields=` chooses: read from its text, and held against the shape of the answer."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Optional, TypeAlias

from msgspec import inspect

from astrarium.service.errors import nearest
from astrarium.service.http.errors import InvalidFields

LONGEST: Final = 500
DEEPEST: Final = 8

Selection: TypeAlias = Mapping[str, Optional["Selection"]]
"""The chosen fields of an object; `None` is a field with all that is in it."""

_TOKEN: Final = re.compile(r"[\w@:+~-]+|[.,()]|(?P<other>\S)")
_HOW: Final = "Write names separated by commas, nested as `positions(body,signs.iau13)`."


def parse(text: str) -> Selection:
    """Read a choice of fields; a name that comes twice chooses what either chooses.

    Raises `InvalidFields`.
    """
    if len(text) > LONGEST:
        raise InvalidFields(f"`fields` is longer than {LONGEST} characters.", "Ask for the whole answer.")
    tokens: deque[str] = deque()
    for match in _TOKEN.finditer(text):
        if match["other"]:
            raise _unreadable(match["other"])
        tokens.append(match[0])
    chosen = _names(tokens, 1)
    if tokens:
        raise _unreadable(tokens[0])
    return chosen


def _names(tokens: deque[str], depth: int) -> Selection:
    chosen = _name(tokens, depth)
    while tokens and tokens[0] == ",":
        tokens.popleft()
        chosen = _either(chosen, _name(tokens, depth))
    return chosen


def _name(tokens: deque[str], depth: int) -> Selection:
    """One name, with what is chosen in it."""
    if depth > DEEPEST:
        raise InvalidFields(f"`fields` is nested more than {DEEPEST} deep.", _HOW)
    if not tokens:
        raise InvalidFields("A name is missing at the end of `fields`.", _HOW)
    name = tokens.popleft()
    if name in {".", ",", "(", ")"}:
        raise _unreadable(name)
    match tokens[0] if tokens else "":
        case ".":
            tokens.popleft()
            return {name: _name(tokens, depth + 1)}
        case "(":
            tokens.popleft()
            inner = _names(tokens, depth + 1)
            if not tokens or tokens.popleft() != ")":
                raise InvalidFields(f"The bracket after `{name}` in `fields` is not closed.", _HOW)
            return {name: inner}
    return {name: None}


def _unreadable(token: str) -> InvalidFields:
    return InvalidFields(f"`fields` cannot be read at {token[:40]!r}.", _HOW)


def _either(one: Selection, other: Selection) -> Selection:
    both = dict(one)
    for name, inner in other.items():
        known = both.get(name, inner)
        both[name] = None if known is None or inner is None else _either(known, inner)
    return both


def require_known(chosen: Selection, shapes: Iterable[inspect.Type], path: str = "") -> None:
    """Raise `InvalidFields`, which names the nearest, unless every chosen name is one that `shapes` have."""
    objects = tuple(objects_of(shapes))
    for name, inner in chosen.items():
        found = tuple(_member(objects, name))
        if not found:
            where = f"`{path}`" if path else "the answer"
            known = sorted(
                {
                    field.encode_name
                    for one in objects
                    if isinstance(one, inspect.StructType)
                    for field in one.fields
                }
            )
            hint = nearest(name, known) or "It has no fields: name it alone."
            raise InvalidFields(f"There is no field {name[:64]!r} in {where}.", hint)
        if inner is not None:
            require_known(inner, found, f"{path}.{name}" if path else name)


def _member(objects: Iterable[inspect.Type], name: str) -> Iterator[inspect.Type]:
    """What the objects hold under a name; where names are data, such as zodiacs by their ids, any will do."""
    for one in objects:
        match one:
            case inspect.StructType(fields=fields):
                yield from (field.type for field in fields if field.encode_name == name)
            case inspect.DictType(value_type=value):
                yield value
            case _:
                yield one


def objects_of(shapes: Iterable[Any]) -> Iterator[inspect.Type]:
    """The objects that values of these types are, or hold as items or as one of several kinds."""
    for one in shapes:
        match one:
            case inspect.StructType() | inspect.DictType() | inspect.AnyType() | inspect.RawType():
                yield one
            case inspect.UnionType(types=types):
                yield from objects_of(types)
            case inspect.CollectionType(item_type=item):
                yield from objects_of([item])
            case inspect.TupleType(item_types=items):
                yield from objects_of(items)
