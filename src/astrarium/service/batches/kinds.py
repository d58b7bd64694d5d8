"""The jobs of a batch: one reads the file, one computes each chunk in each format, one puts a format together."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from astrarium.service.jobs.service import Kind, Retries

QUEUE: Final = "batches"
AT_ONCE_PER_ACCOUNT: Final = 8
RETRIES: Final = Retries(most_attempts=8, first_wait=timedelta(seconds=1), longest_wait=timedelta(minutes=2))


class Reading(msgspec.Struct, frozen=True):
    """A batch whose file is to be read."""

    account_id: UUID
    batch_id: UUID


class Computing(msgspec.Struct, frozen=True):
    """A chunk that is to be computed in one format."""

    account_id: UUID
    batch_id: UUID
    format: str
    number: int

    @property
    def key(self) -> str:
        """What keeps it from being queued twice."""
        return f"{self.batch_id} {self.format} {self.number}"


class Joining(msgspec.Struct, frozen=True):
    """A format whose parts are all there."""

    account_id: UUID
    batch_id: UUID
    format: str

    @property
    def key(self) -> str:
        """What keeps it from being queued twice."""
        return f"{self.batch_id} {self.format}"


class Erasing(msgspec.Struct, frozen=True):
    """Files of a batch that is no more."""

    batch_id: UUID


READ: Final = Kind(
    name="batches.read", payload=Reading, queue=QUEUE, retries=RETRIES,
    time_limit=timedelta(hours=1), at_once_per_account=2, keep=timedelta(days=1),
)  # fmt: skip
COMPUTE: Final = Kind(
    name="batches.chunk", payload=Computing, queue=QUEUE, retries=RETRIES,
    time_limit=timedelta(minutes=15), at_once_per_account=AT_ONCE_PER_ACCOUNT, keep=timedelta(hours=1),
)  # fmt: skip
JOIN: Final = Kind(
    name="batches.join", payload=Joining, queue=QUEUE, retries=RETRIES,
    time_limit=timedelta(minutes=15), keep=timedelta(hours=1),
)  # fmt: skip
ERASE: Final = Kind(
    name="batches.erase", payload=Erasing, queue=QUEUE, retries=RETRIES,
    time_limit=timedelta(minutes=15), keep=timedelta(hours=1),
)  # fmt: skip
