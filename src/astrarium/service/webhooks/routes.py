"""Webhooks over the API: the endpoints of one account."""

from datetime import timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from astrarium.service.database.transactions import Database
from astrarium.service.http import answers
from astrarium.service.http.conditional import IfMatch
from astrarium.service.http.paging import Asked, Cursor, Limit, Page, answer
from astrarium.service.permissions import Caller
from astrarium.service.webhooks import endpoints, telling_types
from astrarium.service.webhooks.schemas import (
    EndpointHealth,
    EventTypes,
    NewWebhook,
    SecretRotation,
    Webhook,
    WebhookChange,
    WebhookDraft,
)

OWN: Final = ("not_signed_in", "not_permitted")
_TARGET: Final = ("url_not_allowed", "target_not_public", "unknown_event_type")
_NO_STORE: Final = {"Cache-Control": "no-store"}


@post(
    "/webhooks",
    tags=["webhooks"],
    responses=answers.of_body(*OWN, *_TARGET, "storage_full"),
    creates=False,
    permission="webhooks:write",
)
async def create_webhook(
    data: JSONBody[WebhookDraft],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[NewWebhook]:
    """Name an address that is to be told what happens in the account.

    From now on each event of the types that it asks for is sent there, signed by `secret` as Standard Webhooks says.
    The secret is told this once. The address has to be on the public internet.
    """
    await state.parts.outbound.check_url(data.url)
    async with database.of(caller.account_id) as transaction:
        made = await endpoints.create(
            transaction,
            state.parts.ring,
            caller.account_id,
            data,
            now=state.now(),
            limit=endpoints.QUOTA.of(caller.tier),
        )
    headers = {**_NO_STORE, "Location": f"/api/v1/webhooks/{made.id}", "ETag": endpoints.etag(made)}
    return Response(made, status_code=201, headers=headers)


@get("/webhooks", tags=["webhooks"], responses=answers.of_query(*OWN), permission="webhooks:read")
async def list_webhooks(
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Annotated[str, endpoints.LISTING.sort] = endpoints.LISTING.default,
) -> Response[Page[Webhook]]:
    """List webhooks, page by page."""
    async with database.reading(caller.account_id) as transaction:
        page = await endpoints.browse(transaction, caller.account_id, Asked(limit, cursor, sort))
    return answer(page, request)


@get(
    "/webhooks/event-types",
    tags=["webhooks"],
    responses=answers.of_nothing(*OWN),
    permission="webhooks:read",
)
async def list_event_types() -> EventTypes:
    """List every type of event with the JSON Schema of its data, and all that `event_types` may name."""
    return telling_types.EVENT_TYPES


@get(
    "/webhooks/{webhook_id:uuid}",
    tags=["webhooks"],
    responses=answers.of_nothing(*OWN, "not_found"),
    permission="webhooks:read",
)
async def read_webhook(
    webhook_id: FromPath[UUID], database: NamedDependency[Database], caller: NamedDependency[Caller]
) -> Response[Webhook]:
    """Read one webhook, without its secret."""
    async with database.reading(caller.account_id) as transaction:
        return _tagged(await endpoints.read(transaction, caller.account_id, webhook_id))


@get(
    "/webhooks/{webhook_id:uuid}/health",
    tags=["webhooks"],
    responses=answers.of_nothing(*OWN, "not_found"),
    permission="webhooks:read",
)
async def read_health(
    webhook_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> EndpointHealth:
    """Tell how a webhook fares: failures in a row, until when it is left alone, and how much waits for it.

    After three failures in a row it rests, five seconds at first and ten minutes at last; then one delivery is tried.
    After five days without a success it is disabled.
    """
    async with database.reading(caller.account_id) as transaction:
        return await endpoints.health(transaction, caller.account_id, webhook_id, now=state.now())


@patch(
    "/webhooks/{webhook_id:uuid}",
    tags=["webhooks"],
    responses=answers.of_body(*OWN, *_TARGET, "not_found", "webhook_disabled", "precondition_failed"),
    permission="webhooks:write",
)
async def change_webhook(
    webhook_id: FromPath[UUID],
    data: JSONBody[WebhookChange],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    if_match: IfMatch = None,
) -> Response[Webhook]:
    """Change a webhook, disable it or enable it again.

    Disabling cancels what waits. What happens while it is disabled is kept for thirty days and can be replayed.
    """
    if isinstance(data.url, str):
        await state.parts.outbound.check_url(data.url)
    async with database.of(caller.account_id) as transaction:
        changed = await endpoints.change(
            transaction, caller.account_id, webhook_id, data, now=state.now(), if_match=if_match
        )
    return _tagged(changed)


@delete(
    "/webhooks/{webhook_id:uuid}",
    tags=["webhooks"],
    status_code=204,
    responses=answers.of_nothing(*OWN, "not_found"),
    permission="webhooks:write",
)
async def delete_webhook(
    webhook_id: FromPath[UUID], database: NamedDependency[Database], caller: NamedDependency[Caller]
) -> None:
    """Delete a webhook with the log of its deliveries.

    What waits is not sent any more, and there is no way back.
    """
    async with database.of(caller.account_id) as transaction:
        await endpoints.remove(transaction, caller.account_id, webhook_id)


@post(
    "/webhooks/{webhook_id:uuid}/rotate-secret",
    tags=["webhooks"],
    status_code=200,
    responses=answers.of_body(*OWN, "not_found"),
    creates=False,
    permission="webhooks:write",
)
async def rotate_secret(
    webhook_id: FromPath[UUID],
    data: JSONBody[SecretRotation],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[NewWebhook]:
    """Give a webhook another secret, which is told this once.

    For `overlap_s` every delivery carries two signatures, by the new secret and by the one before.
    """
    async with database.of(caller.account_id) as transaction:
        made = await endpoints.rotate_secret(
            transaction,
            state.parts.ring,
            caller.account_id,
            webhook_id,
            overlap=timedelta(seconds=data.overlap_s),
            now=state.now(),
        )
    return Response(made, headers={**_NO_STORE, "ETag": endpoints.etag(made)})


def _tagged(webhook: Webhook) -> Response[Webhook]:
    return Response(webhook, headers={"ETag": endpoints.etag(webhook)})


ROUTES: Final = (
    create_webhook, list_webhooks, list_event_types, read_webhook, read_health, change_webhook, delete_webhook,
    rotate_secret,
)  # fmt: skip
