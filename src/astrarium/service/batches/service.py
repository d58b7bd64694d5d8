"""What can be done with batches.

Every function works on the rows of one account, in a transaction of that account.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

import astrarium
from astrarium.chart.files.conversion import Caster
from astrarium.chart.receipt import table_digests
from astrarium.service.batches import reading, records, states
from astrarium.service.batches.errors import BatchUnfinished, NoResults, RowsSpent, TooManyBatches
from astrarium.service.batches.joining import parts_of, segments_of
from astrarium.service.batches.kinds import COMPUTE, READ, Computing, Reading
from astrarium.service.batches.means import BatchMeans, means_of
from astrarium.service.batches.models import (
    IS_STANDING,
    STANDING,
    UNFINISHED,
    batch_chunks,
    batch_days,
    batch_results,
    batches,
)
from astrarium.service.batches.names import folder
from astrarium.service.batches.names import source as source_name
from astrarium.service.batches.records import WHAT, settings_of
from astrarium.service.batches.retention import Purged, mend, purge, remove
from astrarium.service.batches.schemas import Batch, BatchSummary, Options, ResultFormat, Source
from astrarium.service.batches.serving import Whole
from astrarium.service.batches.uploads import Upload
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.errors import NotFound
from astrarium.service.holdings import Quota, make_room
from astrarium.service.http import paging
from astrarium.service.http.conditional import tag_of
from astrarium.service.http.paging import Asked, Listing, Page
from astrarium.service.jobs import service as jobs
from astrarium.service.permissions import Tier

__all__ = ["BatchMeans", "Purged", "means_of", "mend", "purge"]

AT_ONCE: Final = Quota(free=2, basic=4, premium=16)
ROWS_A_DAY: Final = Quota(free=1_000_000, basic=10_000_000, premium=100_000_000)
KEPT: Final = Quota(free=100, basic=1_000, premium=10_000)
LISTING: Final = Listing(
    "batches", key=batches.c.id, sorts={"created_at": batches.c.created_at}, default="-created_at"
)


async def accept(
    database: Database,
    means: BatchMeans,
    account_id: UUID,
    tier: Tier,
    upload: Upload,
    options: Options,
    format: ResultFormat,  # noqa: A002  (the field's own word)
    *,
    now: datetime,
) -> Batch:
    """Take in a file, and have its charts computed. The same file with the same options is the batch that there is.

    The file is streamed into the storage first and refused where it is no table of births; the batch and its first job
    appear by one transaction. What is refused, or is there already, leaves no file.

    Raises `TooManyBatches`, `RowsSpent`, `StorageFull`, `TableError`, what an `Upload` raises, and what is wrong with
    the options.
    """
    Caster(settings_of(options))
    async with database.of(account_id) as transaction:
        await _require_allowance(transaction, account_id, tier, now=now)
    batch_id = new_id()
    name = source_name(batch_id)
    is_new = False
    try:
        await means.files.put(name, upload.pieces())
        assert upload.kind is not None
        source = Source(upload.kind.format, upload.kind.encoding, upload.size)
        columns = await means.in_thread(reading.check, means.files, name, source)
        Caster(settings_of(options), options.columns).layout(columns)
        values = {
            "account_id": account_id,
            "id": batch_id,
            "created_at": now,
            "expires_at": now + timedelta(days=means.kept_days),
            "state": "waiting",
            "source": msgspec.to_builtins(source),
            "options": msgspec.to_builtins(options),
            "format": format,
            "digest": _digest(upload.digest, source, options),
            "rows_a_day": ROWS_A_DAY.of(tier),
        }
        async with database.of(account_id) as transaction:
            there = await _begin(transaction, values, tier, now=now)
            is_new = there == batch_id
            return await records.read(transaction, account_id, there, now=now, repeated=not is_new)
    finally:
        if not is_new:
            await means.files.delete_under(folder(batch_id))


async def _require_allowance(
    transaction: Transaction, account_id: UUID, tier: Tier, *, now: datetime
) -> None:
    """Raise `TooManyBatches` or `RowsSpent` where the account may have no more today, before its file is read."""
    at_once = AT_ONCE.of(tier)
    under_way = select(func.count()).where(
        batches.c.account_id == account_id, batches.c.state.in_(UNFINISHED)
    )
    if at_once is not None and (await transaction.execute(under_way)).scalar_one() >= at_once:
        raise TooManyBatches(at_once)
    rows = ROWS_A_DAY.of(tier)
    spent = select(batch_days.c.rows).where(
        batch_days.c.account_id == account_id, batch_days.c.day == now.date()
    )
    if rows is not None and ((await transaction.execute(spent)).scalar_one_or_none() or 0) >= rows:
        raise RowsSpent(rows)


def _digest(content: bytes, source: Source, options: Options) -> bytes:
    """What makes a batch the same: the file, how it is read, what is asked for, and what it is computed by."""
    made_by = [
        astrarium.__version__,
        table_digests(),
        msgspec.to_builtins(source),
        msgspec.to_builtins(options),
    ]
    return blake2b(content + msgspec.json.encode(made_by, order="deterministic"), digest_size=32).digest()


async def _begin(transaction: Transaction, values: dict[str, Any], tier: Tier, *, now: datetime) -> UUID:
    """Write a batch with its first job, unless the same one is there; returns its id, or the other's."""
    account_id = values["account_id"]
    limit = KEPT.of(tier)
    await make_room(transaction, batches, account_id, count=1, limit=limit, what="batches")
    added = (
        insert(batches)
        .values(values)
        .on_conflict_do_nothing(
            index_elements=[batches.c.account_id, batches.c.digest], index_where=IS_STANDING
        )
        .returning(batches.c.id)
    )
    batch_id: UUID | None = (await transaction.execute(added)).scalar_one_or_none()
    if batch_id is None:
        is_same = (
            batches.c.account_id == account_id,
            batches.c.digest == values["digest"],
            IS_STANDING,
        )
        other: UUID = (await transaction.execute(select(batches.c.id).where(*is_same))).scalar_one()
        await _ask_for(transaction, account_id, other, values["format"], now=now)
        return other
    await _require_turn(transaction, account_id, AT_ONCE.of(tier))
    await _want(transaction, account_id, batch_id, values["format"])
    job = Reading(account_id, batch_id)
    await jobs.enqueue(transaction, READ, job, now=now, account_id=account_id, key=str(batch_id))
    return batch_id


async def _require_turn(transaction: Transaction, account_id: UUID, limit: int | None) -> None:
    """Raise `TooManyBatches` where others of the account began meanwhile; `make_room` lets one at a time come here."""
    under_way = select(func.count()).where(
        batches.c.account_id == account_id, batches.c.state.in_(UNFINISHED)
    )
    if limit is not None and (await transaction.execute(under_way)).scalar_one() > limit:
        raise TooManyBatches(limit)


async def _want(transaction: Transaction, account_id: UUID, batch_id: UUID, format: str) -> bool:  # noqa: A002
    """Want a format of a batch. Returns whether nobody did before."""
    row = {"account_id": account_id, "batch_id": batch_id, "format": format}
    added = insert(batch_results).values(row).on_conflict_do_nothing().returning(batch_results.c.format)
    return (await transaction.execute(added)).first() is not None


async def ask_for(
    transaction: Transaction,
    account_id: UUID,
    batch_id: UUID,
    format: ResultFormat,  # noqa: A002
    *,
    now: datetime,
) -> Batch:
    """Have the results made in one more format. Raises `NotFound`, and `NoResults` where the batch has none."""
    await _ask_for(transaction, account_id, batch_id, format, now=now)
    return await records.read(transaction, account_id, batch_id, now=now)


async def _ask_for(
    transaction: Transaction,
    account_id: UUID,
    batch_id: UUID,
    format: str,  # noqa: A002
    *,
    now: datetime,
) -> None:
    batch = await states.locked(transaction, account_id, batch_id)
    if batch is None:
        raise NotFound(WHAT)
    if batch.state not in STANDING:
        raise NoResults(batch.state, format)
    if not await _want(transaction, account_id, batch_id, format):
        return
    chunks = select(batch_chunks.c.number).where(
        batch_chunks.c.account_id == account_id, batch_chunks.c.batch_id == batch_id
    )
    for number in (await transaction.execute(chunks.order_by(batch_chunks.c.number))).scalars().all():
        job = Computing(account_id, batch_id, format, number)
        await jobs.enqueue(transaction, COMPUTE, job, now=now, account_id=account_id, key=job.key)


async def read(transaction: Transaction, account_id: UUID, batch_id: UUID, *, now: datetime) -> Batch:
    """One batch. Raises `NotFound`."""
    return await records.read(transaction, account_id, batch_id, now=now)


async def browse(
    transaction: Transaction,
    account_id: UUID,
    chosen: Sequence[str],
    asked: Asked,
    *,
    now: datetime,
) -> Page[BatchSummary]:
    """One page of the account's batches, of some states or all; raises `InvalidSort` and `InvalidCursor`."""
    rows = records.ROWS.where(batches.c.account_id == account_id)
    if chosen:
        rows = rows.where(batches.c.state.in_(chosen))
    asked = msgspec.structs.replace(asked, filters={"state": list(chosen)})
    return await paging.read(transaction, rows, LISTING, asked, lambda row: records.summary_of(row, now))


async def cancel(transaction: Transaction, account_id: UUID, batch_id: UUID, *, now: datetime) -> Batch:
    """End an unfinished batch; one that has ended stays as it is. Raises `NotFound`."""
    await states.end(transaction, account_id, batch_id, "cancelled", now=now)
    return await records.read(transaction, account_id, batch_id, now=now)


async def delete(transaction: Transaction, account_id: UUID, batch_id: UUID, *, now: datetime) -> None:
    """Delete a batch, whatever its state, with its files. Raises `NotFound`."""
    if not await remove(transaction, account_id, batch_id, now=now):
        raise NotFound(WHAT)


async def results(
    transaction: Transaction,
    account_id: UUID,
    batch_id: UUID,
    format: ResultFormat | None,  # noqa: A002
) -> Whole:
    """The file of results in one format, by default the one that was asked for first.

    Raises `NotFound`, `BatchUnfinished`, `NoResults`.
    """
    is_it = batches.c.account_id == account_id, batches.c.id == batch_id
    batch = (await transaction.execute(select(batches.c.state, batches.c.format).where(*is_it))).first()
    if batch is None:
        raise NotFound(WHAT)
    chosen = batch.format if format is None else format
    wanted = select(batch_results.c.made_at, batch_results.c.tail).where(
        batch_results.c.account_id == account_id,
        batch_results.c.batch_id == batch_id,
        batch_results.c.format == chosen,
    )
    result = (await transaction.execute(wanted)).first()
    if result is None or (result.made_at is None and batch.state not in STANDING):
        raise NoResults(batch.state, chosen)
    if result.made_at is None:
        raise BatchUnfinished(batch.state, chosen)
    parts = await parts_of(transaction, account_id, batch_id, chosen)
    return Whole(
        chosen,
        f"charts-{batch_id}.{chosen}",
        tag_of(batch_id, chosen, *(part.digest for part in parts)),
        result.made_at,
        tuple(segments_of(batch_id, chosen, parts, result.tail)),
    )
