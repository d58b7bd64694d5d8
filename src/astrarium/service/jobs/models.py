"""The tables of jobs: what people see (`jobs`), and the rows that workers claim (PgQueuer's)."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    false,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import BYTEA, ENUM, JSONB, UUID

from astrarium.service.database.tables import created_at, identity, instant, metadata

UNFINISHED: Final = ("waiting", "queued", "running")
FINISHED: Final = ("done", "dead", "cancelled")
STATES: Final = (*UNFINISHED, *FINISHED)

jobs: Final = Table(
    "jobs",
    metadata,
    identity(),
    Column("kind", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("account_id", UUID(as_uuid=True), ForeignKey("accounts.id", ondelete="CASCADE")),
    Column("key", Text),
    Column("payload", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("share", SmallInteger, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    instant("not_before", required=False),
    Column("queue_id", BigInteger),
    Column("worker_id", UUID(as_uuid=True)),
    Column("cancel_requested", Boolean, nullable=False, server_default=false()),
    Column("progress_done", BigInteger),
    Column("progress_total", BigInteger),
    Column("result", JSONB),
    Column("error", JSONB),
    Column("traceparent", Text),
    created_at(),
    instant("started_at", required=False),
    instant("finished_at", required=False),
    instant("keep_until", required=False),
)
"""A job waits (`waiting`: beyond its account's share), is queued, runs, and ends as done, dead or cancelled.

`queue_id` is its row in the queue while it is queued or running; `share` how many of its account's are let in.
"""

IS_UNFINISHED: Final = literal_column("jobs.state IN ('waiting', 'queued', 'running')", Boolean)
"""As its indexes have it: with bound values, none of them would serve a plan that is kept."""
IS_DEAD: Final = literal_column("jobs.state = 'dead'", Boolean)
_unfinished: Final = jobs.c.state.in_(UNFINISHED)
_waiting: Final = jobs.c.state == "waiting"
Index(
    "uq_jobs_key",
    jobs.c.kind,
    jobs.c.account_id,
    jobs.c.key,
    unique=True,
    postgresql_nulls_not_distinct=True,
    postgresql_where=_unfinished & jobs.c.key.is_not(None),
)
Index("ix_jobs_account", jobs.c.account_id, jobs.c.created_at, jobs.c.id)
Index("ix_jobs_created", jobs.c.created_at, jobs.c.id)
Index("ix_jobs_kind", jobs.c.kind, jobs.c.created_at, jobs.c.id)
Index("ix_jobs_dead", jobs.c.created_at, jobs.c.id, postgresql_where=jobs.c.state == "dead")
Index("ix_jobs_unfinished", jobs.c.state, jobs.c.queue, jobs.c.created_at, postgresql_where=_unfinished)
Index(
    "ix_jobs_waiting",
    jobs.c.kind,
    jobs.c.account_id,
    jobs.c.priority.desc(),
    jobs.c.id,
    postgresql_where=_waiting,
)
Index(
    "ix_jobs_let_in",
    jobs.c.kind,
    jobs.c.account_id,
    postgresql_where=jobs.c.state.in_(("queued", "running")) & (jobs.c.share > 0),
)
Index(
    "ix_jobs_due", jobs.c.kind, jobs.c.not_before, postgresql_where=_waiting & jobs.c.not_before.is_not(None)
)
Index("ix_jobs_keep_until", jobs.c.keep_until, postgresql_where=jobs.c.keep_until.is_not(None))

job_queues: Final = Table(
    "job_queues",
    metadata,
    Column("name", Text, primary_key=True),
    instant("paused_at", required=False),
)
"""What an administrator said about a queue; one that is not here runs."""

job_workers: Final = Table(
    "job_workers",
    metadata,
    identity(),
    Column("host", Text, nullable=False),
    Column("process", Integer, nullable=False),
    Column("version", Text, nullable=False),
    Column("queues", JSONB, nullable=False),
    Column("concurrency", Integer, nullable=False),
    Column("running", Integer, nullable=False),
    instant("started_at"),
    instant("seen_at"),
    instant("stopping_at", required=False),
)
"""The worker processes, by their heartbeats."""

_status: Final = ENUM(
    "queued",
    "picked",
    "successful",
    "exception",
    "canceled",
    "deleted",
    "failed",
    name="pgqueuer_status",
    create_type=False,
)
pgqueuer: Final = Table(
    "pgqueuer",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("priority", Integer, nullable=False),
    Column("queue_manager_id", UUID(as_uuid=True)),
    *(
        Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())
        for name in ("created", "updated", "heartbeat", "execute_after")
    ),
    Column("status", _status, nullable=False),
    Column("entrypoint", Text, nullable=False),
    Column("dedupe_key", Text),
    Column("payload", BYTEA),
    Column("headers", JSONB),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("slot", BigInteger),
)
"""PgQueuer's queue: one row for each job that is queued or running; its payload is the job's id, nothing else."""

_queued: Final = text("status = 'queued'")
_picked: Final = text("status = 'picked'")
Index("pgqueuer_ep_ea_idx", pgqueuer.c.entrypoint, pgqueuer.c.execute_after, postgresql_where=_queued)
Index(
    "pgqueuer_ep_prio_id_idx",
    pgqueuer.c.entrypoint,
    pgqueuer.c.priority.desc(),
    pgqueuer.c.id,
    postgresql_where=_queued,
)
Index("pgqueuer_picked_heartbeat_idx", pgqueuer.c.heartbeat, postgresql_where=_picked)
Index(
    "pgqueuer_picked_slot_idx",
    pgqueuer.c.entrypoint,
    pgqueuer.c.slot,
    unique=True,
    postgresql_where=text("status = 'picked' AND slot IS NOT NULL"),
)
Index(
    "pgqueuer_queue_manager_id_idx",
    pgqueuer.c.queue_manager_id,
    postgresql_where=text("queue_manager_id IS NOT NULL"),
)

pgqueuer_log: Final = Table(
    "pgqueuer_log",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("created", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("job_id", BigInteger, nullable=False),
    Column("status", _status, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("entrypoint", Text, nullable=False),
    Column("traceback", JSONB),
    Column("aggregated", Boolean, server_default=false()),
    prefixes=["UNLOGGED"],
)
"""PgQueuer's own log, which its claims write to: a trigger keeps it empty, since `jobs` tells all of it."""
