"""What one page hands to the next: sealed in a cookie, for one purpose of one person, and not for long.

After a form a browser is led on to a page, so that loading that again sends nothing twice. What the page has to show,
and what is kept nowhere in the clear (a new key, recovery codes, the seed of an authenticator), goes along in a cookie
that only this service opens; once it was shown, the cookie is taken away.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec
from litestar.datastructures import Cookie

from astrarium.service.keyring.service import KeyRing, Unreadable
from astrarium.service.web.visitor import AnyRequest

LASTS: Final = timedelta(minutes=10)


class Rules(Protocol):
    """What the cookie has to know of the service."""

    @property
    def is_https(self) -> bool:
        """Whether the service is reached by https alone."""


class Means(Protocol):
    """What sealing takes: the keys, the clock, and the rules. The means of accounts have all three."""

    @property
    def ring(self) -> KeyRing:
        """The keys of the installation."""

    @property
    def rules(self) -> Rules:
        """What the cookie has to know."""

    def now(self) -> datetime:
        """The service's clock."""


class _Handed(msgspec.Struct, frozen=True, array_like=True):
    until: datetime
    texts: tuple[str, ...]


def hand(means: Means, purpose: str, owner: object, *texts: str) -> Cookie:
    """The cookie that hands `texts` to another page; `owner` is whose they are: nobody else's page opens them."""
    sealed = means.ring.seal(
        msgspec.msgpack.encode(_Handed(means.now() + LASTS, texts)), _place(purpose, owner)
    )
    return _cookie(means, purpose, urlsafe_b64encode(sealed).decode(), int(LASTS.total_seconds()))


def handed(request: AnyRequest, means: Means, purpose: str, owner: object) -> tuple[str, ...] | None:
    """What was handed over, where there is anything, it is this owner's, and its time is not up."""
    text = request.cookies.get(_name(means, purpose))
    if not text:
        return None
    try:
        opened = means.ring.open(urlsafe_b64decode(text), _place(purpose, owner))
        found = msgspec.msgpack.decode(opened, type=_Handed)
    except (Unreadable, ValueError):
        return None
    return found.texts if means.now() < found.until else None


def spent(means: Means, purpose: str) -> Cookie:
    """Takes the cookie away."""
    return _cookie(means, purpose, "", 0)


def _cookie(means: Means, purpose: str, value: str, max_age: int) -> Cookie:
    return Cookie(
        key=_name(means, purpose),
        value=value,
        path="/",
        max_age=max_age,
        httponly=True,
        secure=means.rules.is_https,
        samesite="strict",
    )


def _name(means: Means, purpose: str) -> str:
    return f"{'__Host-' if means.rules.is_https else ''}astrarium-{purpose}"


def _place(purpose: str, owner: object) -> str:
    return f"handed/{purpose}/{owner}"
