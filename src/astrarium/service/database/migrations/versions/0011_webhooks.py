"""Webhooks: where events go, how each endpoint fares, the events, and the log of their deliveries."""

from alembic import op

from astrarium.service.database.row_security import own_rows

revision = "0011"
down_revision = "0010"

_OWNER = (
    " account_id uuid NOT NULL CONSTRAINT fk_{table}_account_id REFERENCES accounts (id) ON DELETE CASCADE,"
)


def upgrade() -> None:
    op.execute(
        "CREATE TABLE webhooks (" + _OWNER.format(table="webhooks") + " id uuid NOT NULL,"
        " created_at timestamptz NOT NULL DEFAULT now(),"
        " updated_at timestamptz NOT NULL,"
        " version integer NOT NULL DEFAULT 1,"
        " url text NOT NULL,"
        " description text NOT NULL,"
        " event_types text[] NOT NULL,"
        " most_per_second integer,"
        " disabled_at timestamptz,"
        " disabled_because text,"
        " secret bytea NOT NULL,"
        " previous_secret bytea,"
        " previous_until timestamptz,"
        " CONSTRAINT pk_webhooks PRIMARY KEY (account_id, id))"
    )
    op.execute("CREATE UNIQUE INDEX uq_webhooks_id ON webhooks (id)")
    op.execute("CREATE INDEX ix_webhooks_created ON webhooks (account_id, created_at, id)")
    op.execute("CREATE INDEX ix_webhooks_all ON webhooks (created_at, id)")
    op.execute("CREATE INDEX ix_webhooks_disabled ON webhooks (created_at, id) WHERE disabled_at IS NOT NULL")
    op.execute(
        "CREATE TABLE webhook_turns (" + _OWNER.format(table="webhook_turns") + " webhook_id uuid NOT NULL,"
        " failures integer NOT NULL DEFAULT 0,"
        " failing_since timestamptz,"
        " resting_until timestamptz,"
        " delivered_at timestamptz,"
        " failed_at timestamptz,"
        " leased_by uuid,"
        " leased_until timestamptz,"
        " wakes_at timestamptz,"
        " CONSTRAINT pk_webhook_turns PRIMARY KEY (account_id, webhook_id),"
        " CONSTRAINT fk_webhook_turns_webhook FOREIGN KEY (account_id, webhook_id)"
        "  REFERENCES webhooks (account_id, id) ON DELETE CASCADE)"
        " WITH (fillfactor = 50)"
    )
    op.execute(
        "CREATE TABLE webhook_events (" + _OWNER.format(table="webhook_events") + " id uuid NOT NULL,"
        " type text NOT NULL,"
        " happened_at timestamptz NOT NULL,"
        " payload text NOT NULL,"
        " CONSTRAINT pk_webhook_events PRIMARY KEY (account_id, id))"
    )
    op.execute("CREATE INDEX ix_webhook_events_account ON webhook_events (account_id, happened_at, id)")
    op.execute("CREATE INDEX ix_webhook_events_happened ON webhook_events (happened_at)")
    op.execute(
        "CREATE TABLE webhook_deliveries (" + _OWNER.format(table="webhook_deliveries") + " id uuid NOT NULL,"
        " webhook_id uuid NOT NULL,"
        " event_id uuid NOT NULL,"
        " event_type text NOT NULL,"
        " cause text NOT NULL,"
        " replay_id uuid,"
        " state text NOT NULL,"
        " created_at timestamptz NOT NULL DEFAULT now(),"
        " due_at timestamptz NOT NULL,"
        " attempts integer NOT NULL DEFAULT 0,"
        " settled_at timestamptz,"
        " last_status integer,"
        " last_fault text,"
        " CONSTRAINT pk_webhook_deliveries PRIMARY KEY (account_id, id),"
        " CONSTRAINT fk_webhook_deliveries_webhook FOREIGN KEY (account_id, webhook_id)"
        "  REFERENCES webhooks (account_id, id) ON DELETE CASCADE,"
        " CONSTRAINT fk_webhook_deliveries_event FOREIGN KEY (account_id, event_id)"
        "  REFERENCES webhook_events (account_id, id) ON DELETE CASCADE)"
    )
    op.execute(
        "CREATE INDEX ix_webhook_deliveries_due ON webhook_deliveries (account_id, webhook_id, due_at, id)"
        " WHERE state = 'waiting'"
    )
    op.execute(
        "CREATE INDEX ix_webhook_deliveries_late ON webhook_deliveries (due_at) WHERE state = 'waiting'"
    )
    op.execute(
        "CREATE INDEX ix_webhook_deliveries_created"
        " ON webhook_deliveries (account_id, webhook_id, created_at, id)"
    )
    op.execute(
        "CREATE INDEX ix_webhook_deliveries_event ON webhook_deliveries (account_id, event_id, webhook_id)"
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_webhook_deliveries_replay ON webhook_deliveries (account_id, replay_id, event_id)"
        " WHERE replay_id IS NOT NULL"
    )
    op.execute(
        "CREATE TABLE webhook_attempts ("
        + _OWNER.format(table="webhook_attempts")
        + " delivery_id uuid NOT NULL,"
        " number integer NOT NULL,"
        " started_at timestamptz NOT NULL,"
        " duration_ms integer NOT NULL,"
        " status integer,"
        " fault text,"
        " answer text NOT NULL,"
        " CONSTRAINT pk_webhook_attempts PRIMARY KEY (account_id, delivery_id, number),"
        " CONSTRAINT fk_webhook_attempts_delivery FOREIGN KEY (account_id, delivery_id)"
        "  REFERENCES webhook_deliveries (account_id, id) ON DELETE CASCADE)"
    )
    for table in ("webhooks", "webhook_turns", "webhook_events", "webhook_deliveries", "webhook_attempts"):
        own_rows(op.execute, table)


def downgrade() -> None:
    for table in ("webhook_attempts", "webhook_deliveries", "webhook_events", "webhook_turns", "webhooks"):
        op.execute(f"DROP TABLE {table}")
