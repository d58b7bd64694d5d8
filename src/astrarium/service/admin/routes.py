"""Administration over the API: for support and administrators, with a session."""

from typing import Annotated, Final

from litestar import get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from astrarium.service.admin import service
from astrarium.service.admin.schemas import Queries, System
from astrarium.service.database.transactions import Database
from astrarium.service.http import answers
from astrarium.service.http.paging import Limit

_STAFF: Final = ("not_signed_in", "not_permitted")
_SORT: Final = QueryParameter(
    max_length=100,
    description=(
        "What to sort statements by, most important first, separated by commas: "
        + ", ".join(f"`{name}`" for name in service.SORTS)
        + "; `-` reverses."
    ),
)


@get("/admin/queries", tags=["admin"], responses=answers.of_query(*_STAFF), permission="system:read")
async def read_queries(
    database: NamedDependency[Database],
    limit: Limit = 50,
    sort: Annotated[str, _SORT] = service.DEFAULT_SORT,
) -> Queries:
    """Tell what the database's statements cost.

    For the process that answers, since it started; for the whole database, where it counts statements itself. No values
    are told: statements name their parameters, and any literal is `?`.
    """
    return await service.queries(database, service.order_of(sort), limit)


@get(
    "/admin/system",
    tags=["admin"],
    responses=answers.of_nothing(*_STAFF),
    permission="system:read",
)
async def read_system(database: NamedDependency[Database], state: State) -> System:
    """Tell how the process that answers stands: its connections, replicas, limits and cache."""
    return service.system(database, state.counters, state.cache, now=state.now())


ROUTES: Final = (read_queries, read_system)
