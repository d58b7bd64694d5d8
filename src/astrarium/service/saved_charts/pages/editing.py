"""The form that changes a saved chart."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from astrarium.errors import AstrariumError
from astrarium.service.charts import service as charts
from astrarium.service.database.transactions import Database
from astrarium.service.permissions import Caller
from astrarium.service.problems import BROKEN_INSTALLATION, kind_of
from astrarium.service.saved_charts import folders, service
from astrarium.service.saved_charts.pages import form as forms
from astrarium.service.saved_charts.pages.form import ASPECTS, OWN, SavedChartForm
from astrarium.service.saved_charts.pages.listing import CHARTS
from astrarium.service.saved_charts.schemas import SavedChart
from astrarium.service.trash import InTrash
from astrarium.service.web.form_pages import UNLISTED, lead
from astrarium.service.web.posted import posted
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest

EDIT: Final = f"{CHARTS}/{{chart_id:uuid}}/edit"


@get(EDIT, include_in_schema=False, permission="charts:write")
async def edit_chart_page(
    request: AnyRequest,
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[Any]:
    """The form with what is kept of a chart."""
    saved = await service.read(database, caller.account_id, chart_id, now=state.now())
    if saved.trashed_at is not None:
        raise InTrash(service.WHAT)
    return await _form_page(request, database, caller, forms.of_chart(saved), saved)


@post(EDIT, include_in_schema=False, permission="charts:write", status_code=200)
async def take_chart(
    request: AnyRequest,
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[Any]:
    """Change a chart, unless somebody else did so since the form was shown."""
    sent = await posted(request)
    form = forms.of_posted(sent)
    saved = await service.read(database, caller.account_id, chart_id, now=state.now())
    try:
        wanted = forms.change_of(form, saved)
        async with database.of(caller.account_id) as transaction:
            await service.change(
                transaction,
                caller.account_id,
                chart_id,
                wanted,
                now=state.now(),
                if_match=sent.text("etag") or None,
            )
    except InTrash:
        raise
    except AstrariumError as error:
        if error.code in BROKEN_INSTALLATION:
            raise
        return await _form_page(request, database, caller, form, saved, error)
    return lead(f"{CHARTS}/{chart_id}", done="changed")


async def _form_page(
    request: AnyRequest,
    database: Database,
    caller: Caller,
    form: SavedChartForm,
    saved: SavedChart,
    error: AstrariumError | None = None,
) -> Response[Any]:
    async with database.reading(caller.account_id) as transaction:
        all_folders = await folders.names(transaction, caller.account_id)
    own = [charts.Option(OWN, "The one of its own")] if form.birth.zodiac == OWN else []
    return page(
        request,
        "saved_chart_form.html",
        status=200 if error is None else kind_of(error.code).status,
        headers=UNLISTED,
        form=form.birth,
        chart_form=form,
        saved=saved,
        etag=service.etag(saved),
        fault=None if error is None else charts.remedy(error, form.birth),
        zodiacs=[*own, *charts.zodiac_options()],
        systems=charts.system_options(),
        aspects=ASPECTS,
        folders=all_folders,
    )


ROUTES: Final = (edit_chart_page, take_chart)
