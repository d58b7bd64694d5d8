"""How many connections one process holds, and how long anything may take on them."""

import os
from typing import Final

import msgspec

LEAST: Final = 4
MOST: Final = 48


class PoolLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of one process. A wait that reaches its bound is a problem of status 503, never a hang."""

    connections: int = 8
    """Most connections for accounts' transactions; they are opened as they are needed and then stay open."""
    keeper_connections: int = 8
    """Most connections for the service's own work."""
    replica_connections: int = 8
    """Most connections to each replica."""
    connection_timeout_s: float = 2.0
    """For a free connection, and for opening one."""
    statement_timeout_s: float = 15.0
    lock_timeout_s: float = 5.0
    idle_in_transaction_timeout_s: float = 30.0
    connection_life_s: float = 1800.0
    """A connection older than this is replaced before its next use, so that memory and routes are renewed."""
    slow_statement_s: float = 0.5
    """A statement that takes longer is remembered with its plan."""
    replica_wait_s: float = 0.05
    """How long a read waits for a replica to come as far as its caller's own writes, before it goes to the primary."""
    replica_lag_s: float = 10.0
    """A replica that is further behind leaves the rotation."""
    replica_probe_s: float = 1.0
    """Between two looks at a replica, and the longest that one may take."""


def limits_for(
    connections: int | None, processes: int, timeouts: PoolLimits | None = None, *, cores: int | None = None
) -> PoolLimits:
    """The limits of one of `processes`: `connections` each, else about six per core for all of them together.

    A statement that finds its rows in memory keeps a core of the database busy, so more connections than a few per
    core wait for each other there instead of here. Half of them are the service's own: every signed-in request
    begins with its session.
    """
    by_cores = min(max(6 * (cores or os.cpu_count() or 1) // processes, LEAST), MOST)
    share = by_cores if connections is None else connections
    keepers = share // 2
    return msgspec.structs.replace(
        timeouts or PoolLimits(),
        connections=share - keepers,
        keeper_connections=keepers,
        replica_connections=share - keepers,
    )
