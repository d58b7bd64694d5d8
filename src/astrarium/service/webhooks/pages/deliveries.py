"""The page of one delivery: what was sent, what came of each try, and sending it again."""

from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from astrarium.service.database.transactions import Database
from astrarium.service.permissions import Caller
from astrarium.service.web.form_pages import UNLISTED, lead, notice
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest
from astrarium.service.webhooks import deliveries
from astrarium.service.webhooks.pages.endpoints import NOTICES, WEBHOOKS

DELIVERY: Final = f"{WEBHOOKS}/deliveries/{{delivery_id:uuid}}"


@get(DELIVERY, include_in_schema=False, permission="webhooks:read")
async def delivery_page(
    request: AnyRequest,
    delivery_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
) -> Response[Any]:
    """One event on its way to one endpoint."""
    async with database.reading(caller.account_id) as transaction:
        found = await deliveries.read(transaction, caller.account_id, delivery_id)
    body = msgspec.json.format(msgspec.json.encode(found.event), indent=2).decode()
    return page(
        request,
        "delivery.html",
        headers=UNLISTED,
        delivery=found,
        body=body,
        notice=notice(request, NOTICES),
    )


@post(f"{DELIVERY}/replay", include_in_schema=False, permission="webhooks:write", status_code=303)
async def send_again(
    delivery_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Send the event of a delivery there again."""
    async with database.of(caller.account_id) as transaction:
        again = await deliveries.replay(transaction, caller.account_id, delivery_id, now=state.now())
    return lead(f"{WEBHOOKS}/deliveries/{again.id}", done="replayed")


ROUTES: Final = (delivery_page, send_again)
