"""How an account begins on pages: sign up, wait for the letter, follow its link, and give the password again."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency

from astrarium.service.accounts import registration
from astrarium.service.accounts.answering import address_of, browser_of
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.pages.entering import entry_cookies
from astrarium.service.accounts.pages.linked import link_page
from astrarium.service.accounts.pages.showing import lead, require_own_form, show
from astrarium.service.accounts.schemas import Registration, Verification
from astrarium.service.accounts.signing_in import admit
from astrarium.service.errors import RequestError
from astrarium.service.permissions import EVERYONE
from astrarium.service.web.posted import filled, posted
from astrarium.service.web.returning import safe_path
from astrarium.service.web.visitor import AnyRequest, visitor_of

REGISTER: Final = "/account/register"
LETTER: Final = "/account/letter"
VERIFY: Final = "/account/verify"
LETTERS: Final = frozenset({"account", "password", "email"})


@get(REGISTER, permission=EVERYONE, sync_to_thread=False)
def register_page(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """The form for a new account; who is signed in has one."""
    if visitor_of(request).is_signed_in:
        return lead("/account")
    onward = safe_path(request.query_params.get("next", ""))
    return show(request, means, "account_register.html", onward=onward, least=means.rules.password_least)


@post(REGISTER, permission=EVERYONE, status_code=200)
async def take_register(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """Send the letter; the page after it is the same whether the address has an account or not."""
    form = await posted(request)
    require_own_form(request, form, means)
    onward = safe_path(form.text("next"))
    try:
        asked = filled(Registration, email=form.text("email"), password=form.typed("password"))
        await registration.ask(means, asked.email, asked.password, address=address_of(request))
    except RequestError as error:
        return show(
            request,
            means,
            "account_register.html",
            form=form,
            error=error,
            onward=onward,
            least=means.rules.password_least,
        )
    return lead(LETTER, about="account", next="" if onward == "/" else onward)


@get(LETTER, permission=EVERYONE, sync_to_thread=False)
def letter_page(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """What to do now that a letter is on its way."""
    about = request.query_params.get("about", "")
    onward = safe_path(request.query_params.get("next", ""))
    about = about if about in LETTERS else "account"
    return show(request, means, "account_letter.html", about=about, onward=onward)


@get(VERIFY, permission=EVERYONE)
async def verify_page(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """Where the letter's link leads: the password that was chosen, once more."""
    return await link_page(
        request, means, "account_verify.html", "account", request.query_params.get("token", "")
    )


@post(VERIFY, permission=EVERYONE, status_code=200)
async def take_verify(request: AnyRequest, means: NamedDependency[Means]) -> Response[Any]:
    """Begin the account, and sign in."""
    form = await posted(request)
    require_own_form(request, form, means)
    browser = browser_of(request, means.rules)
    token = form.text("token")
    try:
        asked = filled(Verification, token=token, password=form.typed("password"))
        account_id = await registration.complete(means, asked.token, asked.password)
    except RequestError as error:
        return await link_page(request, means, "account_verify.html", "account", token, error)
    async with means.database.keeper() as transaction:
        made = await admit(transaction, means, account_id, browser, means.now())
    return lead("/account", entry_cookies(made, means), done="begun")


ROUTES: Final = (register_page, take_register, letter_page, verify_page, take_verify)
