"""Webhooks of all accounts over the API: for support to see, for administrators to end."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from astrarium.service.accounts.service import Means
from astrarium.service.database.transactions import Database
from astrarium.service.http import answers
from astrarium.service.http.paging import Asked, Cursor, Limit, Page, answer
from astrarium.service.webhooks import administering
from astrarium.service.webhooks.routes import OWN
from astrarium.service.webhooks.schemas import AdminWebhook


@get("/admin/webhooks", tags=["admin"], responses=answers.of_query(*OWN), permission="system:read")
async def list_all_webhooks(
    database: NamedDependency[Database],
    request: Request[Any, Any, Any],
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Annotated[str, administering.LISTING.sort] = administering.LISTING.default,
    disabled: Annotated[
        bool | None, QueryParameter(description="Those that are disabled, or those that are not.")
    ] = None,
) -> Response[Page[AdminWebhook]]:
    """List the webhooks of all accounts and how they fare, page by page; never a secret or what was sent."""
    async with database.keeper() as transaction:
        page = await administering.browse(transaction, Asked(limit, cursor, sort), disabled=disabled)
    return answer(page, request)


@post(
    "/admin/webhooks/{webhook_id:uuid}/disable",
    tags=["admin"],
    status_code=200,
    responses=answers.of_nothing(*OWN, "not_found"),
    permission="system:administer",
)
async def disable_webhook(
    webhook_id: FromPath[UUID],
    database: NamedDependency[Database],
    means: NamedDependency[Means],
    state: State,
) -> AdminWebhook:
    """Disable a webhook; its owner is told, and cannot enable it."""
    async with database.keeper() as transaction:
        told = await administering.disable(transaction, means, webhook_id, now=state.now())
    means.call_postman()
    return told


@post(
    "/admin/webhooks/{webhook_id:uuid}/enable",
    tags=["admin"],
    status_code=200,
    responses=answers.of_nothing(*OWN, "not_found"),
    permission="system:administer",
)
async def enable_webhook(
    webhook_id: FromPath[UUID], database: NamedDependency[Database], state: State
) -> AdminWebhook:
    """Enable a webhook, whoever disabled it."""
    async with database.keeper() as transaction:
        return await administering.enable(transaction, webhook_id, now=state.now())


ROUTES: Final = (list_all_webhooks, disable_webhook, enable_webhook)
