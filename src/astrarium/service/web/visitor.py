"""Who looks at a page, as far as the frame around every page shows it."""

from typing import Any, Final

import msgspec
from litestar import Request

AnyRequest = Request[Any, Any, Any]

TOKEN_STATE: Final = "csrf_token"  # noqa: S105  (a name, not a token)
"""Where the identity layer leaves the forgery token of a session (`scope["state"]`)."""


class Visitor(msgspec.Struct, frozen=True):
    """A person at a browser: signed in or a stranger, on which page, and the token that the session's forms carry."""

    is_signed_in: bool
    path: str
    csrf_token: str


def visitor_of(request: AnyRequest) -> Visitor:
    """The visitor whom the identity layer has found. A caller with an API key is nobody who could sign out."""
    csrf_token: str = request.scope["state"].get(TOKEN_STATE, "")
    return Visitor(bool(csrf_token), request.scope["path"], csrf_token)
