"""Batches as they stand in the database, and what is told of them."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Select, func, select, true
from sqlalchemy.engine import Row

from astrarium.chart.files.casting import Settings
from astrarium.service.batches.models import UNFINISHED, batch_chunks, batch_parts, batch_results, batches
from astrarium.service.batches.schemas import (
    MOST_FAULTS,
    Batch,
    BatchProblem,
    BatchProgress,
    BatchSummary,
    Options,
    Result,
    RowFault,
    Source,
)
from astrarium.service.database.transactions import Transaction
from astrarium.service.errors import NotFound

WHAT: Final = "batch"

_read: Final = (
    select(func.count().label("chunks"))
    .where(batch_chunks.c.account_id == batches.c.account_id, batch_chunks.c.batch_id == batches.c.id)
    .correlate(batches)
    .lateral("read")
)
_made: Final = (
    select(
        func.count().label("chunks_done"),
        func.coalesce(func.sum(batch_parts.c.rows), 0).label("done"),
        func.coalesce(func.sum(batch_parts.c.failed), 0).label("failed"),
    )
    .where(
        batch_parts.c.account_id == batches.c.account_id,
        batch_parts.c.batch_id == batches.c.id,
        batch_parts.c.format == batches.c.format,
    )
    .correlate(batches)
    .lateral("made")
)
ROWS: Final[Select[Any]] = select(
    batches, _read.c.chunks, _made.c.chunks_done, _made.c.done, _made.c.failed
).select_from(batches.join(_read, true()).join(_made, true()))


def settings_of(options: Options) -> Settings:
    """The options as the engine takes them."""
    return Settings(
        zodiacs=options.zodiacs,
        houses=options.houses,
        house_fallback=options.house_fallback,
        bodies=options.bodies,
        aspects=options.aspects,
        perspective=options.perspective,
    )


def estimated_end(row: Row[Any], now: datetime) -> datetime | None:
    """When the batch will be done, if it goes on as it went."""
    if row.state not in UNFINISHED or row.started_at is None or row.rows is None or not row.done:
        return None
    left = float((row.rows - row.done) / row.done)
    started: datetime = row.started_at
    return now + (now - started) * left


def progress_of(row: Row[Any]) -> BatchProgress:
    """How far the batch of a row of `ROWS` has come."""
    return BatchProgress(
        rows=row.rows,
        done=int(row.done),
        failed=int(row.failed),
        chunks=row.chunks,
        chunks_done=row.chunks_done,
    )


def summary_of(row: Row[Any], now: datetime) -> BatchSummary:
    """A row of `ROWS` as a list tells it."""
    return BatchSummary(
        id=row.id,
        state=row.state,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
        estimated_end=estimated_end(row, now),
        source=msgspec.convert(row.source, Source),
        progress=progress_of(row),
    )


async def read(
    transaction: Transaction, account_id: UUID, batch_id: UUID, *, now: datetime, repeated: bool = False
) -> Batch:
    """One batch with its first faults and its results. Raises `NotFound`."""
    is_it = batches.c.account_id == account_id, batches.c.id == batch_id
    row = (await transaction.execute(ROWS.where(*is_it))).first()
    if row is None:
        raise NotFound(WHAT)
    errors, faults = await _faults(transaction, row)
    summary = summary_of(row, now)
    return Batch(
        **{name: getattr(summary, name) for name in BatchSummary.__struct_fields__},
        options=msgspec.convert(row.options, Options),
        errors=errors,
        faults=faults,
        results=await _results(transaction, account_id, batch_id),
        problem=None if row.problem is None else msgspec.convert(row.problem, BatchProblem),
        repeated=repeated,
    )


async def _faults(transaction: Transaction, row: Row[Any]) -> tuple[dict[str, int], tuple[RowFault, ...]]:
    found = (
        select(batch_parts.c.errors, batch_parts.c.faults)
        .where(
            batch_parts.c.account_id == row.account_id,
            batch_parts.c.batch_id == row.id,
            batch_parts.c.format == row.format,
            batch_parts.c.failed > 0,
        )
        .order_by(batch_parts.c.number)
    )
    counts: dict[str, int] = {}
    faults: list[Any] = []
    for part in (await transaction.execute(found)).all():
        for code, count in part.errors.items():
            counts[code] = counts.get(code, 0) + count
        faults += part.faults[: MOST_FAULTS - len(faults)]
    return dict(sorted(counts.items())), msgspec.convert(faults, tuple[RowFault, ...])


async def _results(transaction: Transaction, account_id: UUID, batch_id: UUID) -> tuple[Result, ...]:
    found = (
        select(batch_results)
        .where(batch_results.c.account_id == account_id, batch_results.c.batch_id == batch_id)
        .order_by(batch_results.c.format)
    )
    return tuple(
        Result(
            row.format,
            "making" if row.made_at is None else "finished",
            row.size,
            f"/api/v1/batches/{batch_id}/results?format={row.format}",
        )
        for row in (await transaction.execute(found)).all()
    )
