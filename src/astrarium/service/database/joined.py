"""A database whose transactions are parts of one that is already open: all of them are kept together, or none."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar
from uuid import UUID

from litestar.types import Scope
from sqlalchemy import text

from astrarium.service.database.reads import NOTHING, Read
from astrarium.service.database.row_security import ACCOUNT, KEEPER, SERVICE
from astrarium.service.database.transactions import Database, Transaction

T = TypeVar("T")

_AS: Final = text(f"SELECT set_config('role', :role, true), set_config('{ACCOUNT}', :account, true)")


class JoinedDatabase(Database):
    """What a request's code takes for the database while a layer in front of it holds the real transaction.

    Each of its transactions is a savepoint: it sees what came before it, is undone alone when its block raises, and is
    committed with the whole. It runs as whom it asks for, and leaves the transaction as it found it.
    """

    def __init__(self, database: Database, transaction: Transaction, account_id: UUID) -> None:
        vars(self).update(vars(database))
        self._outer = database
        self._transaction = transaction
        self._waiting: list[Callable[[], None]] = []
        self._runs_as = (SERVICE, str(account_id))

    @asynccontextmanager
    async def of(self, account_id: UUID) -> AsyncIterator[Transaction]:
        """A savepoint that sees and writes the rows of one account."""
        async with self._savepoint(SERVICE, str(account_id)) as transaction:
            yield transaction

    @asynccontextmanager
    async def keeper(self) -> AsyncIterator[Transaction]:
        """A savepoint of the service itself."""
        async with self._savepoint(KEEPER, self._runs_as[1]) as transaction:
            yield transaction

    @asynccontextmanager
    async def reading(
        self,
        account_id: UUID,
        after: int | None = None,  # noqa: ARG002  (nothing is further than this transaction)
    ) -> AsyncIterator[Transaction]:
        """A savepoint too, so that it sees what the request has written."""
        async with self.of(account_id) as transaction:
            yield transaction

    async def read_all(
        self,
        account_id: UUID,
        read: Read[T],
        parameters: Mapping[str, Any] = NOTHING,
        after: int | None = None,  # noqa: ARG002  (nothing is further than this transaction)
    ) -> list[T]:
        """All rows that `account_id` may see, those that the request has written among them."""
        async with self.of(account_id) as transaction:
            return await read.within(transaction, parameters)

    async def keeper_read_all(self, read: Read[T], parameters: Mapping[str, Any] = NOTHING) -> list[T]:
        """All rows of any account, those that the request has written among them."""
        async with self.keeper() as transaction:
            return await read.within(transaction, parameters)

    def when_kept(self, call: Callable[[], None]) -> None:
        """Call it once the whole is committed, and never where that is undone."""
        self._waiting.append(call)

    def tell_kept(self) -> None:
        """For whoever holds the real transaction: it is committed."""
        for call in self._waiting:
            self._outer.when_kept(call)

    @asynccontextmanager
    async def _savepoint(self, role: str, account: str) -> AsyncIterator[Transaction]:
        before, wanted = self._runs_as, (role, account)
        try:
            async with self._transaction.begin_nested():
                await self._run_as(wanted)
                yield self._transaction
                await self._run_as(before)
        finally:
            self._runs_as = before  # a savepoint that is rolled back takes its settings along

    async def _run_as(self, wanted: tuple[str, str]) -> None:
        if wanted != self._runs_as:
            await self._transaction.execute(_AS, {"role": wanted[0], "account": wanted[1]})
            self._runs_as = wanted


STATE: Final = "database"
"""Where a layer in front of routing leaves the database that a request has to use (`scope["state"]`)."""


def database_of(database: Database) -> Callable[[Scope], Database]:
    """The dependency `database`: the joined one where a layer in front holds a transaction, else `database`."""

    def provide(scope: Scope) -> Database:
        joined: Database = scope["state"].get(STATE, database)
        return joined

    return provide
