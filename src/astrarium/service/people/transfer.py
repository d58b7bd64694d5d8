"""People taken in and out as a whole: a JSON document that round trips exactly, and a table of CSV."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Annotated, Any, Final, Literal, cast
from uuid import UUID

import msgspec
from sqlalchemy import select, tuple_

from astrarium.civil.birth import Birth
from astrarium.errors import AstrariumError
from astrarium.service import birth_tables, transfer
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.http.bodies import decode
from astrarium.service.labels import Line, Name, Notes, Tags
from astrarium.service.people.models import people
from astrarium.service.people.schemas import Accuracy, PersonDraft
from astrarium.service.people.service import row_of
from astrarium.service.transfer import Entry, ImportReport, OnFault
from astrarium.service.webhooks.service import ImportData, announce

FORMAT: Final = "astrarium-people"
VERSION: Final = 1
COLUMNS: Final = (
    "id",
    "created_at",
    "name",
    "relation",
    "tags",
    "notes",
    "accuracy",
    *birth_tables.BIRTH_COLUMNS,
)


class KeptPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A person in a document: what was written, with the id and the time of saving where those are to be kept."""

    name: Name
    birth: Birth
    id: UUID | None = None
    created_at: datetime | None = None
    relation: Line | None = None
    tags: Tags = ()
    notes: Notes = ""
    accuracy: Accuracy | None = None


class PeopleDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """People of one account, as `GET /people/export` writes them. Each is read on its own."""

    format: Literal["astrarium-people"]
    version: Literal[1]
    people: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=transfer.MOST_ENTRIES)]


def of_document(sent: PeopleDocument, account_id: UUID, *, now: datetime) -> Iterator[Entry]:
    """The entries of a document."""
    for index, raw in enumerate(sent.people):

        def row(raw: msgspec.Raw = raw) -> dict[str, Any]:
            return _row(account_id, decode(raw, KeptPerson), now=now)

        yield Entry(row, index=index)


def of_table(sent: bytes, account_id: UUID, *, now: datetime) -> Iterator[Entry]:
    """The entries of a table; raises `TableError` for one without births."""
    for read in birth_tables.read_rows(sent):

        def row(read: birth_tables.TableRow = read) -> dict[str, Any]:
            if isinstance(read.birth, AstrariumError):
                raise read.birth
            return _row(account_id, _person(read.cells, read.birth), now=now)

        yield Entry(row, line=read.line)


async def take_in(
    transaction: Transaction,
    account_id: UUID,
    entries: Iterator[Entry],
    *,
    on_fault: OnFault,
    limit: int | None,
    now: datetime,
) -> ImportReport:
    """Keep the entries of a document or a table; raises `ImportRefused`, `ImportTooLong` and `StorageFull`."""
    found = await transfer.rows_of(entries)
    report = await transfer.keep(
        transaction, people, account_id, found, on_fault=on_fault, limit=limit, what="people"
    )
    if report.saved:
        data = ImportData(count=report.saved)
        await announce(transaction, account_id, "person.imported", data, now=now)
    return report


def as_document(database: Database, account_id: UUID) -> AsyncIterator[bytes]:
    """Everybody who is kept, the trash left out, as a document."""
    return transfer.document(FORMAT, VERSION, "people", _all(database, account_id))


def as_table(database: Database, account_id: UUID) -> AsyncIterator[bytes]:
    """The same people as a table."""
    return transfer.table(COLUMNS, _lines(_all(database, account_id)))


async def _all(database: Database, account_id: UUID) -> AsyncIterator[KeptPerson]:
    columns = [people.c[name] for name in KeptPerson.__struct_fields__]
    wanted = select(*columns).where(people.c.account_id == account_id, people.c.trashed_at.is_(None))
    key = people.c.created_at, people.c.id

    async def fetch(after: tuple[datetime, UUID] | None, count: int) -> Any:  # noqa: ANN401  (rows)
        statement = wanted if after is None else wanted.where(tuple_(*key) > tuple_(*after))
        async with database.reading(account_id) as transaction:
            return (await transaction.execute(statement.order_by(*key).limit(count))).all()

    async for row in transfer.all_rows(fetch):
        yield msgspec.convert(row, KeptPerson, from_attributes=True)


async def _lines(entries: AsyncIterator[KeptPerson]) -> AsyncIterator[bytes]:
    async for one in entries:
        cells = [
            str(one.id),
            "" if one.created_at is None else one.created_at.isoformat(),
            one.name,
            one.relation or "",
            birth_tables.TAG_SEPARATOR.join(one.tags),
            one.notes,
            one.accuracy or "",
        ]
        yield birth_tables.csv_line([*cells, *birth_tables.cells_of(one.birth).values()])


def _person(cells: Any, birth: Birth) -> KeptPerson:  # noqa: ANN401  (cells by their columns)
    fields = {name: cells.get(name, "") for name in ("id", "created_at", "name", "relation", "accuracy")}
    written = {name: value.strip() for name, value in fields.items() if value.strip()}
    written |= {"tags": list(birth_tables.tags_of(cells.get("tags", ""))), "notes": cells.get("notes", "")}
    told = msgspec.json.encode({**written, "birth": birth})
    return cast("KeptPerson", decode(told, KeptPerson))


def _row(account_id: UUID, one: KeptPerson, *, now: datetime) -> dict[str, Any]:
    draft = PersonDraft(one.name, one.birth, one.relation, one.tags, one.notes, one.accuracy)
    row = row_of(account_id, one.id or new_id(), draft, now=now)
    return {**row, "created_at": transfer.saved_at(one.created_at, now)}
