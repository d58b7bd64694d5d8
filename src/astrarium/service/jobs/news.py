"""What processes tell each other about jobs, by NOTIFY as the transaction that makes it true commits."""

from typing import Final
from uuid import UUID

from sqlalchemy import TextClause, text

from astrarium.service.database.transactions import Transaction

CHANNEL: Final = "astrarium_jobs"
CLAIMABLE: Final = "claimable"
"""There may be something to claim: a job was queued, or one ended that others waited for."""
PAUSES: Final = "pauses"
"""A queue was paused, or goes on."""
CANCEL: Final = "cancel "
"""Before the id of a running job: it shall stop."""

_NOTIFY: Final[TextClause] = text(f"SELECT pg_notify('{CHANNEL}', CAST(:message AS text))")


async def say(transaction: Transaction, message: str) -> None:
    """Say something to every process that listens, as the transaction commits; the same twice is said once."""
    await transaction.execute(_NOTIFY, {"message": message})


async def say_cancel(transaction: Transaction, job_id: UUID) -> None:
    """Say that a running job shall stop."""
    await say(transaction, f"{CANCEL}{job_id}")
