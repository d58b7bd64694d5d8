"""Live news and notifications over the API."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, QueryParameter

from astrarium.service.database.transactions import Database
from astrarium.service.http import answers
from astrarium.service.http.operations import OPERATION
from astrarium.service.http.paging import Asked, Cursor, Limit, Page, answer
from astrarium.service.live import entrance, notifying, tickets
from astrarium.service.live.errors import StreamInBatch, UpgradeRequired
from astrarium.service.live.schemas import Notification, ReadAll, Unread
from astrarium.service.live.stream import MEDIA_TYPE, EventStream
from astrarium.service.live.tickets import Ticket
from astrarium.service.permissions import Caller

_ACCOUNT: Final = ("not_signed_in", "not_permitted")
_CONNECTING: Final = (
    *_ACCOUNT, "invalid_ticket", "invalid_credentials", "origin_not_allowed", "too_many_connections",
    "no_room_for_connections",
)  # fmt: skip
_PLACE: Final = rf"^[0-9]{{1,{entrance.LONGEST_PLACE}}}$"

Topics = Annotated[
    str,
    QueryParameter(
        max_length=100,
        description="What to be told of, separated by commas: `jobs`, `batches`, `notifications`, `sky`.",
    ),
]
After = Annotated[
    str | None,
    QueryParameter(
        pattern=_PLACE,
        description="The `id` of the last event that was read: what was missed since then comes first.",
    ),
]
TicketParameter = Annotated[
    str | None,
    QueryParameter(
        name="ticket",
        max_length=tickets.LONGEST,
        description="A ticket, where no other credentials can be sent.",
    ),
]
LastEventId = Annotated[
    str | None,
    HeaderParameter(
        name="Last-Event-ID",
        pattern=_PLACE,
        description="As `after`, which it goes before: browsers send it when they connect again.",
    ),
]


@get(
    "/live",
    tags=["live"],
    status_code=101,
    responses=answers.of_query(*_CONNECTING, "upgrade_required"),
    permission=entrance.PERMISSION,
    sync_to_thread=False,
)
def open_socket(
    topics: Topics = entrance.UNLESS_ASKED,  # noqa: ARG001  (they are read by the handshake's own application)
    after: After = None,  # noqa: ARG001
    ticket: TicketParameter = None,  # noqa: ARG001
) -> None:
    """Open a WebSocket that tells what happens to the account's things, as it happens.

    Its messages are JSON objects; the page on live news lists them. Ask for it as a WebSocket: a plain request is
    answered by 426.
    """
    raise UpgradeRequired


@get(
    "/live/stream",
    tags=["live"],
    media_type=MEDIA_TYPE,
    responses=answers.of_query(*_CONNECTING, "stream_in_batch")
    | {200: ResponseSpec(bytes, media_type=MEDIA_TYPE, description="Server-sent events, without an end.")},
    permission=entrance.PERMISSION,
    sync_to_thread=False,
)
def read_stream(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    state: State,
    topics: Topics = entrance.UNLESS_ASKED,
    after: After = None,
    ticket: TicketParameter = None,  # noqa: ARG001  (redeemed in front of routing)
    last_event_id: LastEventId = None,
) -> Response[bytes]:
    """Tell what happens to the account's things, as it happens: server-sent events.

    The same messages as over the WebSocket, for as long as the caller listens.
    """
    if request.scope["state"].get(OPERATION):
        raise StreamInBatch
    state.door.let_in(request.scope)
    place = entrance.place_of(last_event_id or after)
    return EventStream(state.hub, caller, entrance.topics_of(topics), place)


@post(
    "/live/tickets",
    tags=["live"],
    responses=answers.of_nothing(*_ACCOUNT),
    creates=False,
    permission=entrance.PERMISSION,
)
async def make_ticket(
    database: NamedDependency[Database], caller: NamedDependency[Caller], state: State
) -> Response[Ticket]:
    """Make a ticket that opens one live connection.

    For pages of other sites and for clients that can send neither a header nor a cookie: `?ticket=…` lets one
    connection in as the caller, once, within a minute.
    """
    async with database.of(caller.account_id) as transaction:
        ticket = await tickets.issue(transaction, caller, now=state.now())
    return Response(ticket, status_code=201, headers={"Cache-Control": "no-store"})


@get(
    "/notifications",
    tags=["notifications"],
    responses=answers.of_query(*_ACCOUNT),
    permission="notifications:read",
)
async def list_notifications(
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Annotated[str, notifying.LISTING.sort] = notifying.LISTING.default,
    unread: Annotated[bool | None, QueryParameter(description="Those unread, or those read.")] = None,
) -> Response[Page[Notification]]:
    """List what the account was notified of, page by page.

    The latest come first. Notifications are kept for ninety days.
    """
    async with database.reading(caller.account_id) as transaction:
        page = await notifying.browse(
            transaction, caller.account_id, Asked(limit, cursor, sort), unread=unread
        )
    return answer(page, request)


@get(
    "/notifications/unread",
    tags=["notifications"],
    responses=answers.of_nothing(*_ACCOUNT),
    permission="notifications:read",
)
async def count_unread(database: NamedDependency[Database], caller: NamedDependency[Caller]) -> Unread:
    """Tell how many notifications are unread."""
    async with database.reading(caller.account_id) as transaction:
        return Unread(await notifying.count_unread(transaction, caller.account_id))


@post(
    "/notifications/{notification_id:uuid}/read",
    tags=["notifications"],
    status_code=200,
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="notifications:write",
)
async def mark_read(
    notification_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Notification:
    """Mark a notification as read.

    One that was read before stays as it is.
    """
    async with database.of(caller.account_id) as transaction:
        return await notifying.mark_read(transaction, caller.account_id, notification_id, now=state.now())


@post(
    "/notifications/read-all",
    tags=["notifications"],
    status_code=200,
    responses=answers.of_nothing(*_ACCOUNT),
    permission="notifications:write",
)
async def mark_all_read(
    database: NamedDependency[Database], caller: NamedDependency[Caller], state: State
) -> ReadAll:
    """Mark all notifications as read."""
    async with database.of(caller.account_id) as transaction:
        return ReadAll(await notifying.mark_all_read(transaction, caller.account_id, now=state.now()))


ROUTES: Final = (
    open_socket, read_stream, make_ticket, list_notifications, count_unread, mark_read, mark_all_read,
)  # fmt: skip
