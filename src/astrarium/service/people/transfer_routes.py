"""People taken in and out as a whole, over the API."""

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
from astrarium.service.people import service
from astrarium.service.people import transfer as people
from astrarium.service.people.transfer import PeopleDocument
from astrarium.service.permissions import Caller
from astrarium.service.transfer import ImportReport, OnFault

_ACCOUNT: Final = ("not_signed_in", "not_permitted")
_IMPORT: Final = (*_ACCOUNT, "invalid_parameter", "import_refused", "import_too_long", "storage_full")
_ON_FAULT: Final = QueryParameter(
    description="Where some entries cannot be kept: `stop` keeps none, `skip` keeps the others."
)


@get("/people/export", tags=["people"], responses=answers.of_nothing(*_ACCOUNT), permission="people:read")
async def export_people(database: NamedDependency[Database], caller: NamedDependency[Caller]) -> Stream:
    """Take out every saved birth as a JSON document.

    `POST /people/import` reads it, into this account or another, as exactly the same people. The trash is left out.
    """
    parts = people.as_document(database, caller.account_id)
    return transfer.download(parts, name="people.json", media_type=JSON)


@get(
    "/people/export/csv",
    tags=["people"],
    media_type="text/csv",
    responses=answers.of_nothing(*_ACCOUNT),
    permission="people:read",
)
async def export_people_table(database: NamedDependency[Database], caller: NamedDependency[Caller]) -> Stream:
    """Take out every saved birth as a table of CSV.

    The columns of the births are those that `astrarium batch` reads.
    """
    parts = people.as_table(database, caller.account_id)
    return transfer.download(parts, name="people.csv", media_type=transfer.CSV)


@post(
    "/people/import",
    tags=["people"],
    status_code=200,
    request_max_body_size=transfer.LARGEST_BYTES,
    responses=answers.of_body(*_IMPORT),
    permission="people:write",
)
async def import_people(
    data: JSONBody[PeopleDocument],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    on_fault: Annotated[OnFault, _ON_FAULT] = "stop",
) -> ImportReport:
    """Take in a document of people.

    An entry whose `id` is there already stays as it is, so that an import can be repeated. Each fault is told with the
    index of its entry.
    """
    entries = people.of_document(data, caller.account_id, now=state.now())
    limit = service.QUOTA.of(caller.tier)
    async with database.of(caller.account_id) as transaction:
        return await people.take_in(
            transaction, caller.account_id, entries, on_fault=on_fault, limit=limit, now=state.now()
        )


@post(
    "/people/import/csv",
    tags=["people"],
    status_code=200,
    request_max_body_size=transfer.LARGEST_BYTES,
    operation_class=transfer.TableOperation,
    responses=answers.of_body(*_IMPORT, *problems.OF_THE_TABLE),
    permission="people:write",
)
async def import_people_table(
    request: Request[Any, Any, Any],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    on_fault: Annotated[OnFault, _ON_FAULT] = "stop",
) -> ImportReport:
    """Take in a table of births.

    The columns are those of `astrarium batch` with `name`, and beside it `relation`, `tags` (separated by semicolons),
    `notes`, `accuracy`, `id` and `created_at`. Each fault is told with the line where its row begins.
    """
    transfer.require_csv(request.headers.get("content-type", ""))
    entries = people.of_table(await request.body(), caller.account_id, now=state.now())
    limit = service.QUOTA.of(caller.tier)
    async with database.of(caller.account_id) as transaction:
        return await people.take_in(
            transaction, caller.account_id, entries, on_fault=on_fault, limit=limit, now=state.now()
        )


ROUTES: Final = (export_people, export_people_table, import_people, import_people_table)
