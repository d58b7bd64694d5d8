"""The tables of jobs, and PgQueuer's queue.

The queue's DDL is what PgQueuer 1.6.0 renders (`schema_ddl.render_install`), written out so that a migration never
changes with a dependency; a test holds the table against the installed version's own declaration. Left out are three
indexes that no statement of ours uses, the tables of its schedules and statistics, and its trigger: whoever makes a
row claimable says so himself (`jobs/news.py`). `pgqueuer_log` is written by each claim and read by nobody: a trigger
keeps it empty.
"""

from alembic import op

from astrarium.service.database.row_security import KEEPER, SERVICE, keepers_only, own_rows

revision = "0008"
down_revision = "0007"

UNFINISHED = "state IN ('waiting', 'queued', 'running')"
INDEXES = {
    "account": "(account_id, created_at, id)",
    "created": "(created_at, id)",
    "kind": "(kind, created_at, id)",
    "dead": "(created_at, id) WHERE state = 'dead'",
    "unfinished": f"(state, queue, created_at) WHERE {UNFINISHED}",
    "waiting": "(kind, account_id, priority DESC, id) WHERE state = 'waiting'",
    "let_in": "(kind, account_id) WHERE state IN ('queued', 'running') AND share > 0",
    "due": "(kind, not_before) WHERE state = 'waiting' AND not_before IS NOT NULL",
    "keep_until": "(keep_until) WHERE keep_until IS NOT NULL",
}


def upgrade() -> None:
    _make_jobs()
    _make_queue()


def downgrade() -> None:
    for table in ("pgqueuer_log", "pgqueuer", "job_workers", "job_queues", "jobs"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION pgqueuer_log_stays_empty()")
    op.execute("DROP TYPE pgqueuer_status")


def _make_jobs() -> None:
    op.execute(
        "CREATE TABLE jobs ("
        " id uuid CONSTRAINT pk_jobs PRIMARY KEY,"
        " kind text NOT NULL,"
        " queue text NOT NULL,"
        " account_id uuid CONSTRAINT fk_jobs_account_id REFERENCES accounts (id) ON DELETE CASCADE,"
        " key text,"
        " payload jsonb NOT NULL,"
        " state text NOT NULL"
        "  CONSTRAINT ck_jobs_state CHECK (state IN ('waiting', 'queued', 'running', 'done', 'dead', 'cancelled')),"
        " priority integer NOT NULL DEFAULT 0,"
        " share smallint NOT NULL DEFAULT 0,"
        " attempts integer NOT NULL DEFAULT 0,"
        " not_before timestamptz,"
        " queue_id bigint,"
        " worker_id uuid,"
        " cancel_requested boolean NOT NULL DEFAULT false,"
        " progress_done bigint,"
        " progress_total bigint,"
        " result jsonb,"
        " error jsonb,"
        " traceparent text,"
        " created_at timestamptz NOT NULL DEFAULT now(),"
        " started_at timestamptz,"
        " finished_at timestamptz,"
        " keep_until timestamptz,"
        " CONSTRAINT ck_jobs_queue_id CHECK ((queue_id IS NOT NULL) = (state IN ('queued', 'running'))),"
        " CONSTRAINT ck_jobs_finished CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'dead', 'cancelled')))"
        ") WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)"
    )
    own_rows(op.execute, "jobs")
    op.execute(
        "CREATE UNIQUE INDEX uq_jobs_key ON jobs (kind, account_id, key) NULLS NOT DISTINCT"
        f" WHERE {UNFINISHED} AND key IS NOT NULL"
    )
    for name, definition in INDEXES.items():
        op.execute(f"CREATE INDEX ix_jobs_{name} ON jobs {definition}")
    op.execute(
        "CREATE TABLE job_queues (name text CONSTRAINT pk_job_queues PRIMARY KEY, paused_at timestamptz)"
    )
    op.execute(
        "CREATE TABLE job_workers ("
        " id uuid CONSTRAINT pk_job_workers PRIMARY KEY,"
        " host text NOT NULL,"
        " process integer NOT NULL,"
        " version text NOT NULL,"
        " queues jsonb NOT NULL,"
        " concurrency integer NOT NULL,"
        " running integer NOT NULL,"
        " started_at timestamptz NOT NULL,"
        " seen_at timestamptz NOT NULL,"
        " stopping_at timestamptz)"
    )
    for table in ("job_queues", "job_workers"):
        keepers_only(op.execute, table)


def _make_queue() -> None:
    op.execute(
        "CREATE TYPE pgqueuer_status AS ENUM"
        " ('queued', 'picked', 'successful', 'exception', 'canceled', 'deleted', 'failed')"
    )
    op.execute(
        "CREATE TABLE pgqueuer ("
        " id bigserial NOT NULL PRIMARY KEY,"
        " priority integer NOT NULL,"
        " queue_manager_id uuid,"
        " created timestamptz NOT NULL DEFAULT now(),"
        " updated timestamptz NOT NULL DEFAULT now(),"
        " heartbeat timestamptz NOT NULL DEFAULT now(),"
        " execute_after timestamptz NOT NULL DEFAULT now(),"
        " status pgqueuer_status NOT NULL,"
        " entrypoint text NOT NULL,"
        " dedupe_key text,"
        " payload bytea,"
        " headers jsonb,"
        " attempts integer NOT NULL DEFAULT 0,"
        " slot bigint)"
        " WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,"
        "  autovacuum_analyze_scale_factor = 0.02, autovacuum_analyze_threshold = 500,"
        "  autovacuum_vacuum_cost_limit = 10000, autovacuum_vacuum_cost_delay = 0)"
    )
    for name, definition in {
        "ep_ea_idx": "(entrypoint, execute_after) WHERE status = 'queued'",
        "ep_prio_id_idx": "(entrypoint, priority DESC, id) WHERE status = 'queued'",
        "picked_heartbeat_idx": "(heartbeat) WHERE status = 'picked'",
        "queue_manager_id_idx": "(queue_manager_id) WHERE queue_manager_id IS NOT NULL",
    }.items():
        op.execute(f"CREATE INDEX pgqueuer_{name} ON pgqueuer {definition}")
    op.execute(
        "CREATE UNIQUE INDEX pgqueuer_picked_slot_idx ON pgqueuer (entrypoint, slot)"
        " WHERE status = 'picked' AND slot IS NOT NULL"
    )
    op.execute(
        "CREATE UNLOGGED TABLE pgqueuer_log ("
        " id bigserial NOT NULL PRIMARY KEY,"
        " created timestamptz NOT NULL DEFAULT now(),"
        " job_id bigint NOT NULL,"
        " status pgqueuer_status NOT NULL,"
        " priority integer NOT NULL,"
        " entrypoint text NOT NULL,"
        " traceback jsonb,"
        " aggregated boolean DEFAULT false)"
    )
    op.execute(
        "CREATE FUNCTION pgqueuer_log_stays_empty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER stays_empty BEFORE INSERT ON pgqueuer_log"
        " FOR EACH ROW EXECUTE FUNCTION pgqueuer_log_stays_empty()"
    )
    for table in ("pgqueuer", "pgqueuer_log"):
        keepers_only(op.execute, table)
    op.execute(f"CREATE POLICY enqueue ON pgqueuer FOR INSERT TO {SERVICE} WITH CHECK (true)")
    op.execute(f"GRANT INSERT ON pgqueuer TO {SERVICE}")
    op.execute(f"GRANT USAGE ON SEQUENCE pgqueuer_id_seq TO {SERVICE}, {KEEPER}")
    op.execute(f"GRANT USAGE ON SEQUENCE pgqueuer_log_id_seq TO {KEEPER}")
