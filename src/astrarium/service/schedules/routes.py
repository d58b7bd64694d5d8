"""Schedules over the API: for support, who may look, and administrators, who may change them."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get, patch, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.http import answers
from astrarium.service.http.conditional import IfMatch
from astrarium.service.http.paging import Asked, Cursor, Limit, Page, answer
from astrarium.service.schedules import service
from astrarium.service.schedules.schemas import Schedule, ScheduleChange, ScheduleDetail, Started

_STAFF: Final = ("not_signed_in", "not_permitted")
_ONE: Final = (*_STAFF, "not_found")


@get("/admin/schedules", tags=["admin"], responses=answers.of_query(*_STAFF), permission="system:read")
async def list_schedules(
    database: NamedDependency[Database],
    state: State,
    request: Request[Any, Any, Any],
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Annotated[str, service.LISTING.sort] = service.LISTING.default,
) -> Response[Page[Schedule]]:
    """List what runs by itself, and when.

    Expressions are cron's five fields in UTC, so that summer time neither leaves a run out nor doubles it. A schedule
    that an upgrade removed stays in the list as `retired`.
    """
    async with database.keeper() as transaction:
        await _registered(transaction, state)
        page = await service.browse(transaction, Asked(limit, cursor, sort))
    return answer(page, request)


@get(
    "/admin/schedules/{name:str}",
    tags=["admin"],
    responses=answers.of_nothing(*_ONE),
    permission="system:read",
)
async def read_schedule(
    name: FromPath[str], database: NamedDependency[Database], state: State
) -> Response[ScheduleDetail]:
    """Read one schedule: its next ticks and its last runs, with the state of each job."""
    async with database.keeper() as transaction:
        await _registered(transaction, state)
        return _told(await service.read(transaction, name))


@patch(
    "/admin/schedules/{name:str}",
    tags=["admin"],
    responses=answers.of_body(*_ONE, "precondition_failed", "invalid_cron_expression"),
    permission="system:administer",
)
async def change_schedule(
    name: FromPath[str],
    data: JSONBody[ScheduleChange],
    database: NamedDependency[Database],
    state: State,
    if_match: IfMatch = None,
) -> Response[ScheduleDetail]:
    """Change when something runs, or pause it.

    The change survives upgrades; `"expression": null` takes it back. The next tick is the first one after the change:
    none before it is made up for.
    """
    async with database.keeper() as transaction:
        await _registered(transaction, state)
        now = await service.database_clock(transaction)
        return _told(await service.change(transaction, name, data, now=now, if_match=if_match))


@post(
    "/admin/schedules/{name:str}/pause",
    tags=["admin"],
    status_code=200,
    responses=answers.of_nothing(*_ONE),
    permission="system:administer",
)
async def pause_schedule(
    name: FromPath[str], database: NamedDependency[Database], state: State
) -> Response[ScheduleDetail]:
    """Pause a schedule until it is resumed; a job of it that is under way goes on. Doing it twice is doing it once."""
    return await _set(database, state, name, ScheduleChange(paused=True))


@post(
    "/admin/schedules/{name:str}/resume",
    tags=["admin"],
    status_code=200,
    responses=answers.of_nothing(*_ONE),
    permission="system:administer",
)
async def resume_schedule(
    name: FromPath[str], database: NamedDependency[Database], state: State
) -> Response[ScheduleDetail]:
    """Let a paused schedule run again from its next tick on; those in between are left out."""
    return await _set(database, state, name, ScheduleChange(paused=False))


@post(
    "/admin/schedules/{name:str}/run",
    tags=["admin"],
    status_code=202,
    responses=answers.of_nothing(*_ONE, "schedule_retired"),
    permission="system:administer",
)
async def run_schedule(
    name: FromPath[str], database: NamedDependency[Database], state: State
) -> Response[Started]:
    """Enqueue a schedule's job now, also of a paused one; its ticks stay as they are.

    Where one is still waiting or running, none is added: the answer is that one.
    """
    async with database.keeper() as transaction:
        await _registered(transaction, state)
        now = await service.database_clock(transaction)
        started = await service.run_now(transaction, state.parts.schedules, name, now=now)
    return Response(started, status_code=202)


async def _set(
    database: Database, state: State, name: str, wanted: ScheduleChange
) -> Response[ScheduleDetail]:
    async with database.keeper() as transaction:
        await _registered(transaction, state)
        now = await service.database_clock(transaction)
        return _told(await service.change(transaction, name, wanted, now=now))


async def _registered(transaction: Transaction, state: State) -> None:
    """Before any worker has run, the table is empty."""
    now = await service.database_clock(transaction)
    await service.register_missing(transaction, state.parts.schedules, now=now)


def _told(detail: ScheduleDetail) -> Response[ScheduleDetail]:
    return Response(detail, headers={"ETag": service.etag(detail)})


ROUTES: Final = (
    list_schedules, read_schedule, change_schedule, pause_schedule, resume_schedule, run_schedule,
)  # fmt: skip
