"""The tables of batches: what was asked, the chunks that its rows were split into, and what was made of each."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    bindparam,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from astrarium.service.database.tables import created_at, instant, metadata, owner

UNFINISHED: Final = ("waiting", "reading", "computing")
STANDING: Final = (*UNFINISHED, "finished")
"""The states in which the same file with the same options is no new batch."""

batches: Final = Table(
    "batches",
    metadata,
    owner(),
    Column("id", UUID(as_uuid=True), nullable=False),
    created_at(),
    instant("expires_at"),
    instant("started_at", required=False),
    instant("finished_at", required=False),
    Column("state", Text, nullable=False),
    Column("source", JSONB, nullable=False),
    Column("options", JSONB, nullable=False),
    Column("format", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("rows", BigInteger),
    Column("rows_a_day", BigInteger),
    Column("problem", JSONB),
    PrimaryKeyConstraint("account_id", "id"),
)
"""`rows` is known once all of the file is read; `format` is what was asked for first, whose parts tell the progress.

`rows_a_day` is what the account's tier might have read on the day of the upload.
"""
IS_STANDING: Final = batches.c.state.in_(
    bindparam("standing", STANDING, expanding=True, literal_execute=True)
)
"""Its words stand in the statement, not beside it: a plan for any values would not find the index of these."""
Index(
    "uq_batches_digest",
    batches.c.account_id,
    batches.c.digest,
    unique=True,
    postgresql_where=batches.c.state.in_(STANDING),
)
Index("ix_batches_created", batches.c.account_id, batches.c.created_at, batches.c.id)
Index(
    "ix_batches_unfinished",
    batches.c.account_id,
    batches.c.id,
    postgresql_where=batches.c.state.in_(UNFINISHED),
)
Index("ix_batches_id", batches.c.id)
Index("ix_batches_expires", batches.c.expires_at)


def _of_batch() -> tuple[Column[Any], Column[Any]]:
    return (
        Column("account_id", UUID(as_uuid=True), nullable=False),
        Column("batch_id", UUID(as_uuid=True), nullable=False),
    )


def _to_batch() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ("account_id", "batch_id"), ("batches.account_id", "batches.id"), ondelete="CASCADE"
    )


batch_results: Final = Table(
    "batch_results",
    metadata,
    *_of_batch(),
    Column("format", Text, nullable=False),
    instant("made_at", required=False),
    Column("size", BigInteger),
    Column("tail", BigInteger),
    PrimaryKeyConstraint("account_id", "batch_id", "format"),
    _to_batch(),
)
"""The file of one format, whole at `made_at`: the bodies of its parts one after another, then `tail` bytes."""
Index("ix_batch_results_unmade", batch_results.c.batch_id, postgresql_where=batch_results.c.made_at.is_(None))

batch_chunks: Final = Table(
    "batch_chunks",
    metadata,
    *_of_batch(),
    Column("number", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    PrimaryKeyConstraint("account_id", "batch_id", "number"),
    _to_batch(),
)
"""Rows that were read and stored for whoever computes them."""

batch_parts: Final = Table(
    "batch_parts",
    metadata,
    *_of_batch(),
    Column("format", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("body_from", BigInteger, nullable=False),
    Column("body_to", BigInteger, nullable=False),
    Column("errors", JSONB, nullable=False),
    Column("faults", JSONB, nullable=False),
    PrimaryKeyConstraint("account_id", "batch_id", "format", "number"),
    ForeignKeyConstraint(
        ("account_id", "batch_id", "format"),
        ("batch_results.account_id", "batch_results.batch_id", "batch_results.format"),
        ondelete="CASCADE",
    ),
)
"""A chunk that is computed and stored. A part that has no row here does not exist, whatever files there are."""

batch_days: Final = Table(
    "batch_days",
    metadata,
    owner(),
    Column("day", Date, nullable=False),
    Column("rows", BigInteger, nullable=False),
    PrimaryKeyConstraint("account_id", "day"),
)
"""How many rows of an account were read on a day (UTC)."""
