"""The table of breakers that are not closed."""

from alembic import op

from astrarium.service.database.row_security import keepers_only

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE breakers ("
        " name text CONSTRAINT pk_breakers PRIMARY KEY,"
        " id uuid NOT NULL,"
        " opened_at timestamptz NOT NULL,"
        " probe_at timestamptz NOT NULL,"
        " wait_s double precision NOT NULL,"
        " failures integer NOT NULL,"
        " error text NOT NULL)"
    )
    keepers_only(op.execute, "breakers")
    op.execute("CREATE INDEX ix_breakers_id ON breakers (id)")
    op.execute("CREATE INDEX ix_breakers_opened_at ON breakers (opened_at, name)")
    op.execute("CREATE INDEX ix_breakers_probe_at ON breakers (probe_at)")


def downgrade() -> None:
    op.execute("DROP TABLE breakers")
