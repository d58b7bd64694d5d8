"""How tables are written: one metadata for all features, named constraints, and the columns that most tables share."""

from typing import Any, Final

from sqlalchemy import Column, DateTime, ForeignKey, MetaData, func
from sqlalchemy.dialects.postgresql import UUID

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every table of the service; features add theirs in their `models.py`."""


def identity() -> Column[Any]:
    """The primary key `id`: a UUIDv7, made by the service, so that ids sort by the time they were made."""
    return Column("id", UUID(as_uuid=True), primary_key=True)


def instant(name: str, *, required: bool = True) -> Column[Any]:
    """An instant (`timestamptz`), told in UTC."""
    return Column(name, DateTime(timezone=True), nullable=not required)


def created_at() -> Column[Any]:
    """When the row was made, by the database's clock."""
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now())


def owner() -> Column[Any]:
    """`account_id`: whose row it is. Row-level security shows it to that account's transactions only."""
    return Column(
        "account_id", UUID(as_uuid=True), ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False
    )
