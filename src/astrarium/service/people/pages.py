"""The pages of people: who is kept, and the chart of each."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from astrarium.service.charts import service as charts
from astrarium.service.database.transactions import Database
from astrarium.service.http.paging import Asked, Cursor
from astrarium.service.labels import WORDS
from astrarium.service.people import service
from astrarium.service.people.service import PeopleQuery
from astrarium.service.permissions import Caller
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest

UNLISTED: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
SHOWN: Final = 50


@get("/people", include_in_schema=False, permission="people:read")
async def people_page(
    request: AnyRequest,
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    name: Annotated[str, QueryParameter(max_length=200, pattern=WORDS)] = "",
    cursor: Cursor = None,
) -> Response[Any]:
    """Everybody who is kept, by name; the search is by how a name begins."""
    query = PeopleQuery(name=name or None)
    async with database.reading(caller.account_id) as transaction:
        found = await service.browse(
            transaction, caller.account_id, query, Asked(SHOWN, cursor, "name"), now=state.now()
        )
    return page(request, "people.html", headers=UNLISTED, people=found.items, next=found.next, name=name)


@get("/people/{person_id:uuid}", include_in_schema=False, permission="people:read")
async def person_page(
    person_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """The chart of one person."""
    async with database.reading(caller.account_id) as transaction:
        person = await service.read(transaction, caller.account_id, person_id, now=state.now())
    place = person.understood.place
    label = ", ".join(filter(None, (place.name, place.country)))
    address = charts.address_of(person.birth, label, person.understood.utc, person.name)
    return Redirect(address, status_code=303, headers=UNLISTED)


ROUTES: Final = (people_page, person_page)
