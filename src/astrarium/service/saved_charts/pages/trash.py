"""The trash of saved charts: what goes there, comes back, or is deleted for good."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from astrarium.service.database.transactions import Database
from astrarium.service.errors import NotFound
from astrarium.service.http.paging import Asked, Cursor
from astrarium.service.permissions import Caller
from astrarium.service.saved_charts import service
from astrarium.service.saved_charts.pages.listing import CHARTS, NOTICES, SHOWN
from astrarium.service.saved_charts.service import LISTING, ChartsQuery
from astrarium.service.trash import KEPT
from astrarium.service.web.form_pages import UNLISTED, lead, notice
from astrarium.service.web.lists import ListAddress
from astrarium.service.web.posted import posted
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest

TRASH: Final = f"{CHARTS}/trash"


@get(TRASH, include_in_schema=False, permission="charts:read")
async def charts_trash_page(
    request: AnyRequest,
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    cursor: Cursor = None,
) -> Response[Any]:
    """What lies in the trash, and until when."""
    asked = Asked(SHOWN, cursor, LISTING.default)
    async with database.reading(caller.account_id) as transaction:
        found = await service.browse(
            transaction, caller.account_id, ChartsQuery(trashed=True), asked, now=state.now()
        )
    return page(
        request,
        "saved_charts_trash.html",
        headers=UNLISTED,
        charts=found.items,
        next=found.next,
        is_first=cursor is None,
        address=ListAddress(TRASH),
        kept_for=KEPT,
        notice=notice(request, NOTICES),
    )


@post(
    f"{CHARTS}/{{chart_id:uuid}}/trash", include_in_schema=False, permission="charts:write", status_code=303
)
async def trash_chart(
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Put a chart into the trash, and say where to undo that."""
    async with database.of(caller.account_id) as transaction:
        await service.throw_away(transaction, caller.account_id, chart_id, now=state.now())
    return lead(CHARTS, done="trashed", about=chart_id)


@post(
    f"{CHARTS}/{{chart_id:uuid}}/restore",
    include_in_schema=False,
    permission="charts:write",
    status_code=303,
)
async def restore_chart(
    request: AnyRequest,
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Take a chart out of the trash."""
    back = (await posted(request)).text("back")
    async with database.of(caller.account_id) as transaction:
        await service.restore(transaction, caller.account_id, chart_id, now=state.now())
    if back == "one":
        return lead(f"{CHARTS}/{chart_id}", done="restored")
    return lead(CHARTS, done="restored", about=chart_id)


@post(
    f"{CHARTS}/{{chart_id:uuid}}/purge", include_in_schema=False, permission="charts:write", status_code=303
)
async def purge_chart(
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Delete for good a chart that lies in the trash; one that is gone already is as good as deleted."""
    try:
        async with database.of(caller.account_id) as transaction:
            await service.purge(transaction, caller.account_id, chart_id, now=state.now())
    except NotFound:
        return lead(TRASH)
    return lead(TRASH, done="purged")


@post(f"{TRASH}/purge", include_in_schema=False, permission="charts:write", status_code=303)
async def empty_charts_trash(
    database: NamedDependency[Database], caller: NamedDependency[Caller], state: State
) -> Redirect:
    """Delete for good every chart that lies in the trash."""
    async with database.of(caller.account_id) as transaction:
        await service.empty_trash(transaction, caller.account_id, now=state.now())
    return lead(TRASH, done="emptied")


ROUTES: Final = (charts_trash_page, trash_chart, restore_chart, purge_chart, empty_charts_trash)
