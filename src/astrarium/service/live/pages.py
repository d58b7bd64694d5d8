"""The page of notifications: what the account was told, the latest first, and marked as read."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from astrarium.service.database.transactions import Database
from astrarium.service.http.paging import Asked, Cursor
from astrarium.service.live import notifying
from astrarium.service.live.schemas import Notification
from astrarium.service.permissions import Caller
from astrarium.service.web.form_pages import UNLISTED, lead, notice
from astrarium.service.web.lists import ListAddress
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest
from astrarium.service.web.words import named

NOTIFICATIONS: Final = "/notifications"
SHOWN: Final = 50
NOTICES: Final = {"read": "All are marked as read."}

Data = Mapping[str, Any]
_TOLD: Final[dict[str, Callable[[Data], tuple[str, str]]]] = {
    "webhook.disabled": lambda data: (
        f"Nothing is sent to {data.get('url', 'a webhook')} any more.",
        f"/webhooks/{data.get('webhook_id', '')}",
    ),
    "batch.finished": lambda data: ("A batch is finished.", f"/batches/{data.get('batch_id', '')}"),
    "batch.failed": lambda data: ("A batch has failed.", f"/batches/{data.get('batch_id', '')}"),
}
"""The sentence and the address of each kind of notification."""


class Line(msgspec.Struct, frozen=True):
    """A notification as the page tells it."""

    notification: Notification
    words: str
    address: str


@get(NOTIFICATIONS, include_in_schema=False, permission="notifications:read")
async def notifications_page(
    request: AnyRequest,
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    cursor: Cursor = None,
) -> Response[Any]:
    """What the account was notified of."""
    async with database.reading(caller.account_id) as transaction:
        asked = Asked(SHOWN, cursor, notifying.LISTING.default)
        found = await notifying.browse(transaction, caller.account_id, asked, unread=None)
        unread = await notifying.count_unread(transaction, caller.account_id)
    return page(
        request,
        "notifications.html",
        headers=UNLISTED,
        lines=[_line(one) for one in found.items],
        unread=unread,
        next=found.next,
        is_first=cursor is None,
        address=ListAddress(NOTIFICATIONS),
        notice=notice(request, NOTICES),
    )


@post(
    f"{NOTIFICATIONS}/{{notification_id:uuid}}/read",
    include_in_schema=False,
    permission="notifications:write",
    status_code=303,
)
async def take_read(
    notification_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Mark one as read."""
    async with database.of(caller.account_id) as transaction:
        await notifying.mark_read(transaction, caller.account_id, notification_id, now=state.now())
    return lead(NOTIFICATIONS)


@post(f"{NOTIFICATIONS}/read", include_in_schema=False, permission="notifications:write", status_code=303)
async def take_all_read(
    database: NamedDependency[Database], caller: NamedDependency[Caller], state: State
) -> Redirect:
    """Mark all as read."""
    async with database.of(caller.account_id) as transaction:
        await notifying.mark_all_read(transaction, caller.account_id, now=state.now())
    return lead(NOTIFICATIONS, done="read")


def _line(one: Notification) -> Line:
    told = _TOLD.get(one.kind)
    words, address = told(one.data) if told else (named(one.kind.replace(".", " ")) + ".", "")
    return Line(one, words, address)


ROUTES: Final = (notifications_page, take_read, take_all_read)
