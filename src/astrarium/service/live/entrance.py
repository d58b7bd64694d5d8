"""Who may open a live connection: by session, API key or ticket, and from a page that may.

A browser sends the session's cookie along with any page's WebSocket, so that the page's origin is what tells a friend
from a forger: with a cookie it has to be the service's own. Pages of other sites that the operator has named connect
with a ticket. Programs send no `Origin`.
"""

from typing import Final
from urllib.parse import parse_qs, urlsplit

from astrarium.service.accounts.service import Means
from astrarium.service.database.errors import DatabaseError
from astrarium.service.errors import FieldError, InvalidParameter, NotPermitted, NotSignedIn, UnknownParameter
from astrarium.service.http.asgi import Application, Receive, Scope, Send
from astrarium.service.http.cors import ANY
from astrarium.service.live import messages, tickets
from astrarium.service.live.errors import InvalidTicket, OriginNotAllowed
from astrarium.service.permissions import Caller

SOCKET: Final = "/api/v1/live"
STREAM: Final = "/api/v1/live/stream"
PERMISSION: Final = "live:read"
UNLESS_ASKED: Final = "jobs,batches,notifications"
LONGEST_PLACE: Final = 18
"""Digits of an event's id."""
_PATHS: Final = frozenset({SOCKET, STREAM})


class Door:
    """Which pages may connect: the service's own, and with a ticket or a key those of `origins`."""

    def __init__(self, own_origin: str, origins: tuple[str, ...]) -> None:
        self._own = own_origin.lower()
        self._others = frozenset(one.rstrip("/").lower() for one in origins)

    def let_in(self, scope: Scope) -> Caller:
        """The caller of a connection that may be opened.

        Raises what the credentials were refused for, `NotSignedIn`, `NotPermitted` and `OriginNotAllowed`.
        """
        state = scope["state"]
        if (refusal := state.get("refusal")) is not None:
            raise refusal
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        by_cookie = state.get("session_token") is not None and not state.get("has_ticket", False)
        if origin and not self._is_known(origin.lower(), headers.get(b"host", b""), by_cookie=by_cookie):
            raise OriginNotAllowed(origin)
        caller: Caller | None = state.get("caller")
        if caller is None:
            raise NotSignedIn
        if not caller.may(PERMISSION):
            raise NotPermitted(PERMISSION)
        return caller

    def _is_known(self, origin: str, host: bytes, *, by_cookie: bool) -> bool:
        if origin == self._own or urlsplit(origin).netloc == host.decode("latin-1").lower():
            return True
        return not by_cookie and (origin in self._others or ANY in self._others)


def ticketed(application: Application, means: Means) -> Application:
    """Wrap `application`: a ticket in the query of a live connection names the caller, whoever else it may be."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] in _PATHS and b"ticket=" in scope["query_string"]:
            await _redeem(scope, means)
        await application(scope, receive, send)

    return handle


async def _redeem(scope: Scope, means: Means) -> None:
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    state = scope["state"]
    state.pop("refusal", None)
    try:
        caller = await tickets.redeem(means, query.get("ticket", [""])[0], now=means.now())
    except DatabaseError as error:
        state["refusal"] = error
        return
    if caller is None:
        state["refusal"] = InvalidTicket()
        return
    state["caller"] = caller
    state["has_ticket"] = True


def read_query(query_string: bytes) -> tuple[frozenset[str], int | None]:
    """The topics and the place that a WebSocket's address asks for.

    Raises `UnknownParameter` and `InvalidParameter`.
    """
    query = parse_qs(query_string.decode("latin-1"), keep_blank_values=True)
    for name, values in query.items():
        if name not in {"topics", "after", "ticket"}:
            raise UnknownParameter(name, ["after", "ticket", "topics"])
        if len(values) > 1:
            raise _invalid(name, "is given more than once")
    return topics_of(query.get("topics", [UNLESS_ASKED])[0]), place_of(query.get("after", [None])[0])


def topics_of(text: str) -> frozenset[str]:
    """Topics separated by commas. Raises `InvalidParameter`."""
    names = frozenset(text.split(","))
    if (unknown := messages.unknown_topic(sorted(names))) is not None:
        raise _invalid("topics", f"names no topic by {unknown[:40]!r}. {messages.topics_like(unknown)}")
    return names


def place_of(text: str | None) -> int | None:
    """The id of an event, as readers get it. Raises `InvalidParameter`."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_PLACE):
        raise _invalid("after", "is not the id of an event")
    return int(text)


def _invalid(name: str, what: str) -> InvalidParameter:
    detail = f"`{name}` {what}".rstrip(".") + "."
    return InvalidParameter([FieldError("invalid_parameter", detail, parameter=name)])
