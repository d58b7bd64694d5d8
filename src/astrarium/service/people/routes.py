"""People over the API: saved births of one account."""

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
from astrarium.service.people import service
from astrarium.service.people.schemas import Person, PersonChange, PersonDraft, PersonSummary, SavedPerson
from astrarium.service.people.service import PeopleQuery
from astrarium.service.permissions import Caller

_ACCOUNT: Final = ("not_signed_in", "not_permitted")


@post(
    "/people",
    tags=["people"],
    responses=answers.of_body(*_ACCOUNT, *problems.OF_THE_BIRTH, "storage_full"),
    permission="people:write",
)
async def save_person(
    data: JSONBody[PersonDraft],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[SavedPerson]:
    """Save a birth.

    It is kept as it was written, together with how it was understood: instant, zone and place. A birth that cannot be
    understood without guessing is refused as `POST /charts` refuses it.
    """
    limit = service.QUOTA.of(caller.tier)
    async with database.of(caller.account_id) as transaction:
        saved = await service.save(transaction, caller.account_id, data, now=state.now(), limit=limit)
    headers = {"Location": f"/api/v1/people/{saved.id}", "ETag": service.etag(saved)}
    return Response(saved, status_code=201, headers=headers)


@get("/people", tags=["people"], responses=answers.of_query(*_ACCOUNT), permission="people:read")
async def list_people(
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
    tag: Annotated[
        str | None, QueryParameter(max_length=50, pattern=WORDS, description="A tag that they bear.")
    ] = None,
    relation: Annotated[
        str | None, QueryParameter(max_length=50, pattern=WORDS, description="Who they are.")
    ] = None,
    trashed: Annotated[bool, QueryParameter(description="Those in the trash instead.")] = False,
) -> Response[Page[PersonSummary]]:
    """List saved births, page by page.

    The latest come first, unless `sort` says otherwise.
    """
    query = PeopleQuery(name=name, tag=tag, relation=relation, trashed=trashed)
    async with database.reading(caller.account_id) as transaction:
        page = await service.browse(
            transaction, caller.account_id, query, Asked(limit, cursor, sort), now=state.now()
        )
    return answer(page, request)


@get(
    "/people/{person_id:uuid}",
    tags=["people"],
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="people:read",
)
async def read_person(
    person_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[Person]:
    """Read one saved birth, be it in the trash."""
    async with database.reading(caller.account_id) as transaction:
        return _tagged(await service.read(transaction, caller.account_id, person_id, now=state.now()))


@patch(
    "/people/{person_id:uuid}",
    tags=["people"],
    responses=answers.of_body(
        *_ACCOUNT, *problems.OF_THE_BIRTH, "not_found", "in_trash", "precondition_failed"
    ),
    permission="people:write",
)
async def change_person(
    person_id: FromPath[UUID],
    data: JSONBody[PersonChange],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
    if_match: IfMatch = None,
) -> Response[Person]:
    """Change a saved birth.

    Fields that are left out stay as they are, and `null` empties one that may be empty. Saved charts of a person go by
    the birth as it is now.
    """
    async with database.of(caller.account_id) as transaction:
        changed = await service.change(
            transaction, caller.account_id, person_id, data, now=state.now(), if_match=if_match
        )
    return _tagged(changed)


@delete(
    "/people/{person_id:uuid}",
    tags=["people"],
    status_code=204,
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="people:write",
)
async def trash_person(
    person_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> None:
    """Put a saved birth into the trash.

    It can be restored for thirty days, then it is purged. Doing it twice is doing it once.
    """
    async with database.of(caller.account_id) as transaction:
        await service.throw_away(transaction, caller.account_id, person_id, now=state.now())


@post(
    "/people/{person_id:uuid}/restore",
    tags=["people"],
    status_code=200,
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="people:write",
)
async def restore_person(
    person_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> Response[Person]:
    """Take a saved birth out of the trash.

    One that does not lie there is answered as it is.
    """
    async with database.of(caller.account_id) as transaction:
        return _tagged(await service.restore(transaction, caller.account_id, person_id, now=state.now()))


@post(
    "/people/{person_id:uuid}/purge",
    tags=["people"],
    status_code=204,
    responses=answers.of_nothing(*_ACCOUNT, "not_found", "not_in_trash"),
    permission="people:write",
)
async def purge_person(
    person_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: State,
) -> None:
    """Delete for good a saved birth that lies in the trash.

    There is no way back. Charts that were saved of the person keep the birth.
    """
    async with database.of(caller.account_id) as transaction:
        await service.purge(transaction, caller.account_id, person_id, now=state.now())


def _tagged(person: Person) -> Response[Person]:
    return Response(person, headers={"ETag": service.etag(person)})


ROUTES: Final = (
    save_person, list_people, read_person, change_person, trash_person, restore_person, purge_person,
)  # fmt: skip
