"""A lost password, and a new address: what the links of letters lead to, and how one asks for the first."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency

from astrarium.service.accounts import changes, cookies, recovery
from astrarium.service.accounts.answering import address_of
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.pages.beginning import LETTER
from astrarium.service.accounts.pages.linked import link_page
from astrarium.service.accounts.pages.showing import lead, require_own_form, show
from astrarium.service.accounts.schemas import NewPassword, Reset, Token
from astrarium.service.errors import RequestError
from astrarium.service.permissions import EVERYONE
from astrarium.service.web.posted import filled, posted
from astrarium.service.web.returning import SIGN_IN
from astrarium.service.web.visitor import AnyRequest, visitor_of

FORGOTTEN: Final = "/account/forgotten"
RESET: Final = "/account/reset"
EMAIL: Final = "/account/email"


@get(FORGOTTEN, permission=EVERYONE, sync_to_thread=False)
def forgotten_page(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """The form that asks for a letter."""
    return show(request, means, "account_forgotten.html")


@post(FORGOTTEN, permission=EVERYONE, status_code=200)
async def take_forgotten(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """Send the letter; the page after it is the same whether the address has an account or not."""
    form = await posted(request)
    require_own_form(request, form, means)
    try:
        asked = filled(Reset, email=form.text("email"))
        await recovery.ask(means, asked.email, address=address_of(request))
    except RequestError as error:
        return show(request, means, "account_forgotten.html", form=form, error=error)
    return lead(LETTER, about="password")


@get(RESET, permission=EVERYONE)
async def reset_page(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """Where the letter's link leads: a new password."""
    token = request.query_params.get("token", "")
    return await link_page(request, means, "account_reset.html", "password", token)


@post(RESET, permission=EVERYONE, status_code=200)
async def take_reset(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """Set the new password, which ends every session."""
    form = await posted(request)
    require_own_form(request, form, means)
    token = form.text("token")
    try:
        asked = filled(NewPassword, token=token, password=form.typed("password"))
        await recovery.complete(means, asked.token, asked.password)
    except RequestError as error:
        return await link_page(request, means, "account_reset.html", "password", token, error)
    gone = cookies.no_session_cookie(is_https=means.rules.is_https)
    return lead(SIGN_IN, [gone], done="reset")


@get(EMAIL, permission=EVERYONE)
async def email_page(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """Where the letter's link leads: a button, since programs that look at letters follow links, and press none."""
    token = request.query_params.get("token", "")
    return await link_page(request, means, "account_email.html", "email", token)


@post(EMAIL, permission=EVERYONE, status_code=200)
async def take_email(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """Take the new address."""
    form = await posted(request)
    require_own_form(request, form, means)
    token = form.text("token")
    try:
        await changes.confirm_email(means, filled(Token, token=token).token)
    except RequestError as error:
        return await link_page(request, means, "account_email.html", "email", token, error)
    is_signed_in = visitor_of(request).is_signed_in
    return lead("/account" if is_signed_in else SIGN_IN, done="email")


ROUTES: Final = (forgotten_page, take_forgotten, reset_page, take_reset, email_page, take_email)
