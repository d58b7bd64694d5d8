"""The account of a signed-in person: what it is, where it is signed in, and its e-mail and password changed."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from astrarium.reading import moments
from astrarium.service.accounts import account, changes, keys, sessions
from astrarium.service.accounts.account import Account
from astrarium.service.accounts.answering import address_of, renewed_cookie
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.pages.beginning import LETTER
from astrarium.service.accounts.pages.notices import notice
from astrarium.service.accounts.pages.showing import lead, show
from astrarium.service.accounts.schemas import EmailChange, PasswordChange
from astrarium.service.errors import RequestError
from astrarium.service.permissions import Caller
from astrarium.service.web.posted import filled, posted
from astrarium.service.web.visitor import AnyRequest

ACCOUNT: Final = "/account"
ADDRESS: Final = "/account/address"
PASSWORD: Final = "/account/password"  # noqa: S105  (a path)


class SessionLine(msgspec.Struct, frozen=True):
    """A session as the page lists it."""

    id: UUID
    device: str
    is_current: bool
    since: str
    seen: str


async def own_account(caller: Caller, means: Means) -> Account:
    """The account of whoever is signed in."""
    async with means.database.keeper() as transaction:
        return await account.read(transaction, caller.account_id)


def moment(instant: datetime) -> str:
    """An instant as pages tell it: `23 November 2026, 15:20 UTC`."""
    return f"{moments.moment(instant.strftime('%Y-%m-%dT%H:%M:00'))} UTC"


def day(instant: datetime) -> str:
    """The day of an instant, in UTC: `23 November 2026`."""
    return moments.day(instant.date().isoformat())


@get(ACCOUNT, permission="sessions:read")
async def account_page(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """The account at a glance."""
    now = means.now()
    found = await own_account(caller, means)
    async with means.database.of(caller.account_id) as transaction:
        living = await sessions.living(transaction, caller.account_id, idle=means.rules.session_idle, now=now)
        key_count = len(await keys.living(transaction, caller.account_id, now=now))
    lines = [_line(one, caller) for one in living]
    return show(
        request,
        means,
        "account_overview.html",
        account=found,
        since=day(found.created_at),
        sessions=sorted(lines, key=lambda line: not line.is_current),
        key_count=key_count,
        notice=notice(request),
    )


@post("/account/sessions/{session_id:uuid}/end", permission="sessions:write", status_code=303)
async def take_session_end(
    session_id: FromPath[UUID], caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """Sign out one session; one that has ended already is gone as well."""
    async with means.database.of(caller.account_id) as transaction:
        await sessions.end(transaction, caller.account_id, session_id)
    means.forget(caller.account_id)
    return lead(ACCOUNT, done="session")


@post("/account/sessions/end", permission="sessions:write", status_code=303)
async def take_sessions_end(caller: NamedDependency[Caller], means: NamedDependency[Means]) -> Response[Any]:
    """Sign out everywhere else."""
    async with means.database.of(caller.account_id) as transaction:
        await sessions.end_all(transaction, caller.account_id, but=caller.session_id)
    means.forget(caller.account_id)
    return lead(ACCOUNT, done="sessions")


@get(ADDRESS, permission="account:write")
async def address_page(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """The form for another e-mail address."""
    return show(request, means, "account_address.html", account=await own_account(caller, means))


@post(ADDRESS, permission="account:write", status_code=200)
async def take_address(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """Send a letter to the new address."""
    form = await posted(request)
    try:
        asked = filled(EmailChange, email=form.text("email"), password=form.typed("password"))
        await changes.ask_for_email(
            means, caller.account_id, asked.email, asked.password, address=address_of(request)
        )
    except RequestError as error:
        found = await own_account(caller, means)
        return show(request, means, "account_address.html", form=form, error=error, account=found)
    return lead(LETTER, about="email")


@get(PASSWORD, permission="account:write")
async def password_page(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """The form for another password."""
    return await _password_page(request, caller, means)


@post(PASSWORD, permission="account:write", status_code=200)
async def take_password(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """Change the password, which ends every other session."""
    assert caller.session_id is not None
    form = await posted(request)
    try:
        asked = filled(
            PasswordChange,
            current_password=form.typed("current_password"),
            new_password=form.typed("new_password"),
        )
        opened = await changes.change_password(
            means, caller.account_id, caller.session_id, asked.current_password, asked.new_password
        )
    except RequestError as error:
        return await _password_page(request, caller, means, error)
    return lead(ACCOUNT, [renewed_cookie(opened, means)], done="password")


async def _password_page(
    request: AnyRequest, caller: Caller, means: Means, error: RequestError | None = None
) -> Response[Any]:
    return show(
        request,
        means,
        "account_password.html",
        error=error,
        account=await own_account(caller, means),
        least=means.rules.password_least,
    )


def _line(session: sessions.Session, caller: Caller) -> SessionLine:
    return SessionLine(
        id=session.id,
        device=session.device[:1].upper() + session.device[1:],
        is_current=session.id == caller.session_id,
        since=day(session.created_at),
        seen=moment(session.seen_at),
    )


ROUTES: Final = (
    account_page,
    take_session_end,
    take_sessions_end,
    address_page,
    take_address,
    password_page,
    take_password,
)
