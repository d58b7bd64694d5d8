"""The list of saved charts: by the beginning of a name, by folder and tag, in the order that is wanted."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from astrarium.service.database.transactions import Database
from astrarium.service.errors import NotFound
from astrarium.service.http.paging import Asked, Cursor
from astrarium.service.labels import WORDS
from astrarium.service.permissions import Caller
from astrarium.service.saved_charts import folders, service
from astrarium.service.saved_charts.schemas import SavedChart
from astrarium.service.saved_charts.service import LISTING, ChartsQuery
from astrarium.service.web.form_pages import UNLISTED, notice
from astrarium.service.web.lists import ListAddress
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest

CHARTS: Final = "/charts"
SHOWN: Final = 50
SORTS: Final = {
    "-created_at": "Latest kept first",
    "created_at": "First kept first",
    "name": "By name",
    "-name": "By name, from the end",
}
NOTICES: Final = {
    "trashed": "is in the trash, and stays there for thirty days.",
    "restored": "is back among your charts.",
    "purged": "Deleted for good.",
    "emptied": "The trash is empty.",
    "imported": "Imported.",
}

Words = Annotated[str, QueryParameter(max_length=200, pattern=WORDS)]


@get(CHARTS, include_in_schema=False, permission="charts:read")
async def charts_page(
    request: AnyRequest,
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    name: Words = "",
    folder: Words = "",
    tag: Words = "",
    sort: Words = "",
    about: FromQuery[UUID | None] = None,
    cursor: Cursor = None,
) -> Response[Any]:
    """Every chart that is kept; `about` is the one of which `done` tells something."""
    order = sort if sort in SORTS else LISTING.default
    address = ListAddress(CHARTS, {"name": name, "folder": folder, "tag": tag, "sort": order})
    query = ChartsQuery(name=name or None, folder=folder or None, tag=tag or None)
    async with database.reading(caller.account_id) as transaction:
        found = await service.browse(
            transaction, caller.account_id, query, Asked(SHOWN, cursor, order), now=state.now()
        )
        all_folders = await folders.names(transaction, caller.account_id)
    return page(
        request,
        "saved_charts.html",
        headers=UNLISTED,
        charts=found.items,
        next=found.next,
        is_first=cursor is None,
        address=address,
        sorts=SORTS,
        folders=all_folders,
        notice=notice(request, NOTICES),
        about=None if about is None else await _told(database, caller, about, state),
    )


async def _told(database: Database, caller: Caller, chart_id: UUID, state: State) -> SavedChart | None:
    try:
        return await service.read(database, caller.account_id, chart_id, now=state.now())
    except NotFound:
        return None


ROUTES: Final = (charts_page,)
