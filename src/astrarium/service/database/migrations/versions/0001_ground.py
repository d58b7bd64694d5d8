"""The two roles of every transaction, and the accounts that all rows belong to."""

from alembic import op

from astrarium.service.database.row_security import KEEPER, SERVICE, make_roles, own_rows

revision = "0001"
down_revision = None


def upgrade() -> None:
    make_roles(op.execute)
    for role in (SERVICE, KEEPER):
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
