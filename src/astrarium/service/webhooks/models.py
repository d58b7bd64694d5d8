"""The tables of webhooks. Their indexes begin with the account, so that each account pages through its own rows alone.

What an owner settles (`webhooks`) and how sending fares (`webhook_turns`) are apart: the second changes with every
turn, and must not be in the way of the first.
"""

from typing import Any, Final

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from astrarium.service.database.tables import created_at, instant, metadata, owner


def _uuid(name: str, *, required: bool = True) -> Column[Any]:
    return Column(name, UUID(as_uuid=True), nullable=not required)


def _text(name: str, *, required: bool = True) -> Column[Any]:
    return Column(name, Text, nullable=not required)


def _of(column: str, table: str, name: str) -> ForeignKeyConstraint:
    """A reference within the same account, whose end takes this row along."""
    return ForeignKeyConstraint(
        ["account_id", column], [f"{table}.account_id", f"{table}.id"], name=name, ondelete="CASCADE"
    )


webhooks: Final = Table(
    "webhooks",
    metadata,
    owner(),
    _uuid("id"),
    created_at(),
    instant("updated_at"),
    Column("version", Integer, nullable=False, server_default="1"),
    _text("url"),
    _text("description"),
    Column("event_types", ARRAY(Text), nullable=False),
    Column("most_per_second", Integer),
    instant("disabled_at", required=False),
    _text("disabled_because", required=False),
    Column("secret", LargeBinary, nullable=False),
    Column("previous_secret", LargeBinary),
    instant("previous_until", required=False),
    PrimaryKeyConstraint("account_id", "id"),
)
"""`secret` and `previous_secret` are sealed by the key ring; the second one signs too until `previous_until`."""

Index("uq_webhooks_id", webhooks.c.id, unique=True)
Index("ix_webhooks_created", webhooks.c.account_id, webhooks.c.created_at, webhooks.c.id)
Index("ix_webhooks_all", webhooks.c.created_at, webhooks.c.id)
Index(
    "ix_webhooks_disabled",
    webhooks.c.created_at,
    webhooks.c.id,
    postgresql_where=webhooks.c.disabled_at.is_not(None),
)

turns: Final = Table(
    "webhook_turns",
    metadata,
    owner(),
    _uuid("webhook_id"),
    Column("failures", Integer, nullable=False, server_default="0"),
    instant("failing_since", required=False),
    instant("resting_until", required=False),
    instant("delivered_at", required=False),
    instant("failed_at", required=False),
    _uuid("leased_by", required=False),
    instant("leased_until", required=False),
    instant("wakes_at", required=False),
    PrimaryKeyConstraint("account_id", "webhook_id"),
    _of("webhook_id", "webhooks", "fk_webhook_turns_webhook"),
)
"""One row beside each of `webhooks`. `failures` counts attempts in a row, `failing_since` tells the first;
nothing is sent before `resting_until`. Whoever holds the lease sends; `wakes_at` is when a job stands to come next."""

events: Final = Table(
    "webhook_events",
    metadata,
    owner(),
    _uuid("id"),
    _text("type"),
    instant("happened_at"),
    _text("payload"),
    PrimaryKeyConstraint("account_id", "id"),
)
"""`payload` is the body as it is sent, each time the same bytes."""

Index("ix_webhook_events_account", events.c.account_id, events.c.happened_at, events.c.id)
Index("ix_webhook_events_happened", events.c.happened_at)

deliveries: Final = Table(
    "webhook_deliveries",
    metadata,
    owner(),
    _uuid("id"),
    _uuid("webhook_id"),
    _uuid("event_id"),
    _text("event_type"),
    _text("cause"),
    _uuid("replay_id", required=False),
    _text("state"),
    created_at(),
    instant("due_at"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    instant("settled_at", required=False),
    Column("last_status", Integer),
    _text("last_fault", required=False),
    PrimaryKeyConstraint("account_id", "id"),
    _of("webhook_id", "webhooks", "fk_webhook_deliveries_webhook"),
    _of("event_id", "webhook_events", "fk_webhook_deliveries_event"),
)
"""One event on its way to one endpoint; `due_at` is when it is tried next while its state is `waiting`."""

_waiting: Final = deliveries.c.state == "waiting"
Index(
    "ix_webhook_deliveries_due",
    deliveries.c.account_id,
    deliveries.c.webhook_id,
    deliveries.c.due_at,
    deliveries.c.id,
    postgresql_where=_waiting,
)
Index("ix_webhook_deliveries_late", deliveries.c.due_at, postgresql_where=_waiting)
Index(
    "ix_webhook_deliveries_created",
    deliveries.c.account_id,
    deliveries.c.webhook_id,
    deliveries.c.created_at,
    deliveries.c.id,
)
Index(
    "ix_webhook_deliveries_event",
    deliveries.c.account_id,
    deliveries.c.event_id,
    deliveries.c.webhook_id,
)
Index(
    "uq_webhook_deliveries_replay",
    deliveries.c.account_id,
    deliveries.c.replay_id,
    deliveries.c.event_id,
    unique=True,
    postgresql_where=deliveries.c.replay_id.is_not(None),
)

attempts: Final = Table(
    "webhook_attempts",
    metadata,
    owner(),
    _uuid("delivery_id"),
    Column("number", Integer, nullable=False),
    instant("started_at"),
    Column("duration_ms", Integer, nullable=False),
    Column("status", Integer),
    _text("fault", required=False),
    _text("answer"),
    PrimaryKeyConstraint("account_id", "delivery_id", "number"),
    _of("delivery_id", "webhook_deliveries", "fk_webhook_attempts_delivery"),
)
"""What came of each try; `answer` is the beginning of the receiver's."""
