"""What the routes of accounts share: who asks from where, and answers that carry cookies."""

from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from astrarium.service.accounts import cookies, sessions, tokens
from astrarium.service.accounts.devices import device_of
from astrarium.service.accounts.identity import require_own_site
from astrarium.service.accounts.means import Means, Rules
from astrarium.service.accounts.schemas import CurrentSession
from astrarium.service.accounts.sessions import OpenedSession
from astrarium.service.accounts.signing_in import Browser, SignedIn
from astrarium.service.http.buffering import NO_STORE

AnyRequest = Request[Any, Any, Any]


def address_of(request: AnyRequest) -> str:
    """The address that a request comes from."""
    client = request.scope.get("client")
    return client[0] if client else ""


def browser_of(request: AnyRequest, rules: Rules) -> Browser:
    """Where somebody signs in from. Raises `ForgedRequest` where another site's page sent the request."""
    require_own_site(request.scope, rules.public_address.lower())  # type: ignore[arg-type]  # Litestar's typed dictionary
    headers = request.scope["headers"]
    return Browser(
        address_of(request),
        device_of(request.headers.get("user-agent", "")),
        cookies.read(headers, cookies.device_cookie_name(is_https=rules.is_https)),  # type: ignore[arg-type]
        cookies.read(headers, cookies.session_cookie_name(is_https=rules.is_https)),  # type: ignore[arg-type]
    )


def token_of(request: AnyRequest) -> str:
    """The token of the session that the caller is known by."""
    token: str = request.scope["state"]["session_token"]
    return token


def renewed_cookie(opened: OpenedSession, means: Means) -> Cookie:
    """The session's cookie with its new token."""
    return cookies.session_cookie(
        opened.token, expires_at=opened.expires_at, now=means.now(), is_https=means.rules.is_https
    )


def signed_in(made: SignedIn, browser: Browser, means: Means, now: datetime) -> Response[CurrentSession]:
    """Tell of a session that has just begun, with its cookies."""
    body = CurrentSession(
        id=made.session.id,
        account_id=made.account_id,
        device=browser.device,
        created_at=now,
        expires_at=made.session.expires_at,
        csrf_token=tokens.forgery_token(made.session.token),
    )
    both = [
        renewed_cookie(made.session, means),
        cookies.device_cookie(made.device_token, is_https=means.rules.is_https),
    ]
    return Response(body, status_code=201, headers=NO_STORE, cookies=both)


def signed_out(means: Means) -> Response[None]:
    """Tell that a session is over, and take its cookie away."""
    gone = cookies.no_session_cookie(is_https=means.rules.is_https)
    return Response(None, status_code=204, headers=NO_STORE, cookies=[gone])


def told(session: sessions.Session, account_id: Any, token: str) -> CurrentSession:  # noqa: ANN401
    """The caller's own session as it is told to the caller."""
    return CurrentSession(
        id=session.id,
        account_id=account_id,
        device=session.device,
        created_at=session.created_at,
        expires_at=session.expires_at,
        csrf_token=tokens.forgery_token(token),
    )
