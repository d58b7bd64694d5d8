"""Rows of saved charts: the columns that make one, and how they are read."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Row, Text, bindparam, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import UUID as UUID_COLUMN

from astrarium.civil.birth import Birth
from astrarium.service.births import Understood
from astrarium.service.database.reads import Read
from astrarium.service.saved_charts.models import chart_sources, saved_charts
from astrarium.service.saved_charts.schemas import ChartSettings, ChartSummary


class Sources(msgspec.Struct, frozen=True):
    """The engine and the tables that a chart was cast by: versions and digests."""

    engine: str
    tables: dict[str, str]


class ChartRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What of a saved chart is kept. `sources` are those of its receipt, where they are others than those in use."""

    id: UUID
    name: str
    folder: str | None
    tags: tuple[str, ...]
    notes: str
    person_id: UUID | None
    birth: Birth
    understood: Understood
    settings: ChartSettings
    birth_changed: bool
    receipt_id: str
    sources: Sources | None
    version: int
    created_at: datetime
    updated_at: datetime
    trashed_at: datetime | None


IN_USE: Final = bindparam("sources_in_use", type_=UUID_COLUMN(as_uuid=True))
"""The id of the sources in use (`casting.sources_id`), which every statement of `RECORD` is given."""

_then: Final = (
    select(
        cast(
            func.jsonb_build_object("engine", chart_sources.c.engine, "tables", chart_sources.c.tables), Text
        )
    )
    .where(chart_sources.c.id == saved_charts.c.sources_id)
    .correlate(saved_charts)
    .scalar_subquery()
)
RECORD: Final = (
    saved_charts.c.id,
    saved_charts.c.name,
    saved_charts.c.folder,
    saved_charts.c.tags,
    saved_charts.c.notes,
    saved_charts.c.person_id,
    cast(saved_charts.c.birth, Text).label("birth"),
    cast(saved_charts.c.understood, Text).label("understood"),
    cast(saved_charts.c.settings, Text).label("settings"),
    saved_charts.c.birth_changed,
    saved_charts.c.receipt_id,
    case((saved_charts.c.sources_id != IN_USE, _then)).label("sources"),
    saved_charts.c.version,
    saved_charts.c.created_at,
    saved_charts.c.updated_at,
    saved_charts.c.trashed_at,
)
"""The columns of a `ChartRecord`; JSON comes as text, which is decoded straight into its struct."""

SUMMARY: Final = (
    saved_charts.c.id,
    saved_charts.c.name,
    saved_charts.c.folder,
    saved_charts.c.tags,
    saved_charts.c.person_id,
    saved_charts.c.understood["utc"].astext.label("utc"),
    saved_charts.c.understood["local"].astext.label("local"),
    saved_charts.c.understood["known"].astext.label("known"),
    saved_charts.c.understood["place"]["name"].astext.label("place"),
    saved_charts.c.understood["place"]["country"].astext.label("country"),
    saved_charts.c.receipt_id,
    saved_charts.c.version,
    saved_charts.c.created_at,
    saved_charts.c.updated_at,
    saved_charts.c.trashed_at,
)
"""The columns of a `ChartSummary`."""

_BIRTH: Final = msgspec.json.Decoder(Birth)
_UNDERSTOOD: Final = msgspec.json.Decoder(Understood)
_SETTINGS: Final = msgspec.json.Decoder(ChartSettings)
_SOURCES: Final = msgspec.json.Decoder(Sources)


def record_of(
    *,
    birth: str,
    understood: str,
    settings: str,
    sources: str | None,
    tags: list[str],
    **columns: Any,  # noqa: ANN401  (the plain ones, each of its own type)
) -> ChartRecord:
    """A record from the columns of `RECORD` by their names."""
    return ChartRecord(
        birth=_BIRTH.decode(birth),
        understood=_UNDERSTOOD.decode(understood),
        settings=_SETTINGS.decode(settings),
        sources=None if sources is None else _SOURCES.decode(sources),
        tags=tuple(tags),
        **columns,
    )


def summary_of(row: Row[Any]) -> ChartSummary:
    """A summary from a row of `SUMMARY`."""
    return msgspec.convert(row, ChartSummary, from_attributes=True)


ONE: Final = Read(
    select(*RECORD).where(
        saved_charts.c.account_id == bindparam("account_id"),
        saved_charts.c.id == bindparam("chart_id"),
        or_(saved_charts.c.trashed_at.is_(None), saved_charts.c.trashed_at >= bindparam("trashed_since")),
    ),
    record_of,
)
"""One chart of an account, kept or still in the trash."""
