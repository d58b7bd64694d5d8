"""The tables of saved charts. A chart itself is never stored: what it is made from is, with the receipt it had."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from astrarium.service.database.tables import created_at, instant, metadata, owner

chart_sources: Final = Table(
    "chart_sources",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("engine", Text, nullable=False),
    Column("tables", JSONB, nullable=False),
)
"""Versions of the engine with the digests of its tables, by a digest of both. They are nobody's own."""

saved_charts: Final = Table(
    "saved_charts",
    metadata,
    owner(),
    Column("id", UUID(as_uuid=True), nullable=False),
    created_at(),
    instant("updated_at"),
    instant("trashed_at", required=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("name", Text, nullable=False),
    Column("name_key", Text(collation="C"), nullable=False),
    Column("folder", Text),
    Column("tags", ARRAY(Text), nullable=False),
    Column("notes", Text, nullable=False),
    Column("person_id", UUID(as_uuid=True)),
    Column("birth", JSONB, nullable=False),
    Column("understood", JSONB, nullable=False),
    Column("settings", JSONB, nullable=False),
    Column("birth_changed", Boolean, nullable=False, server_default=false()),
    Column("receipt_id", Text, nullable=False),
    Column("sources_id", UUID(as_uuid=True), ForeignKey("chart_sources.id"), nullable=False),
    PrimaryKeyConstraint("account_id", "id"),
    ForeignKeyConstraint(
        ("account_id", "person_id"),
        ("people.account_id", "people.id"),
        ondelete="SET NULL (person_id)",
    ),
)
"""The birth of a person's chart follows the person: a trigger keeps `birth` and `understood` the same, and notes in
`birth_changed` that the receipt is of another one."""

_account, _id, _created_at = saved_charts.c.account_id, saved_charts.c.id, saved_charts.c.created_at
_kept: Final = saved_charts.c.trashed_at.is_(None)
_in_folder: Final = _kept & saved_charts.c.folder.is_not(None)
_of_person: Final = saved_charts.c.person_id.is_not(None)
Index("ix_saved_charts_created", _account, _created_at, _id, postgresql_where=_kept)
Index("ix_saved_charts_name", _account, saved_charts.c.name_key, _id, postgresql_where=_kept)
Index(
    "ix_saved_charts_folder",
    _account,
    saved_charts.c.folder,
    _created_at,
    _id,
    postgresql_where=_in_folder,
)
Index(
    "ix_saved_charts_person",
    _account,
    saved_charts.c.person_id,
    _created_at,
    _id,
    postgresql_where=_of_person,
)
Index(
    "ix_saved_charts_trash",
    _account,
    saved_charts.c.trashed_at,
    _id,
    postgresql_where=saved_charts.c.trashed_at.is_not(None),
)
