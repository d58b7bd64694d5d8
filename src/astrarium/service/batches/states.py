"""How a batch goes from one state to the next: in the transaction of what makes it so, told to whoever listens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.engine import Row

from astrarium.errors import AstrariumError
from astrarium.service.batches import records
from astrarium.service.batches.kinds import JOIN, Joining
from astrarium.service.batches.models import UNFINISHED, batch_chunks, batch_parts, batch_results, batches
from astrarium.service.batches.schemas import BatchProblem, BatchSummary, State
from astrarium.service.database.transactions import Transaction
from astrarium.service.jobs import service as jobs
from astrarium.service.live import service as live
from astrarium.service.webhooks import service as webhooks


async def locked(transaction: Transaction, account_id: UUID, batch_id: UUID) -> Row[Any] | None:
    """The row of a batch, which nobody else changes until the transaction ends; None where it is gone."""
    is_it = batches.c.account_id == account_id, batches.c.id == batch_id
    return (await transaction.execute(select(batches).where(*is_it).with_for_update())).first()


async def change(
    transaction: Transaction, account_id: UUID, batch_id: UUID, values: Mapping[str, Any]
) -> None:
    """Write some columns of a batch."""
    is_it = batches.c.account_id == account_id, batches.c.id == batch_id
    await transaction.execute(update(batches).where(*is_it).values(**values))


async def end(
    transaction: Transaction,
    account_id: UUID,
    batch_id: UUID,
    state: State,
    *,
    now: datetime,
    problem: AstrariumError | None = None,
) -> None:
    """End an unfinished batch and tell of it; one that has ended stays as it is."""
    row = await locked(transaction, account_id, batch_id)
    if row is None or row.state not in UNFINISHED:
        return
    told = None if problem is None else _told(problem)
    await change(transaction, account_id, batch_id, {"state": state, "finished_at": now, "problem": told})
    batch = await _summary(transaction, account_id, batch_id, now)
    await live.tell(transaction, account_id, "batches", f"batch.{state}", batch, now=now)
    progress = batch.progress
    about = webhooks.BatchData(batch_id=batch_id, rows=progress.rows, faults=progress.failed)
    await webhooks.announce(transaction, account_id, f"batch.{state}", about, now=now)


async def tell_progress(transaction: Transaction, account_id: UUID, batch_id: UUID, *, now: datetime) -> None:
    """Tell listeners how far a batch has come."""
    batch = await _summary(transaction, account_id, batch_id, now)
    await live.tell_in_passing(transaction, account_id, "batches", "batch.progress", batch, now=now)


async def join_if_whole(transaction: Transaction, account_id: UUID, batch_id: UUID, *, now: datetime) -> None:
    """Have every format put together whose parts are all there.

    The batch's row is locked by the caller, so that of two that end at once the later one sees both.
    """
    of_batch = batch_chunks.c.account_id == account_id, batch_chunks.c.batch_id == batch_id
    chunks = select(func.count()).select_from(batch_chunks).where(*of_batch).scalar_subquery()
    parts = (
        select(func.count())
        .where(
            batch_parts.c.account_id == account_id,
            batch_parts.c.batch_id == batch_id,
            batch_parts.c.format == batch_results.c.format,
        )
        .scalar_subquery()
    )
    whole = select(batch_results.c.format).where(
        batch_results.c.account_id == account_id,
        batch_results.c.batch_id == batch_id,
        batch_results.c.made_at.is_(None),
        parts == chunks,
    )
    for result in (await transaction.execute(whole)).scalars().all():
        payload = Joining(account_id, batch_id, result)
        await jobs.enqueue(transaction, JOIN, payload, now=now, account_id=account_id, key=payload.key)


async def _summary(transaction: Transaction, account_id: UUID, batch_id: UUID, now: datetime) -> BatchSummary:
    is_it = batches.c.account_id == account_id, batches.c.id == batch_id
    row = (await transaction.execute(records.ROWS.where(*is_it))).one()
    return records.summary_of(row, now)


def _told(problem: AstrariumError) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(
        BatchProblem(problem.code, problem.detail, problem.hint, dict(problem.data))
    )
    return told
