"""People taken in and out as a whole, from a page."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromQuery

from astrarium.errors import AstrariumError
from astrarium.service import transfer
from astrarium.service.database.transactions import Database
from astrarium.service.http.bodies import decode
from astrarium.service.people import service
from astrarium.service.people import transfer as people
from astrarium.service.people.pages.listing import PEOPLE
from astrarium.service.permissions import Caller
from astrarium.service.problems import BROKEN_INSTALLATION
from astrarium.service.transfer import ImportReport
from astrarium.service.web.form_pages import lead
from astrarium.service.web.importing import Importing, importing_page, is_document, on_fault_of
from astrarium.service.web.posted import uploaded
from astrarium.service.web.visitor import AnyRequest

TRANSFER: Final = f"{PEOPLE}/transfer"
PAGE: Final = Importing(
    what="people",
    path=PEOPLE,
    api="/api/v1/people",
    title="People",
    columns=people.COLUMNS,
)


@get(TRANSFER, include_in_schema=False, permission="people:read", sync_to_thread=False)
def people_transfer_page(
    request: AnyRequest, saved: FromQuery[int | None] = None, known: FromQuery[int | None] = None
) -> Response[Any]:
    """Where people are taken out as a file and taken in from one; tells what became of the last import."""
    done = None if saved is None else ImportReport(saved, known or 0, ())
    return importing_page(request, PAGE, done)


@post(
    TRANSFER,
    include_in_schema=False,
    permission="people:write",
    status_code=200,
    request_max_body_size=transfer.LARGEST_BYTES,
)
async def take_people(
    request: AnyRequest, database: NamedDependency[Database], caller: NamedDependency[Caller], state: State
) -> Response[Any]:
    """Take in a document or a table of people, and tell every entry that cannot be kept."""
    try:
        form, content = await uploaded(request, "file")
        if is_document(content):
            document = decode(content, people.PeopleDocument)
            entries = people.of_document(document, caller.account_id, now=state.now())
        else:
            entries = people.of_table(content, caller.account_id, now=state.now())
        limit = service.QUOTA.of(caller.tier)
        async with database.of(caller.account_id) as transaction:
            report = await people.take_in(
                transaction,
                caller.account_id,
                entries,
                on_fault=on_fault_of(form),
                limit=limit,
                now=state.now(),
            )
    except AstrariumError as error:
        if error.code in BROKEN_INSTALLATION:
            raise
        return importing_page(request, PAGE, error=error)
    if report.faults:
        return importing_page(request, PAGE, report)
    return lead(TRANSFER, saved=str(report.saved), known=report.already_there)


ROUTES: Final = (people_transfer_page, take_people)
