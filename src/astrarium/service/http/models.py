"""The answers that are kept for repeated requests."""

from sqlalchemy import Column, Index, LargeBinary, PrimaryKeyConstraint, SmallInteger, Table, Text

from astrarium.service.database.tables import created_at, instant, metadata, owner

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    owner(),
    Column("route", Text, nullable=False),
    Column("key_digest", LargeBinary, nullable=False),
    Column("request_digest", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("sealed_answer", LargeBinary, nullable=False),
    created_at(),
    instant("expires_at"),
    PrimaryKeyConstraint("account_id", "route", "key_digest"),
    Index(None, "expires_at"),
)
