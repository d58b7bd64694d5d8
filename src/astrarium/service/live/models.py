"""The tables of live news: each account's log of events, its notifications, and the tickets that let a reader in.

`live_events.number` is the id that readers know an event by. Numbers are given before transactions commit, so that the
order of numbers is not quite that in which events became visible: `written_by` is the transaction that wrote an event,
and `horizon` the oldest one that was open then. Whoever has read an event can lack only events whose number is
greater, or whose transaction is not older than that horizon.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from astrarium.service.database.tables import created_at, instant, metadata, owner

live_events: Final = Table(
    "live_events",
    metadata,
    owner(),
    Column("number", BigInteger, Identity(always=False), nullable=False),
    Column(
        "written_by", BigInteger, nullable=False, server_default=text("pg_current_xact_id()::text::bigint")
    ),
    Column(
        "horizon",
        BigInteger,
        nullable=False,
        server_default=text("pg_snapshot_xmin(pg_current_snapshot())::text::bigint"),
    ),
    created_at(),
    Column("topic", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    PrimaryKeyConstraint("account_id", "number"),
)
Index("ix_live_events_written_by", live_events.c.account_id, live_events.c.written_by)
Index("ix_live_events_created_at", live_events.c.created_at)

live_tickets: Final = Table(
    "live_tickets",
    metadata,
    owner(),
    Column("id", UUID(as_uuid=True), nullable=False),
    Column("token_hash", LargeBinary, nullable=False),
    Column("session_id", UUID(as_uuid=True)),
    Column("key_id", UUID(as_uuid=True)),
    instant("expires_at"),
    PrimaryKeyConstraint("account_id", "id"),
    UniqueConstraint("token_hash"),
)
"""A ticket lets one reader in, as whoever asked for it: by a session or by an API key."""
Index("ix_live_tickets_expires_at", live_tickets.c.expires_at)

notifications: Final = Table(
    "notifications",
    metadata,
    owner(),
    Column("id", UUID(as_uuid=True), nullable=False),
    created_at(),
    instant("read_at", required=False),
    Column("kind", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    PrimaryKeyConstraint("account_id", "id"),
)
Index(
    "ix_notifications_account_id_created_at",
    notifications.c.account_id,
    notifications.c.created_at,
    notifications.c.id,
)
Index(
    "ix_notifications_unread",
    notifications.c.account_id,
    notifications.c.created_at,
    notifications.c.id,
    postgresql_where=notifications.c.read_at.is_(None),
)
Index("ix_notifications_created_at", notifications.c.created_at)
