"""The API's version on every answer, and the end of a route told in time (RFC 9745, RFC 8594)."""

from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, cast

import msgspec

from astrarium.service.http.asgi import Application, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from litestar.types import ASGIApp

API_VERSION: Final = (b"api-version", b"1")
OPTION: Final = "retirement"


class Retirement(msgspec.Struct, frozen=True):
    """A route that will end, and what takes its place: `@get(…, retirement=Retirement(since, ends, successor))`."""

    since: datetime
    ends: datetime
    successor: str

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """`Deprecation`, `Sunset`, and a `Link` to what comes instead."""
        return (
            (b"deprecation", b"@%d" % self.since.timestamp()),
            (b"sunset", format_datetime(self.ends, usegmt=True).encode()),
            (b"link", f'<{self.successor}>; rel="successor-version"'.encode()),
        )


def retiring(app: "ASGIApp") -> "ASGIApp":
    """The middleware of the API: answers of a route that will end say so."""
    application = cast("Application", app)

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        retirement: Retirement | None = scope["route_handler"].opt.get(OPTION)
        if retirement is None:
            await application(scope, receive, send)
            return

        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *retirement.headers]
            await send(message)

        await application(scope, receive, send_told)

    return cast("ASGIApp", handle)
