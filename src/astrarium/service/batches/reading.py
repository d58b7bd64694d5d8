"""The first job of a batch: its file is read once, and its rows are stored in chunks that any worker can compute.

A chunk becomes visible by one transaction that also has it computed and counted. A reader that dies begins again from
the start of the file, passes over what is stored, and so neither loses nor doubles a row.
"""

from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime
from typing import BinaryIO, Final
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from astrarium.chart.files.errors import TableError
from astrarium.chart.files.formats import reader_of
from astrarium.chart.files.rows import Rows
from astrarium.service.batches import names, states
from astrarium.service.batches.errors import RowsSpent, TooManyBirths
from astrarium.service.batches.kinds import COMPUTE, Computing, Reading
from astrarium.service.batches.means import BatchMeans
from astrarium.service.batches.models import UNFINISHED, batch_chunks, batch_days, batch_results
from astrarium.service.batches.schemas import Source
from astrarium.service.database.transactions import Transaction
from astrarium.service.jobs import service as jobs
from astrarium.service.jobs.service import Work
from astrarium.service.storage.service import Store

CHECKED_ROWS: Final = 100
"""Rows that are read while the sender still waits, to refuse at once what is no table of births."""


class Chunk(msgspec.Struct, frozen=True):
    """Some rows, ready to be stored."""

    number: int
    rows: int
    content: bytes


def check(files: Store, name: str, source: Source) -> tuple[str, ...]:
    """The names of a table's columns. Raises `TableError` where it cannot be read as a whole."""
    with files.open(name) as file, closing(_read(file, source, CHECKED_ROWS)) as read:
        return next(read).header.names


def _read(file: BinaryIO, source: Source, chunk_rows: int) -> Generator[Rows, None, None]:
    return reader_of(source.format, file, chunk_rows, source.encoding)


async def read(means: BatchMeans, work: Work, payload: Reading) -> None:
    """Read the file of a batch into chunks; a batch that cannot be read, or is too long, ends as failed."""
    account_id, batch_id = payload.account_id, payload.batch_id
    async with work.database.of(account_id) as transaction:
        batch = await states.locked(transaction, account_id, batch_id)
        if batch is None or batch.state not in {"waiting", "reading"}:
            return
        if batch.state == "waiting":
            begun = {"state": "reading", "started_at": work.now()}
            await states.change(transaction, account_id, batch_id, begun)
        there = await _stored(transaction, account_id, batch_id)
    source = msgspec.convert(batch.source, Source)
    chunks = _Chunks(means, batch_id, source, there)
    try:
        while (chunk := await means.in_thread(chunks.next)) is not None:
            if chunk.number not in there and not await _store(means, work, payload, chunk):
                return
            await work.progress(chunks.rows)
    except (TableError, TooManyBirths, RowsSpent) as error:
        async with work.database.of(account_id) as transaction:
            await states.end(transaction, account_id, batch_id, "failed", now=work.now(), problem=error)
        return
    finally:
        await means.in_thread(chunks.close)
    await _end(work, payload, chunks.rows)


class _Chunks:
    """The chunks of a file, one after another, each read in a thread."""

    def __init__(self, means: BatchMeans, batch_id: UUID, source: Source, there: dict[int, int]) -> None:
        self.rows = 0
        self._there = there
        self._made = self._make(means, batch_id, source)

    def next(self) -> Chunk | None:
        return next(self._made, None)

    def close(self) -> None:
        self._made.close()

    def _make(self, means: BatchMeans, batch_id: UUID, source: Source) -> Generator[Chunk, None, None]:

        from astrarium.chart.files.parcels import (
            pack,
        )  # Arrow's library is 30 MB that web processes do without

        with (
            means.files.open(names.source(batch_id)) as file,
            closing(_read(file, source, means.chunk_rows)) as read,
        ):
            for number, rows in enumerate(read):
                self.rows += rows.count
                if self.rows > means.rows_limit:
                    raise TooManyBirths(means.rows_limit)
                is_there = number in self._there
                yield Chunk(number, rows.count, b"" if is_there else pack(rows))


async def _stored(transaction: Transaction, account_id: UUID, batch_id: UUID) -> dict[int, int]:
    found = select(batch_chunks.c.number, batch_chunks.c.rows).where(
        batch_chunks.c.account_id == account_id, batch_chunks.c.batch_id == batch_id
    )
    return {row.number: row.rows for row in (await transaction.execute(found)).all()}


async def _store(means: BatchMeans, work: Work, payload: Reading, chunk: Chunk) -> bool:
    """Store a chunk and have it computed, once. Returns False where the batch goes on no more."""
    account_id, batch_id = payload.account_id, payload.batch_id
    name = names.chunk(batch_id, chunk.number)
    await means.files.put(name, chunk.content)
    async with work.database.of(account_id) as transaction:
        batch = await states.locked(transaction, account_id, batch_id)
        if batch is not None and batch.state in UNFINISHED:
            row = {"account_id": account_id, "batch_id": batch_id, "number": chunk.number, "rows": chunk.rows}
            added = insert(batch_chunks).values(row).on_conflict_do_nothing().returning(batch_chunks.c.number)
            if (await transaction.execute(added)).first() is not None:
                await _count(transaction, account_id, chunk.rows, batch.rows_a_day, work.now())
                await _have_computed(transaction, payload, chunk.number, work.now())
            return True
    await means.files.delete([name])
    return False


async def _count(
    transaction: Transaction, account_id: UUID, rows: int, limit: int | None, now: datetime
) -> None:
    """Count rows of today. Raises `RowsSpent`."""
    day = now.astimezone(UTC).date()
    counted = insert(batch_days).values(account_id=account_id, day=day, rows=rows)
    total = (
        await transaction.execute(
            counted.on_conflict_do_update(
                index_elements=[batch_days.c.account_id, batch_days.c.day],
                set_={"rows": batch_days.c.rows + rows},
            ).returning(batch_days.c.rows)
        )
    ).scalar_one()
    if limit is not None and total > limit:
        raise RowsSpent(limit)


async def _have_computed(transaction: Transaction, payload: Reading, number: int, now: datetime) -> None:
    wanted = select(batch_results.c.format).where(
        batch_results.c.account_id == payload.account_id, batch_results.c.batch_id == payload.batch_id
    )
    for result in (await transaction.execute(wanted)).scalars().all():
        job = Computing(payload.account_id, payload.batch_id, result, number)
        await jobs.enqueue(transaction, COMPUTE, job, now=now, account_id=payload.account_id, key=job.key)


async def _end(work: Work, payload: Reading, rows: int) -> None:
    account_id, batch_id = payload.account_id, payload.batch_id
    async with work.database.of(account_id) as transaction:
        batch = await states.locked(transaction, account_id, batch_id)
        if batch is None or batch.state != "reading":
            return
        await states.change(transaction, account_id, batch_id, {"state": "computing", "rows": rows})
        await states.tell_progress(transaction, account_id, batch_id, now=work.now())
        await states.join_if_whole(transaction, account_id, batch_id, now=work.now())
