"""Sessions: signing in and out, and where the account is signed in."""

from typing import Final
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from astrarium.service.accounts import sessions
from astrarium.service.accounts.answering import (
    AnyRequest,
    browser_of,
    signed_in,
    signed_out,
    token_of,
    told,
)
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.routes.account import CHANGING, OWN
from astrarium.service.accounts.schemas import CurrentSession, SessionItem, Sessions, SignIn
from astrarium.service.accounts.signing_in import sign_in
from astrarium.service.errors import NotFound
from astrarium.service.http import answers
from astrarium.service.http.buffering import NO_STORE
from astrarium.service.permissions import EVERYONE, Caller


@post(
    "/sessions",
    tags=["sessions"],
    responses=answers.of_body(
        "invalid_credentials",
        "forged_request",
        "wrong_credentials",
        "second_factor_required",
        "wrong_code",
        "second_factor_state",
        "too_many_attempts",
        "too_busy",
    ),
    creates=False,
    permission=EVERYONE,
)
async def open_session(
    data: JSONBody[SignIn], request: AnyRequest, means: NamedDependency[Means]
) -> Response[CurrentSession]:
    """Sign in.

    The session is in a cookie that only this service reads. Where the account asks for a second factor, the first
    answer is 401 `second_factor_required`; send the same again with `code`. After some failures the next attempt has
    to wait.
    """
    browser = browser_of(request, means.rules)
    made = await sign_in(means, data.email, data.password, data.code, browser)
    return signed_in(made, browser, means, means.now())


@get("/sessions", tags=["sessions"], responses=answers.of_nothing(*OWN), permission="sessions:read")
async def list_sessions(caller: NamedDependency[Caller], means: NamedDependency[Means]) -> Sessions:
    """List where the account is signed in, the session used last first.

    A device is a browser and a system by name. Addresses and places are not kept.
    """
    async with means.database.of(caller.account_id) as transaction:
        found = await sessions.living(
            transaction, caller.account_id, idle=means.rules.session_idle, now=means.now()
        )
    return Sessions(tuple(_item(one, caller) for one in found))


@get("/sessions/current", tags=["sessions"], responses=answers.of_nothing(*OWN), permission="sessions:read")
async def current_session(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[CurrentSession]:
    """Tell the caller's own session, with the `csrf_token` that requests which change something have to carry."""
    async with means.database.of(caller.account_id) as transaction:
        found = await sessions.living(
            transaction, caller.account_id, idle=means.rules.session_idle, now=means.now()
        )
    own = next((one for one in found if one.id == caller.session_id), None)
    if own is None:
        raise NotFound("session")
    return Response(told(own, caller.account_id, token_of(request)), headers=NO_STORE)


@delete(
    "/sessions/current",
    tags=["sessions"],
    responses=answers.of_nothing(*CHANGING),
    permission="sessions:write",
)
async def sign_out(caller: NamedDependency[Caller], means: NamedDependency[Means]) -> Response[None]:
    """Sign out here."""
    assert caller.session_id is not None
    async with means.database.of(caller.account_id) as transaction:
        await sessions.end(transaction, caller.account_id, caller.session_id)
    means.forget(caller.account_id)
    return signed_out(means)


@delete("/sessions", tags=["sessions"], responses=answers.of_nothing(*CHANGING), permission="sessions:write")
async def sign_out_everywhere(
    caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[None]:
    """Sign out everywhere, here too."""
    async with means.database.of(caller.account_id) as transaction:
        await sessions.end_all(transaction, caller.account_id)
    means.forget(caller.account_id)
    return signed_out(means)


@delete(
    "/sessions/{session_id:uuid}",
    tags=["sessions"],
    responses=answers.of_nothing(*CHANGING, "not_found"),
    permission="sessions:write",
)
async def end_session(
    session_id: FromPath[UUID], caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> None:
    """Sign out one of the account's sessions."""
    async with means.database.of(caller.account_id) as transaction:
        if not await sessions.end(transaction, caller.account_id, session_id):
            raise NotFound("session")
    means.forget(caller.account_id)


def _item(session: sessions.Session, caller: Caller) -> SessionItem:
    return SessionItem(
        id=session.id,
        device=session.device,
        created_at=session.created_at,
        seen_at=session.seen_at,
        expires_at=session.expires_at,
        is_current=session.id == caller.session_id,
    )


ROUTES: Final = (open_session, list_sessions, current_session, sign_out, sign_out_everywhere, end_session)
