"""Saved charts taken in and out as a whole, over the API."""

from typing import Annotated, Any, Final

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from litestar.response import Stream

from astrarium.service import problems, transfer
from astrarium.service.database.transactions import Database
from astrarium.service.http import answers
from astrarium.service.http.negotiation import JSON
from astrarium.service.permissions import Caller
from astrarium.service.saved_charts import service
from astrarium.service.saved_charts import transfer as saved_charts
from astrarium.service.saved_charts.transfer import ChartsDocument
from astrarium.service.transfer import ImportReport, OnFault

_ACCOUNT: Final = ("not_signed_in", "not_permitted")
_IMPORT: Final = (*_ACCOUNT, "invalid_parameter", "import_refused", "import_too_long", "storage_full")
_ON_FAULT: Final = QueryParameter(
    description="Where some entries cannot be kept: `stop` keeps none, `skip` keeps the others."
)


@get(
    "/charts/saved/export",
    tags=["saved charts"],
    responses=answers.of_nothing(*_ACCOUNT),
    permission="charts:read",
)
async def export_charts(database: NamedDependency[Database], caller: NamedDependency[Caller]) -> Stream:
    """Take out every saved chart as a JSON document.

    `POST /charts/saved/import` reads it, into this account or another, as exactly the same charts. What is in it is
    what they are cast from. The trash is left out.
    """
    parts = saved_charts.as_document(database, caller.account_id)
    return transfer.download(parts, name="charts.json", media_type=JSON)


@get(
    "/charts/saved/export/csv",
    tags=["saved charts"],
    media_type="text/csv",
    responses=answers.of_nothing(*_ACCOUNT),
    permission="charts:read",
)
async def export_charts_table(database: NamedDependency[Database], caller: NamedDependency[Caller]) -> Stream:
    """Take out every saved chart as a table of CSV.

    The columns of the births are those that `astrarium batch` reads.
    """
    parts = saved_charts.as_table(database, caller.account_id)
    return transfer.download(parts, name="charts.csv", media_type=transfer.CSV)


@post(
    "/charts/saved/import",
    tags=["saved charts"],
    status_code=200,
    request_max_body_size=transfer.LARGEST_BYTES,
    responses=answers.of_body(*_IMPORT),
    permission="charts:write",
)
async def import_charts(
    data: JSONBody[ChartsDocument],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    on_fault: Annotated[OnFault, _ON_FAULT] = "stop",
) -> ImportReport:
    """Take in a document of saved charts.

    An entry whose `id` is there already stays as it is, so that an import can be repeated. Each fault is told with the
    index of its entry.
    """
    entries = saved_charts.of_document(data, caller.account_id, now=state.now())
    limit = service.QUOTA.of(caller.tier)
    async with database.of(caller.account_id) as transaction:
        return await saved_charts.take_in(
            transaction, caller.account_id, entries, on_fault=on_fault, limit=limit, now=state.now()
        )


@post(
    "/charts/saved/import/csv",
    tags=["saved charts"],
    status_code=200,
    request_max_body_size=transfer.LARGEST_BYTES,
    operation_class=transfer.TableOperation,
    responses=answers.of_body(*_IMPORT, *problems.OF_THE_TABLE),
    permission="charts:write",
)
async def import_charts_table(
    request: Request[Any, Any, Any],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    on_fault: Annotated[OnFault, _ON_FAULT] = "stop",
) -> ImportReport:
    """Take in a table of births as saved charts.

    The columns are those of `astrarium batch` with `name`, and beside it `folder`, `tags` (separated by semicolons),
    `notes`, `settings` (JSON), `person_id`, `id` and `created_at`. Each fault is told with the line where its row
    begins.
    """
    transfer.require_csv(request.headers.get("content-type", ""))
    entries = saved_charts.of_table(await request.body(), caller.account_id, now=state.now())
    limit = service.QUOTA.of(caller.tier)
    async with database.of(caller.account_id) as transaction:
        return await saved_charts.take_in(
            transaction, caller.account_id, entries, on_fault=on_fault, limit=limit, now=state.now()
        )


ROUTES: Final = (export_charts, export_charts_table, import_charts, import_charts_table)
