"""Lists of jobs: an account's own, and for administrators everybody's."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.engine import Row

from astrarium.service.database.transactions import Transaction
from astrarium.service.http.paging import Asked, Listing, Page, read
from astrarium.service.jobs.changes import JOB, Job, of_row
from astrarium.service.jobs.models import IS_DEAD, jobs
from astrarium.service.jobs.schemas import AdminJob, JobDetail, JobError, JobSummary, progress_of
from astrarium.service.jobs.states import State

LISTING: Final = Listing(
    "jobs", key=jobs.c.id, sorts={"created_at": jobs.c.created_at}, default="-created_at"
)


async def own(
    transaction: Transaction, account_id: UUID, kind: str | None, state: State | None, asked: Asked
) -> Page[JobSummary]:
    """A page of one account's jobs."""
    return await _page(
        transaction, JOB.where(jobs.c.account_id == account_id), kind, state, asked, summary_of
    )


async def everybodys(
    transaction: Transaction, account_id: UUID | None, kind: str | None, state: State | None, asked: Asked
) -> Page[AdminJob]:
    """A page of all jobs, or of one account's; a keeper's transaction."""
    rows = JOB if account_id is None else JOB.where(jobs.c.account_id == account_id)
    return await _page(transaction, rows, kind, state, asked, admin_job_of)


async def _page(
    transaction: Transaction,
    rows: Select[Any],
    kind: str | None,
    state: State | None,
    asked: Asked,
    convert: Any,  # noqa: ANN401  (a function from a job to the page's items)
) -> Page[Any]:
    filters = {"kind": kind, "state": state, **asked.filters}
    if kind is not None:
        rows = rows.where(jobs.c.kind == kind)
    if state is not None:
        rows = rows.where(IS_DEAD if state == "dead" else jobs.c.state == state)

    def item(row: Row[Any]) -> Any:  # noqa: ANN401
        return convert(of_row(row))

    return await read(transaction, rows, LISTING, Asked(asked.limit, asked.cursor, asked.sort, filters), item)


def summary_of(job: Job) -> JobSummary:
    """A job as its account sees it in a list."""
    return JobSummary(**_common(job))


def detail_of(job: Job) -> JobDetail:
    """A job as its account sees it, with its result."""
    return JobDetail(**_common(job), result=job.result)


def admin_job_of(job: Job) -> AdminJob:
    """A job as administrators see it: not what it was for, but why it failed."""
    return AdminJob(
        **_common(job),
        account_id=job.account_id,
        key=job.key,
        priority=job.priority,
        cause=(job.error or {}).get("cause"),
        traceparent=job.traceparent,
    )


def _common(job: Job) -> dict[str, Any]:
    same = ("id", "kind", "queue", "state", "attempts", "cancel_requested", "not_before", "created_at")
    ends = ("started_at", "finished_at", "keep_until")
    return {
        **{name: getattr(job, name) for name in (*same, *ends)},
        "progress": progress_of(job.progress_done, job.progress_total),
        "error": None if job.error is None else JobError(job.error["code"], job.error["message"]),
    }
