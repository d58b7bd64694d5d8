"""What the pages of accounts share: forms with their token, and faults beside their fields."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from astrarium.errors import as_sentence
from astrarium.service.accounts import cookies, tokens
from astrarium.service.accounts.errors import ForgedRequest
from astrarium.service.accounts.means import Means
from astrarium.service.errors import RequestError
from astrarium.service.problems import kind_of
from astrarium.service.web.posted import Posted
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest, visitor_of

UNLISTED: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
"""Pages about somebody's account are nothing for caches or search engines."""
FORM_TOKEN: Final = "csrf_token"  # noqa: S105  (a field's name)

_FIELDS: Final = {"wrong_password": "password"}
"""Where a fault belongs that names no field of its own."""
_ADVICE: Final = {"second_factor_state": "Load the page again: it was changed elsewhere meanwhile."}
"""What a page says where the problem's own hint is for programs."""


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a form as it was sent: the field, where it is of one, and what to do about it."""

    field: str
    detail: str
    advice: str


def fault_of(error: RequestError) -> Fault:
    """An error in the words of its problem, at its field."""
    pointer = error.pointer or ""
    return Fault(
        field=pointer.rpartition("/")[2] or _FIELDS.get(error.code, ""),
        detail=_plain(error.detail),
        advice=_ADVICE.get(error.code, _plain(error.hint)),
    )


def show(
    request: AnyRequest,
    means: Means,
    template: str,
    *,
    form: Posted | None = None,
    error: RequestError | None = None,
    spent: Sequence[Cookie] = (),
    **values: Any,  # noqa: ANN401  (whatever the template shows)
) -> Response[str]:
    """A page of accounts with its forms, again with what was typed where `error` came of that."""
    token, new = _form_token(request, means)
    return page(
        request,
        template,
        status=200 if error is None else kind_of(error.code).status,
        headers=UNLISTED | (getattr(error, "headers", None) or {}),
        cookies=[*spent, *new],
        csrf_token=token,
        form=form or Posted(()),
        fault=None if error is None else fault_of(error),
        **values,
    )


def lead(path: str, given: Sequence[Cookie] = (), **query: str) -> Redirect:
    """Go on to another page after a form was taken."""
    told = {name: value for name, value in query.items() if value}
    address = f"{path}?{urlencode(told)}" if told else path
    return Redirect(address, status_code=303, headers=UNLISTED, cookies=list(given))


def require_own_form(request: AnyRequest, form: Posted, means: Means) -> None:
    """Raise `ForgedRequest` unless a form comes from a page of ours that was shown to this browser.

    The identity layer has done so for the forms of a session; a stranger's carry the token of a cookie.
    """
    if visitor_of(request).is_signed_in:
        return
    cookie = _form_cookie(request, means)
    if cookie is None or not tokens.is_same(form.typed(FORM_TOKEN), tokens.forgery_token(cookie)):
        raise ForgedRequest("the form carries another token than the browser, or none")


def _form_token(request: AnyRequest, means: Means) -> tuple[str, list[Cookie]]:
    """The token for the forms of a page, and the cookie that it follows from where the browser has none yet."""
    visitor = visitor_of(request)
    if visitor.is_signed_in:
        return visitor.csrf_token, []
    known = _form_cookie(request, means)
    if known is not None:
        return tokens.forgery_token(known), []
    fresh = tokens.new_token()
    return tokens.forgery_token(fresh), [cookies.form_cookie(fresh, is_https=means.rules.is_https)]


def _form_cookie(request: AnyRequest, means: Means) -> str | None:
    name = cookies.form_cookie_name(is_https=means.rules.is_https)
    return cookies.read(request.scope["headers"], name)  # type: ignore[arg-type]


def _plain(text: str) -> str:
    """A sentence of the API without the marks around its names."""
    return as_sentence(text.replace("`", ""))
