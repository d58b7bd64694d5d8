"""The list of people: by the beginning of a name, by tag and relation, in the order that is wanted."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.errors import NotFound
from astrarium.service.http.paging import Asked, Cursor
from astrarium.service.labels import WORDS
from astrarium.service.people import service
from astrarium.service.people.schemas import Person
from astrarium.service.people.service import PeopleQuery
from astrarium.service.permissions import Caller
from astrarium.service.web.form_pages import UNLISTED, notice
from astrarium.service.web.lists import ListAddress
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest

PEOPLE: Final = "/people"
SHOWN: Final = 50
SORTS: Final = {
    "name": "By name",
    "-created_at": "Latest added first",
    "born": "Oldest first",
    "-born": "Youngest first",
}
NOTICES: Final = {
    "trashed": "is in the trash, and stays there for thirty days.",
    "restored": "is back among your people.",
    "purged": "Deleted for good.",
    "emptied": "The trash is empty.",
    "imported": "Imported.",
}

Words = Annotated[str, QueryParameter(max_length=200, pattern=WORDS)]


@get(PEOPLE, include_in_schema=False, permission="people:read")
async def people_page(
    request: AnyRequest,
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    name: Words = "",
    tag: Words = "",
    relation: Words = "",
    sort: Words = "",
    about: FromQuery[UUID | None] = None,
    cursor: Cursor = None,
) -> Response[Any]:
    """Everybody who is kept; `about` is the one whom `done` tells something of."""
    order = sort if sort in SORTS else "name"
    address = ListAddress(PEOPLE, {"name": name, "tag": tag, "relation": relation, "sort": order})
    asked = Asked(SHOWN, cursor, order)
    query = PeopleQuery(name=name or None, tag=tag or None, relation=relation or None)
    async with database.reading(caller.account_id) as transaction:
        found = await service.browse(transaction, caller.account_id, query, asked, now=state.now())
        told = None if about is None else await _told(transaction, caller, about, state)
    return page(
        request,
        "people.html",
        headers=UNLISTED,
        people=found.items,
        next=found.next,
        is_first=cursor is None,
        address=address,
        sorts=SORTS,
        notice=notice(request, NOTICES),
        about=told,
    )


async def _told(transaction: Transaction, caller: Caller, person_id: UUID, state: State) -> Person | None:
    try:
        return await service.read(transaction, caller.account_id, person_id, now=state.now())
    except NotFound:
        return None


ROUTES: Final = (people_page,)
