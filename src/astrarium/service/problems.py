"""The only place where an error becomes an HTTP answer: `application/problem+json` (RFC 9457).

`KINDS` is the one table from an error's stable code to its status and title. An error that is not ours becomes
`internal_error` without details; its cause goes to the log under the request's id.
"""

import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)

from astrarium.errors import AstrariumError
from astrarium.service.errors import FieldError, RequestError

MEDIA_TYPE = "application/problem+json"

logger = logging.getLogger("astrarium.service")


class Kind(msgspec.Struct, frozen=True):
    """What every problem of one code has in common."""

    status: int
    title: str


KINDS: Mapping[str, Kind] = {
    # how the request is put
    "malformed_json": Kind(400, "The body is not JSON"),
    "unknown_parameter": Kind(400, "Unknown query parameter"),
    "invalid_parameter": Kind(400, "Query parameter out of bounds"),
    "bad_request": Kind(400, "The request cannot be understood"),
    "host_not_allowed": Kind(400, "Unknown host name"),
    "not_found": Kind(404, "Nothing here"),
    "method_not_allowed": Kind(405, "Method not allowed"),
    "body_too_large": Kind(413, "The body is too large"),
    "unsupported_media_type": Kind(415, "Unsupported media type"),
    "invalid_body": Kind(422, "The body has the wrong shape"),
    "too_many_charts": Kind(422, "Too many charts in one request"),
    # the service itself
    "internal_error": Kind(500, "Something went wrong here"),
    "table_unusable": Kind(503, "The ephemeris cannot be read"),
    "not_ready": Kind(503, "Not ready"),
}

IMPOSSIBLE = Kind(422, "The chart cannot be cast")


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong, for programs (`code`, `errors`, `data`) and for people (`title`, `detail`, `hint`).

    `type` is an address of this service that explains the code, `instance` the path that was asked for, and
    `request_id` what to quote to the operator. `errors` points at each fault of the body (`pointer`, a JSON Pointer)
    or of the query (`parameter`). `data` holds what a program needs to go on, such as the candidates of an
    ambiguous place.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    request_id: str
    hint: str | None = None
    errors: tuple[FieldError, ...] = ()
    data: dict[str, Any] | None = None


def kind_of(code: str) -> Kind:
    """The status and title of a code."""
    return KINDS.get(code, IMPOSSIBLE)


def from_error(error: Exception, *, instance: str, request_id: str, root: str = "") -> Problem:
    """The problem that tells of `error`; anything unforeseen is logged and told without details.

    `root` is put before the pointers of an engine error: where its input stands within the whole body.
    """
    if isinstance(error, AstrariumError) and kind_of(error.code).status < 500:
        return _from_ours(error, instance, request_id, root)
    code, detail, hint, faults = _from_framework(error)
    if kind_of(code).status >= 500:
        logger.error("unexpected error, request %s, %s", request_id, instance, exc_info=error)
    return _problem(code, detail, hint, instance, request_id, errors=faults)


def response(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """The exception handler of the API."""
    scope = request.scope
    problem = from_error(error, instance=scope["path"], request_id=request_id_of(request))
    headers = error.headers if isinstance(error, HTTPException) else None
    return Response(
        problem,
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store"} | (headers or {}),
    )


def request_id_of(request: Request[Any, Any, Any]) -> str:
    """The id that the edge gave this request."""
    return str(request.scope["state"]["request_id"])


def _from_ours(error: AstrariumError, instance: str, request_id: str, root: str) -> Problem:
    faults: tuple[FieldError, ...] = ()
    if isinstance(error, RequestError):
        faults = error.errors
    elif error.pointer is not None:
        faults = (FieldError(error.code, error.detail, pointer=root + error.pointer),)
    return _problem(
        error.code,
        error.detail,
        error.hint,
        instance,
        request_id,
        errors=faults,
        data=dict(error.data) or None,
    )


def _problem(
    code: str,
    detail: str,
    hint: str,
    instance: str,
    request_id: str,
    *,
    errors: tuple[FieldError, ...] = (),
    data: dict[str, Any] | None = None,
) -> Problem:
    kind = kind_of(code)
    return Problem(
        type=f"/api/docs/errors#{code}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        code=code,
        instance=instance,
        request_id=request_id,
        hint=hint,
        errors=errors,
        data=data,
    )


def _from_framework(error: Exception) -> tuple[str, str, str, tuple[FieldError, ...]]:
    match error:
        case ValidationException(extra=list() as extra):
            faults = tuple(_parameter_fault(fault) for fault in extra)
            return (
                "invalid_parameter",
                faults[0].detail,
                "The reference at /api/docs lists each parameter.",
                faults,
            )
        case NotFoundException():
            return "not_found", "There is nothing at this address.", "The reference is at /api/docs.", ()
        case MethodNotAllowedException(headers=headers):
            allowed = (headers or {}).get("allow", "")
            return (
                "method_not_allowed",
                f"This address answers to {allowed} only.",
                "Use one of those methods.",
                (),
            )
        case HTTPException(status_code=status) if 400 <= status < 500:
            return "bad_request", error.detail.rstrip(".") + ".", "The reference is at /api/docs.", ()
        case AstrariumError(code=code):
            return code, "A part of this service is missing.", "Its operator finds the cause in the log.", ()
        case _:
            return (
                "internal_error",
                "The service met an error of its own.",
                "Try again; if it stays, report the request id.",
                (),
            )


def _parameter_fault(fault: Mapping[str, str]) -> FieldError:
    name = fault.get("key", "")
    return FieldError(
        "invalid_parameter",
        f"`{name}`: {fault['message'][:1].lower()}{fault['message'][1:]}.",
        parameter=name,
    )
