"""The API's description arranged for reading: what the template of /api/docs shows."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_TYPE_WORDS: Final = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


class Field(msgspec.Struct, frozen=True):
    """A parameter or a field of an object."""

    name: str
    type: str
    required: bool
    default: str | None = None
    description: str = ""


class Answer(msgspec.Struct, frozen=True):
    """One status that a route may answer with, and the codes that it may carry."""

    status: str
    description: str
    codes: tuple[str, ...]
    shape: str | None


class Operation(msgspec.Struct, frozen=True):
    """One route."""

    id: str
    method: str
    path: str
    summary: str
    paragraphs: tuple[str, ...]
    parameters: tuple[Field, ...]
    body: str | None
    examples: tuple[tuple[str, str], ...]
    answers: tuple[Answer, ...]


class Shape(msgspec.Struct, frozen=True):
    """One object of the API."""

    name: str
    paragraphs: tuple[str, ...]
    fields: tuple[Field, ...]


class Group(msgspec.Struct, frozen=True):
    """The routes of one tag."""

    name: str
    description: str
    operations: tuple[Operation, ...]


def groups(schema: Mapping[str, Any]) -> tuple[Group, ...]:
    """The routes by tag, in the document's order."""
    operations = list(_operations(schema["paths"]))
    return tuple(
        Group(tag["name"], tag["description"], tuple(one for name, one in operations if name == tag["name"]))
        for tag in schema["tags"]
    )


def shapes(schema: Mapping[str, Any]) -> tuple[Shape, ...]:
    """Every object that a route takes or gives."""
    return tuple(
        Shape(name, paragraphs(shape.get("description", "")), tuple(_fields(shape)))
        for name, shape in schema["components"]["schemas"].items()
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """Text cut at its blank lines."""
    return tuple(re.sub(r"\s+", " ", part) for part in text.strip().split("\n\n") if part)


def _operations(paths: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, methods in paths.items():
        for method in _METHODS:
            if (operation := methods.get(method)) is not None:
                yield operation["tags"][0], _operation(path, method, operation)


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Operation:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = content.get("examples", {})
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        paragraphs=paragraphs(operation["description"]),
        parameters=tuple(
            Field(
                parameter["name"],
                type_words(parameter["schema"]),
                parameter.get("required", False),
                _default(parameter["schema"]),
                parameter.get("description", ""),
            )
            for parameter in operation.get("parameters", ())
        ),
        body=_shape_name(content.get("schema", {})),
        examples=tuple((title, _indented(example["value"])) for title, example in examples.items()),
        answers=tuple(_answer(status, answer) for status, answer in operation["responses"].items()),
    )


def _indented(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value)).decode()


def _answer(status: str, answer: Mapping[str, Any]) -> Answer:
    codes = tuple(re.findall(r"^- `(\w+)`", answer["description"], re.MULTILINE))
    content: Mapping[str, Any] = next(iter(answer.get("content", {}).values()), {})
    return Answer(
        status, "" if codes else answer["description"], codes, _shape_name(content.get("schema", {}))
    )


def _fields(shape: Mapping[str, Any]) -> Iterator[Field]:
    required = set(shape.get("required", ()))
    for name, schema in shape.get("properties", {}).items():
        yield Field(name, type_words(schema), name in required, _default(schema))


def _default(schema: Mapping[str, Any]) -> str | None:
    return msgspec.json.encode(schema["default"]).decode() if schema.get("default") is not None else None


def _shape_name(schema: Mapping[str, Any]) -> str | None:
    return schema["$ref"].rpartition("/")[2] if "$ref" in schema else None


def type_words(schema: Mapping[str, Any]) -> str:
    """A schema in a few words: `text or CalendarDate or null`, `list of Aspect`, `1 to 50`."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return " or ".join(msgspec.json.encode(value).decode() for value in schema["enum"])
    if "const" in schema:
        return msgspec.json.encode(schema["const"]).decode()
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " or ".join(type_words(part) for part in schema[union])
    kind = schema.get("type")
    if isinstance(kind, list):
        return " or ".join(_TYPE_WORDS.get(str(one), str(one)) for one in kind)
    if kind == "array":
        parts = schema.get("prefixItems")
        return f"{len(parts)} numbers" if parts else f"list of {type_words(schema.get('items') or {})}"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"object of {type_words(inner)} by id" if isinstance(inner, dict) and inner else "object"
    return _TYPE_WORDS.get(kind or "", "anything") + _bounds(schema)


def _bounds(schema: Mapping[str, Any]) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f", {least} to {most}"
    longest = schema.get("maxLength")
    return f", at most {longest} characters" if longest else ""
