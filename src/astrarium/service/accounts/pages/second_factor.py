"""The second factor on pages: its seed until the first code is right, recovery codes once, and its removal."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.di import NamedDependency

from astrarium.service.accounts import changes
from astrarium.service.accounts.answering import renewed_cookie
from astrarium.service.accounts.errors import SecondFactorState
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.pages.account import ACCOUNT, own_account
from astrarium.service.accounts.pages.showing import lead, show
from astrarium.service.accounts.schemas import Confirmed, ConfirmedByCode, FirstCode
from astrarium.service.accounts.second_factor import Enrolment
from astrarium.service.errors import RequestError
from astrarium.service.permissions import Caller
from astrarium.service.web.handing import hand, handed, spent
from astrarium.service.web.posted import filled, posted
from astrarium.service.web.visitor import AnyRequest

FACTOR: Final = "/account/second-factor"
SETUP: Final = f"{FACTOR}/setup"
RECOVERY: Final = f"{FACTOR}/recovery-codes"
_GROUP: Final = 4


@get(FACTOR, permission="account:write")
async def factor_page(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """Whether signing in asks for a code, and the forms that change it."""
    return await _factor_page(request, caller, means)


@post(FACTOR, permission="account:write", status_code=200)
async def take_begin(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """Make a seed, and go on to the page that shows it."""
    form = await posted(request)
    try:
        asked = filled(Confirmed, password=form.typed("password"))
        made = await changes.begin_second_factor(means, caller.account_id, asked.password)
    except RequestError as error:
        return await _factor_page(request, caller, means, error, at="begin")
    return lead(SETUP, [hand(means, "seed", caller.session_id, made.secret, made.uri)])


@get(SETUP, permission="account:write", sync_to_thread=False)
def setup_page(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """The seed for the authenticator, and the form for its first code; ten minutes after the password at most."""
    return _setup_page(request, caller, means)


@post(SETUP, permission="account:write", status_code=200)
async def take_setup(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """Ask for codes from now on, and go on to the recovery codes."""
    assert caller.session_id is not None
    form = await posted(request)
    try:
        code = filled(FirstCode, code=form.text("code")).code
        opened, codes = await changes.confirm_second_factor(means, caller.account_id, caller.session_id, code)
    except SecondFactorState:
        return lead(FACTOR, [spent(means, "seed")])
    except RequestError as error:
        return _setup_page(request, caller, means, error)
    given = (
        renewed_cookie(opened, means),
        spent(means, "seed"),
        hand(means, "recovery", caller.session_id, *codes),
    )
    return lead(RECOVERY, given)


@get(RECOVERY, permission="account:write", sync_to_thread=False)
def recovery_page(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """Recovery codes that were just made; the next look finds none."""
    codes = handed(request, means, "recovery", caller.session_id) or ()
    return show(request, means, "account_recovery_codes.html", codes=codes, spent=[spent(means, "recovery")])


@post(RECOVERY, permission="account:write", status_code=200)
async def take_recovery(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """Make new recovery codes in place of the old ones."""
    form = await posted(request)
    try:
        asked = filled(ConfirmedByCode, password=form.typed("password"), code=form.text("code"))
        codes = await changes.renew_recovery_codes(means, caller.account_id, asked.password, asked.code)
    except RequestError as error:
        return await _factor_page(request, caller, means, error, at="renew")
    return lead(RECOVERY, [hand(means, "recovery", caller.session_id, *codes)])


@post(f"{FACTOR}/removal", permission="account:write", status_code=200)
async def take_removal(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """Sign in by password alone from now on."""
    form = await posted(request)
    try:
        asked = filled(ConfirmedByCode, password=form.typed("password"), code=form.text("code"))
        await changes.remove_second_factor(means, caller.account_id, asked.password, asked.code)
    except RequestError as error:
        return await _factor_page(request, caller, means, error, at="remove")
    return lead(ACCOUNT, done="factor-off")


async def _factor_page(
    request: AnyRequest,
    caller: Caller,
    means: Means,
    error: RequestError | None = None,
    *,
    at: str = "",
) -> Response[Any]:
    """The page, with the fault in the form that it came of: `begin`, `renew` or `remove`."""
    found = await own_account(caller, means)
    return show(request, means, "account_second_factor.html", error=error, account=found, at=at)


def _setup_page(
    request: AnyRequest, caller: Caller, means: Means, error: RequestError | None = None
) -> Response[Any]:
    found = handed(request, means, "seed", caller.session_id)
    if found is None:
        return lead(FACTOR)
    seed = Enrolment(*found)
    groups = [seed.secret[start : start + _GROUP] for start in range(0, len(seed.secret), _GROUP)]
    return show(request, means, "account_setup.html", error=error, seed=seed, spelled=" ".join(groups))


ROUTES: Final = (
    factor_page,
    take_begin,
    setup_page,
    take_setup,
    recovery_page,
    take_recovery,
    take_removal,
)
