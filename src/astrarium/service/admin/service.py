"""What the service knows of its own work: statements and what they cost, pools, replicas, limits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Final

from msgspec.structs import asdict, replace
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from astrarium import __version__
from astrarium.service.admin.schemas import (
    DatabaseStatementCost,
    DatabaseStatements,
    PoolNumbers,
    Queries,
    SlowCall,
    StatementCost,
    System,
)
from astrarium.service.cache.cache import Cache
from astrarium.service.database import failures
from astrarium.service.database.pools import ConnectionPool
from astrarium.service.database.scrubbing import scrubbed
from astrarium.service.database.state import PoolState
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.http.errors import InvalidSort
from astrarium.service.limits.counters import Counters
from astrarium.service.limits.state import state_of

Order = Sequence[tuple[str, bool]]
"""Names of numbers to sort by, each with whether it descends."""

SORTS: Final = ("total_s", "mean_s", "p95_s", "calls", "rows")
DEFAULT_SORT: Final = "-total_s"
_NOT_LOADED: Final = "55000"  # object not in prerequisite state: the library is not among those preloaded

_SCHEMA: Final = text(
    "SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace"
    " WHERE extname = 'pg_stat_statements'"
)
_SINCE: Final = "SELECT stats_reset FROM {schema}.pg_stat_statements_info"
_COSTS: Final = """
SELECT coalesce(query, '') AS statement, pg_get_userbyid(userid)::text AS role, calls, rows,
  total_exec_time / 1000 AS total_s, mean_exec_time / 1000 AS mean_s,
  least(max_exec_time, mean_exec_time + 1.645 * stddev_exec_time) / 1000 AS p95_s,
  shared_blks_hit AS blocks_hit, shared_blks_read AS blocks_read
FROM {schema}.pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND queryid IS NOT NULL AND calls > 0
ORDER BY {order}, queryid, userid LIMIT :limit
"""
"""1.645 standard deviations above its mean lies the 95th percentile of a normal distribution."""
_HIDDEN: Final = """
SELECT count(*) FROM {schema}.pg_stat_statements
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND queryid IS NULL
"""


def order_of(sort: str) -> list[tuple[str, bool]]:
    """What `sort` asks for.

    Raises `InvalidSort`, which names the nearest.
    """
    order: list[tuple[str, bool]] = []
    for part in sort.split(","):
        name = part.removeprefix("-")
        if name not in SORTS or name in dict(order):
            raise InvalidSort(part, SORTS)
        order.append((name, part.startswith("-")))
    return order


async def queries(database: Database, order: Order, limit: int) -> Queries:
    """At most `limit` statements of this process, slow calls of it, and statements of the whole database."""
    pools = _pools(database)
    return Queries(
        statements=tuple(
            replace(cost, statement=scrubbed(cost.statement))
            for cost in _sorted(_costs(pools), order)[:limit]
        ),
        slow=tuple(sorted(_slow_calls(pools), key=lambda call: call.ended_at, reverse=True)[:limit]),
        database=await _of_database(database, order, limit),
    )


def system(database: Database, counters: Counters, cache: Cache, *, now: datetime) -> System:
    """This process as it stands."""
    state = database.state()
    return System(
        version=__version__,
        at=now,
        pools=tuple(_numbers(pool) for pool in state.pools),
        replicas=tuple(state.replicas),
        retried=state.retried,
        slow_statements=state.slow_statements,
        limits=state_of(counters),
        cache=cache.state(),
    )


def _pools(database: Database) -> list[ConnectionPool]:
    return [database.primary, database.keepers, *(replica.pool for replica in database.replicas.all)]


def _costs(pools: Iterable[ConnectionPool]) -> Iterator[StatementCost]:
    for pool in pools:
        for one in pool.statements.by_text.values():
            yield StatementCost(
                statement=one.statement,
                pool=pool.state.name,
                calls=one.calls,
                rows=one.rows,
                total_s=one.durations.total_s,
                mean_s=one.durations.total_s / one.calls,
                p95_s=one.durations.quantile(0.95),
            )


def _slow_calls(pools: Iterable[ConnectionPool]) -> Iterator[SlowCall]:
    for pool in pools:
        for one in pool.statements.slow:
            yield SlowCall(
                statement=one.statement,
                pool=pool.state.name,
                seconds=one.seconds,
                ended_at=datetime.fromtimestamp(one.ended_at, UTC),
                plan=one.plan,
            )


def _sorted(costs: Iterable[StatementCost], order: Order) -> list[StatementCost]:
    found = list(costs)
    for name, descends in reversed(order):
        found.sort(key=attrgetter(name), reverse=descends)
    return found


async def _of_database(database: Database, order: Order, limit: int) -> DatabaseStatements:
    try:
        async with database.keeper() as transaction:
            schema = await transaction.scalar(_SCHEMA)
            if schema is None:
                return DatabaseStatements(standing="not_installed")
            return await _known(transaction, schema, order, limit)
    except DBAPIError as error:
        if failures.state_of(error) != _NOT_LOADED:
            raise
        return DatabaseStatements(standing="not_loaded")


async def _known(transaction: Transaction, schema: str, order: Order, limit: int) -> DatabaseStatements:
    ordered = ", ".join(f"{name} {'DESC' if descends else 'ASC'}" for name, descends in order)
    costs = text(_COSTS.format(schema=schema, order=ordered))
    found = (await transaction.execute(costs, {"limit": limit})).mappings().all()
    return DatabaseStatements(
        standing="known",
        since=await transaction.scalar(text(_SINCE.format(schema=schema))),
        hidden=await transaction.scalar(text(_HIDDEN.format(schema=schema))) or 0,
        statements=tuple(
            DatabaseStatementCost(**{**row, "statement": scrubbed(row["statement"])}) for row in found
        ),
    )


def _numbers(pool: PoolState) -> PoolNumbers:
    told = asdict(pool)
    waits, durations = told.pop("waits"), told.pop("durations")
    return PoolNumbers(
        **told,
        waits=waits.count,
        wait_p95_s=waits.quantile(0.95),
        statement_p95_s=durations.quantile(0.95),
    )
