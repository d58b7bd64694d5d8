"""What can be done with saved charts.

Every function works on the rows of one account, in a transaction of that account.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET
from sqlalchemy import Select, insert, select, update

from astrarium.chart.natal import cast, write
from astrarium.chart.structs import Chart, ChartRequest
from astrarium.service import trash
from astrarium.service.cache.cache import Cache
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.errors import NotFound
from astrarium.service.holdings import Quota, make_room
from astrarium.service.http import paging
from astrarium.service.http.conditional import require_match, tag_of
from astrarium.service.http.paging import Asked, Listing, Page
from astrarium.service.labels import name_key, prefix_bounds, tidy_name
from astrarium.service.saved_charts.casting import cast_again, note_sources, recast, sources_id
from astrarium.service.saved_charts.models import saved_charts
from astrarium.service.saved_charts.records import (
    IN_USE,
    ONE,
    RECORD,
    SUMMARY,
    ChartRecord,
    record_of,
    summary_of,
)
from astrarium.service.saved_charts.rows import birth_of, changed, chart_columns, row_of
from astrarium.service.saved_charts.schemas import (
    ChartChange,
    ChartDraft,
    ChartSettings,
    ChartSummary,
    SavedChart,
)
from astrarium.service.webhooks import service as webhooks

WHAT: Final = "saved chart"
QUOTA: Final = Quota(free=200, basic=5_000, premium=100_000)
LISTING: Final = Listing(
    "saved_charts",
    key=saved_charts.c.id,
    sorts={"created_at": saved_charts.c.created_at, "name": saved_charts.c.name_key},
    default="-created_at",
)


class ChartsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which charts: by how the name begins, by folder, tag and person; kept, or in the trash."""

    name: str | None = None
    folder: str | None = None
    tag: str | None = None
    person_id: UUID | None = None
    trashed: bool = False


class Shown(msgspec.Struct, frozen=True):
    """What a reader of a saved chart gets to see: its name, what it was cast from, and the chart."""

    name: str
    request: ChartRequest
    chart: Chart


def etag(chart: SavedChart) -> str:
    """The `ETag` of a saved chart: another one with every change, and with every change of what it is cast by."""
    return tag_of(chart.id, chart.version, chart.receipt.now)


async def save(
    transaction: Transaction, account_id: UUID, draft: ChartDraft, *, now: datetime, limit: int | None
) -> SavedChart:
    """Keep a chart, once it could be cast.

    Raises `StorageFull` where the account has `limit` charts, `InvalidBody`, `NotFound` and `InTrash` of its person,
    and every error of a chart.
    """
    birth = await birth_of(transaction, account_id, draft.birth, draft.person_id, now=now)
    row = row_of(account_id, new_id(), draft, birth, now=now)
    await note_sources(transaction)
    await make_room(transaction, saved_charts, account_id, count=1, limit=limit, what="saved charts")
    saved = await _one(transaction, insert(saved_charts).values(row).returning(*RECORD))
    await _tell(transaction, account_id, "chart.saved", saved.id, saved.person_id, now=now)
    return _told(saved)


async def read(
    database: Database, account_id: UUID, chart_id: UUID, *, now: datetime, cache: Cache | None = None
) -> SavedChart:
    """One saved chart, cast anew unless `cache` remembers what that gave; be it in the trash. Raises `NotFound`."""
    return _told(await _read(database, account_id, chart_id, now=now), cache)


async def see(
    database: Database, account_id: UUID, chart_id: UUID, *, now: datetime
) -> tuple[SavedChart, Chart | None]:
    """One saved chart for its owner, be it in the trash, and the chart where it can be cast. Raises `NotFound`."""
    record = await _read(database, account_id, chart_id, now=now)
    return _told(record), cast_again(record, cast).made


async def _read(database: Database, account_id: UUID, chart_id: UUID, *, now: datetime) -> ChartRecord:
    wanted = {
        "account_id": account_id,
        "chart_id": chart_id,
        "trashed_since": now - trash.KEPT,
        IN_USE.key: sources_id(),
    }
    record = await database.read_one(account_id, ONE, wanted)
    if record is None:
        raise NotFound(WHAT)
    return record


async def show(database: Database, account_id: UUID, chart_id: UUID, *, now: datetime) -> Shown:
    """A saved chart for its readers. Raises `NotFound`, also where it lies in the trash or can no longer be cast."""
    record = await _read(database, account_id, chart_id, now=now)
    chart = cast_again(record, cast).made
    if record.trashed_at is not None or chart is None:
        raise NotFound(WHAT)
    return Shown(record.name, record.settings.request(record.birth), chart)


async def names_of(
    transaction: Transaction, account_id: UUID, chart_ids: Collection[UUID]
) -> dict[UUID, str]:
    """The names of those that are the account's, by their ids."""
    wanted = select(saved_charts.c.id, saved_charts.c.name).where(
        saved_charts.c.account_id == account_id, saved_charts.c.id.in_(chart_ids)
    )
    return {row.id: row.name for row in await transaction.execute(wanted)}


async def require_kept(transaction: Transaction, account_id: UUID, chart_id: UUID, *, now: datetime) -> None:
    """Raise `NotFound` unless there is such a chart, and `InTrash` where it lies there."""
    is_it = trash.is_there(saved_charts, account_id, chart_id, now=now)
    found = (await transaction.execute(select(saved_charts.c.trashed_at).where(*is_it))).first()
    if found is None:
        raise NotFound(WHAT)
    if found.trashed_at is not None:
        raise trash.InTrash(WHAT)


async def keep(
    transaction: Transaction,
    account_id: UUID,
    name: str,
    asked: ChartRequest,
    *,
    now: datetime,
    limit: int | None,
) -> None:
    """Keep a chart under a name, unless it is kept so already. Raises what `save` raises."""
    if not await is_kept(transaction, account_id, name, asked):
        draft = ChartDraft(name=name, birth=asked.birth, settings=_settings_of(asked))
        await save(transaction, account_id, draft, now=now, limit=limit)


async def keep_of_person(
    transaction: Transaction,
    account_id: UUID,
    name: str,
    person_id: UUID,
    *,
    now: datetime,
    limit: int | None,
) -> UUID:
    """Keep a chart that follows a person's birth, and tell its id. Raises what `save` raises."""
    draft = ChartDraft(name=name, person_id=person_id)
    return (await save(transaction, account_id, draft, now=now, limit=limit)).id


async def is_kept(transaction: Transaction, account_id: UUID, name: str, asked: ChartRequest) -> bool:
    """Whether the account has this chart under that name, outside the trash. Raises every error of a chart."""
    receipt_id = write(_settings_of(asked).request(asked.birth)).receipt.id
    found = select(saved_charts.c.id).where(
        saved_charts.c.account_id == account_id,
        saved_charts.c.name_key == name_key(tidy_name(name)),
        saved_charts.c.receipt_id == receipt_id,
        saved_charts.c.trashed_at.is_(None),
    )
    return (await transaction.execute(found.limit(1))).first() is not None


def _settings_of(asked: ChartRequest) -> ChartSettings:
    return ChartSettings(**{name: getattr(asked, name) for name in ChartSettings.__struct_fields__})


async def browse(
    transaction: Transaction, account_id: UUID, query: ChartsQuery, asked: Asked, *, now: datetime
) -> Page[ChartSummary]:
    """One page of the account's charts; raises `InvalidSort` and `InvalidCursor`."""
    rows = _filtered(select(*SUMMARY).where(saved_charts.c.account_id == account_id), query, now)
    asked = msgspec.structs.replace(asked, filters=msgspec.to_builtins(query))
    return await paging.read(transaction, rows, LISTING, asked, summary_of)


async def change(
    transaction: Transaction,
    account_id: UUID,
    chart_id: UUID,
    wanted: ChartChange,
    *,
    now: datetime,
    if_match: str | None = None,
) -> SavedChart:
    """Change what `wanted` names, and leave the rest.

    Raises `NotFound`, `PreconditionFailed`, `InTrash`, `InvalidBody`, and every error of a chart.
    """
    record = await _locked(transaction, account_id, chart_id, now=now, if_match=if_match)
    values = await changed(transaction, account_id, record, wanted, now=now)
    fields = tuple(name for name in wanted.__struct_fields__ if getattr(wanted, name) is not UNSET)
    return await _updated(transaction, account_id, record, values, fields, now=now)


async def renew(
    transaction: Transaction,
    account_id: UUID,
    chart_id: UUID,
    *,
    now: datetime,
    if_match: str | None = None,
) -> SavedChart:
    """Take over what a chart is by the tables in use: its birth understood anew, and its receipt.

    Raises `NotFound`, `PreconditionFailed`, `InTrash`, and every error of a chart that can no longer be cast.
    """
    record = await _locked(transaction, account_id, chart_id, now=now, if_match=if_match)
    values = chart_columns(record.birth, record.settings)
    return await _updated(transaction, account_id, record, values, ("receipt",), now=now)


async def throw_away(transaction: Transaction, account_id: UUID, chart_id: UUID, *, now: datetime) -> None:
    """Put a chart into the trash; one that is there already stays as it is. Raises `NotFound`."""
    if await trash.put(transaction, saved_charts, account_id, chart_id, now=now, what=WHAT):
        await _tell(transaction, account_id, "chart.trashed", chart_id, now=now)


async def restore(transaction: Transaction, account_id: UUID, chart_id: UUID, *, now: datetime) -> SavedChart:
    """Take a chart out of the trash; one that is not there stays as it is. Raises `NotFound`, also after its time."""
    lay_there = await trash.has(transaction, saved_charts, account_id, chart_id)
    await trash.take_out(transaction, saved_charts, account_id, chart_id, now=now, what=WHAT)
    if lay_there:
        await _tell(transaction, account_id, "chart.restored", chart_id, now=now)
    is_it = trash.is_there(saved_charts, account_id, chart_id, now=now)
    return _told(await _one(transaction, select(*RECORD).where(*is_it)))


async def purge(transaction: Transaction, account_id: UUID, chart_id: UUID, *, now: datetime) -> None:
    """Delete for good a chart that lies in the trash, with its links. Raises `NotFound`, `NotInTrash`."""
    await trash.purge(transaction, saved_charts, account_id, chart_id, now=now, what=WHAT)
    await _tell(transaction, account_id, "chart.deleted", chart_id, now=now)


async def empty_trash(transaction: Transaction, account_id: UUID, *, now: datetime) -> None:
    """Delete for good everything that lies in the account's trash, with its links."""
    for chart_id in await trash.empty(transaction, saved_charts, account_id):
        await _tell(transaction, account_id, "chart.deleted", chart_id, now=now)


async def purge_trash(transaction: Transaction, before: datetime) -> int:
    """Delete for good every chart that was put into the trash before `before`; a keeper's transaction reaches all."""
    return await trash.purge_before(transaction, saved_charts, before)


def _filtered(statement: Select[Any], query: ChartsQuery, now: datetime) -> Select[Any]:
    statement = statement.where(trash.is_listed(saved_charts, trashed=query.trashed, now=now))
    if query.name is not None:
        first, last = prefix_bounds(query.name)
        statement = statement.where(saved_charts.c.name_key >= first, saved_charts.c.name_key <= last)
    if query.folder is not None:
        statement = statement.where(saved_charts.c.folder == query.folder)
    if query.tag is not None:
        statement = statement.where(saved_charts.c.tags.contains([query.tag]))
    if query.person_id is not None:
        statement = statement.where(saved_charts.c.person_id == query.person_id)
    return statement


async def _locked(
    transaction: Transaction, account_id: UUID, chart_id: UUID, *, now: datetime, if_match: str | None
) -> ChartRecord:
    """A chart that is to be changed, and that nobody else changes meanwhile."""
    is_it = trash.is_there(saved_charts, account_id, chart_id, now=now)
    record = await _one(transaction, select(*RECORD).where(*is_it).with_for_update(of=saved_charts))
    if if_match is not None:
        require_match(if_match, etag(_told(record)))
    if record.trashed_at is not None:
        raise trash.InTrash(WHAT)
    return record


async def _tell(
    transaction: Transaction,
    account_id: UUID,
    happened: str,
    chart_id: UUID,
    person_id: UUID | None = None,
    *,
    now: datetime,
) -> None:
    data = webhooks.ChartData(chart_id=chart_id, person_id=person_id)
    await webhooks.announce(transaction, account_id, happened, data, now=now)


async def _updated(
    transaction: Transaction,
    account_id: UUID,
    record: ChartRecord,
    values: dict[str, Any],
    fields: tuple[str, ...],
    *,
    now: datetime,
) -> SavedChart:
    if values:
        await note_sources(transaction)
        is_it = saved_charts.c.account_id == account_id, saved_charts.c.id == record.id
        statement = update(saved_charts).where(*is_it).values(**values, **trash.as_of(saved_charts, now))
        record = await _one(transaction, statement.returning(*RECORD))
        data = webhooks.ChangedChartData(chart_id=record.id, person_id=record.person_id, fields=fields)
        await webhooks.announce(transaction, account_id, "chart.changed", data, now=now)
    return _told(record)


async def _one(transaction: Transaction, statement: Any) -> ChartRecord:  # noqa: ANN401  (whatever returns `RECORD`)
    found = (await transaction.execute(statement, {IN_USE.key: sources_id()})).mappings().first()
    if found is None:
        raise NotFound(WHAT)
    return record_of(**found)


def _told(record: ChartRecord, cache: Cache | None = None) -> SavedChart:
    """The chart as it leaves: cast anew, its receipt compared."""
    made = recast(record, cache)
    return SavedChart(
        id=record.id,
        name=record.name,
        folder=record.folder,
        tags=record.tags,
        notes=record.notes,
        person_id=record.person_id,
        birth=record.birth,
        understood=record.understood,
        settings=record.settings,
        receipt=made.receipt,
        version=record.version,
        created_at=record.created_at,
        updated_at=record.updated_at,
        trashed_at=record.trashed_at,
        chart=made.chart,  # type: ignore[arg-type]  # written already
        problem=made.problem,
    )
