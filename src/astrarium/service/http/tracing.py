"""W3C Trace Context: a request goes on with its caller's trace, or begins one."""

import re
import secrets
from typing import Final

from astrarium.service.http.asgi import Scope

HEADER: Final = b"traceparent"
_GIVEN: Final = re.compile(
    rb"(?!ff)[0-9a-f]{2}-(?P<trace>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-(?P<flags>[0-9a-f]{2})(?:-.*)?"
)


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
    return b"00-%b-%b-%b" % (trace, secrets.token_hex(8).encode(), flags)


def _begun(request_id: str) -> bytes:
    is_usable = (
        len(request_id) == 32 and request_id.strip("0") and not set(request_id) - set("0123456789abcdef")
    )
    return request_id.encode() if is_usable else secrets.token_hex(16).encode()
