"""The second factor of an account."""

from typing import Final

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from astrarium.service.accounts import changes, tokens
from astrarium.service.accounts.answering import renewed_cookie
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.routes.account import CHANGING, PASSWORD_ASKED
from astrarium.service.accounts.schemas import (
    Confirmed,
    ConfirmedByCode,
    FirstCode,
    RecoveryCodes,
    SecondFactorOn,
    SecondFactorSeed,
)
from astrarium.service.http import answers
from astrarium.service.http.buffering import NO_STORE
from astrarium.service.permissions import Caller


@post(
    "/account/second-factor",
    tags=["account"],
    responses=answers.of_body(*CHANGING, *PASSWORD_ASKED, "second_factor_state"),
    creates=False,
    permission="account:write",
)
async def begin_second_factor(
    data: JSONBody[Confirmed], caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[SecondFactorSeed]:
    """Begin with a second factor: a secret for an authenticator (TOTP).

    Signing in does not ask for codes before the first one was confirmed.
    """
    made = await changes.begin_second_factor(means, caller.account_id, data.password)
    return Response(SecondFactorSeed(made.secret, made.uri), status_code=201, headers=NO_STORE)


@post(
    "/account/second-factor/confirmation",
    tags=["account"],
    status_code=200,
    responses=answers.of_body(*CHANGING, "wrong_code", "second_factor_state", "too_many_attempts"),
    permission="account:write",
)
async def confirm_second_factor(
    data: JSONBody[FirstCode], caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[SecondFactorOn]:
    """Ask for codes from now on, by the authenticator's first one.

    Every other session ends; this one goes on with another token. Keep the recovery codes: they are told this once.
    """
    assert caller.session_id is not None
    opened, codes = await changes.confirm_second_factor(
        means, caller.account_id, caller.session_id, data.code
    )
    body = SecondFactorOn(recovery_codes=codes, csrf_token=tokens.forgery_token(opened.token))
    return Response(body, headers=NO_STORE, cookies=[renewed_cookie(opened, means)])


@post(
    "/account/second-factor/recovery-codes",
    tags=["account"],
    responses=answers.of_body(*CHANGING, *PASSWORD_ASKED, "wrong_code", "second_factor_state"),
    creates=False,
    permission="account:write",
)
async def renew_recovery_codes(
    data: JSONBody[ConfirmedByCode], caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[RecoveryCodes]:
    """Make new recovery codes; the old ones are worth nothing then."""
    codes = await changes.renew_recovery_codes(means, caller.account_id, data.password, data.code)
    return Response(RecoveryCodes(codes), status_code=201, headers=NO_STORE)


@post(
    "/account/second-factor/removal",
    tags=["account"],
    status_code=204,
    responses=answers.of_body(*CHANGING, *PASSWORD_ASKED, "wrong_code", "second_factor_state"),
    permission="account:write",
)
async def remove_second_factor(
    data: JSONBody[ConfirmedByCode], caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> None:
    """Sign in by password alone from now on."""
    await changes.remove_second_factor(means, caller.account_id, data.password, data.code)


ROUTES: Final = (begin_second_factor, confirm_second_factor, renew_recovery_codes, remove_second_factor)
