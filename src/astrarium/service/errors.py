"""What can go wrong in the service itself: in the way a request is put, not in the sky."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import ClassVar

import msgspec

from astrarium.errors import AstrariumError


class FieldError(msgspec.Struct, frozen=True, omit_defaults=True):
    """One fault of a request: where it is (`pointer` into the body or `parameter` of the query) and what it is."""

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None


class RequestError(AstrariumError):
    """A request that cannot be understood; `errors` points at each fault."""

    def __init__(self, detail: str, *, hint: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail, hint=hint, pointer=errors[0].pointer if errors else None)
        self.errors = tuple(errors)


class MalformedJson(RequestError):
    """The body is not JSON text in UTF-8."""

    code: ClassVar[str] = "malformed_json"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The body is not valid JSON: {reason}.",
            hint="Send one JSON object in UTF-8. NaN and Infinity are not JSON.",
        )


class InvalidBody(RequestError):
    """The body is JSON, but not of the shape that the route takes."""

    code: ClassVar[str] = "invalid_body"

    def __init__(self, error: FieldError, hint: str) -> None:
        super().__init__(error.detail, hint=hint, errors=[error])


class UnsupportedMediaType(RequestError):
    """The body is of a type that the route does not read."""

    code: ClassVar[str] = "unsupported_media_type"

    def __init__(self, media_type: str) -> None:
        said = f"is {media_type!r}" if media_type else "has no Content-Type"
        super().__init__(
            f"The body {said}; this route reads JSON.", hint="Send `Content-Type: application/json`."
        )


class BodyTooLarge(RequestError):
    """The body is larger than the route takes; it was not read to its end."""

    code: ClassVar[str] = "body_too_large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"The body is larger than {limit_bytes} bytes, which is the most that this route takes.",
            hint="Send it in smaller parts.",
        )


class UnknownParameter(RequestError):
    """The query names a parameter that the route does not have."""

    code: ClassVar[str] = "unknown_parameter"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        detail = f"There is no query parameter {name[:64]!r} here."
        super().__init__(
            detail,
            hint=nearest(name, known) or "This route takes no query parameters.",
            errors=[FieldError("unknown_parameter", detail, parameter=name[:64])],
        )


class InvalidParameter(RequestError):
    """A query parameter is missing, repeated or out of its bounds."""

    code: ClassVar[str] = "invalid_parameter"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(
            errors[0].detail, hint="The reference at /api/docs lists each parameter.", errors=errors
        )


class HostNotAllowed(RequestError):
    """The `Host` header is not one that this service answers to."""

    code: ClassVar[str] = "host_not_allowed"

    def __init__(self) -> None:
        super().__init__(
            "This service does not answer to that host name.",
            hint="Its operator lists the names in ASTRARIUM_ALLOWED_HOSTS.",
        )


class TooManyCharts(RequestError):
    """A bulk request asks for more charts than the service casts at once."""

    code: ClassVar[str] = "too_many_charts"

    def __init__(self, count: int, limit: int) -> None:
        detail = f"{count} charts were asked for; at most {limit} are cast in one request."
        super().__init__(
            detail,
            hint=f"Send them in parts of {limit}.",
            errors=[FieldError("too_many_charts", detail, pointer="/charts")],
        )


class NotSignedIn(RequestError):
    """The route needs an account, and the request names none."""

    code: ClassVar[str] = "not_signed_in"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer realm="astrarium"'}

    def __init__(self) -> None:
        super().__init__(
            "This needs an account.",
            hint="Sign in, or send an API key: `Authorization: Bearer ast_…`.",
        )


class NotPermitted(RequestError):
    """The caller is known, but may not do this."""

    code: ClassVar[str] = "not_permitted"

    def __init__(self, permission: str) -> None:
        super().__init__(
            f"This needs the permission `{permission}`, which the credentials do not carry.",
            hint="Use an account or an API key that has it.",
        )
        self.permission = permission


class NotFound(RequestError):
    """There is no such thing, or it is another account's: both are told in the same words."""

    code: ClassVar[str] = "not_found"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"There is no such {what}.", hint="List what is there, and ask for one of it by its id."
        )


class NothingHere(RequestError):
    """No route has that path."""

    code: ClassVar[str] = "not_found"

    def __init__(self) -> None:
        super().__init__("There is nothing at this address.", hint="The reference is at /api/docs.")


class MethodNotAllowed(RequestError):
    """The path is there, but not for this method."""

    code: ClassVar[str] = "method_not_allowed"

    def __init__(self, allowed: str) -> None:
        super().__init__(f"This address answers to {allowed} only.", hint="Use one of those methods.")


class BadRequest(RequestError):
    """Anything else that the framework refuses in a request."""

    code: ClassVar[str] = "bad_request"

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason.rstrip('.')}.", hint="The reference is at /api/docs.")


class InternalError(RequestError):
    """Something that nobody foresaw; its cause is in the log."""

    code: ClassVar[str] = "internal_error"

    def __init__(self) -> None:
        super().__init__(
            "The service met an error of its own.", hint="Try again; if it stays, report the request id."
        )


class Unserviceable(RequestError):
    """A table of this installation cannot be read; its path and fault are in the log."""

    code: ClassVar[str] = "service_unavailable"

    def __init__(self) -> None:
        super().__init__(
            "A part of this service cannot be read.", hint="Its operator finds the cause in the log."
        )


def nearest(name: str, known: Sequence[str]) -> str:
    """Return “Did you mean …?” with the whole choice after it, or nothing where there is no choice."""
    if not known:
        return ""
    choice = "Known: " + ", ".join(f"`{word}`" for word in known) + "."
    close = get_close_matches(name.lower()[:64], known, n=1)
    return f"Did you mean `{close[0]}`? {choice}" if close else choice
