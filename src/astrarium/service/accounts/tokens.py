"""Secrets that the service hands out: 256 random bits, of which only the digest is kept.

They need no slow hash: nobody finds 256 bits by trying, and a digest is enough to know one again.
"""

import hmac
import secrets
import zlib
from hashlib import sha256
from typing import Final

import msgspec

SECRET_BYTES: Final = 32
KEY: Final = "ast"
"""What every API key begins with, so that scanners of leaked secrets know it."""
PREFIX_LENGTH: Final = 10
SECRET_LENGTH: Final = 43
CHECK_LENGTH: Final = 6
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class WrittenKey(msgspec.Struct, frozen=True):
    """The parts of an API key `ast_<prefix>_<secret>`: the prefix finds it and is no secret."""

    prefix: str
    secret: str

    @property
    def text(self) -> str:
        """The key as it is sent."""
        return f"{KEY}_{self.prefix}_{self.secret}"


def new_token() -> str:
    """A fresh token of 256 bits, as text for cookies and links."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return sha256(token.encode()).digest()


def forgery_token(session_token: str) -> str:
    """The token that forms of this session carry against forged requests.

    It follows from the session's own by a one-way function: nothing is stored, and whoever sees it learns nothing of
    the session's token.
    """
    return sha256(b"astrarium forgery token " + session_token.encode()).hexdigest()


def is_same(given: str, expected: str) -> bool:
    """Compare in a time that does not tell where two texts differ."""
    return hmac.compare_digest(given.encode(), expected.encode())


def new_key() -> WrittenKey:
    """A fresh API key. The last six characters of its secret are a checksum."""
    prefix = "".join(secrets.choice(_DIGITS) for _ in range(PREFIX_LENGTH))
    secret = "".join(secrets.choice(_DIGITS) for _ in range(SECRET_LENGTH))
    return WrittenKey(prefix, secret + _check(prefix + secret))


def read_key(text: str) -> WrittenKey | None:
    """The parts of what was sent as an API key; `None` where it cannot be one, which costs no look-up."""
    kind, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if kind != KEY or len(prefix) != PREFIX_LENGTH or len(secret) != SECRET_LENGTH + CHECK_LENGTH:
        return None
    if _check(prefix + secret[:SECRET_LENGTH]) != secret[SECRET_LENGTH:]:
        return None
    return WrittenKey(prefix, secret)


def _check(text: str) -> str:
    """CRC-32 in six digits of base 62."""
    rest = zlib.crc32(text.encode())
    digits = []
    for _ in range(CHECK_LENGTH):
        rest, digit = divmod(rest, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
