"""The jobs of a batch that do its work: a chunk of births becomes a part of the results.

The part's file is named by its content, and counts only with its row in the database: a worker that dies before leaves
a file that the next one writes again; of two that compute the same chunk, the first one's row stands.
"""

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from astrarium.chart.files.births import PlaceFinder
from astrarium.chart.files.conversion import Caster
from astrarium.chart.files.parcels import unpack
from astrarium.service.batches import names, states
from astrarium.service.batches.kinds import Computing
from astrarium.service.batches.means import BatchMeans
from astrarium.service.batches.models import STANDING, batch_parts, batches
from astrarium.service.batches.parts import Part, part_of
from astrarium.service.batches.records import settings_of
from astrarium.service.batches.schemas import Options
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.jobs.service import Work
from astrarium.service.storage.service import Store


async def compute(means: BatchMeans, work: Work, payload: Computing) -> None:
    """Compute one chunk in one format, unless it is there already or the batch goes on no more."""
    options = await _wanted(work.database, payload)
    if options is None:
        return
    part = await means.in_thread(_made, means.files, means.finder, payload, options)
    work.stop_if_cancelled()
    async with work.database.of(payload.account_id) as transaction:
        batch = await states.locked(transaction, payload.account_id, payload.batch_id)
        if batch is not None and batch.state in STANDING:
            await _note(transaction, payload, part)
            await states.tell_progress(transaction, payload.account_id, payload.batch_id, now=work.now())
            if batch.rows is not None:
                await states.join_if_whole(transaction, payload.account_id, payload.batch_id, now=work.now())
            return
    await means.files.delete([_name(payload, part)])


async def _wanted(database: Database, payload: Computing) -> Options | None:
    """What the charts are asked for; None where nothing is wanted any more."""
    is_it = batches.c.account_id == payload.account_id, batches.c.id == payload.batch_id
    part = (
        select(func.count())
        .where(
            batch_parts.c.account_id == payload.account_id,
            batch_parts.c.batch_id == payload.batch_id,
            batch_parts.c.format == payload.format,
            batch_parts.c.number == payload.number,
        )
        .scalar_subquery()
    )
    wanted = select(batches.c.options).where(*is_it, batches.c.state.in_(STANDING), part == 0)
    async with database.of(payload.account_id) as transaction:
        options = (await transaction.execute(wanted)).scalar_one_or_none()
    return None if options is None else msgspec.convert(options, Options)


def _name(payload: Computing, part: Part) -> str:
    return names.part(payload.batch_id, payload.format, payload.number, part.digest)


def _made(files: Store, finder: PlaceFinder, payload: Computing, options: Options) -> Part:
    """Compute the part and store its file; in a thread, with the kernels that need no interpreter."""
    with files.open(names.chunk(payload.batch_id, payload.number)) as file:
        rows = unpack(file.read())
    part = part_of(rows, Caster(settings_of(options), options.columns), payload.format, finder)
    files.put_now(_name(payload, part), part.content)
    return msgspec.structs.replace(part, content=b"")


async def _note(transaction: Transaction, payload: Computing, part: Part) -> None:
    """Make the part count; a second one changes nothing, for it is the same."""
    row = {
        "account_id": payload.account_id,
        "batch_id": payload.batch_id,
        "format": payload.format,
        "number": payload.number,
        "rows": part.rows,
        "failed": sum(part.errors.values()),
        "digest": part.digest,
        "size": part.size,
        "body_from": part.body_from,
        "body_to": part.body_to,
        "errors": part.errors,
        "faults": msgspec.to_builtins(part.faults),
    }
    await transaction.execute(insert(batch_parts).values(row).on_conflict_do_nothing())
