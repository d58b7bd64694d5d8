"""The two roles of every transaction, and the accounts that all rows belong to."""

from alembic import op

from astrarium.service.database.row_security import KEEPER, SERVICE, own_rows

revision = "0001"
down_revision = None


def upgrade() -> None:
    for role in (SERVICE, KEEPER):
        op.execute(
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN NOBYPASSRLS; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
        op.execute(f"GRANT {role} TO CURRENT_USER")
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    op.execute(
        "CREATE TABLE accounts ("
        " id uuid CONSTRAINT pk_accounts PRIMARY KEY,"
        " created_at timestamptz NOT NULL DEFAULT now())"
    )
    own_rows(op.execute, "accounts", column="id")


def downgrade() -> None:
    # The roles belong to the whole server, where other databases may use them: they stay.
    op.execute("DROP TABLE accounts")
    for role in (SERVICE, KEEPER):
        op.execute(f"REVOKE USAGE ON SCHEMA public FROM {role}")
