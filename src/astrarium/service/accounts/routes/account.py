"""The account: how it begins, what it is, and how it ends."""

from typing import Final

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from astrarium.service.accounts import account, changes, registration, tokens
from astrarium.service.accounts.account import Account
from astrarium.service.accounts.answering import (
    AnyRequest,
    address_of,
    browser_of,
    renewed_cookie,
    signed_in,
    signed_out,
)
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.schemas import (
    CurrentSession,
    Deletion,
    EmailChange,
    NewCsrfToken,
    PasswordChange,
    Registration,
    Sent,
    Token,
    Verification,
)
from astrarium.service.accounts.signing_in import admit
from astrarium.service.http import answers
from astrarium.service.http.buffering import NO_STORE
from astrarium.service.http.conditional import IfMatch
from astrarium.service.permissions import EVERYONE, Caller

OWN: Final = ("not_signed_in", "invalid_credentials", "not_permitted")
CHANGING: Final = (*OWN, "forged_request")
PASSWORD_ASKED: Final = ("wrong_password", "too_many_attempts", "too_busy")


@post(
    "/account",
    tags=["account"],
    status_code=202,
    responses=answers.of_body(
        "invalid_credentials",
        "forged_request",
        "invalid_email",
        "weak_password",
        "too_many_attempts",
        "too_busy",
    ),
    creates=False,
    permission=EVERYONE,
)
async def register(data: JSONBody[Registration], request: AnyRequest, means: NamedDependency[Means]) -> Sent:
    """Ask for an account.

    A letter brings a link that begins it; an address that has an account gets word of that instead. The answer is the
    same either way. A password has any characters, not fewer than the operator asks for (15 unless that was changed);
    common ones are refused.
    """
    await registration.ask(means, data.email, data.password, address=address_of(request))
    return Sent()


@post(
    "/account/verification",
    tags=["account"],
    responses=answers.of_body(
        "invalid_credentials", "forged_request", "invalid_link", "wrong_password", "too_busy"
    ),
    creates=False,
    permission=EVERYONE,
)
async def verify(
    data: JSONBody[Verification], request: AnyRequest, means: NamedDependency[Means]
) -> Response[CurrentSession]:
    """Begin the account by the token of its letter, and sign in.

    It asks for the password that was chosen, so that nobody begins an account for somebody else.
    """
    browser = browser_of(request, means.rules)
    account_id = await registration.complete(means, data.token, data.password)
    now = means.now()
    async with means.database.keeper() as transaction:
        made = await admit(transaction, means, account_id, browser, now)
    return signed_in(made, browser, means, now)


@get("/account", tags=["account"], responses=answers.of_nothing(*OWN), permission="account:read")
async def me(caller: NamedDependency[Caller], means: NamedDependency[Means]) -> Response[Account]:
    """Tell whose credentials these are."""
    async with means.database.keeper() as transaction:
        own = await account.read(transaction, caller.account_id)
    return Response(own, headers={"ETag": account.etag(own)})


@put(
    "/account/password",
    tags=["account"],
    responses=answers.of_body(*CHANGING, *PASSWORD_ASKED, "weak_password", "precondition_failed"),
    permission="account:write",
)
async def change_password(
    data: JSONBody[PasswordChange],
    caller: NamedDependency[Caller],
    means: NamedDependency[Means],
    if_match: IfMatch = None,
) -> Response[NewCsrfToken]:
    """Change the password.

    Every other session ends; this one goes on with another token, in its cookie. `If-Match` takes the `ETag` of
    `GET /account`.
    """
    assert caller.session_id is not None
    opened = await changes.change_password(
        means,
        caller.account_id,
        caller.session_id,
        data.current_password,
        data.new_password,
        if_match=if_match,
    )
    body = NewCsrfToken(tokens.forgery_token(opened.token))
    return Response(body, headers=NO_STORE, cookies=[renewed_cookie(opened, means)])


@post(
    "/account/email",
    tags=["account"],
    status_code=202,
    responses=answers.of_body(*CHANGING, *PASSWORD_ASKED, "invalid_email"),
    creates=False,
    permission="account:write",
)
async def change_email(
    data: JSONBody[EmailChange],
    request: AnyRequest,
    caller: NamedDependency[Caller],
    means: NamedDependency[Means],
) -> Sent:
    """Ask for another e-mail address.

    A letter goes there; the account keeps its old address until the letter's link is followed.
    """
    await changes.ask_for_email(
        means, caller.account_id, data.email, data.password, address=address_of(request)
    )
    return Sent()


@post(
    "/account/email/confirmation",
    tags=["account"],
    status_code=204,
    responses=answers.of_body("invalid_credentials", "forged_request", "invalid_link"),
    permission=EVERYONE,
)
async def confirm_email(data: JSONBody[Token], means: NamedDependency[Means]) -> None:
    """Take the new address, by the token of the letter that came to it."""
    await changes.confirm_email(means, data.token)


@post(
    "/account/deletion",
    tags=["account"],
    status_code=204,
    responses=answers.of_body(*CHANGING, *PASSWORD_ASKED, "wrong_code", "second_factor_state"),
    permission="account:write",
)
async def delete_account(
    data: JSONBody[Deletion], caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[None]:
    """Delete the account and everything that is its, at once and for good."""
    await changes.delete_account(means, caller.account_id, data.password, data.code)
    return signed_out(means)


ROUTES: Final = (register, verify, me, change_password, change_email, confirm_email, delete_account)
