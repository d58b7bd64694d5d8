"""Saved charts taken in and out as a whole: a JSON document that round trips exactly, and a table of CSV."""

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
from astrarium.service.people import service as people
from astrarium.service.saved_charts.casting import note_sources
from astrarium.service.saved_charts.models import saved_charts
from astrarium.service.saved_charts.rows import row_of
from astrarium.service.saved_charts.schemas import ChartDraft, ChartSettings
from astrarium.service.transfer import Entry, ImportReport, OnFault
from astrarium.service.webhooks.service import ImportData, announce

FORMAT: Final = "astrarium-charts"
VERSION: Final = 1
COLUMNS: Final = (
    "id",
    "created_at",
    "name",
    "folder",
    "tags",
    "notes",
    "person_id",
    "settings",
    *birth_tables.BIRTH_COLUMNS,
)


class KeptChart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A chart in a document: what was written, with the id and the time of saving where those are to be kept.

    `person_id` counts where the account has such a person; `birth` is there in any case.
    """

    name: Name
    birth: Birth
    id: UUID | None = None
    created_at: datetime | None = None
    folder: Line | None = None
    tags: Tags = ()
    notes: Notes = ""
    person_id: UUID | None = None
    settings: ChartSettings = ChartSettings()


class ChartsDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Saved charts of one account, as `GET /charts/saved/export` writes them. Each is read on its own."""

    format: Literal["astrarium-charts"]
    version: Literal[1]
    charts: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=transfer.MOST_ENTRIES)]


def of_document(sent: ChartsDocument, account_id: UUID, *, now: datetime) -> Iterator[Entry]:
    """The entries of a document."""
    for index, raw in enumerate(sent.charts):

        def row(raw: msgspec.Raw = raw) -> dict[str, Any]:
            return _row(account_id, decode(raw, KeptChart), now=now)

        yield Entry(row, index=index)


def of_table(sent: bytes, account_id: UUID, *, now: datetime) -> Iterator[Entry]:
    """The entries of a table; raises `TableError` for one without births."""
    for read in birth_tables.read_rows(sent):

        def row(read: birth_tables.TableRow = read) -> dict[str, Any]:
            if isinstance(read.birth, AstrariumError):
                raise read.birth
            return _row(account_id, _chart(read.cells, read.birth), now=now)

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
    """Keep the entries of a document or a table.

    A chart stays that of its person where the account has that person with the same birth; else it has its own.
    Raises `ImportRefused`, `ImportTooLong` and `StorageFull`.
    """
    rows, faults = await transfer.rows_of(entries)
    known = await people.births_of(transaction, account_id, {row["person_id"] for row in rows} - {None})
    for row in rows:
        if known.get(row["person_id"]) != row["birth"]:
            row["person_id"] = None
    await note_sources(transaction)
    report = await transfer.keep(
        transaction,
        saved_charts,
        account_id,
        (rows, faults),
        on_fault=on_fault,
        limit=limit,
        what="saved charts",
    )
    if report.saved:
        data = ImportData(count=report.saved)
        await announce(transaction, account_id, "chart.imported", data, now=now)
    return report


def as_document(database: Database, account_id: UUID) -> AsyncIterator[bytes]:
    """Every chart that is kept, the trash left out, as a document."""
    return transfer.document(FORMAT, VERSION, "charts", _all(database, account_id))


def as_table(database: Database, account_id: UUID) -> AsyncIterator[bytes]:
    """The same charts as a table."""
    return transfer.table(COLUMNS, _lines(_all(database, account_id)))


async def _all(database: Database, account_id: UUID) -> AsyncIterator[KeptChart]:
    columns = [saved_charts.c[name] for name in KeptChart.__struct_fields__]
    wanted = select(*columns).where(
        saved_charts.c.account_id == account_id, saved_charts.c.trashed_at.is_(None)
    )
    key = saved_charts.c.created_at, saved_charts.c.id

    async def fetch(after: tuple[datetime, UUID] | None, count: int) -> Any:  # noqa: ANN401  (rows)
        statement = wanted if after is None else wanted.where(tuple_(*key) > tuple_(*after))
        async with database.reading(account_id) as transaction:
            return (await transaction.execute(statement.order_by(*key).limit(count))).all()

    async for row in transfer.all_rows(fetch):
        yield msgspec.convert(row, KeptChart, from_attributes=True)


async def _lines(entries: AsyncIterator[KeptChart]) -> AsyncIterator[bytes]:
    async for one in entries:
        cells = [
            str(one.id),
            "" if one.created_at is None else one.created_at.isoformat(),
            one.name,
            one.folder or "",
            birth_tables.TAG_SEPARATOR.join(one.tags),
            one.notes,
            "" if one.person_id is None else str(one.person_id),
            msgspec.json.encode(one.settings).decode(),
        ]
        yield birth_tables.csv_line([*cells, *birth_tables.cells_of(one.birth).values()])


def _chart(cells: Any, birth: Birth) -> KeptChart:  # noqa: ANN401  (cells by their columns)
    fields = {
        name: cells.get(name, "").strip() for name in ("id", "created_at", "name", "folder", "person_id")
    }
    written: dict[str, Any] = {name: value for name, value in fields.items() if value}
    written |= {"tags": list(birth_tables.tags_of(cells.get("tags", ""))), "notes": cells.get("notes", "")}
    if settings := cells.get("settings", "").strip():
        written["settings"] = decode(settings.encode(), ChartSettings, root="/settings")
    told = msgspec.json.encode({**written, "birth": birth})
    return cast("KeptChart", decode(told, KeptChart))


def _row(account_id: UUID, one: KeptChart, *, now: datetime) -> dict[str, Any]:
    draft = ChartDraft(
        name=one.name, settings=one.settings, folder=one.folder, tags=one.tags, notes=one.notes
    )
    row = row_of(account_id, one.id or new_id(), draft, one.birth, now=now)
    return {**row, "person_id": one.person_id, "created_at": transfer.saved_at(one.created_at, now)}
