"""The only place where an error becomes an HTTP answer: `application/problem+json` (RFC 9457).

`KINDS` is the one table from an error's stable code to its status and title. An error that is not ours becomes
`internal_error` without details; its cause goes to the log under the request's id.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)

from astrarium.errors import AstrariumError, as_sentence
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
from astrarium.service.failure_log import failure_log

MEDIA_TYPE = "application/problem+json"
UNAVAILABLE: Final = 503
"""The status of what was foreseen and is nobody's fault: the log has a line of it, no traceback."""

_MISSING_PARAMETER: Final = re.compile(r"Missing required query parameter '(?P<name>\w+)'")


class Kind(msgspec.Struct, frozen=True):
    """What every problem of one code has in common."""

    status: int
    title: str


OF_THE_REQUEST: Final = {
    "malformed_json": Kind(400, "The body is not JSON"),
    "unknown_parameter": Kind(400, "Unknown query parameter"),
    "invalid_parameter": Kind(400, "Query parameter missing, repeated or out of bounds"),
    "bad_request": Kind(400, "The request cannot be understood"),
    "invalid_cursor": Kind(400, "Not a cursor of this list"),
    "invalid_sort": Kind(400, "The list has no such order"),
    "invalid_fields": Kind(400, "The answer has no such fields"),
    "invalid_idempotency_key": Kind(400, "Not a usable key"),
    "host_not_allowed": Kind(400, "Unknown host name"),
    "not_signed_in": Kind(401, "An account is needed"),
    "not_permitted": Kind(403, "Not permitted"),
    "not_found": Kind(404, "Nothing here"),
    "method_not_allowed": Kind(405, "Method not allowed"),
    "idempotency_in_flight": Kind(409, "The first request is still being answered"),
    "batch_undone": Kind(424, "Undone with its batch"),
    "precondition_failed": Kind(412, "It was changed meanwhile"),
    "body_too_large": Kind(413, "The body is too large"),
    "unsupported_media_type": Kind(415, "Unsupported media type"),
    "body_too_slow": Kind(408, "The body did not arrive in time"),
    "too_many_requests": Kind(429, "Too many requests"),
    "invalid_body": Kind(422, "The body has the wrong shape"),
    "too_many_charts": Kind(422, "Too many charts in one request"),
    "nested_batch": Kind(422, "A batch within a batch"),
    "idempotency_impossible": Kind(422, "The answer cannot be kept"),
    "idempotency_mismatch": Kind(422, "The key belongs to another request"),
}
OF_THE_BIRTH: Final = {
    "missing_date": Kind(422, "No date"),
    "missing_place": Kind(422, "No place"),
    "missing_zone": Kind(422, "No time zone known for the place"),
    "missing_country": Kind(422, "The calendar needs a country"),
    "invalid_date": Kind(422, "No such date"),
    "invalid_time": Kind(422, "No such time of day"),
    "invalid_window": Kind(422, "The window ends before it begins"),
    "invalid_instant": Kind(422, "No such instant"),
    "invalid_calendar": Kind(422, "No such calendar"),
    "invalid_zone": Kind(422, "Not a time zone"),
    "invalid_fold": Kind(422, "Neither the first nor the second reading"),
    "invalid_coordinates": Kind(422, "Not a place on Earth"),
    "unknown_zone": Kind(422, "No such time zone"),
    "unknown_place": Kind(422, "No such place"),
    "unknown_country": Kind(422, "No such country"),
    "nonexistent_time": Kind(422, "The clocks never showed that time"),
    "date_out_of_range": Kind(422, "Outside the years of the tables"),
    "conflicting_birth": Kind(422, "The time is given twice"),
    "conflicting_place": Kind(422, "The place is given twice"),
    "ambiguous_time": Kind(409, "The clocks showed that time twice"),
    "ambiguous_place": Kind(409, "Several places have that name"),
    "ambiguous_zone": Kind(409, "Two clocks are kept at that place"),
    "ambiguous_calendar": Kind(409, "The date may be Julian or Gregorian"),
}
OF_THE_CHART: Final = {
    "out_of_range": Kind(422, "Outside the years of the tables"),
    "not_finite": Kind(422, "Not a finite number"),
    "houses_undefined": Kind(422, "The house system has no solution there"),
    "house_input_missing": Kind(422, "The house system needs more than it was given"),
    "house_input_invalid": Kind(422, "No houses follow from that"),
    "unknown_house_system": Kind(422, "No such house system"),
    "unknown_star": Kind(422, "No such star"),
    "unknown_zodiac": Kind(422, "No such zodiac"),
    "unknown_zodiac_version": Kind(422, "No such version of the zodiac"),
    "invalid_zodiac": Kind(422, "Not one circle of signs"),
    "zodiac_needs_node": Kind(422, "The zodiac is counted from the Moon's node"),
    "unknown_body": Kind(422, "No such body"),
    "unknown_body_set": Kind(422, "No such set of bodies"),
    "unknown_aspects": Kind(422, "No such set of aspects"),
    "unknown_perspective": Kind(422, "No such perspective"),
    "not_seen_from_sun": Kind(422, "Not seen from the Sun"),
    "invalid_choice": Kind(422, "Too few or too many of something"),
}
OF_KEEPING: Final = {
    "storage_full": Kind(409, "Nothing more can be kept"),
    "in_trash": Kind(409, "It lies in the trash"),
    "not_in_trash": Kind(409, "It does not lie in the trash"),
    "import_refused": Kind(422, "Some entries cannot be kept"),
    "import_too_long": Kind(422, "Too many entries in one import"),
}
OF_THE_TABLE: Final = {
    "unknown_columns": Kind(422, "There are no such columns"),
    "empty_table": Kind(422, "The table is empty"),
    "missing_columns": Kind(422, "The table tells no births"),
    "duplicate_columns": Kind(422, "Two columns mean the same"),
    "unreadable_table": Kind(422, "The table cannot be read"),
}
OF_BATCHES: Final = {
    "unknown_encoding": Kind(415, "The table's encoding is not read"),
    "malformed_form": Kind(422, "The form cannot be read"),
    "too_many_batches": Kind(429, "Too many batches under way"),
    "batch_rows_spent": Kind(429, "The rows of today are spent"),
    "too_many_births": Kind(422, "The table has too many births"),
    "batch_unfinished": Kind(409, "The results are not there yet"),
    "no_results": Kind(409, "There are no such results"),
    "range_not_satisfiable": Kind(416, "The range lies beyond the end"),
}
OF_TARGETS: Final = {
    "url_not_allowed": Kind(422, "Not a URL that can be called"),
    "target_not_public": Kind(422, "The host is not on the public internet"),
    "unknown_event_type": Kind(422, "No such type of event"),
    "webhook_disabled": Kind(409, "The webhook is disabled"),
}
OF_THE_ACCOUNT: Final = {
    "invalid_credentials": Kind(401, "The API key does not work"),
    "wrong_credentials": Kind(401, "E-mail and password do not belong together"),
    "second_factor_required": Kind(401, "A code is needed besides the password"),
    "forged_request": Kind(403, "Another site may have caused the request"),
    "wrong_password": Kind(403, "Not the account's password"),
    "wrong_code": Kind(403, "Not the right code"),
    "second_factor_state": Kind(409, "The second factor is not as the request expects"),
    "too_many_keys": Kind(409, "No more API keys"),
    "invalid_email": Kind(422, "Not an e-mail address"),
    "weak_password": Kind(422, "The password cannot be chosen"),
    "invalid_link": Kind(422, "The link does not work any more"),
    "unknown_scope": Kind(422, "No such scope"),
    "too_many_attempts": Kind(429, "Too many attempts"),
    "too_busy": Kind(503, "Too much to do at once"),
}
OF_JOBS: Final = {
    "job_state": Kind(409, "The job is not as the request needs it"),
    "job_superseded": Kind(409, "Another job does the same"),
}
OF_LIVE_NEWS: Final = {
    "invalid_ticket": Kind(401, "The ticket does not work"),
    "origin_not_allowed": Kind(403, "Pages of that site may not connect"),
    "stream_in_batch": Kind(422, "A stream cannot be part of a batch"),
    "upgrade_required": Kind(426, "The address speaks WebSocket"),
    "too_many_connections": Kind(429, "Too many live connections"),
    "no_room_for_connections": Kind(503, "No room for another live connection"),
}
OF_THE_SERVICE: Final = {
    "invalid_cron_expression": Kind(422, "Not a cron expression"),
    "schedule_retired": Kind(409, "Nothing runs by that schedule any more"),
    "internal_error": Kind(500, "Something went wrong here"),
    "service_unavailable": Kind(503, "A part of the service cannot be read"),
    "took_too_long": Kind(503, "The answer took too long"),
    "database_busy": Kind(503, "The database is busy"),
    "database_unreachable": Kind(503, "The database cannot be reached"),
    "database_timeout": Kind(503, "The database took too long"),
    "database_contention": Kind(503, "Another request is in the way"),
    "storage_unreachable": Kind(503, "The storage of files cannot be reached"),
}
KINDS: Final[Mapping[str, Kind]] = (
    OF_THE_REQUEST
    | OF_THE_BIRTH
    | OF_THE_CHART
    | OF_KEEPING
    | OF_THE_TABLE
    | OF_BATCHES
    | OF_TARGETS
    | OF_THE_ACCOUNT
    | OF_JOBS
    | OF_LIVE_NEWS
    | OF_THE_SERVICE
)

BROKEN_INSTALLATION: Final = frozenset(
    {
        "table_unusable", "zone_table_unreadable", "gazetteer_unreadable",
        "secret_keys_missing", "invalid_secret_key", "secret_unreadable", "invalid_storage", "file_missing",
    }
)  # fmt: skip
"""Codes of the engine that tell an operator's trouble, with paths that are nobody else's business."""

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


def from_error(
    error: Exception, *, instance: str, request_id: str, root: str = "", in_query: bool = False
) -> Problem:
    """The problem that tells of `error`; anything unforeseen is logged and told without details.

    `root` is put before the pointers of an engine error: where its input stands within the whole body. A request
    without a body had it in its query (`in_query`), under the last name of the pointer.
    """
    told = error if isinstance(error, AstrariumError) else _from_framework(error)
    if told.code in BROKEN_INSTALLATION:
        told = Unserviceable()
    kind = kind_of(told.code)
    if kind.status == UNAVAILABLE:
        failure_log.unavailable(told.code, error, instance=instance, request_id=request_id)
    elif kind.status >= 500:
        failure_log.unforeseen(error, instance=instance, request_id=request_id)
    return Problem(
        type=f"/api/docs/errors#{told.code}",
        title=kind.title,
        status=kind.status,
        detail=as_sentence(told.detail),
        code=told.code,
        instance=instance,
        request_id=request_id,
        hint=as_sentence(told.hint),
        errors=_faults(told, root, in_query=in_query),
        data=dict(told.data) or None,
    )


def response(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """The exception handler of the API."""
    problem = from_error(
        error,
        instance=request.scope["path"],
        request_id=request_id_of(request),
        in_query=request.method in {"GET", "HEAD"},
    )
    headers = {"Cache-Control": "no-store", **(getattr(error, "headers", None) or {})}
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def request_id_of(request: Request[Any, Any, Any]) -> str:
    """The id that the edge gave this request."""
    return str(request.scope["state"]["request_id"])


def _faults(error: AstrariumError, root: str, *, in_query: bool) -> tuple[FieldError, ...]:
    if isinstance(error, RequestError):
        return error.errors
    if error.pointer is None:
        return ()
    detail = as_sentence(error.detail)
    if in_query:
        return (FieldError(error.code, detail, parameter=error.pointer.rpartition("/")[2]),)
    return (FieldError(error.code, detail, pointer=root + error.pointer),)


def _from_framework(error: Exception) -> RequestError:
    """The framework's own exceptions in our words."""
    match error:
        case ValidationException(extra=list() as faults):
            return InvalidParameter([_parameter_fault(fault) for fault in faults])
        case ValidationException(detail=detail) if match := _MISSING_PARAMETER.match(detail):
            name = match["name"]
            return InvalidParameter(
                [FieldError("missing_parameter", f"`{name}` is missing.", parameter=name)]
            )
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
