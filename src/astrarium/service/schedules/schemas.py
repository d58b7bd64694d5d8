"""Schedules as they come over the wire and leave by it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from astrarium.service.jobs.service import State
from astrarium.service.schedules.declared import CatchUp

Expression = Annotated[str, Meta(min_length=1, max_length=200)]


class Schedule(Struct, frozen=True, kw_only=True):
    """What runs by itself, and when.

    `expression` is what it runs by: an operator's, or `declared_expression`. `next_at` is null while it does not run:
    `paused_at` since an operator said so, `retired_at` since a version had nothing to run by it. `catch_up` says what
    happens with missed ticks: with `skip` one job stands for all of them; with `each` every one has its own, the last
    `most_missed` of them.
    """

    name: str
    about: str
    kind: str
    standing: Literal["active", "paused", "retired"]
    expression: str
    declared_expression: str
    zone: Literal["UTC"]
    next_at: datetime | None
    last_at: datetime | None
    catch_up: CatchUp
    most_missed: int
    paused_at: datetime | None
    retired_at: datetime | None


class Run(Struct, frozen=True, kw_only=True):
    """One run: for a tick, or by hand (`tick` null). `state` is its job's, null once that is deleted."""

    tick: datetime | None
    enqueued_at: datetime
    job_id: UUID
    state: State | None


class ScheduleDetail(Schedule, frozen=True, kw_only=True):
    """A schedule with its next ticks and its last runs, the latest first."""

    coming: tuple[datetime, ...]
    runs: tuple[Run, ...]


class ScheduleChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be another: fields that are left out stay. `expression` null goes back to the declared one."""

    expression: Expression | UnsetType | None = UNSET
    paused: bool | UnsetType = UNSET


class Started(Struct, frozen=True):
    """The job that was enqueued, or the unfinished one that was there."""

    job_id: UUID
