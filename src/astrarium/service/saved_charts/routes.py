"""Saved charts over the API."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from astrarium.service import problems
from astrarium.service.database.transactions import Database
from astrarium.service.http import answers
from astrarium.service.http.conditional import IfMatch
from astrarium.service.http.paging import Asked, Cursor, Limit, Page, answer
from astrarium.service.labels import WORDS
from astrarium.service.permissions import Caller
from astrarium.service.saved_charts import service
from astrarium.service.saved_charts.schemas import ChartChange, ChartDraft, ChartSummary, SavedChart
from astrarium.service.saved_charts.service import ChartsQuery

_ACCOUNT: Final = ("not_signed_in", "not_permitted")
_CHART: Final = (*problems.OF_THE_BIRTH, *problems.OF_THE_CHART)


@post(
    "/charts/saved",
    tags=["saved charts"],
    responses=answers.of_body(*_ACCOUNT, *_CHART, "not_found", "in_trash", "storage_full"),
    permission="charts:write",
)
async def save_chart(
    data: JSONBody[ChartDraft],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[SavedChart]:
    """Save a chart.

    What is kept is the birth, as written and as understood, the settings, and the receipt; the chart is cast from them
    at each reading. A chart of a saved person (`person_id`) follows the person's birth.
    """
    limit = service.QUOTA.of(caller.tier)
    async with database.of(caller.account_id) as transaction:
        saved = await service.save(transaction, caller.account_id, data, now=state.now(), limit=limit)
    headers = {"Location": f"/api/v1/charts/saved/{saved.id}", "ETag": service.etag(saved)}
    return Response(saved, status_code=201, headers=headers)


@get("/charts/saved", tags=["saved charts"], responses=answers.of_query(*_ACCOUNT), permission="charts:read")
async def list_saved_charts(
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    state: State,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Annotated[str, service.LISTING.sort] = service.LISTING.default,
    name: Annotated[
        str | None,
        QueryParameter(
            min_length=1, max_length=200, pattern=WORDS, description="How the name begins, in any case."
        ),
    ] = None,
    folder: Annotated[
        str | None, QueryParameter(max_length=50, pattern=WORDS, description="The folder that they are in.")
    ] = None,
    tag: Annotated[
        str | None, QueryParameter(max_length=50, pattern=WORDS, description="A tag that they bear.")
    ] = None,
    person_id: Annotated[UUID | None, QueryParameter(description="Whose they are.")] = None,
    trashed: Annotated[bool, QueryParameter(description="Those in the trash instead.")] = False,
) -> Response[Page[ChartSummary]]:
    """List saved charts, page by page.

    The latest come first, unless `sort` says otherwise. The list tells what a chart is of, and its receipt; the chart
    itself comes with `GET /charts/saved/{chart_id}`.
    """
    query = ChartsQuery(name=name, folder=folder, tag=tag, person_id=person_id, trashed=trashed)
    async with database.reading(caller.account_id) as transaction:
        page = await service.browse(
            transaction, caller.account_id, query, Asked(limit, cursor, sort), now=state.now()
        )
    return answer(page, request)


@get(
    "/charts/saved/{chart_id:uuid}",
    tags=["saved charts"],
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="charts:read",
)
async def read_saved_chart(
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
) -> Response[SavedChart]:
    """Read one saved chart, cast anew.

    `receipt` says whether it is the chart that was saved, to the byte, and else what has changed since: the birth, the
    engine, or a table by its name.
    """
    state = request.app.state  # the parameter `state` is a copy, which costs more than it is worth here
    saved = await service.read(database, caller.account_id, chart_id, now=state.now(), cache=state.cache)
    return _tagged(saved)


@patch(
    "/charts/saved/{chart_id:uuid}",
    tags=["saved charts"],
    responses=answers.of_body(*_ACCOUNT, *_CHART, "not_found", "in_trash", "precondition_failed"),
    permission="charts:write",
)
async def change_saved_chart(
    chart_id: FromPath[UUID],
    data: JSONBody[ChartChange],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    if_match: IfMatch = None,
) -> Response[SavedChart]:
    """Change a saved chart.

    Fields that are left out stay as they are, and `null` empties one that may be empty. Another birth or other
    settings give it another receipt.
    """
    async with database.of(caller.account_id) as transaction:
        changed = await service.change(
            transaction, caller.account_id, chart_id, data, now=state.now(), if_match=if_match
        )
    return _tagged(changed)


@post(
    "/charts/saved/{chart_id:uuid}/renew",
    tags=["saved charts"],
    status_code=200,
    responses=answers.of_nothing(*_ACCOUNT, *_CHART, "not_found", "in_trash", "precondition_failed"),
    permission="charts:write",
)
async def renew_saved_chart(
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    if_match: IfMatch = None,
) -> Response[SavedChart]:
    """Take over what a saved chart is today.

    Its birth is understood anew by the tables in use, and the receipt of today becomes the one that it is compared
    with.
    """
    async with database.of(caller.account_id) as transaction:
        renewed = await service.renew(
            transaction, caller.account_id, chart_id, now=state.now(), if_match=if_match
        )
    return _tagged(renewed)


@delete(
    "/charts/saved/{chart_id:uuid}",
    tags=["saved charts"],
    status_code=204,
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="charts:write",
)
async def trash_saved_chart(
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> None:
    """Put a saved chart into the trash.

    It can be restored for thirty days, then it is purged; links that share it show nothing meanwhile. Doing it twice is
    doing it once.
    """
    async with database.of(caller.account_id) as transaction:
        await service.throw_away(transaction, caller.account_id, chart_id, now=state.now())


@post(
    "/charts/saved/{chart_id:uuid}/restore",
    tags=["saved charts"],
    status_code=200,
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="charts:write",
)
async def restore_saved_chart(
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[SavedChart]:
    """Take a saved chart out of the trash.

    One that does not lie there is answered as it is.
    """
    async with database.of(caller.account_id) as transaction:
        return _tagged(await service.restore(transaction, caller.account_id, chart_id, now=state.now()))


@post(
    "/charts/saved/{chart_id:uuid}/purge",
    tags=["saved charts"],
    status_code=204,
    responses=answers.of_nothing(*_ACCOUNT, "not_found", "not_in_trash"),
    permission="charts:write",
)
async def purge_saved_chart(
    chart_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> None:
    """Delete for good a saved chart that lies in the trash.

    There is no way back; links that share it are gone with it.
    """
    async with database.of(caller.account_id) as transaction:
        await service.purge(transaction, caller.account_id, chart_id, now=state.now())


def _tagged(chart: SavedChart) -> Response[SavedChart]:
    return Response(chart, headers={"ETag": service.etag(chart)})


ROUTES: Final = (
    save_chart, list_saved_charts, read_saved_chart, change_saved_chart, renew_saved_chart,
    trash_saved_chart, restore_saved_chart, purge_saved_chart,
)  # fmt: skip
