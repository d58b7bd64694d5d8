"""The rules of every route in the API's description: each route tells what it takes and answers because of them."""

from typing import Any, Final

from litestar.handlers import HTTPRouteHandler

from astrarium.service.http import fields, selections, versions
from astrarium.service.http.idempotency import is_creating
from astrarium.service.problems import MEDIA_TYPE, kind_of

_FIELDS: Final = {
    "name": fields.PARAMETER,
    "in": "query",
    "required": False,
    "description": "Only these parts of the answer: `name` or `positions(body,signs.iau13),aspects`.",
    "schema": {"type": "string", "minLength": 1, "maxLength": selections.LONGEST},
}
_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` that the caller has: answered by 304 where it still holds.",
    "schema": {"type": "string"},
}
_IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A random text that a repetition of this request carries again, to get the first answer.",
    "schema": {"type": "string", "pattern": r"^[!#-~]{1,255}$"},
}
_NOT_MODIFIED: Final = "The caller's copy is still right (`If-None-Match`)."


def describe(operation: dict[str, Any], method: str, handler: HTTPRouteHandler) -> None:
    """Add to one operation what holds for it by the rules of every route."""
    parameters = operation.setdefault("parameters", [])
    if fields.is_selectable(handler):
        parameters.append(_FIELDS)
        _add_problems(operation, "invalid_fields", "invalid_parameter")
        if method == "get":
            parameters.append(_IF_NONE_MATCH)
            operation["responses"].setdefault("304", {"description": _NOT_MODIFIED})
    named = {one["name"] for one in parameters}
    if "cursor" in named:
        _add_problems(operation, "invalid_cursor")
    if "sort" in named:
        _add_problems(operation, "invalid_sort")
    if is_creating(handler) and not handler.opt.get("anonymous", False):
        parameters.append(_IDEMPOTENCY_KEY)
        _add_problems(operation, "invalid_idempotency_key", "idempotency_in_flight", "idempotency_mismatch")
    _add_problems(operation, "too_many_requests", "took_too_long")
    if "requestBody" in operation:
        _add_problems(operation, "body_too_slow")
    if versions.OPTION in handler.opt:
        operation["deprecated"] = True
    if not parameters:
        del operation["parameters"]


def _add_problems(operation: dict[str, Any], *codes: str) -> None:
    """Name `codes` under their statuses, beside those that the route names itself."""
    for code in codes:
        kind = kind_of(code)
        answer = operation["responses"].setdefault(
            str(kind.status),
            {
                "description": "",
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        )
        line = f"- `{code}`: {kind.title}"
        if line not in answer["description"].splitlines():
            answer["description"] = f"{answer['description']}\n{line}".strip()
