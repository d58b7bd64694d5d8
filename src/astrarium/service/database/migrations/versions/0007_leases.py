"""The tables of leases."""

from alembic import op

from astrarium.service.database.row_security import KEEPER, keepers_only

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE leases ("
        " name text CONSTRAINT pk_leases PRIMARY KEY,"
        " holder text NOT NULL,"
        " token bigint NOT NULL,"
        " until timestamptz NOT NULL)"
    )
    keepers_only(op.execute, "leases")
    # a row that was deleted would begin its tokens anew
    op.execute(f"REVOKE DELETE ON leases FROM {KEEPER}")
    op.execute(
        "CREATE FUNCTION leases_token_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.token < OLD.token OR NEW.name <> OLD.name THEN"
        "  RAISE EXCEPTION 'the token of a lease only grows' USING ERRCODE = 'check_violation';"
        " END IF;"
        " RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER token_grows BEFORE UPDATE ON leases"
        " FOR EACH ROW EXECUTE FUNCTION leases_token_grows()"
    )


def downgrade() -> None:
    op.execute("DROP TABLE leases")
    op.execute("DROP FUNCTION leases_token_grows()")
