"""API keys: programs' credentials, of which only digests are kept."""

from alembic import op

from astrarium.service.database.row_security import own_rows

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE api_keys ("
        " id uuid PRIMARY KEY,"
        " account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,"
        " name text NOT NULL,"
        " prefix text NOT NULL CONSTRAINT uq_api_keys_prefix UNIQUE,"
        " secret_hash bytea NOT NULL,"
        " scopes text[] NOT NULL,"
        " created_at timestamptz NOT NULL DEFAULT now(),"
        " expires_at timestamptz,"
        " used_at timestamptz)"
    )
    op.execute("CREATE INDEX ix_api_keys_account_id ON api_keys (account_id, id)")
    op.execute("CREATE INDEX ix_api_keys_expires_at ON api_keys (expires_at)")
    own_rows(op.execute, "api_keys")
    op.execute(
        "CREATE TRIGGER credentials_changed AFTER DELETE OR UPDATE OF secret_hash, scopes, expires_at ON api_keys"
        " FOR EACH ROW EXECUTE FUNCTION tell_of_changed_credentials()"
    )


def downgrade() -> None:
    op.execute("DROP TABLE api_keys")
