"""Answers as JSON or MessagePack, and conditional ones."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import Any, Final

import msgspec
from litestar import Request, Response

JSON: Final = "application/json"
MESSAGEPACK: Final = "application/vnd.msgpack"
_MESSAGEPACK_NAMES: Final = (MESSAGEPACK, "application/msgpack", "application/x-msgpack")

ENCODERS: Final[dict[str, msgspec.json.Encoder | msgspec.msgpack.Encoder]] = {
    JSON: msgspec.json.Encoder(),
    MESSAGEPACK: msgspec.msgpack.Encoder(),
}


def media_type_for(request: Request[Any, Any, Any]) -> str:
    """`MESSAGEPACK` where the caller prefers it, else `JSON`."""
    header = request.headers.get("accept", "")
    if "msgpack" not in header:
        return JSON
    best = request.accept.best_match([JSON, *_MESSAGEPACK_NAMES], default=JSON)
    return JSON if best == JSON else MESSAGEPACK


def is_known(request: Request[Any, Any, Any], etag: str) -> bool:
    """Whether `If-None-Match` names this tag, compared weakly (RFC 9110, 13.1.2)."""
    header = request.headers.get("if-none-match", "")
    if not header:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def unchanging(request: Request[Any, Any, Any], make: Callable[[], msgspec.Struct]) -> Response[Any]:
    """Answer with what stays the same while the service runs: encoded once, told apart by its digest.

    A caller who has it already gets 304.
    """
    body, tag = encoded_once(make)
    headers = {"ETag": tag, "Cache-Control": "public, no-cache"}
    if is_known(request, tag):
        return Response(None, status_code=304, headers=headers)
    return Response(body, media_type=JSON, headers=headers)


@cache
def encoded_once(make: Callable[[], msgspec.Struct]) -> tuple[bytes, str]:
    """What stays the same while the service runs as JSON, and its tag."""
    body = ENCODERS[JSON].encode(make())
    return body, f'"sha256:{sha256(body).hexdigest()}"'
