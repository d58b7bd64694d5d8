"""Keeping the chart of a page: one button for whoever is signed in, and its place in their charts once it is kept."""

from typing import Any, Final

from litestar import Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.response import Redirect

from astrarium.chart.natal import cast
from astrarium.chart.structs import Chart
from astrarium.errors import AstrariumError
from astrarium.reading.moments import day
from astrarium.service.charts import form as forms
from astrarium.service.charts.form import ChartForm
from astrarium.service.database.transactions import Database
from astrarium.service.permissions import Caller
from astrarium.service.saved_charts import service as saved_charts
from astrarium.service.web.posted import posted
from astrarium.service.web.visitor import AnyRequest, visitor_of
from astrarium.service.web.words import listed

KEEP: Final = "/chart/keep"
UNLISTED: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


async def kept_as(request: AnyRequest, database: Database, form: ChartForm, made: Chart) -> str:
    """The name that whoever looks at a chart has kept it under; none for a stranger, or while it is not kept."""
    if not visitor_of(request).is_signed_in:
        return ""
    caller: Caller = request.scope["state"]["caller"]
    name = _name(made)
    async with database.of(caller.account_id) as transaction:
        is_kept = await saved_charts.is_kept(transaction, caller.account_id, name, forms.request_of(form))
    return name if is_kept else ""


@post(KEEP, include_in_schema=False, permission="charts:write", status_code=303)
async def keep(
    request: AnyRequest, caller: NamedDependency[Caller], database: NamedDependency[Database], state: State
) -> Response[Any]:
    """Keep a chart, once however often it is asked for, and lead back to it; one that cannot be cast says why there."""
    form = forms.read((await posted(request)).typed("chart"))
    back = Redirect(f"/chart?{forms.query_of(form)}", status_code=303, headers=UNLISTED)
    try:
        asked = forms.request_of(form)
        name = _name(cast(asked))
    except AstrariumError:
        return back
    limit = saved_charts.QUOTA.of(caller.tier)
    async with database.of(caller.account_id) as transaction:
        await saved_charts.keep(transaction, caller.account_id, name, asked, now=state.now(), limit=limit)
    return back


def _name(made: Chart) -> str:
    """What a chart is kept under: its name, else its day and place."""
    return made.name or listed(day(made.time.local), made.place.name)
