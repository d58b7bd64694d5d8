"""How many jobs stand, asked at once."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from astrarium.service.database.transactions import Transaction
from astrarium.service.jobs.models import jobs

State = Literal["waiting", "queued", "running", "done", "dead", "cancelled"]


async def states(transaction: Transaction, job_ids: Sequence[UUID]) -> dict[UUID, State]:
    """The state of each of the jobs that are still kept, of those that the transaction may see."""
    if not job_ids:
        return {}
    found = await transaction.execute(select(jobs.c.id, jobs.c.state).where(jobs.c.id.in_(job_ids)))
    return {row.id: row.state for row in found}
