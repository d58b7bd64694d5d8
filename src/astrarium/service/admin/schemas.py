"""What administration answers. Durations are seconds (`…_s`)."""

from datetime import datetime
from typing import Literal

import msgspec

from astrarium.service.cache.state import CacheState
from astrarium.service.database.state import ReplicaState
from astrarium.service.limits.state import LimitsState


class StatementCost(msgspec.Struct, frozen=True, kw_only=True):
    """What one statement has cost on one pool of this process since it started.

    `p95_s` is read from a histogram, and so right within its bucket.
    """

    statement: str
    pool: str
    calls: int
    rows: int
    total_s: float
    mean_s: float
    p95_s: float


class SlowCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call that took longer than the operator's setting.

    `plan` is the one for any values, null where none is known.
    """

    statement: str
    pool: str
    seconds: float
    ended_at: datetime
    plan: str | None


class DatabaseStatementCost(msgspec.Struct, frozen=True, kw_only=True):
    """What one statement has cost the database, whoever sent it, as `role`.

    `p95_s` is what 95 % would not exceed if the durations were spread normally. Blocks are those of tables and indexes,
    8 KiB each: found in the database's memory (`blocks_hit`) or asked of the system (`blocks_read`).
    """

    statement: str
    role: str
    calls: int
    rows: int
    total_s: float
    mean_s: float
    p95_s: float
    blocks_hit: int
    blocks_read: int


class DatabaseStatements(msgspec.Struct, frozen=True, kw_only=True):
    """What `pg_stat_statements` knows of this database, `since` it was reset.

    `standing`: `known`; `not_installed` or `not_loaded`, where there is nothing to know. `hidden` statements of other
    roles are left out, because the service may not see them (`GRANT pg_read_all_stats TO astrarium_keeper`).
    """

    standing: Literal["known", "not_installed", "not_loaded"]
    since: datetime | None = None
    hidden: int = 0
    statements: tuple[DatabaseStatementCost, ...] = ()


class Queries(msgspec.Struct, frozen=True, kw_only=True):
    """The statements of this process, its slow calls, the latest first, and the statements of the whole database."""

    statements: tuple[StatementCost, ...]
    slow: tuple[SlowCall, ...]
    database: DatabaseStatements


class PoolNumbers(msgspec.Struct, frozen=True, kw_only=True):
    """A pool of connections: what it holds now, and what has happened on it since the process started.

    `refused` counts requests that found no free connection in time, `unreachable` connections that could not be opened,
    `lost` those that broke.
    """

    name: str
    limit: int
    in_use: int
    idle: int
    waiting: int
    opened: int
    lost: int
    refused: int
    unreachable: int
    committed: int
    rolled_back: int
    statements: int
    failed_statements: int
    waits: int
    wait_p95_s: float
    statement_p95_s: float


class System(msgspec.Struct, frozen=True, kw_only=True):
    """One process of the service as it stands. `retried` counts transactions run a second time after a conflict."""

    version: str
    at: datetime
    pools: tuple[PoolNumbers, ...]
    replicas: tuple[ReplicaState, ...]
    retried: int
    slow_statements: int
    limits: LimitsState
    cache: CacheState
