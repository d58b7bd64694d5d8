"""The pages of saved charts: the list, and each of them with wheel and tables."""

from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from astrarium.service.charts import service as charts
from astrarium.service.database.transactions import Database
from astrarium.service.http.paging import Asked, Cursor
from astrarium.service.labels import WORDS
from astrarium.service.permissions import Caller
from astrarium.service.saved_charts import service
from astrarium.service.saved_charts.service import LISTING, ChartsQuery
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest

UNLISTED: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
SHOWN: Final = 50


@get("/charts", include_in_schema=False, permission="charts:read")
async def charts_page(
    request: AnyRequest,
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    name: Annotated[str, QueryParameter(max_length=200, pattern=WORDS)] = "",
    cursor: Cursor = None,
) -> Response[Any]:
    """Every chart that is kept, the latest first; the search is by how a name begins."""
    query = ChartsQuery(name=name or None)
    async with database.reading(caller.account_id) as transaction:
        found = await service.browse(
            transaction, caller.account_id, query, Asked(SHOWN, cursor, LISTING.default), now=state.now()
        )
    return page(
        request, "saved_charts.html", headers=UNLISTED, charts=found.items, next=found.next, name=name
    )


@get("/charts/{chart_id:uuid}", include_in_schema=False, permission="charts:read")
async def saved_chart_page(
    request: AnyRequest,
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[Any]:
    """One saved chart: wheel and tables."""
    shown = await service.show(database, caller.account_id, chart_id, now=state.now())
    chart = msgspec.structs.replace(shown.chart, name=shown.name)
    values = charts.read_only(chart, shown.request.birth)
    return page(request, "saved_chart.html", headers=UNLISTED, **values)


ROUTES: Final = (charts_page, saved_chart_page)
