"""Query parameters: the ones a route declares, each once, and no others."""

from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg, QueryParameter

from astrarium.service.errors import FieldError, InvalidParameter, UnknownParameter
from astrarium.service.http import fields

_NOT_QUERY = frozenset({"data", "request", "body", "headers", "scope", "state", "socket", "query"})


async def refuse_unknown(request: Request[Any, Any, Any]) -> None:
    """Refuse a query parameter that the route does not declare or that comes twice; runs before every API route.

    `fields` is declared by every route that has some to choose from, and read here.

    Raises `UnknownParameter`, which names the nearest one, `InvalidParameter` or `InvalidFields`.
    """
    query = request.scope["query_string"]
    if not query:
        return
    known = _declared(request.route_handler)
    seen = set()
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name not in known:
            raise UnknownParameter(name, sorted(known))
        if name in seen:
            detail = f"`{name}` is given more than once."
            raise InvalidParameter([FieldError("invalid_parameter", detail, parameter=name)])
        seen.add(name)
        if name == fields.PARAMETER:
            request.scope["state"][fields.PARAMETER] = fields.selection_of(request.route_handler, value)


@cache
def _declared(handler: HTTPRouteHandler) -> frozenset[str]:
    provided = handler.resolve_dependencies()
    declared = frozenset(
        _written(name, field.kwarg_definition)
        for name, field in handler.parsed_fn_signature.parameters.items()
        if name not in _NOT_QUERY and name not in provided
    )
    return declared | {fields.PARAMETER} if fields.is_selectable(handler) else declared


def _written(name: str, definition: object) -> str:
    """What a parameter is called in the query: its own name, unless it says another."""
    if isinstance(definition, QueryParameter):
        return definition.name or name
    return definition.query or name if isinstance(definition, ParameterKwarg) else name
