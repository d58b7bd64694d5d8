"""The page of one saved chart: wheel and tables, what it belongs to, and what has changed since it was kept."""

from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from astrarium.chart.structs import Chart
from astrarium.service.charts import service as charts
from astrarium.service.database.transactions import Database
from astrarium.service.errors import NotFound
from astrarium.service.people import service as people
from astrarium.service.permissions import Caller
from astrarium.service.saved_charts import folders, service
from astrarium.service.saved_charts.pages.listing import CHARTS
from astrarium.service.saved_charts.schemas import ChartChange, ChartDraft, SavedChart
from astrarium.service.trash import KEPT
from astrarium.service.web.form_pages import UNLISTED, lead, notice
from astrarium.service.web.posted import filled, posted
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest
from astrarium.service.web.words import enumerated, named

ONE: Final = f"{CHARTS}/{{chart_id:uuid}}"
NOTICES: Final = {
    "kept": "Kept.",
    "changed": "The changes are saved.",
    "moved": "Moved.",
    "copied": "This is the copy.",
    "renewed": "The chart is taken over as it is now.",
    "restored": "Restored from the trash.",
}


class Followed(msgspec.Struct, frozen=True):
    """The person whose birth a chart follows."""

    id: UUID
    name: str


@get(ONE, include_in_schema=False, permission="charts:read")
async def saved_chart_page(
    request: AnyRequest,
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[Any]:
    """One saved chart, or why it can no longer be cast."""
    saved, chart = await service.see(database, caller.account_id, chart_id, now=state.now())
    async with database.reading(caller.account_id) as transaction:
        all_folders = await folders.names(transaction, caller.account_id)
    values = {} if chart is None else charts.read_only(_named(chart, saved), saved.birth)
    return page(
        request,
        "saved_chart.html",
        headers=UNLISTED,
        saved=saved,
        person=await _person(database, caller, saved, state),
        changed=enumerated(_cause(one) for one in saved.receipt.changed),
        folders=all_folders,
        kept_for=KEPT,
        notice=notice(request, NOTICES),
        **{"chart": None, **values},
    )


@post(f"{ONE}/folder", include_in_schema=False, permission="charts:write", status_code=303)
async def move_chart(
    request: AnyRequest,
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Move a chart to another folder, or out of all."""
    folder = (await posted(request)).text("folder") or None
    wanted = ChartChange(folder=None) if folder is None else filled(ChartChange, folder=folder)
    async with database.of(caller.account_id) as transaction:
        await service.change(transaction, caller.account_id, chart_id, wanted, now=state.now())
    return lead(f"{CHARTS}/{chart_id}", done="moved")


@post(f"{ONE}/copies", include_in_schema=False, permission="charts:write", status_code=303)
async def copy_chart(
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Keep the chart once more, to be changed without the first one."""
    original = await service.read(database, caller.account_id, chart_id, now=state.now())
    of_person = original.person_id is not None
    draft = ChartDraft(
        name=f"{original.name[:180]} (copy)",
        birth=msgspec.UNSET if of_person else original.birth,
        person_id=original.person_id or msgspec.UNSET,
        settings=original.settings,
        folder=original.folder,
        tags=original.tags,
        notes=original.notes,
    )
    limit = service.QUOTA.of(caller.tier)
    async with database.of(caller.account_id) as transaction:
        made = await service.save(transaction, caller.account_id, draft, now=state.now(), limit=limit)
    return lead(f"{CHARTS}/{made.id}", done="copied")


@post(f"{ONE}/renewal", include_in_schema=False, permission="charts:write", status_code=303)
async def renew_chart(
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Take over what the chart is by now."""
    async with database.of(caller.account_id) as transaction:
        await service.renew(transaction, caller.account_id, chart_id, now=state.now())
    return lead(f"{CHARTS}/{chart_id}", done="renewed")


def _named(chart: Chart, saved: SavedChart) -> Chart:
    return msgspec.structs.replace(chart, name=saved.name)


def _cause(name: str) -> str:
    """What has changed since a chart was kept, in words."""
    return {"birth": "the birth", "engine": "the engine"}.get(name, f"the table of {named(name).lower()}")


async def _person(database: Database, caller: Caller, saved: SavedChart, state: State) -> Followed | None:
    """The person whose birth the chart follows."""
    if saved.person_id is None or not caller.may("people:read"):
        return None
    try:
        async with database.reading(caller.account_id) as transaction:
            found = await people.read(transaction, caller.account_id, saved.person_id, now=state.now())
    except NotFound:
        return None
    return Followed(found.id, found.name)


ROUTES: Final = (saved_chart_page, move_chart, copy_chart, renew_chart)
