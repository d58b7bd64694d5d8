"""What can go wrong with live news before a connection stands. Messages of an open one have codes in `messages.py`."""

from typing import ClassVar

from astrarium.service.errors import RequestError


class UpgradeRequired(RequestError):
    """The address is a WebSocket's, and the request is none."""

    code: ClassVar[str] = "upgrade_required"
    headers: ClassVar[dict[str, str]] = {"Upgrade": "websocket", "Connection": "Upgrade"}

    def __init__(self) -> None:
        super().__init__(
            "This address speaks WebSocket.",
            hint="Open it with a WebSocket client, or read GET /api/v1/live/stream (server-sent events).",
        )


class StreamInBatch(RequestError):
    """An answer without an end was asked for as a part of one that has to end."""

    code: ClassVar[str] = "stream_in_batch"

    def __init__(self) -> None:
        super().__init__(
            "A stream has no end, so that no batch can hold it.",
            hint="Ask for GET /api/v1/live/stream in a request of its own.",
        )


class InvalidTicket(RequestError):
    """The ticket is unknown, used, or run out."""

    code: ClassVar[str] = "invalid_ticket"

    def __init__(self) -> None:
        super().__init__(
            "The ticket does not work: it lets one connection in, once, within a minute of being made.",
            hint="Ask for a new one: POST /api/v1/live/tickets.",
        )


class OriginNotAllowed(RequestError):
    """A page of a site that may not use the API opened the connection."""

    code: ClassVar[str] = "origin_not_allowed"

    def __init__(self, origin: str) -> None:
        super().__init__(
            f"Pages of {origin[:100]!r} may not open this connection.",
            hint="Its operator lists other sites in ASTRARIUM_CORS_ORIGINS; they connect with a ticket.",
        )


class TooManyConnections(RequestError):
    """The account has as many connections open as it may have."""

    code: ClassVar[str] = "too_many_connections"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "30"}

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The account has {limit} live connections open, which is the most it may have.",
            hint="Close one of them; one connection can carry every topic.",
        )


class NoRoom(RequestError):
    """This process has as many live connections as it takes, or is about to stop."""

    code: ClassVar[str] = "no_room_for_connections"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}

    def __init__(self) -> None:
        super().__init__(
            "No further live connection can be opened here now.", hint="Try again in a few seconds."
        )
