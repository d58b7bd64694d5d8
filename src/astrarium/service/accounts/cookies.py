"""The cookies: of the session, of the device that an account knows again, and of the forms of strangers."""

from datetime import datetime
from typing import Final

from litestar.datastructures import Cookie

DEVICE_LASTS_S: Final = 365 * 24 * 3600
LONGEST: Final = 100
"""Characters that a token of ours never has; more is nobody's."""


def session_cookie_name(*, is_https: bool) -> str:
    """Over HTTPS a name with `__Host-`, which no other host and no plain connection can set."""
    return "__Host-astrarium" if is_https else "astrarium"


def device_cookie_name(*, is_https: bool) -> str:
    """As `session_cookie_name`, for the device's token."""
    return "__Host-astrarium-device" if is_https else "astrarium-device"


def form_cookie_name(*, is_https: bool) -> str:
    """As `session_cookie_name`, for the token that a stranger's forms follow from."""
    return "__Host-astrarium-form" if is_https else "astrarium-form"


def session_cookie(token: str, *, expires_at: datetime, now: datetime, is_https: bool) -> Cookie:
    """The cookie that keeps a person signed in."""
    return Cookie(
        key=session_cookie_name(is_https=is_https),
        value=token,
        path="/",
        max_age=max(0, int((expires_at - now).total_seconds())),
        httponly=True,
        secure=is_https,
        samesite="lax",
    )


def no_session_cookie(*, is_https: bool) -> Cookie:
    """Takes the session's cookie away."""
    return Cookie(
        key=session_cookie_name(is_https=is_https),
        value="",
        path="/",
        max_age=0,
        httponly=True,
        secure=is_https,
        samesite="lax",
    )


def device_cookie(token: str, *, is_https: bool) -> Cookie:
    """The cookie by which a device is known after signing out too."""
    return Cookie(
        key=device_cookie_name(is_https=is_https),
        value=token,
        path="/",
        max_age=DEVICE_LASTS_S,
        httponly=True,
        secure=is_https,
        samesite="lax",
    )


def form_cookie(token: str, *, is_https: bool) -> Cookie:
    """The cookie by which a stranger's forms are known to come from our own pages; it ends with the browser."""
    return Cookie(
        key=form_cookie_name(is_https=is_https),
        value=token,
        path="/",
        httponly=True,
        secure=is_https,
        samesite="lax",
    )


def read(headers: list[tuple[bytes, bytes]], name: str) -> str | None:
    """The cookie of that name; of several, the first one, which is the one with the longest path."""
    wanted = f"{name}=".encode()
    for header, value in headers:
        if header == b"cookie":
            for pair in value.split(b";"):
                stripped = pair.strip()
                if stripped.startswith(wanted):
                    token = stripped[len(wanted) :].strip(b'"')
                    return token.decode("latin-1") if 0 < len(token) <= LONGEST else None
    return None
