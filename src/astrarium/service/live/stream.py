"""The stream `/api/v1/live/stream`: server-sent events (the HTML standard, 9.2), as a browser's `EventSource` reads."""

import asyncio
from typing import Any, Final

from litestar import Response
from litestar.types import ASGIApp

from astrarium.service.errors import RequestError
from astrarium.service.http.asgi import Receive, Scope, Send
from astrarium.service.http.refusal import refuse
from astrarium.service.live import messages
from astrarium.service.live.hub import Hub
from astrarium.service.live.messages import Closing, Ready
from astrarium.service.live.readers import HEARTBEAT, News, Reader
from astrarium.service.permissions import Caller

MEDIA_TYPE: Final = "text/event-stream"
RETRY_MS: Final = 3000
"""How long a browser waits before it connects again."""
LAST_WORD_S: Final = 1.0
_HEADERS: Final = (
    (b"content-type", MEDIA_TYPE.encode()),
    (b"cache-control", b"no-store"),
    (
        b"x-accel-buffering",
        b"no",
    ),  # nginx holds answers back until there is a buffer full, unless told not to
)


class StreamLine:
    """The answer to a request that does not end. Heartbeats are comments, so that proxies see it lives."""

    __slots__ = ("_send",)
    needs_heartbeats = True

    def __init__(self, send: Send) -> None:
        self._send = send

    async def send(self, news: News) -> None:
        if news is HEARTBEAT:
            await self.write(": still here\n\n")
        else:
            place = "" if news.number is None else f"id: {news.number}\n"
            await self.write(f"{place}event: {news.topic or 'gap'}\ndata: {news.body}\n\n")

    async def write(self, text: str) -> None:
        """Send text as it is."""
        await self._send({"type": "http.response.body", "body": text.encode(), "more_body": True})

    async def finish(self) -> None:
        """End the answer."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


class EventStream(Response[bytes]):
    """The answer that tells a caller what happens."""

    def __init__(self, hub: Hub, caller: Caller, topics: frozenset[str], after: int | None) -> None:
        super().__init__(b"", media_type=MEDIA_TYPE)
        self._hub, self._caller, self._topics, self._after = hub, caller, topics, after

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIApp:  # type: ignore[override]  # noqa: ANN401
        """The answer as an application; the framework's own cookies and headers have no place in it."""
        return self._answer  # type: ignore[return-value]

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        line = StreamLine(send)
        try:
            async with self._hub.reading(self._caller, self._topics, line, self._after) as reader:
                await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
                await self._tell(reader, line, scope["state"]["request_id"], receive)
        except RequestError as error:
            await refuse(error, scope, send)

    async def _tell(self, reader: Reader, line: StreamLine, request_id: str, receive: Receive) -> None:
        """Until the caller goes, or the service ends the stream."""
        try:
            ready = messages.write(Ready(str(reader.place), tuple(sorted(reader.topics)), request_id))
            await line.write(f"retry: {RETRY_MS}\nid: {reader.place}\nevent: ready\ndata: {ready}\n\n")
            self._hub.begin(reader, is_back=self._after is not None)
            while (await receive())["type"] != "http.disconnect":
                pass
        except OSError:
            return
        except asyncio.CancelledError:
            if (ending := reader.ending) is None:
                raise
            task = asyncio.current_task()
            assert task is not None
            task.uncancel()
            await reader.stop()
            async with asyncio.timeout(LAST_WORD_S):
                closing = messages.write(Closing(ending.code, ending.reason))
                await line.write(f"event: closing\ndata: {closing}\n\n")
                await line.finish()
