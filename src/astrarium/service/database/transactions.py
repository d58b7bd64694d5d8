"""Transactions: the only way to the tables. Each one says on whose behalf it runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from astrarium.service.database.engine import PoolLimits, engine
from astrarium.service.database.row_security import ACCOUNT, KEEPER

Transaction = AsyncConnection
"""An open transaction: statements go through it; it commits when its block ends and rolls back when that raises."""

_AS_ACCOUNT: Final = text(f"SELECT set_config('{ACCOUNT}', :account, true)")
_AS_KEEPER: Final = text(f"SELECT set_config('role', '{KEEPER}', true)")


class Database:
    """The service's way to PostgreSQL: one per process, open until `close`."""

    def __init__(self, url: URL, limits: PoolLimits | None = None) -> None:
        self.primary: AsyncEngine = engine(url, limits or PoolLimits())

    @asynccontextmanager
    async def of(self, account_id: UUID) -> AsyncIterator[Transaction]:
        """A transaction that sees and writes the rows of one account, and no others whatever its statements say."""
        async with self.primary.begin() as transaction:
            await transaction.execute(_AS_ACCOUNT, {"account": str(account_id)})
            yield transaction

    @asynccontextmanager
    async def keeper(self) -> AsyncIterator[Transaction]:
        """A transaction of the service itself, which sees every account's rows.

        For what has no account yet (sign-in, a share link's reader) or concerns all of them (retention,
        administration). Never for what a customer's request could do as that customer.
        """
        async with self.primary.begin() as transaction:
            await transaction.execute(_AS_KEEPER)
            yield transaction

    async def close(self) -> None:
        """Close every connection."""
        await self.primary.dispose()
