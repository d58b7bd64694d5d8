"""The two roles of every transaction, and the accounts that all rows belong to."""

from alembic import op

from astrarium.service.database.row_security import KEEPER, SERVICE, own_rows

revision = "0001"
down_revision = None


def upgrade() -> None:
    for role in (SERVICE, KEEPER):
        # An administrator may have made and granted them for a login that may not make roles; another database of
        # the same server may make them in the same moment.
        op.execute(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN"
            f" CREATE ROLE {role} NOLOGIN NOBYPASSRLS; END IF;"
            " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
        op.execute(
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_auth_members WHERE NOT admin_option"
            f" AND roleid = '{role}'::regrole AND member = current_user::regrole) THEN"
            f" GRANT {role} TO CURRENT_USER; END IF; END $$"
        )
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
