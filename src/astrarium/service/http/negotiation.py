"""Answers as JSON or MessagePack, and conditional ones."""

from typing import Any, Final

import msgspec
from litestar import Request

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
