"""Saved charts cast again: what the chart is today, and what has changed since it was saved."""

from collections.abc import Callable
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy.dialects.postgresql import insert

import astrarium
from astrarium.chart.natal import write
from astrarium.chart.receipt import table_digests
from astrarium.chart.structs import Chart, ChartRequest, Receipt, WrittenChart
from astrarium.errors import AstrariumError, as_sentence
from astrarium.service.births import pinned
from astrarium.service.database.transactions import Transaction
from astrarium.service.problems import BROKEN_INSTALLATION
from astrarium.service.saved_charts.models import chart_sources
from astrarium.service.saved_charts.records import ChartRecord
from astrarium.service.saved_charts.schemas import Impossible, SavedReceipt

BIRTH: Final = "birth"
ENGINE: Final = "engine"
_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


class Recast(msgspec.Struct, frozen=True):
    """A saved chart as it is today: with its problem in place of the chart where there is none."""

    chart: Chart | WrittenChart | None
    receipt: SavedReceipt
    problem: Impossible | None = None


class Cast(msgspec.Struct, frozen=True):
    """A chart made of what was kept, `is_pinned` where its words no longer say where and when; or its problem."""

    chart: Chart | WrittenChart | None
    is_pinned: bool = False
    problem: Impossible | None = None


def cast_again(record: ChartRecord, make: Callable[[ChartRequest], Chart | WrittenChart]) -> Cast:
    """Cast a saved chart from what was kept of it, by `natal.write` or `natal.cast`.

    A birth whose words can no longer be read (a town of the same name has come into the gazetteer) is cast from the
    coordinates and the zone that it was understood to have.
    """
    try:
        return Cast(make(record.settings.request(record.birth)))
    except AstrariumError as error:
        problem = _told(error)
    try:
        return Cast(make(record.settings.request(pinned(record.birth, record.understood))), is_pinned=True)
    except AstrariumError:
        return Cast(None, problem=problem)


def recast(record: ChartRecord) -> Recast:
    """Cast a saved chart again and compare its receipt with the one that it had."""
    made = cast_again(record, write)
    now = None if made.chart is None else made.chart.receipt.id
    if now == record.receipt_id:
        return Recast(made.chart, SavedReceipt(record.receipt_id, now, is_same=True))
    changed = _changes(record, is_pinned=made.is_pinned)
    receipt = SavedReceipt(record.receipt_id, now, is_same=False, changed=changed)
    return Recast(made.chart, receipt, made.problem)


def _told(error: AstrariumError) -> Impossible:
    """The error in its words; those of a broken installation are the operator's, and raised."""
    if error.code in BROKEN_INSTALLATION:
        raise error
    return Impossible(error.code, as_sentence(error.detail), as_sentence(error.hint))


def _changes(record: ChartRecord, *, is_pinned: bool) -> tuple[str, ...]:
    changed = [BIRTH] if record.birth_changed or is_pinned else []
    if (then := record.sources) is not None:
        if then.engine != astrarium.__version__:
            changed.append(ENGINE)
        tables = table_digests()
        changed += sorted(name for name, digest in tables.items() if then.tables.get(name) != digest)
    return tuple(changed or (BIRTH,))


def sources_id() -> UUID:
    """The id of the engine and the tables in use: a digest of their versions and digests."""
    sources = {"engine": astrarium.__version__, "tables": table_digests()}
    return UUID(bytes=sha256(_ENCODER.encode(sources)).digest()[:16])


async def note_sources(transaction: Transaction, receipt: Receipt) -> UUID:
    """Remember the engine and the tables of a receipt, once for all charts; returns their id."""
    statement = insert(chart_sources).values(id=sources_id(), engine=receipt.engine, tables=receipt.tables)
    await transaction.execute(statement.on_conflict_do_nothing())
    return sources_id()
