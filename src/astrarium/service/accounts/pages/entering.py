"""Signing in, by password and then by code where the account asks for one; and signing out."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency

from astrarium.service.accounts import cookies, sessions
from astrarium.service.accounts.answering import browser_of, renewed_cookie
from astrarium.service.accounts.errors import SecondFactorRequired, SecondFactorState
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.pages.notices import notice
from astrarium.service.accounts.pages.showing import lead, require_own_form, show
from astrarium.service.accounts.schemas import FirstCode, SignIn
from astrarium.service.accounts.second_step import FirstStep, first_step, sign_in_by_code
from astrarium.service.accounts.signing_in import SignedIn, sign_in
from astrarium.service.errors import RequestError
from astrarium.service.permissions import EVERYONE, Caller
from astrarium.service.web.handing import hand, handed, spent
from astrarium.service.web.posted import filled, posted
from astrarium.service.web.returning import SIGN_IN, safe_path
from astrarium.service.web.visitor import AnyRequest, visitor_of

CODE: Final = f"{SIGN_IN}/code"


def entry_cookies(made: SignedIn, means: Means) -> tuple[Cookie, ...]:
    """The cookies of a session that has just begun."""
    device = cookies.device_cookie(made.device_token, is_https=means.rules.is_https)
    return renewed_cookie(made.session, means), device


@get(SIGN_IN, permission=EVERYONE, sync_to_thread=False)
def sign_in_page(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """The form for e-mail and password; who is signed in already goes on."""
    onward = safe_path(request.query_params.get("next", ""))
    if visitor_of(request).is_signed_in:
        return lead(onward)
    return show(request, means, "account_sign_in.html", onward=onward, notice=notice(request))


@post(SIGN_IN, permission=EVERYONE, status_code=200)
async def take_sign_in(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """Open a session, or go on to the code."""
    form = await posted(request)
    require_own_form(request, form, means)
    browser = browser_of(request, means.rules)
    onward = safe_path(form.text("next"))
    try:
        asked = filled(SignIn, email=form.text("email"), password=form.typed("password"))
        made = await sign_in(means, asked.email, asked.password, None, browser)
    except SecondFactorRequired:
        first = await first_step(means, form.text("email"))
        if first is None:  # deleted in this very moment
            return lead(SIGN_IN)
        texts = (str(first.account_id), first.password_since.isoformat(), onward)
        return lead(CODE, [hand(means, "code", "", *texts)])
    except RequestError as error:
        return show(request, means, "account_sign_in.html", form=form, error=error, onward=onward, notice="")
    return lead(onward, entry_cookies(made, means))


@get(CODE, permission=EVERYONE, sync_to_thread=False)
def code_page(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """The form for the code, within ten minutes of the right password."""
    if handed(request, means, "code", "") is None:
        return lead(SIGN_IN, done="late")
    return show(request, means, "account_code.html")


@post(CODE, permission=EVERYONE, status_code=200)
async def take_code(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """Open a session by the code."""
    form = await posted(request)
    require_own_form(request, form, means)
    browser = browser_of(request, means.rules)
    found = handed(request, means, "code", "")
    if found is None:
        return lead(SIGN_IN, done="late")
    account_id, password_since, onward = found
    first = FirstStep(UUID(account_id), datetime.fromisoformat(password_since))
    try:
        code = filled(FirstCode, code=form.text("code")).code
        made = await sign_in_by_code(means, first, code, browser)
    except SecondFactorState:
        return lead(SIGN_IN, [spent(means, "code")], done="late")
    except RequestError as error:
        return show(request, means, "account_code.html", error=error)
    return lead(safe_path(onward), (*entry_cookies(made, means), spent(means, "code")))


@post("/account/sign-out", permission=EVERYONE, status_code=303)
async def sign_out(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """End the session here; one that has ended already is left behind as well."""
    caller: Caller | None = request.scope["state"].get("caller")
    if caller is not None and caller.session_id is not None:
        async with means.database.of(caller.account_id) as transaction:
            await sessions.end(transaction, caller.account_id, caller.session_id)
        means.forget(caller.account_id)
    return lead("/", [cookies.no_session_cookie(is_https=means.rules.is_https)])


ROUTES: Final = (sign_in_page, take_sign_in, code_page, take_code, sign_out)
