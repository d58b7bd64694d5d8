"""The tables of batches."""

from alembic import op

from astrarium.service.database.row_security import own_rows

revision = "0010"
down_revision = "0009"

UNFINISHED = "state IN ('waiting', 'reading', 'computing')"
STANDING = "state IN ('waiting', 'reading', 'computing', 'finished')"


def upgrade() -> None:
    _make_batches()
    _make_results()
    _make_parts()
    _make_rows_of_days()


def downgrade() -> None:
    for table in ("batch_days", "batch_parts", "batch_chunks", "batch_results", "batches"):
        op.execute(f"DROP TABLE {table}")


def _make_batches() -> None:
    op.execute(
        "CREATE TABLE batches ("
        " account_id uuid NOT NULL CONSTRAINT fk_batches_account_id REFERENCES accounts (id) ON DELETE CASCADE,"
        " id uuid NOT NULL,"
        " created_at timestamptz NOT NULL DEFAULT now(),"
        " expires_at timestamptz NOT NULL,"
        " started_at timestamptz,"
        " finished_at timestamptz,"
        " state text NOT NULL,"
        " source jsonb NOT NULL,"
        " options jsonb NOT NULL,"
        " format text NOT NULL,"
        " digest bytea NOT NULL,"
        " rows bigint,"
        " rows_a_day bigint,"
        " problem jsonb,"
        " CONSTRAINT pk_batches PRIMARY KEY (account_id, id))"
    )
    own_rows(op.execute, "batches")
    op.execute(f"CREATE UNIQUE INDEX uq_batches_digest ON batches (account_id, digest) WHERE {STANDING}")
    op.execute("CREATE INDEX ix_batches_created ON batches (account_id, created_at, id)")
    op.execute(f"CREATE INDEX ix_batches_unfinished ON batches (account_id, id) WHERE {UNFINISHED}")
    op.execute("CREATE INDEX ix_batches_id ON batches (id)")
    op.execute("CREATE INDEX ix_batches_expires ON batches (expires_at)")


def _make_results() -> None:
    op.execute(
        "CREATE TABLE batch_results ("
        " account_id uuid NOT NULL,"
        " batch_id uuid NOT NULL,"
        " format text NOT NULL,"
        " made_at timestamptz,"
        " size bigint,"
        " tail bigint,"
        " CONSTRAINT pk_batch_results PRIMARY KEY (account_id, batch_id, format),"
        " CONSTRAINT fk_batch_results_account_id_batch_id FOREIGN KEY (account_id, batch_id)"
        "  REFERENCES batches (account_id, id) ON DELETE CASCADE)"
    )
    own_rows(op.execute, "batch_results")
    op.execute("CREATE INDEX ix_batch_results_unmade ON batch_results (batch_id) WHERE made_at IS NULL")


def _make_parts() -> None:
    op.execute(
        "CREATE TABLE batch_chunks ("
        " account_id uuid NOT NULL,"
        " batch_id uuid NOT NULL,"
        " number integer NOT NULL,"
        " rows integer NOT NULL,"
        " CONSTRAINT pk_batch_chunks PRIMARY KEY (account_id, batch_id, number),"
        " CONSTRAINT fk_batch_chunks_account_id_batch_id FOREIGN KEY (account_id, batch_id)"
        "  REFERENCES batches (account_id, id) ON DELETE CASCADE)"
    )
    own_rows(op.execute, "batch_chunks")
    op.execute(
        "CREATE TABLE batch_parts ("
        " account_id uuid NOT NULL,"
        " batch_id uuid NOT NULL,"
        " format text NOT NULL,"
        " number integer NOT NULL,"
        " rows integer NOT NULL,"
        " failed integer NOT NULL,"
        " digest text NOT NULL,"
        " size bigint NOT NULL,"
        " body_from bigint NOT NULL,"
        " body_to bigint NOT NULL,"
        " errors jsonb NOT NULL,"
        " faults jsonb NOT NULL,"
        " CONSTRAINT pk_batch_parts PRIMARY KEY (account_id, batch_id, format, number),"
        " CONSTRAINT fk_batch_parts_account_id_batch_id_format FOREIGN KEY (account_id, batch_id, format)"
        "  REFERENCES batch_results (account_id, batch_id, format) ON DELETE CASCADE)"
    )
    own_rows(op.execute, "batch_parts")


def _make_rows_of_days() -> None:
    op.execute(
        "CREATE TABLE batch_days ("
        " account_id uuid NOT NULL"
        "  CONSTRAINT fk_batch_days_account_id REFERENCES accounts (id) ON DELETE CASCADE,"
        " day date NOT NULL,"
        " rows bigint NOT NULL,"
        " CONSTRAINT pk_batch_days PRIMARY KEY (account_id, day))"
    )
    own_rows(op.execute, "batch_days")
