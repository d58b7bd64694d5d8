"""Positions in the primary's log of writes, and how a caller carries its own from one request to the next.

Whoever writes is told the position that holds the write, in the header `X-Astrarium-Position` and, where the caller
keeps cookies, in a cookie. Sent back with later requests, it keeps their reads from a replica that has not come so
far. A position that was made up can only send its own reads to the primary.
"""

import re
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie
from typing import Final

from astrarium.service.http.asgi import Application, Message, Receive, Scope, Send

HEADER: Final = b"x-astrarium-position"
COOKIE: Final = "astrarium_position"
COOKIE_LIFE_S: Final = 300
"""Longer than any replica that is still read from may lag."""
UNKNOWN: Final = 2**64 - 1
"""After a write whose position could not be learnt: no replica has come so far."""

_WRITTEN: Final = re.compile(r"([0-9A-F]{1,8})/([0-9A-F]{1,8})", re.ASCII)


class Carried:
    """The furthest position that one request knows of."""

    def __init__(self, position: int) -> None:
        self.position = position
        self.is_new = False

    def note(self, position: int) -> None:
        """This request has written up to `position`."""
        if position > self.position:
            self.position = position
            self.is_new = True


_carried: ContextVar[Carried | None] = ContextVar("position", default=None)


def wanted() -> int:
    """The position that the current request's reads must have reached; 0 where it has none."""
    carried = _carried.get()
    return 0 if carried is None else carried.position


def note(position: int) -> None:
    """Remember a write of the current request, for its own reads and for the answer."""
    carried = _carried.get()
    if carried is not None:
        carried.note(position)


def parse(written: str) -> int | None:
    """The position that PostgreSQL writes as `16/B374D848`; None where it is none."""
    match = _WRITTEN.fullmatch(written)
    return None if match is None else int(match[1], 16) << 32 | int(match[2], 16)


def told(position: int) -> str:
    """A position as PostgreSQL writes it."""
    return f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"


def carrying(application: Application) -> Application:
    """Wrap `application`: read the caller's position, and tell the new one in the answer where it wrote."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        carried = Carried(_position_of(scope))
        keeps_cookies = any(name == b"cookie" for name, _ in scope["headers"])

        async def send_with_position(message: Message) -> None:
            if carried.is_new and message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    *_headers(carried.position, keeps_cookies=keeps_cookies),
                ]
            await send(message)

        token = _carried.set(carried)
        try:
            await application(scope, receive, send_with_position)
        finally:
            _carried.reset(token)

    return handle


def _headers(position: int, *, keeps_cookies: bool) -> list[tuple[bytes, bytes]]:
    written = told(position)
    headers = [(HEADER, written.encode())]
    if keeps_cookies:
        cookie = f"{COOKIE}={written}; Path=/; Max-Age={COOKIE_LIFE_S}; HttpOnly; SameSite=Lax"
        headers.append((b"set-cookie", cookie.encode()))
    return headers


def _position_of(scope: Scope) -> int:
    """The furthest of what the header and the cookie say; what is no position counts for nothing."""
    furthest = 0
    for name, value in scope["headers"]:
        if name == HEADER:
            furthest = max(furthest, parse(value.decode("latin-1")) or 0)
        elif name == b"cookie" and COOKIE.encode() in value:
            furthest = max(furthest, _of_cookie(value.decode("latin-1")))
    return furthest


def _of_cookie(header: str) -> int:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return 0
    return 0 if morsel is None else parse(morsel.value) or 0
