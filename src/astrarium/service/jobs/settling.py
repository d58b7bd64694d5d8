"""Writing down how attempts ended: the job's outcome and the end of its row in the queue are one statement."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy import text

from astrarium.service.database.transactions import Transaction
from astrarium.service.jobs import news
from astrarium.service.jobs.claiming import Claimed
from astrarium.service.jobs.kinds import encode

LONGEST_MESSAGE: Final = 1000

State = Literal["done", "dead", "cancelled", "queued"]


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why an attempt failed: a stable `code`, a sentence for whoever owns the job, and the cause for administrators."""

    code: str
    message: str
    cause: str | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one attempt ended; `queued` is another attempt after `wait`."""

    claimed: Claimed
    state: State
    keep: timedelta
    result: str | None = None
    fault: Fault | None = None
    wait: timedelta | None = None
    is_counted: bool = True
    done: int | None = None
    total: int | None = None


_OUTCOMES: Final = (
    "WITH outcome AS (SELECT * FROM unnest(CAST(:queue_ids AS bigint[]), CAST(:ids AS uuid[]),"
    " CAST(:attempts AS integer[]), CAST(:states AS text[]), CAST(:keeps AS interval[]), CAST(:results AS text[]),"
    " CAST(:faults AS text[]), CAST(:waits AS interval[]), CAST(:counted AS boolean[]), CAST(:dones AS bigint[]),"
    " CAST(:totals AS bigint[]))"
    " AS o(queue_id, id, attempt, state, keep, result, fault, wait, is_counted, done, total)"
    "), gone AS ("
    " DELETE FROM pgqueuer USING outcome, jobs"
    " WHERE pgqueuer.id = outcome.queue_id AND pgqueuer.queue_manager_id = :worker_id"
    "  AND jobs.id = outcome.id AND jobs.attempts = outcome.attempt"
    " RETURNING pgqueuer.id AS queue_id, outcome.id"
    "), settled AS ("
)
_FINISHED: Final = (
    " UPDATE jobs SET state = outcome.state, queue_id = NULL, worker_id = NULL, finished_at = now(),"
    "  keep_until = now() + outcome.keep, result = CAST(outcome.result AS jsonb),"
    "  error = coalesce(CAST(outcome.fault AS jsonb), jobs.error),"
    "  progress_done = coalesce(outcome.done, progress_done), progress_total = coalesce(outcome.total, progress_total)"
    " FROM outcome JOIN gone ON gone.id = outcome.id WHERE jobs.id = outcome.id RETURNING jobs.id"
)
_RETURNED: Final = (
    " UPDATE jobs SET state = CASE WHEN share > 0 THEN 'waiting' ELSE 'queued' END,"
    "  queue_id = CASE WHEN share > 0 THEN NULL ELSE nextval('pgqueuer_id_seq') END, worker_id = NULL,"
    "  attempts = attempts - CASE WHEN outcome.is_counted THEN 0 ELSE 1 END,"
    "  not_before = CASE WHEN outcome.wait IS NOT NULL THEN now() + outcome.wait END,"
    "  error = coalesce(CAST(outcome.fault AS jsonb), jobs.error)"
    " FROM outcome JOIN gone ON gone.id = outcome.id WHERE jobs.id = outcome.id"
    " RETURNING jobs.id, jobs.queue_id, jobs.priority, jobs.kind, jobs.not_before"
    "), again AS ("
    " INSERT INTO pgqueuer (id, priority, entrypoint, execute_after, payload, status)"
    " SELECT queue_id, priority, kind, coalesce(not_before, '-infinity'), uuid_send(id), 'queued' FROM settled"
    "  WHERE queue_id IS NOT NULL"
)
_FINISH: Final = text(f"{_OUTCOMES}{_FINISHED}) SELECT id FROM settled")  # noqa: S608  (our own text)
_RETURN: Final = text(f"{_OUTCOMES}{_RETURNED}) SELECT id FROM settled")  # noqa: S608


async def settle(
    transaction: Transaction, worker_id: UUID, outcomes: Sequence[Outcome], *, tell: bool
) -> set[UUID]:
    """Write down outcomes; returns the jobs whose outcome counts.

    It does not count where another worker has taken the job meanwhile, since this one seemed dead. May be repeated:
    what is settled is not this worker's any more. With `tell`, other workers hear that there is room.
    """
    finished = [one for one in outcomes if one.state != "queued"]
    returned = [one for one in outcomes if one.state == "queued"]
    settled: set[UUID] = set()
    for statement, part in ((_FINISH, finished), (_RETURN, returned)):
        if part:
            settled.update((await transaction.execute(statement, _values(worker_id, part))).scalars())
    if tell or returned:
        await news.say(transaction, news.CLAIMABLE)
    return settled


def _values(worker_id: UUID, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "worker_id": worker_id,
        "queue_ids": [one.claimed.queue_id for one in outcomes],
        "ids": [one.claimed.id for one in outcomes],
        "attempts": [one.claimed.attempt for one in outcomes],
        "states": [one.state for one in outcomes],
        "keeps": [one.keep for one in outcomes],
        "results": [one.result for one in outcomes],
        "faults": [None if one.fault is None else told(one.fault) for one in outcomes],
        "waits": [one.wait for one in outcomes],
        "counted": [one.is_counted for one in outcomes],
        "dones": [one.done for one in outcomes],
        "totals": [one.total for one in outcomes],
    }


def told(fault: Fault) -> str:
    """A fault as it is kept: short, and without what PostgreSQL cannot keep."""
    return encode(
        Fault(fault.code, _plain(fault.message), None if fault.cause is None else _plain(fault.cause))
    )


def _plain(words: str) -> str:
    return words[:LONGEST_MESSAGE].replace("\0", "\ufffd").encode(errors="replace").decode()
