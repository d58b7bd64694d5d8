"""The table of letters that wait to be sent."""

from typing import Final

from sqlalchemy import Column, Index, Integer, LargeBinary, Table

from astrarium.service.database.tables import created_at, identity, instant, metadata

letters: Final = Table(
    "letters",
    metadata,
    identity(),
    Column("contents", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    created_at(),
    instant("due_at"),
    Index("ix_letters_due_at", "due_at"),
)
"""`contents` is sealed by the key ring: a letter holds links that open accounts."""
