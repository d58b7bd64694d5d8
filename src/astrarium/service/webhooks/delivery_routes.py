"""The log of deliveries over the API, and sending again."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from astrarium.service.database.transactions import Database
from astrarium.service.http import answers
from astrarium.service.http.paging import Asked, Cursor, Limit, Page, answer
from astrarium.service.permissions import Caller
from astrarium.service.webhooks import deliveries, replaying
from astrarium.service.webhooks.deliveries import DeliveriesQuery
from astrarium.service.webhooks.replaying import Which
from astrarium.service.webhooks.routes import OWN
from astrarium.service.webhooks.schemas import Delivery, LoggedDelivery, Replay
from astrarium.service.webhooks.schemas import State as DeliveryState


@post(
    "/webhooks/{webhook_id:uuid}/test",
    tags=["webhooks"],
    status_code=202,
    responses=answers.of_nothing(*OWN, "not_found", "webhook_disabled"),
    permission="webhooks:write",
)
async def test_webhook(
    webhook_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[Delivery]:
    """Send an event of type `webhook.test` there, and there alone.

    The answer is its delivery; read that again for what came of it.
    """
    async with database.of(caller.account_id) as transaction:
        return _accepted(await deliveries.test(transaction, caller.account_id, webhook_id, now=state.now()))


@get(
    "/webhooks/{webhook_id:uuid}/deliveries",
    tags=["webhooks"],
    responses=answers.of_query(*OWN, "not_found"),
    permission="webhooks:read",
)
async def list_deliveries(
    webhook_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Annotated[str, deliveries.LISTING.sort] = deliveries.LISTING.default,
    state_: Annotated[
        DeliveryState | None, QueryParameter(name="state", description="Those that stand so.")
    ] = None,
    event_type: Annotated[
        str | None,
        QueryParameter(max_length=64, pattern=r"^[!-~]*$", description="Those of one type of event."),
    ] = None,
) -> Response[Page[Delivery]]:
    """List what was sent to a webhook, and what waits, page by page.

    Deliveries are kept for thirty days.
    """
    query = DeliveriesQuery(state=state_, event_type=event_type)
    async with database.reading(caller.account_id) as transaction:
        page = await deliveries.browse(
            transaction, caller.account_id, webhook_id, query, Asked(limit, cursor, sort)
        )
    return answer(page, request)


@get(
    "/webhooks/deliveries/{delivery_id:uuid}",
    tags=["webhooks"],
    responses=answers.of_nothing(*OWN, "not_found"),
    permission="webhooks:read",
)
async def read_delivery(
    delivery_id: FromPath[UUID], database: NamedDependency[Database], caller: NamedDependency[Caller]
) -> LoggedDelivery:
    """Read one delivery: what was sent, and what came of each try, with the first kilobyte of the answer."""
    async with database.reading(caller.account_id) as transaction:
        return await deliveries.read(transaction, caller.account_id, delivery_id)


@post(
    "/webhooks/deliveries/{delivery_id:uuid}/replay",
    tags=["webhooks"],
    status_code=202,
    responses=answers.of_nothing(*OWN, "not_found", "webhook_disabled"),
    permission="webhooks:write",
)
async def replay_delivery(
    delivery_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[Delivery]:
    """Send the event of a delivery there again.

    It has the same `webhook-id`, by which the receiver knows whether it has it already. The answer is a new delivery.
    """
    async with database.of(caller.account_id) as transaction:
        return _accepted(
            await deliveries.replay(transaction, caller.account_id, delivery_id, now=state.now())
        )


@post(
    "/webhooks/{webhook_id:uuid}/replay",
    tags=["webhooks"],
    status_code=202,
    responses=answers.of_query(*OWN, "not_found", "webhook_disabled"),
    permission="webhooks:write",
)
async def replay_since(
    webhook_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    since: Annotated[
        datetime | None,
        QueryParameter(description="The first instant of the events; else all that are kept."),
    ] = None,
    which: Annotated[
        Which,
        QueryParameter(description="`undelivered` leaves out what has arrived there, or is on its way."),
    ] = "all",
) -> Response[Replay]:
    """Send every event since a time there again, of the types that it asks for now.

    Events are kept for thirty days, also those from before the webhook asked for them or while it was disabled, as long
    as the account had one that did. They are sent as a job, oldest first, each with the same `webhook-id` as before.
    """
    async with database.of(caller.account_id) as transaction:
        begun = await replaying.order(
            transaction, caller.account_id, webhook_id, since=since, which=which, now=state.now()
        )
    return Response(begun, status_code=202, headers={"Location": f"/api/v1/jobs/{begun.job_id}"})


def _accepted(delivery: Delivery) -> Response[Delivery]:
    headers = {"Location": f"/api/v1/webhooks/deliveries/{delivery.id}"}
    return Response(delivery, status_code=202, headers=headers)


ROUTES: Final = (test_webhook, list_deliveries, read_delivery, replay_delivery, replay_since)
