"""The page of a shared chart."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from astrarium.service.charts import service as charts
from astrarium.service.database.transactions import Database
from astrarium.service.permissions import EVERYONE
from astrarium.service.sharing import service
from astrarium.service.sharing.routes import UNLISTED
from astrarium.service.web.templates import page


@get("/shared/{token:str}", include_in_schema=False, permission=EVERYONE)
async def shared_chart(
    token: FromPath[str],
    request: Request[Any, Any, Any],
    database: NamedDependency[Database],
    state: State,
) -> Response[str]:
    """The chart that a share link shows: wheel and tables, with its name where that is wanted."""
    opened = await service.open_link(database, token, now=state.now())
    chart = msgspec.structs.replace(opened.shown.chart, name=opened.name)
    values = charts.read_only(chart, opened.shown.request.birth)
    return page(request, "shared.html", headers=UNLISTED, expires_at=opened.expires_at, **values)
