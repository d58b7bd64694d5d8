"""The tables of saved charts and of the links that share them."""

from typing import Final

from alembic import op

from astrarium.service.database.row_security import KEEPER, SERVICE, own_rows

revision = "0005"
down_revision = "0004"

INDEXES: Final = {
    "created": ("created_at", "trashed_at IS NULL"),
    "name": ("name_key", "trashed_at IS NULL"),
    "folder": ("folder, created_at", "trashed_at IS NULL AND folder IS NOT NULL"),
    "person": ("person_id, created_at", "person_id IS NOT NULL"),
    "trash": ("trashed_at", "trashed_at IS NOT NULL"),
}


def upgrade() -> None:
    _make_sources()
    _make_charts()
    _follow_people()
    _make_links()


def downgrade() -> None:
    op.execute("DROP TABLE share_links")
    op.execute("DROP TRIGGER charts_follow_people ON people")
    op.execute("DROP FUNCTION charts_follow_people")
    op.execute("DROP TABLE saved_charts")
    op.execute("DROP TABLE chart_sources")


def _make_sources() -> None:
    op.execute(
        "CREATE TABLE chart_sources ("
        " id uuid CONSTRAINT pk_chart_sources PRIMARY KEY,"
        " engine text NOT NULL,"
        " tables jsonb NOT NULL)"
    )
    # Versions of the engine and its tables are nobody's own.
    op.execute(f"GRANT SELECT, INSERT ON chart_sources TO {SERVICE}, {KEEPER}")


def _make_charts() -> None:
    op.execute(
        "CREATE TABLE saved_charts ("
        " account_id uuid NOT NULL"
        "  CONSTRAINT fk_saved_charts_account_id REFERENCES accounts (id) ON DELETE CASCADE,"
        " id uuid NOT NULL,"
        " created_at timestamptz NOT NULL DEFAULT now(),"
        " updated_at timestamptz NOT NULL,"
        " trashed_at timestamptz,"
        " version integer NOT NULL DEFAULT 1,"
        " name text NOT NULL,"
        ' name_key text COLLATE "C" NOT NULL,'
        " folder text,"
        " tags text[] NOT NULL,"
        " notes text NOT NULL,"
        " person_id uuid,"
        " birth jsonb NOT NULL,"
        " understood jsonb NOT NULL,"
        " settings jsonb NOT NULL,"
        " birth_changed boolean NOT NULL DEFAULT false,"
        " receipt_id text NOT NULL,"
        " sources_id uuid NOT NULL CONSTRAINT fk_saved_charts_sources_id REFERENCES chart_sources (id),"
        " CONSTRAINT pk_saved_charts PRIMARY KEY (account_id, id),"
        " CONSTRAINT fk_saved_charts_account_id_person_id FOREIGN KEY (account_id, person_id)"
        "  REFERENCES people (account_id, id) ON DELETE SET NULL (person_id))"
    )
    own_rows(op.execute, "saved_charts")
    for name, (columns, condition) in INDEXES.items():
        op.execute(
            f"CREATE INDEX ix_saved_charts_{name} ON saved_charts (account_id, {columns}, id) WHERE {condition}"
        )


def _follow_people() -> None:
    """A person's charts have the person's birth, and keep the last one when the person is gone."""
    op.execute(
        "CREATE FUNCTION charts_follow_people() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " UPDATE saved_charts"
        "  SET birth = NEW.birth, understood = NEW.understood, birth_changed = true,"
        "   version = version + 1, updated_at = NEW.updated_at"
        "  WHERE account_id = NEW.account_id AND person_id = NEW.id;"
        " RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER charts_follow_people AFTER UPDATE OF birth ON people FOR EACH ROW"
        " WHEN (OLD.birth IS DISTINCT FROM NEW.birth) EXECUTE FUNCTION charts_follow_people()"
    )


def _make_links() -> None:
    op.execute(
        "CREATE TABLE share_links ("
        " account_id uuid NOT NULL"
        "  CONSTRAINT fk_share_links_account_id REFERENCES accounts (id) ON DELETE CASCADE,"
        " id uuid NOT NULL,"
        " created_at timestamptz NOT NULL DEFAULT now(),"
        " updated_at timestamptz NOT NULL,"
        " version integer NOT NULL DEFAULT 1,"
        " chart_id uuid NOT NULL,"
        " token_hash bytea NOT NULL CONSTRAINT uq_share_links_token_hash UNIQUE,"
        " shows_name boolean NOT NULL,"
        " expires_at timestamptz,"
        " views bigint NOT NULL DEFAULT 0,"
        " CONSTRAINT pk_share_links PRIMARY KEY (account_id, id),"
        " CONSTRAINT fk_share_links_account_id_chart_id FOREIGN KEY (account_id, chart_id)"
        "  REFERENCES saved_charts (account_id, id) ON DELETE CASCADE)"
    )
    own_rows(op.execute, "share_links")
    op.execute("CREATE INDEX ix_share_links_created ON share_links (account_id, created_at, id)")
    op.execute("CREATE INDEX ix_share_links_chart ON share_links (account_id, chart_id, created_at, id)")
    op.execute("CREATE INDEX ix_share_links_expires ON share_links (account_id, expires_at)")
