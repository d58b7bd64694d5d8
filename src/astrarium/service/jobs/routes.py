"""Jobs over the API: an account's own, and the queues as administrators see them."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import State as Application
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.errors import NotFound
from astrarium.service.http import answers
from astrarium.service.http.paging import Asked, Cursor, Limit, Page, answer
from astrarium.service.jobs import changes, queues, reading
from astrarium.service.jobs.changes import Job
from astrarium.service.jobs.errors import JobNotAsExpected
from astrarium.service.jobs.schemas import (
    AdminJob,
    JobDetail,
    JobSummary,
    Queue,
    Retried,
    RetryDead,
    WorkerSeen,
)
from astrarium.service.jobs.states import State
from astrarium.service.labels import WORDS
from astrarium.service.permissions import Caller

_ACCOUNT: Final = ("not_signed_in", "not_permitted")
_CHANGING: Final = (*_ACCOUNT, "not_found", "job_state")

OfKind = Annotated[
    str | None,
    QueryParameter(name="kind", min_length=1, max_length=100, pattern=WORDS, description="Of one kind."),
]
InState = Annotated[State | None, QueryParameter(name="state", description="In one state.")]
OfAccount = Annotated[UUID | None, QueryParameter(name="account_id", description="Of one account.")]


@get("/jobs", tags=["jobs"], responses=answers.of_query(*_ACCOUNT), permission="jobs:read")
async def list_jobs(
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Annotated[str, reading.LISTING.sort] = reading.LISTING.default,
    kind: OfKind = None,
    job_state: InState = None,
) -> Response[Page[JobSummary]]:
    """List what is done for the account in the background, page by page, the latest first."""
    async with database.reading(caller.account_id) as transaction:
        page = await reading.own(transaction, caller.account_id, kind, job_state, Asked(limit, cursor, sort))
    return answer(page, request)


@get(
    "/jobs/{job_id:uuid}",
    tags=["jobs"],
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="jobs:read",
)
async def read_job(
    job_id: FromPath[UUID], database: NamedDependency[Database], caller: NamedDependency[Caller]
) -> JobDetail:
    """Read one job: how far it is, its result, or why it failed."""
    async with database.reading(caller.account_id) as transaction:
        return reading.detail_of(await _found(transaction, job_id))


@post(
    "/jobs/{job_id:uuid}/cancel",
    tags=["jobs"],
    status_code=200,
    responses=answers.of_nothing(*_CHANGING),
    permission="jobs:write",
)
async def cancel_job(
    job_id: FromPath[UUID],
    database: NamedDependency[Database],
    caller: NamedDependency[Caller],
    state: Application,
) -> JobDetail:
    """Cancel a job that is not finished.

    One that waits is cancelled at once. One that runs is asked to stop, which `cancel_requested` tells; it may still
    end as done where it was about to.
    """
    async with database.of(caller.account_id) as transaction:
        return reading.detail_of(await _cancelled(transaction, job_id, state))


@post(
    "/jobs/{job_id:uuid}/retry",
    tags=["jobs"],
    status_code=200,
    responses=answers.of_nothing(*_CHANGING, "job_superseded"),
    permission="jobs:write",
)
async def retry_job(
    job_id: FromPath[UUID], database: NamedDependency[Database], caller: NamedDependency[Caller]
) -> JobDetail:
    """Send a dead or cancelled job again, with all its attempts."""
    async with database.of(caller.account_id) as transaction:
        return reading.detail_of(await _retried(transaction, job_id))


@get("/admin/jobs", tags=["admin"], responses=answers.of_query(*_ACCOUNT), permission="system:read")
async def list_all_jobs(
    database: NamedDependency[Database],
    request: Request[Any, Any, Any],
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Annotated[str, reading.LISTING.sort] = reading.LISTING.default,
    kind: OfKind = None,
    job_state: InState = None,
    account_id: OfAccount = None,
) -> Response[Page[AdminJob]]:
    """List the jobs of every account and of the service itself, page by page, the latest first.

    `?state=dead` lists those that failed for good. What a job was given and what came of it is its account's alone.
    """
    asked = Asked(limit, cursor, sort, {"account_id": str(account_id)})
    async with database.keeper() as transaction:
        page = await reading.everybodys(transaction, account_id, kind, job_state, asked)
    return answer(page, request)


@post(
    "/admin/jobs/{job_id:uuid}/cancel",
    tags=["admin"],
    status_code=200,
    responses=answers.of_nothing(*_CHANGING),
    permission="system:administer",
)
async def cancel_any_job(
    job_id: FromPath[UUID], database: NamedDependency[Database], state: Application
) -> AdminJob:
    """Cancel a job of any account that is not finished."""
    async with database.keeper() as transaction:
        return reading.admin_job_of(await _cancelled(transaction, job_id, state))


@post(
    "/admin/jobs/{job_id:uuid}/retry",
    tags=["admin"],
    status_code=200,
    responses=answers.of_nothing(*_CHANGING, "job_superseded"),
    permission="system:administer",
)
async def retry_any_job(job_id: FromPath[UUID], database: NamedDependency[Database]) -> AdminJob:
    """Send a dead or cancelled job of any account again, with all its attempts."""
    async with database.keeper() as transaction:
        return reading.admin_job_of(await _retried(transaction, job_id))


@post(
    "/admin/jobs/retry-dead",
    tags=["admin"],
    status_code=200,
    responses=answers.of_body(*_ACCOUNT),
    permission="system:administer",
)
async def retry_dead_jobs(data: JSONBody[RetryDead], database: NamedDependency[Database]) -> Retried:
    """Send the dead jobs of one kind again, a thousand at most; a dead job that another one replaces stays dead."""
    async with database.keeper() as transaction:
        return await changes.retry_dead(transaction, data.kind)


@get("/admin/queues", tags=["admin"], responses=answers.of_nothing(*_ACCOUNT), permission="system:read")
async def list_queues(database: NamedDependency[Database], state: Application) -> Page[Queue]:
    """Tell of each queue how many jobs wait and run, since when the oldest waits, and whether it is paused."""
    async with database.keeper() as transaction:
        return Page(tuple(await queues.queues(transaction, _known(state))), None)


@get("/admin/workers", tags=["admin"], responses=answers.of_nothing(*_ACCOUNT), permission="system:read")
async def list_workers(database: NamedDependency[Database]) -> Page[WorkerSeen]:
    """List the worker processes by their last signs of life; one gives them every two seconds."""
    async with database.keeper() as transaction:
        return Page(tuple(await queues.workers(transaction)), None)


@post(
    "/admin/queues/{name:str}/pause",
    tags=["admin"],
    status_code=200,
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="system:administer",
)
async def pause_queue(name: FromPath[str], database: NamedDependency[Database], state: Application) -> Queue:
    """Pause a queue: its jobs wait until it is resumed. Jobs that run go on."""
    _require(name, state)
    async with database.keeper() as transaction:
        await queues.pause(transaction, name, now=state.now())
        return await _one(transaction, name)


@post(
    "/admin/queues/{name:str}/resume",
    tags=["admin"],
    status_code=200,
    responses=answers.of_nothing(*_ACCOUNT, "not_found"),
    permission="system:administer",
)
async def resume_queue(name: FromPath[str], database: NamedDependency[Database], state: Application) -> Queue:
    """Let a paused queue go on."""
    _require(name, state)
    async with database.keeper() as transaction:
        await queues.resume(transaction, name)
        return await _one(transaction, name)


async def _found(transaction: Transaction, job_id: UUID) -> Job:
    found = await changes.job(transaction, job_id)
    if found is None:
        raise NotFound("job")
    return found


async def _cancelled(transaction: Transaction, job_id: UUID, state: Application) -> Job:
    if not await changes.cancel(transaction, job_id, now=state.now()):
        raise JobNotAsExpected((await _found(transaction, job_id)).state, "waiting, queued or running")
    return await _found(transaction, job_id)


async def _retried(transaction: Transaction, job_id: UUID) -> Job:
    if not await changes.retry(transaction, job_id):
        raise JobNotAsExpected((await _found(transaction, job_id)).state, "dead or cancelled")
    return await _found(transaction, job_id)


def _known(state: Application) -> list[str]:
    return sorted({kind.queue for kind in state.parts.handlers()})


def _require(name: str, state: Application) -> None:
    if name not in _known(state):
        raise NotFound("queue")


async def _one(transaction: Transaction, name: str) -> Queue:
    return next(one for one in await queues.queues(transaction, [name]) if one.name == name)


ROUTES: Final = (
    list_jobs,
    read_job,
    cancel_job,
    retry_job,
    list_all_jobs,
    cancel_any_job,
    retry_any_job,
    retry_dead_jobs,
    list_queues,
    list_workers,
    pause_queue,
    resume_queue,
)
