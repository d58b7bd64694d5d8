"""The last job of a format: the bodies of its parts, one after another, are made one file by what stands behind them.

Nothing is copied: a reader gets the bytes of the parts. Only Parquet needs something new, a footer that names them all.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import select, update
from sqlalchemy.engine import Row

from astrarium.service.batches import names, states
from astrarium.service.batches.footers import footer_end, joined_footer
from astrarium.service.batches.kinds import Joining
from astrarium.service.batches.means import BatchMeans
from astrarium.service.batches.models import STANDING, UNFINISHED, batch_parts, batch_results
from astrarium.service.database.transactions import Transaction
from astrarium.service.jobs.service import Work
from astrarium.service.storage.service import Store

_FOOTER_END_BYTES: Final = 8


class Segment(msgspec.Struct, frozen=True):
    """Some bytes of a stored file, which are the next ones of the whole."""

    name: str
    start: int
    end: int

    @property
    def length(self) -> int:
        """How many."""
        return self.end - self.start


async def parts_of(transaction: Transaction, account_id: UUID, batch_id: UUID, format: str) -> list[Row[Any]]:  # noqa: A002
    """The parts of a format, in order."""
    found = (
        select(*(batch_parts.c[name] for name in ("number", "digest", "size", "body_from", "body_to")))
        .where(
            batch_parts.c.account_id == account_id,
            batch_parts.c.batch_id == batch_id,
            batch_parts.c.format == format,
        )
        .order_by(batch_parts.c.number)
    )
    rows: list[Row[Any]] = list((await transaction.execute(found)).all())
    return rows


def segments_of(batch_id: UUID, format: str, parts: list[Row[Any]], tail: int) -> list[Segment]:  # noqa: A002
    """The whole file of a format: the first part from its start, the last one to its end unless there is a tail."""
    segments = []
    for at, part in enumerate(parts):
        start = 0 if at == 0 else part.body_from
        is_end = at == len(parts) - 1 and not tail
        end = part.size if is_end else part.body_to
        segments.append(Segment(names.part(batch_id, format, part.number, part.digest), start, end))
    if tail:
        segments.append(Segment(names.tail(batch_id, format), 0, tail))
    return segments


async def join(means: BatchMeans, work: Work, payload: Joining) -> None:
    """Make one format's parts a whole; the batch is finished with the format that was asked for first."""
    account_id, batch_id = payload.account_id, payload.batch_id
    async with work.database.of(account_id) as transaction:
        parts = await parts_of(transaction, account_id, batch_id, payload.format)
    tail = 0
    if payload.format == "parquet" and parts:
        content = await means.in_thread(_footer, means.files, payload, parts)
        await means.files.put(names.tail(batch_id, payload.format), content)
        tail = len(content)
    size = sum(one.length for one in segments_of(batch_id, payload.format, parts, tail))
    async with work.database.of(account_id) as transaction:
        batch = await states.locked(transaction, account_id, batch_id)
        if batch is None or batch.state not in STANDING:
            return
        await _note(transaction, payload, size, tail, now=work.now())
        if payload.format == batch.format and batch.state in UNFINISHED:
            await states.end(transaction, account_id, batch_id, "finished", now=work.now())


def _footer(files: Store, payload: Joining, parts: list[Row[Any]]) -> bytes:
    """The footer of all parts, and what ends a Parquet file."""
    footers, distances = [], []
    at = parts[0].body_from
    for part in parts:
        with files.open(names.part(payload.batch_id, payload.format, part.number, part.digest)) as file:
            file.seek(part.body_to)
            footers.append(file.read(part.size - part.body_to - _FOOTER_END_BYTES))
        distances.append(at - part.body_from)
        at += part.body_to - part.body_from
    footer = joined_footer(footers, distances)
    return footer + footer_end(footer)


async def _note(transaction: Transaction, payload: Joining, size: int, tail: int, *, now: datetime) -> None:
    is_it = (
        batch_results.c.account_id == payload.account_id,
        batch_results.c.batch_id == payload.batch_id,
        batch_results.c.format == payload.format,
        batch_results.c.made_at.is_(None),
    )
    await transaction.execute(update(batch_results).where(*is_it).values(made_at=now, size=size, tail=tail))
