"""Telling an account's readers of its jobs, in the transaction that makes it true."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from astrarium.service.database.transactions import Transaction
from astrarium.service.jobs.schemas import JobError, JobNews, progress_of
from astrarium.service.jobs.settling import Outcome
from astrarium.service.jobs.work import Work
from astrarium.service.live.service import tell, tell_in_passing

TOPIC: Final = "jobs"


async def tell_ends(
    transaction: Transaction, outcomes: Sequence[Outcome], settled: Collection[UUID], *, now: datetime
) -> None:
    """Tell how attempts ended, of those jobs whose outcome counts and that are an account's."""
    for one in outcomes:
        claimed = one.claimed
        if claimed.account_id is None or claimed.id not in settled:
            continue
        fault = None if one.fault is None else JobError(one.fault.code, one.fault.message)
        progress = progress_of(one.done, one.total)
        said = JobNews(claimed.id, claimed.kind, one.state, claimed.attempt, progress, fault)
        await tell(transaction, claimed.account_id, TOPIC, f"job.{one.state}", said, now=now)


async def tell_cancelled(
    transaction: Transaction, account_id: UUID, job_id: UUID, kind: str, attempts: int, *, now: datetime
) -> None:
    """Tell that a job was cancelled before it ran."""
    await tell(
        transaction, account_id, TOPIC, "job.cancelled", JobNews(job_id, kind, "cancelled", attempts), now=now
    )


async def tell_progress(
    transaction: Transaction, works: Sequence[tuple[str, Work]], *, now: datetime
) -> None:
    """Tell how far the jobs of accounts have come, each with its kind."""
    for kind, work in works:
        if work.account_id is not None:
            progress = progress_of(work.done, work.total)
            said = JobNews(work.job_id, kind, "running", work.attempt, progress)
            await tell_in_passing(transaction, work.account_id, TOPIC, "job.progress", said, now=now)
