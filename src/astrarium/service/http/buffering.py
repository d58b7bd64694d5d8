"""Whole answers: held back until they are complete, for layers that have to see one before it leaves."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from astrarium.service.errors import BadRequest, BodyTooLarge
from astrarium.service.http.asgi import Application, Message, Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]
NO_STORE: Final = {"Cache-Control": "no-store"}
"""Headers of an answer that holds a secret: nobody keeps it, we neither."""


class Answer:
    """A complete answer, changeable until it is sent."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def header(self, name: bytes) -> bytes | None:
        """The value of a header, named in lower case."""
        return next((value for known, value in self.headers if known == name), None)

    @property
    def media_type(self) -> str:
        """The content type without its parameters."""
        return (self.header(b"content-type") or b"").partition(b";")[0].strip().decode("latin-1")

    @property
    def may_be_kept(self) -> bool:
        """Whether it holds nothing that is told once."""
        return b"no-store" not in (self.header(b"cache-control") or b"")

    async def send(self, send: Send) -> None:
        """Let it go, with the length that it has by now."""
        headers = [one for one in self.headers if one[0] != b"content-length"]
        if self.status not in {204, 304}:
            headers.append((b"content-length", b"%d" % len(self.body)))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def buffered(complete: Callable[[Answer], Awaitable[None]]) -> Send:
    """A `send` that gathers an answer and hands it to `complete` once all of it is there."""
    parts: list[bytes] = []
    start: Message = {}

    async def gather(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            headers = [(bytes(name).lower(), bytes(value)) for name, value in start["headers"]]
            await complete(Answer(start["status"], headers, b"".join(parts)))

    return gather


async def answer_of(application: Application, scope: Scope, body: bytes) -> Answer:
    """What `application` answers to a request whose body is all there."""
    whole: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    async def note(answer: Answer) -> None:
        whole.set_result(answer)

    await application(scope, received(body, whole), buffered(note))
    return await whole


async def body_of(receive: Receive, limit_bytes: int | None) -> bytes:
    """The whole body of a request.

    Raises `BodyTooLarge` as soon as it is over the limit, and `BadRequest` where it breaks off.
    """
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("The body broke off")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if limit_bytes is not None and size > limit_bytes:
            raise BodyTooLarge(limit_bytes)
        more = message.get("more_body", False)
    return b"".join(parts)


def received(body: bytes, answered: "asyncio.Future[Answer]") -> Receive:
    """A `receive` that gives this body, and once it is `answered` that the caller has gone.

    Not before: a stream whose caller goes is broken off.
    """
    messages: Iterator[Message] = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        message = next(messages, None)
        if message is None:
            await asyncio.shield(answered)
            message = {"type": "http.disconnect"}
        return message

    return receive
