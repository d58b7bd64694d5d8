"""The claims of PgQueuer: SKIP LOCKED down the backlog, priorities, bounds of a kind, jobs whose worker has died.

Its statement alone is used, on our own connections; its loop is not (docs/decisions/0023-jobs.md).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from pgqueuer.adapters.persistence.qb import QueryQueueBuilder
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import Channel, QueueEntrypoint, QueueManagerId

from astrarium.service.database.transactions import Transaction
from astrarium.service.jobs.models import pgqueuer, pgqueuer_log

SLOT_INDEX: Final = "pgqueuer_picked_slot_idx"


def settings() -> DBSettings:
    """PgQueuer's names of its tables, whatever its own environment variables say."""
    return DBSettings(
        prefix="",
        db_schema=None,
        channel=Channel("ch_pgqueuer"),
        function="fn_pgqueuer_changed",
        statistics_table="pgqueuer_statistics",
        queue_status_type="pgqueuer_status",
        queue_table=pgqueuer.name,
        queue_table_log=pgqueuer_log.name,
        trigger="tg_pgqueuer_changed",
        schedules_table="pgqueuer_schedules",
    )


class PgQueuerClaims:
    """Claims rows of PgQueuer's queue for one worker."""

    def __init__(self) -> None:
        self._builder = QueryQueueBuilder(settings=settings())

    async def claim(
        self,
        transaction: Transaction,
        worker_id: UUID,
        bounds: Mapping[str, int],
        most: int,
        lost_after: timedelta,
    ) -> dict[int, UUID]:
        """Claim up to `most` rows of the kinds of `bounds`, in the order of priority; returns their jobs.

        A kind's bound is how many of it may be claimed at once in the whole installation, 0 for no bound. Rows of a
        worker that gave no sign of life for `lost_after` are claimed with the others.
        """
        query = self._builder.build_dequeue_query(
            batch_size=most,
            entrypoints=[QueueEntrypoint(kind) for kind in bounds],
            concurrency_limits=list(bounds.values()),
            queue_manager_id=QueueManagerId(worker_id),
            global_concurrency_limit=None,
            heartbeat_timeout=lost_after,
        )
        rows = (await transaction.exec_driver_sql(query.sql, query.args)).all()
        return {row.id: UUID(bytes=row.payload) for row in rows}
