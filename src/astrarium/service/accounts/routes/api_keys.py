"""API keys over the API: made, listed and taken back in a session; a key makes no keys."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from astrarium.service.accounts import account, keys, letters
from astrarium.service.accounts.keys import ApiKey, KeyDraft, NewApiKey
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.routes.account import CHANGING, OWN
from astrarium.service.accounts.schemas import KeyChange, KeyRequest, Rotation
from astrarium.service.http import answers
from astrarium.service.http.buffering import NO_STORE
from astrarium.service.http.conditional import IfMatch
from astrarium.service.mail.service import post as post_letter
from astrarium.service.permissions import Caller


class ApiKeys(msgspec.Struct, frozen=True):
    """Every key of the account that still works, the newest first."""

    items: tuple[ApiKey, ...]
    next: None = None


@post(
    "/api-keys",
    tags=["API keys"],
    responses=answers.of_body(*CHANGING, "unknown_scope", "too_many_keys"),
    creates=False,
    permission="keys:write",
)
async def make_key(
    data: JSONBody[KeyRequest], caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[NewApiKey]:
    """Make an API key.

    `key` is told this once: only a digest of it is kept. Send it as `Authorization: Bearer ast_…`. Its scopes are what
    it may do, and never more than its account may.
    """
    now = means.now()
    draft = KeyDraft(name=data.name.strip(), scopes=data.scopes, expires_at=data.expires_at)
    async with means.database.of(caller.account_id) as transaction:
        made = await keys.make(transaction, caller.account_id, draft, now=now)
    async with means.database.keeper() as transaction:
        owner = await account.read(transaction, caller.account_id)
        await post_letter(transaction, means.ring, letters.key_made(owner.email), now)
    means.call_postman()
    return _made(made)


@get("/api-keys", tags=["API keys"], responses=answers.of_nothing(*OWN), permission="keys:read")
async def list_keys(caller: NamedDependency[Caller], means: NamedDependency[Means]) -> ApiKeys:
    """List the account's API keys, the newest first.

    `used_at` is right to about half a minute.
    """
    async with means.database.of(caller.account_id) as transaction:
        return ApiKeys(await keys.living(transaction, caller.account_id, now=means.now()))


@get(
    "/api-keys/{key_id:uuid}",
    tags=["API keys"],
    responses=answers.of_nothing(*OWN, "not_found"),
    permission="keys:read",
)
async def read_key(
    key_id: FromPath[UUID], caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> Response[ApiKey]:
    """Tell one API key, without its secret.

    Its `ETag` stands for what can be changed of it: `used_at` moves on without another.
    """
    async with means.database.of(caller.account_id) as transaction:
        return _tagged(await keys.read(transaction, caller.account_id, key_id, now=means.now()))


@patch(
    "/api-keys/{key_id:uuid}",
    tags=["API keys"],
    responses=answers.of_body(*CHANGING, "unknown_scope", "not_found", "precondition_failed"),
    permission="keys:write",
)
async def change_key(
    key_id: FromPath[UUID],
    data: JSONBody[KeyChange],
    caller: NamedDependency[Caller],
    means: NamedDependency[Means],
    if_match: IfMatch = None,
) -> Response[ApiKey]:
    """Give a key another name or other scopes; they hold at once."""
    async with means.database.of(caller.account_id) as transaction:
        changed = await keys.change(
            transaction,
            caller.account_id,
            key_id,
            name=None if data.name is msgspec.UNSET else data.name.strip(),
            scopes=None if data.scopes is msgspec.UNSET else data.scopes,
            now=means.now(),
            if_match=if_match,
        )
    means.forget(caller.account_id)
    return _tagged(changed)


@post(
    "/api-keys/{key_id:uuid}/rotation",
    tags=["API keys"],
    responses=answers.of_body(*CHANGING, "not_found", "too_many_keys"),
    creates=False,
    permission="keys:write",
)
async def rotate_key(
    key_id: FromPath[UUID],
    data: JSONBody[Rotation],
    caller: NamedDependency[Caller],
    means: NamedDependency[Means],
) -> Response[NewApiKey]:
    """Make a key in the place of another one, which works for `overlap_s` more.

    The new key has the old one's name, scopes and end, and is told this once.
    """
    overlap = timedelta(seconds=data.overlap_s)
    async with means.database.of(caller.account_id) as transaction:
        made = await keys.rotate(transaction, caller.account_id, key_id, overlap=overlap, now=means.now())
    means.forget(caller.account_id)
    return _made(made)


@delete(
    "/api-keys/{key_id:uuid}",
    tags=["API keys"],
    responses=answers.of_nothing(*CHANGING, "not_found"),
    permission="keys:write",
)
async def revoke_key(
    key_id: FromPath[UUID], caller: NamedDependency[Caller], means: NamedDependency[Means]
) -> None:
    """Delete a key: it is worth nothing at once."""
    async with means.database.of(caller.account_id) as transaction:
        await keys.revoke(transaction, caller.account_id, key_id, now=means.now())
    means.forget(caller.account_id)


def _tagged(key: ApiKey) -> Response[ApiKey]:
    return Response(key, headers={"ETag": keys.etag(key)})


def _made(made: NewApiKey) -> Response[NewApiKey]:
    headers = {**NO_STORE, "Location": f"/api/v1/api-keys/{made.id}"}
    return Response(made, status_code=201, headers=headers)


ROUTES: Final = (make_key, list_keys, read_key, change_key, rotate_key, revoke_key)
