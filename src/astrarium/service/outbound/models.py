"""The table of breakers that are not closed, which is what all processes and the operator see."""

from typing import Final

from sqlalchemy import Column, Float, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import UUID

from astrarium.service.database.tables import instant, metadata

breakers: Final = Table(
    "breakers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("id", UUID(as_uuid=True), nullable=False),
    instant("opened_at"),
    instant("probe_at"),
    Column("wait_s", Float, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Index("ix_breakers_id", "id"),
    Index("ix_breakers_opened_at", "opened_at", "name"),
    Index("ix_breakers_probe_at", "probe_at"),
)
"""`id` changes with each opening and each probe that failed. A breaker that is not here is closed."""
