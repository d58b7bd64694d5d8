"""What can be done with people.

Every function works on the rows of one account, in a transaction of that account.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET
from sqlalchemy import Row, Select, insert, select, update

from astrarium.civil.birth import Birth
from astrarium.service import births, trash
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Transaction
from astrarium.service.errors import NotFound
from astrarium.service.holdings import Quota, make_room
from astrarium.service.http import paging
from astrarium.service.http.conditional import require_match, tag_of
from astrarium.service.http.paging import Asked, Listing, Page
from astrarium.service.labels import name_key, prefix_bounds, tidy_line, tidy_name, tidy_tags
from astrarium.service.people.models import people
from astrarium.service.people.schemas import (
    Person,
    PersonChange,
    PersonDraft,
    PersonSummary,
    SavedPerson,
)
from astrarium.service.webhooks.service import ChangedPersonData, PersonData, announce

WHAT: Final = "person"
QUOTA: Final = Quota(free=200, basic=2_000, premium=20_000)
LISTING: Final = Listing(
    "people",
    key=people.c.id,
    sorts={"created_at": people.c.created_at, "name": people.c.name_key, "born": people.c.born_at},
    default="-created_at",
)
MOST_DUPLICATES: Final = 5

_SUMMARY: Final = (
    people.c.id,
    people.c.name,
    people.c.relation,
    people.c.tags,
    people.c.accuracy,
    people.c.understood["utc"].astext.label("utc"),
    people.c.understood["local"].astext.label("local"),
    people.c.understood["known"].astext.label("known"),
    people.c.understood["place"]["name"].astext.label("place"),
    people.c.understood["place"]["country"].astext.label("country"),
    people.c.version,
    people.c.created_at,
    people.c.updated_at,
    people.c.trashed_at,
)


class PeopleQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which people: those whose name begins with `name`, who bear `tag` and are `relation`; kept, or in the trash."""

    name: str | None = None
    tag: str | None = None
    relation: str | None = None
    trashed: bool = False


def etag(person: Person) -> str:
    """The `ETag` of a person: another one with every change."""
    return tag_of(person.id, person.version)


async def save(
    transaction: Transaction, account_id: UUID, draft: PersonDraft, *, now: datetime, limit: int | None
) -> SavedPerson:
    """Keep a person. Saving twice keeps two; the answer names the ones that look the same.

    Raises `StorageFull` where the account has `limit` people, `InvalidBody`, and every error of a birth.
    """
    row = row_of(account_id, new_id(), draft, now=now)
    await make_room(transaction, people, account_id, count=1, limit=limit, what="people")
    duplicates = await _duplicates(transaction, row)
    saved = (await transaction.execute(insert(people).values(row).returning(people))).one()
    await _tell(transaction, account_id, "person.saved", saved.id, now=now)
    return msgspec.structs.replace(
        msgspec.convert(saved, SavedPerson, from_attributes=True), duplicates=duplicates
    )


async def read(transaction: Transaction, account_id: UUID, person_id: UUID, *, now: datetime) -> Person:
    """One person, be it in the trash; raises `NotFound`."""
    return await _one(
        transaction, select(people).where(*trash.is_there(people, account_id, person_id, now=now))
    )


async def births_of(
    transaction: Transaction, account_id: UUID, person_ids: Collection[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The births of those that are the account's and kept, as they were written, by their ids."""
    wanted = select(people.c.id, people.c.birth).where(
        people.c.account_id == account_id, people.c.id.in_(person_ids), people.c.trashed_at.is_(None)
    )
    return {row.id: row.birth for row in await transaction.execute(wanted)}


async def browse(
    transaction: Transaction, account_id: UUID, query: PeopleQuery, asked: Asked, *, now: datetime
) -> Page[PersonSummary]:
    """One page of the account's people; raises `InvalidSort` and `InvalidCursor`."""
    rows = _filtered(select(*_SUMMARY).where(people.c.account_id == account_id), query, now)
    asked = msgspec.structs.replace(asked, filters=msgspec.structs.asdict(query))
    return await paging.read(transaction, rows, LISTING, asked, _summary)


async def change(
    transaction: Transaction,
    account_id: UUID,
    person_id: UUID,
    wanted: PersonChange,
    *,
    now: datetime,
    if_match: str | None = None,
) -> Person:
    """Change what `wanted` names, and leave the rest.

    Raises `NotFound`, `PreconditionFailed`, `InTrash`, `InvalidBody`, and every error of a birth.
    """
    is_it = trash.is_there(people, account_id, person_id, now=now)
    kept = await _one(transaction, select(people).where(*is_it).with_for_update())
    require_match(if_match, etag(kept))
    if kept.trashed_at is not None:
        raise trash.InTrash(WHAT)
    values = _changed(wanted)
    if not values:
        return kept
    statement = update(people).where(*is_it).values(**values, **trash.as_of(people, now))
    changed = await _one(transaction, statement.returning(people))
    fields = tuple(name for name in wanted.__struct_fields__ if getattr(wanted, name) is not UNSET)
    data = ChangedPersonData(person_id=person_id, fields=fields)
    await announce(transaction, account_id, "person.changed", data, now=now)
    return changed


async def throw_away(transaction: Transaction, account_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Put a person into the trash; one that is there already stays as it is. Raises `NotFound`."""
    if await trash.put(transaction, people, account_id, person_id, now=now, what=WHAT):
        await _tell(transaction, account_id, "person.trashed", person_id, now=now)


async def restore(transaction: Transaction, account_id: UUID, person_id: UUID, *, now: datetime) -> Person:
    """Take a person out of the trash; one that is not there stays as it is. Raises `NotFound`, also after its time."""
    lay_there = await trash.has(transaction, people, account_id, person_id)
    row = await trash.take_out(transaction, people, account_id, person_id, now=now, what=WHAT)
    if lay_there:
        await _tell(transaction, account_id, "person.restored", person_id, now=now)
    return msgspec.convert(row, Person, from_attributes=True)


async def purge(transaction: Transaction, account_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Delete for good a person who lies in the trash. Raises `NotFound`, `NotInTrash`."""
    await trash.purge(transaction, people, account_id, person_id, now=now, what=WHAT)
    await _tell(transaction, account_id, "person.deleted", person_id, now=now)


async def empty_trash(transaction: Transaction, account_id: UUID, *, now: datetime) -> None:
    """Delete for good everybody who lies in the account's trash."""
    for person_id in await trash.empty(transaction, people, account_id):
        await _tell(transaction, account_id, "person.deleted", person_id, now=now)


async def purge_trash(transaction: Transaction, before: datetime) -> int:
    """Delete for good everybody who was put into the trash before `before`; a keeper's transaction reaches all."""
    return await trash.purge_before(transaction, people, before)


def row_of(account_id: UUID, person_id: UUID, draft: PersonDraft, *, now: datetime) -> dict[str, Any]:
    """The row of a new person; raises `InvalidBody` and every error of a birth."""
    return {
        "account_id": account_id,
        "id": person_id,
        "created_at": now,
        "updated_at": now,
        "relation": tidy_line(draft.relation),
        "tags": tidy_tags(draft.tags),
        "notes": draft.notes,
        "accuracy": draft.accuracy,
        **_name_columns(draft.name),
        **_birth_columns(draft.birth),
    }


async def _tell(
    transaction: Transaction, account_id: UUID, happened: str, person_id: UUID, *, now: datetime
) -> None:
    await announce(transaction, account_id, happened, PersonData(person_id=person_id), now=now)


def _changed(wanted: PersonChange) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if wanted.name is not UNSET:
        values |= _name_columns(wanted.name)
    if wanted.birth is not UNSET:
        values |= _birth_columns(wanted.birth)
    if wanted.relation is not UNSET:
        values["relation"] = tidy_line(wanted.relation)
    if wanted.tags is not UNSET:
        values["tags"] = tidy_tags(wanted.tags)
    if wanted.notes is not UNSET:
        values["notes"] = wanted.notes
    if wanted.accuracy is not UNSET:
        values["accuracy"] = wanted.accuracy
    return values


def _name_columns(name: str) -> dict[str, Any]:
    tidy = tidy_name(name)
    return {"name": tidy, "name_key": name_key(tidy)}


def _birth_columns(birth: Birth) -> dict[str, Any]:
    understood = births.understand(birth)
    return {
        "birth": births.written(birth),
        "understood": msgspec.to_builtins(understood),
        "born_at": understood.instant,
    }


def _filtered(statement: Select[Any], query: PeopleQuery, now: datetime) -> Select[Any]:
    statement = statement.where(trash.is_listed(people, trashed=query.trashed, now=now))
    if query.name is not None:
        first, last = prefix_bounds(query.name)
        statement = statement.where(people.c.name_key >= first, people.c.name_key <= last)
    if query.tag is not None:
        statement = statement.where(people.c.tags.contains([query.tag]))
    if query.relation is not None:
        statement = statement.where(people.c.relation == query.relation)
    return statement


async def _duplicates(transaction: Transaction, row: dict[str, Any]) -> tuple[UUID, ...]:
    alike = (
        select(people.c.id)
        .where(
            people.c.account_id == row["account_id"],
            people.c.trashed_at.is_(None),
            people.c.name_key == row["name_key"],
            people.c.born_at == row["born_at"],
        )
        .limit(MOST_DUPLICATES)
    )
    return tuple((await transaction.execute(alike)).scalars())


async def _one(transaction: Transaction, statement: Any) -> Person:  # noqa: ANN401  (whatever returns a person)
    found = (await transaction.execute(statement)).first()
    if found is None:
        raise NotFound(WHAT)
    return msgspec.convert(found, Person, from_attributes=True)


def _summary(row: Row[Any]) -> PersonSummary:
    return msgspec.convert(row, PersonSummary, from_attributes=True)
