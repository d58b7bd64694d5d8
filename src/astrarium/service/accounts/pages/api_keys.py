"""API keys on pages: made, shown once, replaced and deleted."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from astrarium.service.accounts import keys, letters
from astrarium.service.accounts.keys import ApiKey, KeyDraft, NewApiKey
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.pages.account import day, moment, own_account
from astrarium.service.accounts.pages.notices import notice
from astrarium.service.accounts.pages.showing import lead, show
from astrarium.service.accounts.schemas import KeyRequest
from astrarium.service.errors import FieldError, InvalidBody, NotFound, RequestError
from astrarium.service.mail.service import post as post_letter
from astrarium.service.permissions import SCOPES, Caller
from astrarium.service.web.handing import hand, handed, spent
from astrarium.service.web.posted import Posted, filled, posted
from astrarium.service.web.visitor import AnyRequest

KEYS: Final = "/account/keys"
LIVES: Final = {"30": "30 days", "90": "90 days", "365": "A year", "": "Until it is deleted"}
OVERLAPS: Final = {"86400": "One day", "3600": "One hour", "604800": "One week", "0": "Not at all"}

_WHAT: Final = {
    "account": "Who you are",
    "people": "People",
    "charts": "Saved charts",
    "sharing": "Share links",
}
_HOW: Final = {"read": "read", "write": "change"}


class ScopeChoice(msgspec.Struct, frozen=True):
    """A box to tick: what a key may do, in words."""

    scope: str
    words: str


class KeyLine(msgspec.Struct, frozen=True):
    """A key as the page lists it."""

    id: UUID
    name: str
    beginning: str
    may: str
    made: str
    used: str
    until: str


@get(KEYS, permission="keys:read")
async def keys_page(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """The account's keys, a new one in full this once, and the form that makes one."""
    return await _keys_page(request, caller, means)


@post(KEYS, permission="keys:write", status_code=200)
async def take_key(
    request: AnyRequest, caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """Make a key."""
    form = await posted(request)
    try:
        made = await _make(caller, means, form)
    except RequestError as error:
        return await _keys_page(request, caller, means, form, error)
    return lead(KEYS, [hand(means, "key", caller.session_id, made.name, made.key)])


@post(f"{KEYS}/{{key_id:uuid}}/rotation", permission="keys:write", status_code=303)
async def take_rotation(
    key_id: FromPath[UUID],
    request: AnyRequest,
    caller: NamedDependency[Caller],
    means: NamedDependency[Means],
) -> Response[Any]:
    """Make a key in the place of another one, which works on for the time that was chosen."""
    overlap_s = (await posted(request)).text("overlap")
    overlap = timedelta(seconds=int(overlap_s) if overlap_s in OVERLAPS else 86_400)
    async with means.database.of(caller.account_id) as transaction:
        made = await keys.rotate(transaction, caller.account_id, key_id, overlap=overlap, now=means.now())
    means.forget(caller.account_id)
    return lead(KEYS, [hand(means, "key", caller.session_id, made.name, made.key)])


@post(f"{KEYS}/{{key_id:uuid}}/deletion", permission="keys:write", status_code=303)
async def take_key_deletion(
    key_id: FromPath[UUID], caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[Any]:
    """Delete a key; one that is gone already is as good as deleted."""
    try:
        async with means.database.of(caller.account_id) as transaction:
            await keys.revoke(transaction, caller.account_id, key_id, now=means.now())
    except NotFound:
        return lead(KEYS)
    means.forget(caller.account_id)
    return lead(KEYS, done="key-deleted")


async def _make(caller: Caller, means: Means, form: Posted) -> NewApiKey:
    now = means.now()
    asked = filled(KeyRequest, name=form.text("name"), scopes=form.choices("scopes"))
    days = form.text("lives")
    if days not in LIVES:
        detail = "That is none of the choices."
        raise InvalidBody(FieldError("invalid_value", detail, "/lives"), "Choose one from the list.")
    expires_at = now + timedelta(days=int(days)) if days else None
    draft = KeyDraft(name=asked.name, scopes=asked.scopes, expires_at=expires_at)
    async with means.database.of(caller.account_id) as transaction:
        made = await keys.make(transaction, caller.account_id, draft, now=now)
    owner = await own_account(caller, means)
    async with means.database.keeper() as transaction:
        await post_letter(transaction, means.ring, letters.key_made(owner.email), now)
    means.call_postman()
    return made


async def _keys_page(
    request: AnyRequest,
    caller: Caller,
    means: Means,
    form: Posted | None = None,
    error: RequestError | None = None,
) -> Response[Any]:
    async with means.database.of(caller.account_id) as transaction:
        found = await keys.living(transaction, caller.account_id, now=means.now())
    made = handed(request, means, "key", caller.session_id)
    return show(
        request,
        means,
        "account_keys.html",
        form=form,
        error=error,
        spent=[spent(means, "key")] if made else [],
        made=made,
        keys=[_line(key) for key in found],
        scopes=[ScopeChoice(scope, words_of(scope)) for scope in sorted(SCOPES)],
        lives=LIVES,
        overlaps=OVERLAPS,
        notice=notice(request),
    )


def words_of(scope: str) -> str:
    """A scope as a person reads it: `people:write` is “People: change”."""
    what, _, how = scope.partition(":")
    return f"{_WHAT.get(what, what.capitalize())}: {_HOW.get(how, how)}"


def _line(key: ApiKey) -> KeyLine:
    return KeyLine(
        id=key.id,
        name=key.name,
        beginning=f"ast_{key.prefix}…",
        may=" · ".join(words_of(scope) for scope in key.scopes),
        made=day(key.created_at),
        used="not used yet" if key.used_at is None else f"last used {moment(key.used_at)}",
        until="" if key.expires_at is None else f"works until {moment(key.expires_at)}",
    )


ROUTES: Final = (keys_page, take_key, take_rotation, take_key_deletion)
