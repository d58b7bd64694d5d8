"""Conditional requests (RFC 9110, 13): nothing is sent that the caller has, nothing overwritten that he has not seen.

Every JSON answer to a GET has an `ETag`: the route's own, such as a chart's receipt or a saved thing's version, else a
digest of its bytes. `If-None-Match` with it is answered by 304.

An update takes `If-Match` (`if_match: IfMatch = None`) and is done only while the thing is as the caller read it. The
header is the caller's choice: without it, the last write wins.
"""

from hashlib import blake2b
from typing import Annotated, Final

import msgspec
from litestar.params import HeaderParameter

from astrarium.service.http.asgi import Application, Message, Receive, Scope, Send
from astrarium.service.http.errors import PreconditionFailed

IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        max_length=1000,
        description="The `ETag` that was read: the change is made only if it still holds, else answered by 412.",
    ),
]

_KINDS: Final = (b"application/json", b"application/vnd.msgpack")
_ASK_AGAIN: Final = (b"cache-control", b"private, no-cache")
_OF_THE_BODY: Final = frozenset({b"content-type", b"content-length", b"content-encoding"})


def tag_of(*version: object) -> str:
    """The `ETag` of a thing by what changes with each of its versions: a counter, or the instant of its last change."""
    text = msgspec.json.encode([str(part) for part in version])
    return f'"{blake2b(text, digest_size=16).hexdigest()}"'


def require_match(if_match: str | None, tag: str) -> None:
    """Raise `PreconditionFailed` where `If-Match` is given and names neither `tag` nor `*`.

    Call it in the transaction of the change, with the row locked. A tag that compression made weak counts as the one
    that it was: our tags stand for a version of a thing, not for the bytes of one encoding.
    """
    if if_match is not None and not is_among(if_match, tag):
        raise PreconditionFailed


def is_among(header: str, tag: str) -> bool:
    """Whether a list of tags, or `*`, names this one, compared weakly."""
    return any(one in {"*", tag.removeprefix("W/")} for one in _tags(header))


def _tags(header: str) -> list[str]:
    return [one.strip().removeprefix("W/") for one in header.split(",")]


def conditional(application: Application) -> Application:
    """Wrap `application`: JSON answers to GET under /api leave with an `ETag`, or as 304 where the caller has them.

    A streamed answer passes as it is.
    """

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET" or not scope["path"].startswith("/api/"):
            await application(scope, receive, send)
            return
        await application(scope, receive, _TaggingSend(send, _if_none_match(scope)))

    return handle


def _if_none_match(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"if-none-match"), "")


class _TaggingSend:
    """Holds the start of an answer back until its first body message, which its tag is made of."""

    __slots__ = ("known", "send", "start")

    def __init__(self, send: Send, known: str) -> None:
        self.send = send
        self.known = known
        self.start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            self.start = message
            return
        if (start := self.start) is not None:
            self.start = None
            if not message.get("more_body", False):
                message = self._tagged(start, message)
            await self.send(start)
        await self.send(message)

    def _tagged(self, start: Message, body: Message) -> Message:
        headers = dict(start["headers"])
        if not headers.get(b"content-type", b"").startswith(_KINDS):
            return body
        tag = headers.get(b"etag")
        if tag is None:
            tag = b'"%s"' % blake2b(body["body"], digest_size=16).hexdigest().encode()
            start["headers"] = [*start["headers"], (b"etag", tag)]
        if b"cache-control" not in headers:
            start["headers"] = [*start["headers"], _ASK_AGAIN]
        if not self.known or not is_among(self.known, tag.decode("latin-1")):
            return body
        start["status"] = 304
        start["headers"] = [one for one in start["headers"] if one[0] not in _OF_THE_BODY]
        return {"type": "http.response.body", "body": b""}
