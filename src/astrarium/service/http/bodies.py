"""JSON bodies: decoded once, straight into the struct that the route takes, with errors that point at the fault."""

import re
from collections.abc import Iterator
from functools import cache
from types import NoneType, UnionType
from typing import Any, NoReturn, Union, get_args, get_origin, get_type_hints

import msgspec
from litestar import Request
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE
from litestar.types import Empty

from astrarium.service.errors import (
    BodyTooLarge,
    FieldError,
    InvalidBody,
    MalformedJson,
    UnsupportedMediaType,
    nearest,
)

_JSON_TYPE = re.compile(
    r"application/(?:json|[\w.!#$&^-]+\+json)\s*(?:;\s*charset\s*=\s*\"?utf-?8\"?\s*)?", re.IGNORECASE
)
_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_PLACE = re.compile(r" - at `(?:key in )?\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_UNKNOWN_FIELD = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)
_MISSING_FIELD = re.compile(r"Object missing required field `(?P<name>.*)`")
_EXPECTED = re.compile(r"Expected `(?P<expected>[^`]*)`(?:, got `(?P<got>[^`]*)`)?")

DEEPEST = 64
"""Most lists and objects inside one another: far more than any body of ours has, far less than any stack bears."""

_WORDS = {
    "str": "text", "object": "an object", "array": "a list", "int": "a whole number", "float": "a number",
    "bool": "true or false", "null": "null", "number": "a number",
}  # fmt: skip


class JsonRequest(Request[Any, Any, Any]):
    """A request whose `data` is decoded by msgspec in one pass, without a detour over dictionaries."""

    async def json(self) -> Any:  # noqa: ANN401  (the route's own type)
        """The body as the type of the route's `data`.

        Raises `UnsupportedMediaType`, `MalformedJson`, or `InvalidBody` with the JSON Pointer of the fault.
        """
        if (known := self._connection_state.json) is not Empty:
            return known
        field = self.route_handler.parsed_data_field
        value = decode(await self.body(), field.annotation if field else Any)
        self._connection_state.json = value
        return value

    async def body(self) -> bytes:
        """The raw body, refused before it is read where its type is not JSON, and refused where it is empty."""
        field = getattr(self.route_handler, "parsed_data_field", None)
        if field is not None:
            require_json(self.headers.get("content-type", ""))
        try:
            body = await super().body()
        except HTTPException as error:
            if error.status_code == HTTP_413_REQUEST_ENTITY_TOO_LARGE:
                raise BodyTooLarge(self.route_handler.resolve_request_max_body_size() or 0) from error
            raise
        if field is not None and not body:
            raise MalformedJson("it is empty")
        return body


def require_json(content_type: str) -> None:
    """Raise `UnsupportedMediaType` unless `content_type` is JSON in UTF-8."""
    if content_type != "application/json" and not _JSON_TYPE.fullmatch(content_type.strip()):
        raise UnsupportedMediaType(content_type[:100])


def decode(body: bytes | msgspec.Raw, shape: Any, *, root: str = "") -> Any:  # noqa: ANN401  (the caller's type)
    """Decode JSON text into `shape`; `root` is put before the pointers of errors.

    Raises `MalformedJson` or `InvalidBody`.
    """
    if isinstance(body, bytes):
        _require_shallow(body)
    try:
        return _decoder(shape).decode(body)
    except msgspec.ValidationError as error:
        _require_well_formed(body)
        _refuse_shape(str(error), shape, root)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedJson(_reason(error)) from error


@cache
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:  # noqa: ANN401
    return msgspec.json.Decoder(shape)


def _require_shallow(body: bytes) -> None:
    """Refuse nesting here: how much of it a decoder bears differs from one Python to the next."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return
    depth = 0
    for token in _STRUCTURE.finditer(body):
        match token[0]:
            case b"[" | b"{":
                depth += 1
            case b"]" | b"}":
                depth -= 1
        if depth > DEEPEST:
            raise MalformedJson("it is nested too deeply")


def _require_well_formed(body: bytes | msgspec.Raw) -> None:
    """A body of the wrong shape may be no JSON at all further on: say that first."""
    try:
        msgspec.json.decode(body)
    except msgspec.ValidationError:
        return  # well formed, but with a number beyond all floats: the caller has the better words for it
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedJson(_reason(error)) from error


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "its text is not UTF-8"
    message = str(error).removeprefix("JSON is malformed: ")
    return message[:1].lower() + message[1:]


def _refuse_shape(message: str, shape: Any, root: str) -> NoReturn:  # noqa: ANN401
    place = _PLACE.search(message)
    path = place["path"] if place else ""
    steps = [name or index for name, index in _STEP.findall(path)]
    pointer = root + "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
    message = message[: place.start()] if place else message
    where = f"`{'.'.join(steps)}`" if steps else "the body"
    if match := _UNKNOWN_FIELD.fullmatch(message):
        name = match["name"][:64]
        detail = f"There is no field {name!r} in {where}."
        fields = sorted(_fields_at(shape, steps))
        raise InvalidBody(FieldError("unknown_field", detail, f"{pointer}/{name}"), nearest(name, fields))
    if match := _MISSING_FIELD.fullmatch(message):
        detail = f"The field `{match['name']}` is missing in {where}."
        error = FieldError("missing_field", detail, f"{pointer}/{match['name']}")
        raise InvalidBody(error, "Add it; the reference at /api/docs shows a complete request.")
    detail = f"{where[:1].upper()}{where[1:]}: {_in_words(message)}."
    raise InvalidBody(
        FieldError("invalid_value", detail, pointer), "The reference at /api/docs shows each field."
    )


def _in_words(message: str) -> str:
    match = _EXPECTED.fullmatch(message)
    if match is None:
        return message[:1].lower() + message[1:]
    wanted = " or ".join(_WORDS.get(word, word) for word in match["expected"].split(" | "))
    got = f" but is {_WORDS.get(match['got'], match['got'])}" if match["got"] else ""
    return f"must be {wanted}{got}"


def _fields_at(shape: Any, steps: list[str]) -> Iterator[str]:  # noqa: ANN401
    """The names of the fields that an object at this place may have."""
    for struct in _structs(shape):
        if not steps:
            yield from (field.encode_name for field in msgspec.structs.fields(struct))
            continue
        hints = get_type_hints(struct)
        for field in msgspec.structs.fields(struct):
            if field.encode_name == steps[0]:
                yield from _fields_at(hints[field.name], [step for step in steps[1:] if not step.isdigit()])


def _structs(shape: Any) -> Iterator[type[msgspec.Struct]]:  # noqa: ANN401
    """The structs that a type annotation names, through unions and lists."""
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        yield shape
    elif get_origin(shape) in {Union, UnionType, list, tuple}:
        for part in get_args(shape):
            if part is not NoneType:
                yield from _structs(part)
