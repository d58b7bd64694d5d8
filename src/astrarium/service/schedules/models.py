"""The tables of schedules: when each of them runs, and what ran by it."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import UUID

from astrarium.service.database.tables import created_at, identity, instant, metadata

schedules: Final = Table(
    "schedules",
    metadata,
    Column("name", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("declared_expression", Text, nullable=False),
    Column("chosen_expression", Text),
    Column("catch_up", Text, nullable=False),
    Column("most_missed", Integer, nullable=False),
    created_at(),
    instant("settled_at"),
    instant("next_at"),
    instant("paused_at", required=False),
    instant("retired_at", required=False),
)
"""`chosen_expression` is an operator's, which an upgrade leaves alone.

Every tick up to `settled_at` is settled: it has its job, or was left out; `next_at` is the first one after it.
"""

schedule_runs: Final = Table(
    "schedule_runs",
    metadata,
    identity(),
    Column("schedule", Text, ForeignKey("schedules.name", ondelete="CASCADE"), nullable=False),
    instant("tick", required=False),
    Column("job_id", UUID(as_uuid=True), nullable=False),
    created_at(),
    UniqueConstraint("schedule", "tick"),
)
"""One row for each tick that was given a job; without a tick, somebody ran it by hand. The job may be gone by now."""
Index("ix_schedule_runs_schedule_id", schedule_runs.c.schedule, schedule_runs.c.id)
Index("ix_schedule_runs_created_at", schedule_runs.c.created_at)
