"""Engines: bounded pools of connections whose every wait has an end."""

from typing import Any, Final

import msgspec
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from astrarium.service.database.row_security import SERVICE

APPLICATION: Final = "astrarium"


class PoolLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How many connections one process holds, and how long anything may take on them, in seconds."""

    size: int = 8
    """Connections that stay open."""
    overflow: int = 4
    """More of them for a rush."""
    connection_timeout_s: float = 2.0
    """For getting a connection; then the request is refused with 503."""
    statement_timeout_s: float = 15.0
    lock_timeout_s: float = 5.0
    idle_in_transaction_timeout_s: float = 30.0


def engine(url: URL, limits: PoolLimits) -> AsyncEngine:
    """An engine whose connections speak as the role without bypass of row-level security."""
    return create_async_engine(
        url,
        pool_size=limits.size,
        max_overflow=limits.overflow,
        pool_timeout=limits.connection_timeout_s,
        pool_use_lifo=True,
        pool_recycle=1800,
        connect_args={"timeout": limits.connection_timeout_s, "server_settings": _settings(limits)},
    )


def _settings(limits: PoolLimits) -> dict[str, Any]:
    return {
        "application_name": APPLICATION,
        "role": SERVICE,
        "timezone": "UTC",
        "statement_timeout": _milliseconds(limits.statement_timeout_s),
        "lock_timeout": _milliseconds(limits.lock_timeout_s),
        "idle_in_transaction_session_timeout": _milliseconds(limits.idle_in_transaction_timeout_s),
    }


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))
