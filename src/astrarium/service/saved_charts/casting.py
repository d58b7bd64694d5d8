"""Saved charts cast again: what the chart is today, and what has changed since it was saved."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Final, Generic, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy.dialects.postgresql import insert

import astrarium
from astrarium.chart.natal import write
from astrarium.chart.receipt import table_digests
from astrarium.chart.structs import ChartRequest
from astrarium.errors import AstrariumError, as_sentence
from astrarium.service.births import pinned
from astrarium.service.cache.cache import Cache
from astrarium.service.database.transactions import Transaction
from astrarium.service.problems import BROKEN_INSTALLATION
from astrarium.service.saved_charts.models import chart_sources
from astrarium.service.saved_charts.records import ChartRecord
from astrarium.service.saved_charts.schemas import Impossible, SavedReceipt

BIRTH: Final = "birth"
ENGINE: Final = "engine"
_ID_BYTES: Final = 71
"""A receipt's id: `sha256:` and 64 hexadecimal digits."""

Made = TypeVar("Made")

_ENCODER: Final = msgspec.json.Encoder()
_SORTING_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


class Recast(msgspec.Struct, frozen=True):
    """A saved chart as it is today, written as JSON: with its problem in place of the chart where there is none."""

    chart: msgspec.Raw | None
    receipt: SavedReceipt
    problem: Impossible | None = None


class Written(msgspec.Struct, frozen=True):
    """A chart as JSON, and its receipt."""

    receipt_id: str
    chart: msgspec.Raw


class Cast(msgspec.Struct, Generic[Made], frozen=True):
    """What was made of a saved chart, `is_pinned` where its words no longer say where and when; or its problem."""

    made: Made | None
    is_pinned: bool = False
    problem: Impossible | None = None


def cast_again(record: ChartRecord, make: Callable[[ChartRequest], Made]) -> Cast[Made]:
    """Make a saved chart again from what was kept of it.

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


def recast(record: ChartRecord, cache: Cache | None = None) -> Recast:
    """Cast a saved chart again and compare its receipt with the one that it had.

    A `cache` spares the casting where the same was cast a moment ago: who reads a chart reads it again.
    """
    again = cast_again(record, written if cache is None else partial(remembered, cache))
    chart, now = (None, None) if again.made is None else (again.made.chart, again.made.receipt_id)
    if now == record.receipt_id:
        return Recast(chart, SavedReceipt(record.receipt_id, now, is_same=True))
    changed = _changes(record, is_pinned=again.is_pinned)
    receipt = SavedReceipt(record.receipt_id, now, is_same=False, changed=changed)
    return Recast(chart, receipt, again.problem)


def written(request: ChartRequest) -> Written:
    """The chart of a request as JSON."""
    chart = write(request)
    return Written(chart.receipt.id, msgspec.Raw(_ENCODER.encode(chart)))


def remembered(cache: Cache, request: ChartRequest) -> Written:
    """As `written`, by what the process remembers: under a digest of all that its receipt stands for."""

    def make() -> bytes:
        made = written(request)
        return made.receipt_id.encode() + bytes(made.chart)

    told = sha256(_ENCODER.encode(request)).hexdigest()
    value = cache.here(f"saved {sources_id()} {told}", make)
    return Written(value[:_ID_BYTES].decode(), msgspec.Raw(value[_ID_BYTES:]))


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
    return UUID(bytes=sha256(_SORTING_ENCODER.encode(sources)).digest()[:16])


async def note_sources(transaction: Transaction) -> None:
    """Remember the engine and the tables in use under their id, once for all charts."""
    statement = insert(chart_sources).values(
        id=sources_id(), engine=astrarium.__version__, tables=table_digests()
    )
    await transaction.execute(statement.on_conflict_do_nothing())
