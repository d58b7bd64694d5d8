"""`?fields=positions(body,signs.iau13),aspects`: only the named parts of an answer leave.

Names are those of the answer's own fields, nested by dots or brackets. In a list they are those of its items: the list
itself, with `next`, stays whole. It works on encoded answers, so that it holds for every route, whoever encodes; where
no `fields` are asked for, it costs one look at the query.
"""

from functools import cache, lru_cache
from typing import Any, Final, cast

import msgspec
from litestar.handlers import HTTPRouteHandler
from msgspec import inspect

from astrarium.service.http.asgi import Application, Receive, Scope, Send
from astrarium.service.http.buffering import Answer, buffered
from astrarium.service.http.errors import InvalidFields
from astrarium.service.http.selections import Selection, parse, require_known

PARAMETER: Final = "fields"

_members: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_items: Final = msgspec.json.Decoder(list[msgspec.Raw])


def is_selectable(handler: HTTPRouteHandler) -> bool:
    """Whether a route's answers have fields to choose from: reads do, and so does what is computed and not stored."""
    return handler.status_code == 200 and bool(_shapes(handler))


@lru_cache(maxsize=512)
def selection_of(handler: HTTPRouteHandler, text: str) -> Selection:
    """What `text` chooses of the answers of a route.

    Raises `InvalidFields`, which names the nearest field.
    """
    shapes = _shapes(handler)
    if not shapes:
        raise InvalidFields("This answer has no fields to choose from.", "Leave `fields` out.")
    chosen = parse(text)
    envelope = {field.encode_name: field.type for shape in shapes for field in shape.fields}
    if "items" not in envelope:
        require_known(chosen, shapes)
        return chosen
    require_known(chosen, [envelope["items"]])
    return {**dict.fromkeys(envelope), "items": chosen}


@cache
def _shapes(handler: HTTPRouteHandler) -> tuple[inspect.StructType, ...]:
    """The structs that a route answers with; none where it answers with something else."""
    answer = handler.parsed_return_field
    return tuple(
        cast("inspect.StructType", inspect.type_info(one.annotation))
        for one in (answer, *answer.inner_types)
        if _is_struct(getattr(one.annotation, "__origin__", one.annotation))
    )


def _is_struct(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def selecting(application: Application) -> Application:
    """Wrap `application`: an answer keeps what the query check found chosen (`scope["state"]["fields"]`)."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if b"fields=" not in scope["query_string"]:
            await application(scope, receive, send)
            return

        async def send_selected(answer: Answer) -> None:
            chosen = scope["state"].get(PARAMETER)
            if chosen is not None and answer.status == 200:
                answer.body = pruned(answer.body, answer.media_type, chosen)
            await answer.send(send)

        await application(scope, receive, buffered(send_selected))

    return handle


def pruned(body: bytes, media_type: str, chosen: Selection) -> bytes:
    """An encoded answer with the chosen fields only; in JSON each value keeps its very bytes."""
    match media_type:
        case "application/json":
            return msgspec.json.encode(_of_json(msgspec.Raw(body), chosen))
        case "application/vnd.msgpack":
            return msgspec.msgpack.encode(_of_value(msgspec.msgpack.decode(body), chosen))
    return body


def _of_json(raw: msgspec.Raw, chosen: Selection | None) -> Any:  # noqa: ANN401  (any JSON value)
    if chosen is None:
        return raw
    match bytes(memoryview(raw)[:1]):
        case b"{":
            return {
                name: _of_json(value, chosen[name])
                for name, value in _members.decode(raw).items()
                if name in chosen
            }
        case b"[":
            return [_of_json(one, chosen) for one in _items.decode(raw)]
    return raw


def _of_value(value: Any, chosen: Selection | None) -> Any:  # noqa: ANN401  (any MessagePack value)
    if chosen is None:
        return value
    match value:
        case dict():
            return {name: _of_value(inner, chosen[name]) for name, inner in value.items() if name in chosen}
        case list():
            return [_of_value(one, chosen) for one in value]
    return value
