"""What can go wrong with calls to the outside, and with addresses that customers want called."""

from datetime import timedelta
from typing import ClassVar, Literal

from astrarium.errors import AstrariumError
from astrarium.service.errors import FieldError, RequestError

Reason = Literal[
    "url_not_allowed", "target_not_public", "timeout", "connect", "tls", "broken", "status", "failed"
]
"""Why a call failed; `status` is an answer of 500 or above, `failed` an error that the caller's own function raised."""


class OutboundError(AstrariumError):
    """A call to the outside that brought no answer."""


class CallFailed(OutboundError):
    """The call was made, or refused, and there is no answer; `reason` is one of a few words, for counts."""

    code: ClassVar[str] = "call_failed"

    def __init__(self, purpose: str, reason: Reason, detail: str) -> None:
        super().__init__(f"{purpose}: {detail}", hint="It may be tried again later.")
        self.purpose = purpose
        self.reason = reason


class BreakerOpen(OutboundError):
    """The other side failed too often; nobody calls it before `retry_after` is over."""

    code: ClassVar[str] = "breaker_open"

    def __init__(self, name: str, retry_after: timedelta) -> None:
        super().__init__(
            f"{name} failed too often and is left alone.",
            hint=f"It is tried again in {retry_after.total_seconds():.0f} seconds.",
        )
        self.name = name
        self.retry_after = retry_after


class UrlNotAllowed(RequestError):
    """The text is no URL that this service calls, wherever it may lead."""

    code: ClassVar[str] = "url_not_allowed"

    def __init__(self, reason: str, pointer: str | None = None) -> None:
        detail = f"The URL cannot be called: {reason}."
        super().__init__(
            detail,
            hint="Write https://host/path in ASCII, with a public host name and the port 80, 443, 8080 or 8443.",
            errors=[FieldError(self.code, detail, pointer=pointer)] if pointer else (),
        )
        self.reason = reason


class TargetNotPublic(RequestError):
    """The host has no address, or one inside: which of the two is not told, since it would tell of the inside.

    A name of which only some addresses are public is refused as well.
    """

    code: ClassVar[str] = "target_not_public"

    def __init__(self, host: str, pointer: str | None = None) -> None:
        detail = f"{host} has no address on the public internet, or not only such."
        super().__init__(
            detail,
            hint="Use a host that the public internet resolves and reaches. The service's operator can allow"
            " others in ASTRARIUM_OUTBOUND_ALLOWED.",
            errors=[FieldError(self.code, detail, pointer=pointer)] if pointer else (),
        )
