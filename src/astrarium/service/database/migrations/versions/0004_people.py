"""The tables of people."""

from alembic import op

from astrarium.service.database.row_security import own_rows

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE people ("
        " account_id uuid NOT NULL"
        "  CONSTRAINT fk_people_account_id REFERENCES accounts (id) ON DELETE CASCADE,"
        " id uuid NOT NULL,"
        " created_at timestamptz NOT NULL DEFAULT now(),"
        " updated_at timestamptz NOT NULL,"
        " trashed_at timestamptz,"
        " version integer NOT NULL DEFAULT 1,"
        " name text NOT NULL,"
        ' name_key text COLLATE "C" NOT NULL,'
        " relation text,"
        " tags text[] NOT NULL,"
        " notes text NOT NULL,"
        " accuracy text,"
        " birth jsonb NOT NULL,"
        " understood jsonb NOT NULL,"
        " born_at timestamptz NOT NULL,"
        " CONSTRAINT pk_people PRIMARY KEY (account_id, id))"
    )
    own_rows(op.execute, "people")
    for name, column in (("created", "created_at"), ("name", "name_key"), ("born", "born_at")):
        op.execute(
            f"CREATE INDEX ix_people_{name} ON people (account_id, {column}, id) WHERE trashed_at IS NULL"
        )
    op.execute(
        "CREATE INDEX ix_people_trash ON people (account_id, trashed_at, id) WHERE trashed_at IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DROP TABLE people")
