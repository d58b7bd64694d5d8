"""Who sends a request: the layer between the edge and routing that sets `scope["state"]["caller"]`.

An API key (`Authorization: Bearer ast_…`) goes before a session's cookie. A key that does not work is refused wherever
it is sent; a cookie that does not work any more makes its sender a stranger. A request that a cookie alone would give
effect is taken only where it shows that no other site caused it. Nothing is answered here: what is refused is left in
`scope["state"]["refusal"]`, and the routes' guard raises it, so that a page is refused by a page.
"""

from typing import Final
from urllib.parse import urlsplit

from astrarium.service.accounts import cookies, form_tokens, tokens
from astrarium.service.accounts.credentials import Credentials
from astrarium.service.accounts.errors import ForgedRequest, InvalidCredentials
from astrarium.service.accounts.means import Rules
from astrarium.service.http.asgi import Application, Message, Receive, Scope, Send

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
TOKEN_HEADER: Final = b"x-csrf-token"
LARGEST_FORM_BYTES: Final = 65_536
LONGEST_KEY: Final = 200


def identity(application: Application, credentials: Credentials, rules: Rules) -> Application:
    """Wrap `application`: `scope["state"]["caller"]` is who asks, where credentials say who that is."""
    cookie_name = cookies.session_cookie_name(is_https=rules.is_https)
    cookie_mark = f"{cookie_name}=".encode()
    own_origin = rules.public_address.lower()

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        cookie = authorization = None
        for name, value in scope["headers"]:
            if name == b"authorization":
                authorization = value
            elif name == b"cookie" and cookie_mark in value:
                cookie = value
        if authorization is not None:
            await _name_by_key(scope, authorization, credentials)
        elif cookie is not None:
            token = cookies.read(scope["headers"], cookie_name)
            caller = None if token is None else await credentials.of_session(token)
            if token is not None and caller is not None:
                state = scope["state"]
                state["caller"] = caller
                state["session_token"] = token
                state["csrf_token"] = tokens.forgery_token(token)
                if scope["method"] not in SAFE_METHODS:
                    receive = await _refuse_forged(scope, receive, token, own_origin)
        await application(scope, receive, send)

    return handle


def require_own_site(scope: Scope, own_origin: str) -> None:
    """Raise `ForgedRequest` where a browser says that another site caused the request."""
    headers = dict(scope["headers"])
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        if site not in {b"same-origin", b"none"}:
            raise ForgedRequest("the browser says that it comes from elsewhere (Sec-Fetch-Site)")
        return
    origin = headers.get(b"origin")
    if origin is None:
        return
    text = origin.decode("latin-1").lower()
    host = headers.get(b"host", b"").decode("latin-1").lower()
    if text != own_origin and urlsplit(text).netloc != host:
        raise ForgedRequest("its Origin is another one")


async def _name_by_key(scope: Scope, authorization: bytes, credentials: Credentials) -> None:
    scheme, _, text = authorization.decode("latin-1").partition(" ")
    key = text.strip()
    caller = None
    if scheme.lower() == "bearer" and len(key) <= LONGEST_KEY:
        caller = await credentials.of_key(key)
    if caller is None:
        scope["state"]["refusal"] = InvalidCredentials()
    else:
        scope["state"]["caller"] = caller


async def _refuse_forged(scope: Scope, receive: Receive, token: str, own_origin: str) -> Receive:
    """Leave a refusal unless the request carries the session's forgery token, as a header or as a form's field."""
    headers = dict(scope["headers"])
    try:
        require_own_site(scope, own_origin)
        given = headers.get(TOKEN_HEADER)
        if given is not None:
            _require_token(given.decode("latin-1"), token)
        elif form_tokens.is_form(content_type := headers.get(b"content-type", b"").decode("latin-1")):
            beginning, receive = await _read_ahead(receive)
            _require_token(form_tokens.token_in(beginning, content_type), token)
        else:
            _require_token("", token)
    except ForgedRequest as refusal:
        del scope["state"]["caller"]
        scope["state"]["refusal"] = refusal
    return receive


def _require_token(given: str, session_token: str) -> None:
    if not tokens.is_same(given, tokens.forgery_token(session_token)):
        raise ForgedRequest("it carries another forgery token than the session's, or none")


async def _read_ahead(receive: Receive) -> tuple[bytes, Receive]:
    """The beginning of a form's body, and a `receive` that tells the same messages again to whoever reads it next."""
    messages: list[Message] = []
    body = bytearray()
    more = True
    while more and len(body) <= LARGEST_FORM_BYTES:
        message = await receive()
        messages.append(message)
        body += message.get("body", b"")
        more = message.get("more_body", False)
    told = iter(messages)

    async def again() -> Message:
        for message in told:
            return message
        return await receive()

    return bytes(body[:LARGEST_FORM_BYTES]), again
