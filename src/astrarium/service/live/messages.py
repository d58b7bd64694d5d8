"""What is said over an open WebSocket: JSON objects, told apart by `type`. SSE carries the same objects one way."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from astrarium.service.errors import nearest
from astrarium.service.live.telling import TOPICS

LONGEST_MESSAGE_BYTES: Final = 4096
"""Of a client. A longer frame ends the connection with 1009."""

Names = Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(min_length=1, max_length=16)]


class Subscribe(msgspec.Struct, frozen=True, tag="subscribe", forbid_unknown_fields=True):
    """From the client: tell these topics too."""

    topics: Names


class Unsubscribe(msgspec.Struct, frozen=True, tag="unsubscribe", forbid_unknown_fields=True):
    """From the client: tell these topics no more."""

    topics: Names


class Ping(msgspec.Struct, frozen=True, tag="ping", forbid_unknown_fields=True):
    """From the client, where it cannot send a WebSocket's own ping: answer with `pong`."""


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The first message. `id` is where the log stands: `after` for a client that comes back before any event."""

    id: str
    topics: tuple[str, ...]
    request_id: str


class Event(msgspec.Struct, frozen=True, tag="event", kw_only=True):
    """Something happened. `data` is the whole state of what it is about. Without an `id` it is not in the log."""

    topic: str
    event: str
    at: datetime
    data: dict[str, Any]
    id: str | None = None


class Gap(msgspec.Struct, frozen=True, tag="gap"):
    """Events after `after` are not kept any more: what follows is not all, so read the lists again."""

    after: str


class Subscribed(msgspec.Struct, frozen=True, tag="subscribed"):
    """The answer to `subscribe` and `unsubscribe`: what is told from now on."""

    topics: tuple[str, ...]


class Pong(msgspec.Struct, frozen=True, tag="pong"):
    """The answer to `ping`."""


class Fault(msgspec.Struct, frozen=True, tag="error"):
    """The answer to a message that was not understood; the connection stays open."""

    code: str
    detail: str
    hint: str


class Closing(msgspec.Struct, frozen=True, tag="closing"):
    """The last message of a stream that the service ends; a WebSocket says the same by its close code and reason."""

    code: int
    reason: str


FromClient = Subscribe | Unsubscribe | Ping
FromService = Ready | Event | Gap | Subscribed | Pong | Fault | Closing

_decoder: Final = msgspec.json.Decoder(FromClient)


def read(text: str) -> FromClient | Fault:
    """A client's message, or what is wrong with it."""
    try:
        message = _decoder.decode(text)
    except msgspec.ValidationError as error:
        return Fault(
            "invalid_message",
            f"{error}.",
            "Send `subscribe`, `unsubscribe` or `ping` as the reference shows.",
        )
    except (msgspec.DecodeError, UnicodeError):
        return Fault("malformed_json", "The message is not JSON.", "Send one JSON object in a text frame.")
    return message if isinstance(message, Ping) else _with_known_topics(message)


def _with_known_topics(message: Subscribe | Unsubscribe) -> FromClient | Fault:
    unknown = unknown_topic(message.topics)
    if unknown is None:
        return message
    return Fault("unknown_topic", f"There is no topic {unknown!r}.", topics_like(unknown))


def unknown_topic(topics: Iterable[str]) -> str | None:
    """The first of the names that is no topic."""
    return next((one for one in topics if one not in TOPICS), None)


def topics_like(name: str) -> str:
    """The hint that names the topics, the nearest first."""
    return nearest(name, TOPICS)


def write(message: FromService) -> str:
    """A message as it is sent."""
    return msgspec.json.encode(message).decode()
