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
from astrarium.service.errors import (
    BadRequest,
    FieldError,
    InternalError,
    InvalidParameter,
    MethodNotAllowed,
    NothingHere,
    RequestError,
    Unserviceable,
)

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
    # the birth: its date, time, zone and place
    "missing_date": Kind(422, "No date"),
    "conflicting_birth": Kind(422, "The birth is given twice"),
    "invalid_date": Kind(422, "No such date"),
    "date_out_of_range": Kind(422, "Outside the years of the tables"),
    "invalid_calendar": Kind(422, "No such calendar"),
    "missing_country": Kind(422, "The calendar needs a country"),
    "ambiguous_calendar": Kind(409, "Which calendar?"),
    "invalid_time": Kind(422, "No such time of day"),
    "invalid_window": Kind(422, "The window ends before it begins"),
    "invalid_instant": Kind(422, "No such instant"),
    "invalid_fold": Kind(422, "Neither the first nor the second reading"),
    "invalid_zone": Kind(422, "Not a time zone"),
    "unknown_zone": Kind(422, "No such time zone"),
    "missing_zone": Kind(422, "No time zone known for the place"),
    "ambiguous_zone": Kind(409, "Which clock?"),
    "nonexistent_time": Kind(422, "The clocks never showed that time"),
    "ambiguous_time": Kind(409, "The clocks showed that time twice"),
    "unknown_place": Kind(422, "No such place"),
    "ambiguous_place": Kind(409, "Which place?"),
    # the chart
    "out_of_range": Kind(422, "Outside the years of the tables"),
    "not_finite": Kind(422, "Not a finite number"),
    "unknown_body": Kind(422, "No such body"),
    # the service itself
    "internal_error": Kind(500, "Something went wrong here"),
    "service_unavailable": Kind(503, "A part of the service is missing"),
    "table_unusable": Kind(503, "The ephemeris cannot be read"),
    "zone_table_unreadable": Kind(503, "The table of time zones cannot be read"),
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
    told = error if isinstance(error, AstrariumError) else _from_framework(error)
    if kind_of(told.code).status >= 500:
        logger.error("request %s to %s failed", request_id, instance, exc_info=error)
        told = told if isinstance(told, RequestError) else Unserviceable()
    kind = kind_of(told.code)
    return Problem(
        type=f"/api/docs/errors#{told.code}",
        title=kind.title,
        status=kind.status,
        detail=as_sentence(told.detail),
        code=told.code,
        instance=instance,
        request_id=request_id,
        hint=as_sentence(told.hint),
        errors=_faults(told, root),
        data=dict(told.data) or None,
    )


def response(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """The exception handler of the API."""
    problem = from_error(error, instance=request.scope["path"], request_id=request_id_of(request))
    headers = {"Cache-Control": "no-store", **(getattr(error, "headers", None) or {})}
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def request_id_of(request: Request[Any, Any, Any]) -> str:
    """The id that the edge gave this request."""
    return str(request.scope["state"]["request_id"])


def as_sentence(text: str) -> str:
    """`text` with a capital and a full stop, whichever way its author left it."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) or not text else f"{text}."


def _faults(error: AstrariumError, root: str) -> tuple[FieldError, ...]:
    if isinstance(error, RequestError):
        return error.errors
    if error.pointer is None:
        return ()
    return (FieldError(error.code, as_sentence(error.detail), pointer=root + error.pointer),)


def _from_framework(error: Exception) -> RequestError:
    """The framework's own exceptions in our words."""
    match error:
        case ValidationException(extra=list() as faults):
            return InvalidParameter([_parameter_fault(fault) for fault in faults])
        case NotFoundException():
            return NothingHere()
        case MethodNotAllowedException(headers=headers):
            return MethodNotAllowed((headers or {}).get("allow", ""))
        case HTTPException(status_code=status, detail=detail) if 400 <= status < 500:
            return BadRequest(detail)
        case _:
            return InternalError()


def _parameter_fault(fault: Mapping[str, str]) -> FieldError:
    name = fault.get("key", "")
    message = fault["message"][:1].lower() + fault["message"][1:]
    return FieldError("invalid_parameter", f"`{name}`: {message}.", parameter=name)
