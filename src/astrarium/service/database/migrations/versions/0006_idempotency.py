"""The tables of idempotency."""

from alembic import op

from astrarium.service.database.row_security import own_rows

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE idempotency_keys ("
        " account_id uuid NOT NULL"
        "  CONSTRAINT fk_idempotency_keys_account_id REFERENCES accounts (id) ON DELETE CASCADE,"
        " route text NOT NULL,"
        " key_digest bytea NOT NULL,"
        " request_digest bytea NOT NULL,"
        " status smallint NOT NULL,"
        " sealed_answer bytea NOT NULL,"
        " created_at timestamptz NOT NULL DEFAULT now(),"
        " expires_at timestamptz NOT NULL,"
        " CONSTRAINT pk_idempotency_keys PRIMARY KEY (account_id, route, key_digest))"
    )
    op.execute("CREATE INDEX ix_idempotency_keys_expires_at ON idempotency_keys (expires_at)")
    own_rows(op.execute, "idempotency_keys")


def downgrade() -> None:
    op.execute("DROP TABLE idempotency_keys")
