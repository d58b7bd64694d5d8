"""Which other sites' scripts may use the API (CORS, the Fetch standard): none, unless the operator names them.

They send an API key; cookies are never allowed to them.
"""

from collections.abc import Sequence
from typing import Final

from astrarium.service.http.asgi import Application, Message, Receive, Scope, Send

ANY: Final = "*"
_METHODS: Final = b"GET, HEAD, POST, PUT, PATCH, DELETE"
_TAKEN: Final = (
    b"accept, accept-language, authorization, content-type, idempotency-key, if-match, if-none-match, traceparent,"
    b" x-request-id"
)
_SHOWN: Final = (
    b"api-version, deprecation, etag, idempotency-replayed, link, location, ratelimit, ratelimit-policy, retry-after,"
    b" sunset, traceparent, x-request-id"
)
_PREFLIGHT: Final = (
    (b"access-control-allow-methods", _METHODS),
    (b"access-control-allow-headers", _TAKEN),
    (b"access-control-max-age", b"7200"),
    (b"content-length", b"0"),
)


def shared(application: Application, origins: Sequence[str]) -> Application:
    """Wrap `application`: scripts of `origins` may read the API's answers, problems among them."""
    allowed = frozenset(origin.rstrip("/").lower().encode() for origin in origins)
    if not allowed:
        return application

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith("/api/"):
            await application(scope, receive, send)
            return
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"")
        permitted = origin if origin and (origin.lower() in allowed or ANY.encode() in allowed) else b""
        own = [(b"vary", b"Origin")]
        if permitted:
            own += [(b"access-control-allow-origin", permitted), (b"access-control-expose-headers", _SHOWN)]
        if permitted and scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await send({"type": "http.response.start", "status": 204, "headers": [*own, *_PREFLIGHT]})
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *own]
            await send(message)

        await application(scope, receive, send_shared)

    return handle
