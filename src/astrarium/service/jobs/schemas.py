"""Jobs on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from astrarium.service.jobs.states import State
from astrarium.service.labels import WORDS


class JobProgress(msgspec.Struct, frozen=True):
    """How far a job has come. `total` is null where it is not known."""

    done: int
    total: int | None


class JobError(msgspec.Struct, frozen=True):
    """Why the last attempt at a job failed. The `code` is stable."""

    code: str
    message: str


class JobSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A job without its result.

    `attempts` counts those that were begun. After a failure that may pass, `error` tells of it while the job waits for
    its next attempt at `not_before`. A finished job is kept until `keep_until`.
    """

    id: UUID
    kind: str
    queue: str
    state: State
    attempts: int
    cancel_requested: bool
    progress: JobProgress | None
    error: JobError | None
    not_before: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    keep_until: datetime | None


class JobDetail(JobSummary, frozen=True, kw_only=True):
    """A job; `result` is what it was for, null before it is done and for jobs that give none."""

    result: Any


class AdminJob(JobSummary, frozen=True, kw_only=True):
    """A job of any account, or of the service itself; `cause` is what its last failure was, in the code's words."""

    account_id: UUID | None
    key: str | None
    priority: int
    cause: str | None
    traceparent: str | None


class RetryDead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which dead jobs are sent again: all of one `kind`."""

    kind: Annotated[str, Meta(min_length=1, max_length=100, pattern=WORDS)]


class Retried(msgspec.Struct, frozen=True):
    """How many dead jobs were queued again, and whether more are left: then ask once more."""

    retried: int
    has_more: bool


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """A queue with its jobs by state. `oldest` is when the one was asked for that waits longest.

    Of dead jobs the latest 10,000 of all queues are counted.
    """

    name: str
    waiting: int = 0
    queued: int = 0
    running: int = 0
    dead: int = 0
    oldest: datetime | None = None
    paused_at: datetime | None = None


class WorkerSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A worker process, as its last sign of life described it."""

    id: UUID
    host: str
    process: int
    version: str
    queues: list[str]
    concurrency: int
    running: int
    started_at: datetime
    seen_at: datetime
    stopping_at: datetime | None


class JobNews(msgspec.Struct, frozen=True):
    """What live news tell of a job."""

    id: UUID
    kind: str
    state: State
    attempts: int
    progress: JobProgress | None = None
    error: JobError | None = None


def progress_of(done: int | None, total: int | None) -> JobProgress | None:
    """How far, where a job has said so."""
    return None if done is None else JobProgress(done, total)
