"""The WebSocket `/api/v1/live`."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from astrarium.service.errors import NothingHere, RequestError
from astrarium.service.http.asgi import Application, Receive, Scope, Send
from astrarium.service.http.refusal import refuse
from astrarium.service.live import messages
from astrarium.service.live.entrance import SOCKET, Door, read_query
from astrarium.service.live.hub import SKY, Hub
from astrarium.service.live.messages import (
    Fault,
    FromService,
    Ping,
    Pong,
    Ready,
    Subscribe,
    Subscribed,
    Unsubscribe,
)
from astrarium.service.live.readers import TOO_FAST, News, Reader

MOST_AT_ONCE: Final = 40
"""Messages that a client may send in one go."""
MESSAGES_PER_S: Final = 5.0
_BINARY: Final = Fault("invalid_message", "The message is binary.", "Send JSON in a text frame.")


class SocketLine:
    """A WebSocket; the server itself pings it."""

    __slots__ = ("_send",)
    needs_heartbeats = False

    def __init__(self, send: Send) -> None:
        self._send = send

    async def send(self, news: News) -> None:
        await self._send({"type": "websocket.send", "text": news.body})

    async def say(self, message: FromService) -> None:
        """Send what is for this reader alone; it waits until there is room, and with it the reading of messages."""
        await self._send({"type": "websocket.send", "text": messages.write(message)})


class Allowance:
    """How many messages a client may send: `MOST_AT_ONCE`, and `MESSAGES_PER_S` more each second."""

    __slots__ = ("_clock", "_left", "_since")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._left = float(MOST_AT_ONCE)
        self._since = clock()

    def take(self) -> bool:
        """Count one message; whether it is allowed."""
        now = self._clock()
        self._left = min(MOST_AT_ONCE, self._left + (now - self._since) * MESSAGES_PER_S)
        self._since = now
        self._left -= 1
        return self._left >= 0


def sockets(hub: Hub, door: Door, clock: Callable[[], float] = time.monotonic) -> Application:
    """The application that answers WebSocket handshakes; what it refuses, it refuses as a problem over HTTP."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["path"] != SOCKET:
                raise NothingHere
            caller = door.let_in(scope)
            topics, after = read_query(scope["query_string"])
            await receive()
            line = SocketLine(send)
            async with hub.reading(caller, topics, line, after) as reader:
                await send({"type": "websocket.accept"})
                await _converse(
                    reader, line, hub, scope, receive, send, Allowance(clock), is_back=after is not None
                )
        except RequestError as error:
            await refuse(error, scope, send)

    return handle


async def _converse(
    reader: Reader,
    line: SocketLine,
    hub: Hub,
    scope: Scope,
    receive: Receive,
    send: Send,
    allowance: Allowance,
    *,
    is_back: bool,
) -> None:
    """Until either side ends the connection."""
    try:
        await line.say(Ready(str(reader.place), tuple(sorted(reader.topics)), scope["state"]["request_id"]))
        hub.begin(reader, is_back=is_back)
        while (message := await receive())["type"] != "websocket.disconnect":
            if not allowance.take():
                reader.end(TOO_FAST)
            await line.say(_answer(message.get("text"), reader, hub))
    except OSError:
        return
    except asyncio.CancelledError:
        if (ending := reader.ending) is None:
            raise
        task = asyncio.current_task()
        assert task is not None
        task.uncancel()
        await reader.stop()
        await send({"type": "websocket.close", "code": ending.code, "reason": ending.reason})


def _answer(text: str | None, reader: Reader, hub: Hub) -> FromService:
    match _BINARY if text is None else messages.read(text):
        case Fault() as fault:
            return fault
        case Ping():
            return Pong()
        case Subscribe(topics):
            wants_sky = SKY in topics and SKY not in reader.topics
            reader.topics = reader.topics | set(topics)
            if wants_sky:
                hub.show_sky(reader)
        case Unsubscribe(topics):
            reader.topics = reader.topics - set(topics)
    return Subscribed(tuple(sorted(reader.topics)))
