"""The trash of people: what goes there, comes back, or is deleted for good."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from astrarium.service.database.transactions import Database
from astrarium.service.errors import NotFound
from astrarium.service.http.paging import Asked, Cursor
from astrarium.service.people import service
from astrarium.service.people.pages.listing import NOTICES, PEOPLE, SHOWN
from astrarium.service.people.service import PeopleQuery
from astrarium.service.permissions import Caller
from astrarium.service.trash import KEPT
from astrarium.service.web.form_pages import UNLISTED, lead, notice
from astrarium.service.web.lists import ListAddress
from astrarium.service.web.posted import posted
from astrarium.service.web.templates import page
from astrarium.service.web.visitor import AnyRequest

TRASH: Final = f"{PEOPLE}/trash"


@get(TRASH, include_in_schema=False, permission="people:read")
async def people_trash_page(
    request: AnyRequest,
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    cursor: Cursor = None,
) -> Response[Any]:
    """Who lies in the trash, and until when."""
    asked = Asked(SHOWN, cursor, "name")
    async with database.reading(caller.account_id) as transaction:
        found = await service.browse(
            transaction, caller.account_id, PeopleQuery(trashed=True), asked, now=state.now()
        )
    return page(
        request,
        "people_trash.html",
        headers=UNLISTED,
        people=found.items,
        next=found.next,
        is_first=cursor is None,
        address=ListAddress(TRASH),
        kept_for=KEPT,
        notice=notice(request, NOTICES),
    )


@post(
    f"{PEOPLE}/{{person_id:uuid}}/trash", include_in_schema=False, permission="people:write", status_code=303
)
async def trash_person(
    person_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Put somebody into the trash, and say where to undo that."""
    async with database.of(caller.account_id) as transaction:
        await service.throw_away(transaction, caller.account_id, person_id, now=state.now())
    return lead(PEOPLE, done="trashed", about=person_id)


@post(
    f"{PEOPLE}/{{person_id:uuid}}/restore",
    include_in_schema=False,
    permission="people:write",
    status_code=303,
)
async def restore_person(
    request: AnyRequest,
    person_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Take somebody out of the trash."""
    back = (await posted(request)).text("back")
    async with database.of(caller.account_id) as transaction:
        await service.restore(transaction, caller.account_id, person_id, now=state.now())
    if back == "one":
        return lead(f"{PEOPLE}/{person_id}", done="restored")
    return lead(PEOPLE, done="restored", about=person_id)


@post(
    f"{PEOPLE}/{{person_id:uuid}}/purge", include_in_schema=False, permission="people:write", status_code=303
)
async def purge_person(
    person_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Redirect:
    """Delete for good somebody who lies in the trash; one who is gone already is as good as deleted."""
    try:
        async with database.of(caller.account_id) as transaction:
            await service.purge(transaction, caller.account_id, person_id, now=state.now())
    except NotFound:
        return lead(TRASH)
    return lead(TRASH, done="purged")


@post(f"{TRASH}/purge", include_in_schema=False, permission="people:write", status_code=303)
async def empty_people_trash(
    database: NamedDependency[Database], caller: NamedDependency[Caller], state: State
) -> Redirect:
    """Delete for good everybody who lies in the trash."""
    async with database.of(caller.account_id) as transaction:
        await service.empty_trash(transaction, caller.account_id, now=state.now())
    return lead(TRASH, done="emptied")


ROUTES: Final = (people_trash_page, trash_person, restore_person, purge_person, empty_people_trash)
