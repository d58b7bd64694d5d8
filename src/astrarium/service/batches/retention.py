"""What ends by itself: batches after their time, files that belong to none, batches that stand still."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import delete, select

from astrarium.service.batches import names, states
from astrarium.service.batches.kinds import COMPUTE, ERASE, READ, Computing, Erasing, Reading
from astrarium.service.batches.means import BatchMeans
from astrarium.service.batches.models import (
    STANDING,
    batch_chunks,
    batch_days,
    batch_parts,
    batch_results,
    batches,
)
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.jobs import service as jobs
from astrarium.service.jobs.service import Work

AT_ONCE: Final = 100
DAYS_KEPT: Final = timedelta(days=40)
YOUNG: Final = timedelta(hours=6)
"""Files of a batch that has no row yet may be on their way; no upload takes so long."""


class Purged(msgspec.Struct, frozen=True):
    """What was ended: batches whose time was over, and batches of which there were only files."""

    expired: int
    leftovers: int


async def purge(database: Database, means: BatchMeans, *, now: datetime) -> Purged:
    """Delete the batches whose time is over, and all files that belong to no batch. It may be repeated."""
    expired = await _expire(database, now)
    async with database.keeper() as transaction:
        await transaction.execute(delete(batch_days).where(batch_days.c.day < (now - DAYS_KEPT).date()))
    return Purged(expired, await _sweep(database, means, now))


async def _expire(database: Database, now: datetime) -> int:
    """Delete rows whose time is over, some at a time; their files are erased by jobs of the same transactions."""
    count = 0
    while True:
        async with database.keeper() as transaction:
            over = (
                select(batches.c.account_id, batches.c.id).where(batches.c.expires_at <= now).limit(AT_ONCE)
            )
            found = (await transaction.execute(over)).all()
            for row in found:
                await remove(transaction, row.account_id, row.id, now=now)
        count += len(found)
        if len(found) < AT_ONCE:
            return count


async def remove(transaction: Transaction, account_id: UUID, batch_id: UUID, *, now: datetime) -> bool:
    """Delete a batch, and have its files erased once that is committed. Returns whether there was one."""
    is_it = batches.c.account_id == account_id, batches.c.id == batch_id
    gone = await transaction.execute(delete(batches).where(*is_it).returning(batches.c.id))
    if gone.first() is None:
        return False
    await jobs.enqueue(transaction, ERASE, Erasing(batch_id), now=now, account_id=account_id)
    return True


async def erase(means: BatchMeans, _: Work, payload: Erasing) -> None:
    """Delete the files of a batch that is no more."""
    await means.files.delete_under(names.folder(payload.batch_id))


async def _sweep(database: Database, means: BatchMeans, now: datetime) -> int:
    """Delete the files of batches that have no row: of an account that is gone, of an upload that broke off."""
    old: set[UUID] = set()
    young: set[UUID] = set()
    async for file in means.files.list(names.ROOT):
        batch_id = UUID(file.name.split("/")[1])
        (young if file.written_at > now - YOUNG else old).add(batch_id)
    count = 0
    left = sorted(old - young)
    for at in range(0, len(left), AT_ONCE):
        some = left[at : at + AT_ONCE]
        async with database.keeper() as transaction:
            there = set(
                (await transaction.execute(select(batches.c.id).where(batches.c.id.in_(some)))).scalars()
            )
        for batch_id in some:
            if batch_id not in there:
                await means.files.delete_under(names.folder(batch_id))
                count += 1
    return count


async def mend(database: Database, *, now: datetime, still_since: timedelta = timedelta(hours=1)) -> int:
    """Set going again batches that await results and stand still. Returns how many jobs were asked for.

    A job that is unfinished is not added twice, and work that is done is not done again, so that nothing is lost by
    mending what was only slow.
    """
    added = 0
    async with database.keeper() as transaction:
        over = (
            select(batches)
            .distinct()
            .join(batch_results, batch_results.c.batch_id == batches.c.id)
            .where(batch_results.c.made_at.is_(None), batches.c.state.in_(STANDING))
            .where(batches.c.created_at < now - still_since)
            .limit(AT_ONCE)
        )
        for batch in (await transaction.execute(over)).all():
            account_id, batch_id = batch.account_id, batch.id
            if batch.state in {"waiting", "reading"}:
                await jobs.enqueue(
                    transaction,
                    READ,
                    Reading(account_id, batch_id),
                    now=now,
                    account_id=account_id,
                    key=str(batch_id),
                )
                added += 1
            for chunk in await _missing(transaction, account_id, batch_id):
                await jobs.enqueue(transaction, COMPUTE, chunk, now=now, account_id=account_id, key=chunk.key)
                added += 1
            await states.join_if_whole(transaction, account_id, batch_id, now=now)
    return added


async def _missing(transaction: Transaction, account_id: UUID, batch_id: UUID) -> list[Computing]:
    """The chunks that are read and not computed, in each format that is wanted."""
    is_there = (
        select(batch_parts.c.number)
        .where(
            batch_parts.c.account_id == account_id,
            batch_parts.c.batch_id == batch_id,
            batch_parts.c.format == batch_results.c.format,
            batch_parts.c.number == batch_chunks.c.number,
        )
        .exists()
    )
    found = (
        select(batch_results.c.format, batch_chunks.c.number)
        .join(
            batch_chunks,
            (batch_chunks.c.account_id == batch_results.c.account_id)
            & (batch_chunks.c.batch_id == batch_results.c.batch_id),
        )
        .where(batch_results.c.account_id == account_id, batch_results.c.batch_id == batch_id, ~is_there)
        .order_by(batch_chunks.c.number)
    )
    return [
        Computing(account_id, batch_id, row.format, row.number)
        for row in (await transaction.execute(found)).all()
    ]
