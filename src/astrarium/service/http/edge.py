"""The outermost layer, in front of routing: request ids, the safety headers of every answer, HEAD, host names.

It is plain ASGI and does as little as it can, since every request passes through it.
"""

import logging
import re
import secrets
import time

from astrarium.service.errors import HostNotAllowed
from astrarium.service.http import tracing
from astrarium.service.http.asgi import Application, Message, Receive, Scope, Send
from astrarium.service.http.logged_path import logged_path
from astrarium.service.http.refusal import refuse
from astrarium.service.http.versions import API_VERSION
from astrarium.service.settings import Settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

SAFETY_HEADERS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")

_ACCEPTABLE_ID = re.compile(rb"[A-Za-z0-9._:-]{8,128}")

access = logging.getLogger("astrarium.access")


def edge(application: Application, settings: Settings) -> Application:
    """Wrap `application`: what it answers leaves with `X-Request-Id`, `traceparent` and the safety headers.

    A caller's own `X-Request-Id` is kept where it is 8 to 128 plain characters. HEAD is answered as GET without the
    body. With `settings.allowed_hosts`, any other `Host` is refused before routing.
    """
    headers = (*SAFETY_HEADERS, STRICT_TRANSPORT) if settings.https else SAFETY_HEADERS
    hosts = frozenset(host.lower().encode() for host in settings.allowed_hosts)

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        request_id = _request_id(scope)
        scope["state"]["request_id"] = request_id
        is_head = scope["method"] == "HEAD"
        if is_head:
            # a copy: the server goes by its own scope when it decides that no body may follow
            scope = {**scope, "method": "GET"}
        own = [(b"x-request-id", request_id.encode()), (tracing.HEADER, tracing.begin(scope, request_id))]
        if scope["path"].startswith("/api/"):
            own.append(API_VERSION)

        has_begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                message["headers"] = [*message["headers"], *own, *headers]
            elif is_head:
                message["body"] = b""
            await send(message)

        async def receive_until_head() -> Message:
            # who asks for the head alone has gone once it is there: an answer without an end ends
            return {"type": "http.disconnect"} if has_begun else await receive()

        if hosts and _host(scope) not in hosts:
            await refuse(HostNotAllowed(), scope, send_with_headers)
        else:
            await application(scope, receive_until_head if is_head else receive, send_with_headers)

    return _logged(handle) if settings.access_log else handle


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ACCEPTABLE_ID.fullmatch(value):
            return str(value, "ascii")
    return secrets.token_hex(16)


def _host(scope: Scope) -> bytes:
    """The `Host` header in lower case and without its port."""
    for name, value in scope["headers"]:
        if name == b"host":
            return re.sub(rb":\d+$", b"", bytes(value)).lower()
    return b""


def _logged(application: Application) -> Application:
    """Log each request without its query, which may hold somebody's birth."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status = 0

        async def note_status(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        method = scope["method"]
        try:
            await application(scope, receive, note_status)
        finally:
            elapsed_ms = (time.perf_counter() - started) * 1000
            ids = scope["state"]
            access.info(
                "%s %s %d %.1f ms %s trace=%s",
                method,
                logged_path(scope["path"]),
                status,
                elapsed_ms,
                ids["request_id"],
                ids["trace_id"],
            )

    return handle
