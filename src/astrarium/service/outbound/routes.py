"""Calls to the outside, for administration: breakers that are open, their reset, and what calls cost."""

from datetime import datetime
from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import PathParameter
from sqlalchemy import Row, select

from astrarium.service.database.transactions import Database
from astrarium.service.http import answers
from astrarium.service.http.paging import Asked, Cursor, Limit, Listing, Page, answer, read
from astrarium.service.outbound.models import breakers
from astrarium.service.outbound.schemas import BreakerView, Calls, PurposeView
from astrarium.service.outbound.service import Outbound

BREAKERS: Final = Listing(
    "breakers",
    key=breakers.c.name,
    sorts={"opened_at": breakers.c.opened_at},
    default="-opened_at",
)
_STAFF: Final = ("not_signed_in", "not_permitted")


@get(
    "/admin/breakers",
    tags=["admin"],
    responses=answers.of_query("invalid_cursor", "invalid_sort", *_STAFF),
    permission="system:read",
)
async def list_breakers(
    request: Request[Any, Any, Any],
    database: NamedDependency[Database],
    state: State,
    limit: Limit = 50,
    cursor: Cursor = None,
    sort: Annotated[str, BREAKERS.sort] = BREAKERS.default,
) -> Response[Page[BreakerView]]:
    """List the breakers of the whole installation that are not closed.

    A breaker opens when calls to one side failed several times in a row; one that succeeds after `probe_at` closes it.
    """
    now = state.now()
    async with database.keeper() as transaction:
        page = await read(
            transaction,
            select(breakers),
            BREAKERS,
            Asked(limit, cursor, sort),
            convert=lambda row: _view(row, now),
        )
    return answer(page, request)


@post(
    "/admin/breakers/{name:str}/reset",
    tags=["admin"],
    status_code=204,
    responses=answers.of_nothing("not_found", *_STAFF),
    permission="system:administer",
)
async def reset_breaker(
    name: Annotated[str, PathParameter(max_length=300, description="The breaker's `name`.")], state: State
) -> None:
    """Close a breaker in every process, so that calls are made again at once."""
    await state.parts.breakers.reset(name)


@get(
    "/admin/outbound",
    tags=["admin"],
    responses=answers.of_nothing(*_STAFF),
    permission="system:read",
)
async def read_outbound(state: State) -> Calls:
    """Tell how the calls to the outside fare that the process that answers has made since it started."""
    return _calls(state.parts.outbound)


ROUTES: Final = (list_breakers, reset_breaker, read_outbound)


def _view(row: Row[Any], now: datetime) -> BreakerView:
    return BreakerView(
        name=row.name,
        state="open" if now < row.probe_at else "half_open",
        opened_at=row.opened_at,
        probe_at=row.probe_at,
        failures=row.failures,
        error=row.error,
    )


def _calls(outbound: Outbound) -> Calls:
    views = []
    for purpose, counts in outbound.counts.items():
        policy = outbound.policies[purpose]
        views.append(
            PurposeView(
                purpose=purpose,
                time_limit_s=policy.total_s,
                attempts=policy.attempts,
                public_only=policy.is_guarded,
                succeeded=counts.succeeded,
                failed=dict(counts.failed),
                blocked=counts.blocked,
                repeated=counts.repeated,
                in_flight=counts.in_flight,
                p50_s=counts.durations.quantile(0.5),
                p95_s=counts.durations.quantile(0.95),
                last_error=counts.last_error,
                last_error_at=counts.last_error_at,
            )
        )
    return Calls(tuple(views))
