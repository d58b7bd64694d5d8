"""W3C Trace Context: a request goes on with its caller's trace, or begins one."""

import re
import secrets
from contextvars import ContextVar
from typing import Final

from astrarium.service.http.asgi import Scope

HEADER: Final = b"traceparent"
_GIVEN: Final = re.compile(
    rb"(?!ff)[0-9a-f]{2}-(?P<trace>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-(?P<flags>[0-9a-f]{2})(?:-.*)?"
)

_current: Final[ContextVar[str | None]] = ContextVar("traceparent", default=None)


def begin(scope: Scope, request_id: str) -> bytes:
    """The `traceparent` of our part of the trace; `scope["state"]["trace_id"]` is what the log quotes.

    A trace that begins here has the request's id where that can be one.
    """
    trace, flags = b"", b"00"
    for name, value in scope["headers"]:
        if (
            name == HEADER
            and (match := _GIVEN.fullmatch(value))
            and not (value.startswith(b"00") and len(value) != 55)
        ):
            trace, flags = match["trace"], match["flags"]
    if not trace:
        trace = _begun(request_id)
    scope["state"]["trace_id"] = trace.decode()
    ours = b"00-%b-%b-%b" % (trace, secrets.token_hex(8).encode(), flags)
    _current.set(ours.decode())
    return ours


def current() -> str | None:
    """The `traceparent` of what is being done: a request, or a job. None outside of both."""
    return _current.get()


def go_on(traceparent: str | None) -> str:
    """Go on with a trace in what is done from here on, such as a job of a request; returns the trace's id."""
    given = _GIVEN.fullmatch((traceparent or "").encode())
    trace = given["trace"].decode() if given else secrets.token_hex(16)
    flags = given["flags"].decode() if given else "00"
    _current.set(f"00-{trace}-{secrets.token_hex(8)}-{flags}")
    return trace


def _begun(request_id: str) -> bytes:
    is_usable = (
        len(request_id) == 32 and request_id.strip("0") and not set(request_id) - set("0123456789abcdef")
    )
    return request_id.encode() if is_usable else secrets.token_hex(16).encode()
