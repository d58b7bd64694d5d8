"""Accounts: who they are, how they sign in, where they are signed in, and the letters they are sent."""

from typing import Final

from alembic import op

from astrarium.service.database.row_security import SERVICE, keepers_only, own_rows

revision = "0002"
down_revision = "0001"

OWNER: Final = "account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE"
OWNED_ONCE: Final = "account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE"
NOW: Final = "timestamptz NOT NULL DEFAULT now()"

TABLES: Final = {
    "passwords": f"{OWNED_ONCE}, hash text NOT NULL, changed_at {NOW}",
    "second_factors": (
        f"{OWNED_ONCE}, seed bytea NOT NULL, created_at {NOW}, confirmed_at timestamptz, last_step bigint"
    ),
    "recovery_codes": f"{OWNER}, code_hash bytea NOT NULL, PRIMARY KEY (account_id, code_hash)",
    "known_devices": f"{OWNER}, token_hash bytea NOT NULL, seen_at {NOW}, PRIMARY KEY (account_id, token_hash)",
    "mailed_tokens": (
        f"token_hash bytea PRIMARY KEY, {OWNER}, purpose text NOT NULL, email text, created_at {NOW},"
        " expires_at timestamptz NOT NULL"
    ),
    "registrations": (
        "id uuid PRIMARY KEY, token_hash bytea NOT NULL CONSTRAINT uq_registrations_token_hash UNIQUE,"
        " email text NOT NULL, password_hash text NOT NULL,"
        f" created_at {NOW}, expires_at timestamptz NOT NULL"
    ),
    "sign_in_failures": (
        "bucket bytea PRIMARY KEY, failures integer NOT NULL, last_at timestamptz NOT NULL,"
        " blocked_until timestamptz NOT NULL"
    ),
    "letters": (
        f"id uuid PRIMARY KEY, contents bytea NOT NULL, attempts integer NOT NULL DEFAULT 0, created_at {NOW},"
        " due_at timestamptz NOT NULL"
    ),
}
INDEXES: Final = {
    "mailed_tokens": ("account_id", "expires_at"),
    "registrations": ("email", "expires_at"),
    "known_devices": ("seen_at",),
    "sign_in_failures": ("last_at",),
    "letters": ("due_at",),
}
SESSIONS: Final = (
    f"id uuid PRIMARY KEY, {OWNER}, token_hash bytea NOT NULL CONSTRAINT uq_sessions_token_hash UNIQUE,"
    " device text NOT NULL,"
    f" created_at {NOW}, seen_at timestamptz NOT NULL, expires_at timestamptz NOT NULL"
)


def upgrade() -> None:
    op.execute(
        "ALTER TABLE accounts"
        " ADD email text NOT NULL,"
        " ADD email_key text NOT NULL CONSTRAINT uq_accounts_email_key UNIQUE,"
        " ADD role text NOT NULL DEFAULT 'user'"
        "  CONSTRAINT ck_accounts_role CHECK (role IN ('user', 'support', 'admin')),"
        " ADD tier text NOT NULL DEFAULT 'free'"
        "  CONSTRAINT ck_accounts_tier CHECK (tier IN ('free', 'basic', 'premium', 'unlimited')),"
        " ADD suspended_at timestamptz"
    )
    # An account's own transaction reads its row; its role and its tier are not its own to write.
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON accounts FROM {SERVICE}")
    op.execute(f"CREATE TABLE sessions ({SESSIONS})")
    op.execute("CREATE INDEX ix_sessions_account_id ON sessions (account_id, id)")
    op.execute("CREATE INDEX ix_sessions_expires_at ON sessions (expires_at)")
    op.execute("CREATE INDEX ix_sessions_seen_at ON sessions (seen_at)")
    own_rows(op.execute, "sessions")
    for table, columns in TABLES.items():
        op.execute(f"CREATE TABLE {table} ({columns})")
        keepers_only(op.execute, table)
        for column in INDEXES.get(table, ()):
            op.execute(f"CREATE INDEX ix_{table}_{column} ON {table} ({column})")
    _tell_of_changed_credentials()


def downgrade() -> None:
    op.execute("DROP TRIGGER credentials_changed ON accounts")
    for table in ("sessions", *reversed(TABLES)):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION tell_of_changed_credentials")
    op.execute(f"GRANT INSERT, UPDATE, DELETE ON accounts TO {SERVICE}")
    for column in ("email", "email_key", "role", "tier", "suspended_at"):
        op.execute(f"ALTER TABLE accounts DROP {column}")


def _tell_of_changed_credentials() -> None:
    """Every process hears of an account whose credentials changed, whoever changed them and by whatever statement.

    The word leaves when the change commits; processes forget what they remember of that account.
    """
    op.execute(
        "CREATE FUNCTION tell_of_changed_credentials() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " PERFORM pg_notify('astrarium_credentials',"
        "  coalesce(to_jsonb(OLD) ->> 'account_id', to_jsonb(OLD) ->> 'id'));"
        " RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER credentials_changed AFTER DELETE OR UPDATE OF role, tier, suspended_at ON accounts"
        " FOR EACH ROW EXECUTE FUNCTION tell_of_changed_credentials()"
    )
    op.execute(
        "CREATE TRIGGER credentials_changed AFTER DELETE OR UPDATE OF token_hash, expires_at ON sessions"
        " FOR EACH ROW EXECUTE FUNCTION tell_of_changed_credentials()"
    )
