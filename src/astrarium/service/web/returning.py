"""Where a person goes on after signing in: an address of this service, and of no other."""

from typing import Final
from urllib.parse import urlencode

LONGEST: Final = 2000
SIGN_IN: Final = "/account/sign-in"


def safe_path(text: str, otherwise: str = "/") -> str:
    r"""`text` where it is a path of this service with its query, else `otherwise`.

    Browsers read `//host`, `/\host` and a path with a tab or a line break in it as the address of another site.
    """
    is_path = text.startswith("/") and not text.startswith(("//", "/\\"))
    is_plain = len(text) <= LONGEST and text.isascii() and text.isprintable() and "\\" not in text
    return text if is_path and is_plain else otherwise


def sign_in_path(path: str) -> str:
    """The page for signing in that leads on to `path`."""
    return SIGN_IN if path == "/" else f"{SIGN_IN}?{urlencode({'next': path})}"
