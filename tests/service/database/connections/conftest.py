"""A table of two accounts' things, and databases with few connections."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as UUID_TYPE
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from astrarium.service.database.identifiers import new_id
from astrarium.service.database.limits import PoolLimits
from astrarium.service.database.reads import Read
from astrarium.service.database.row_security import own_rows
from astrarium.service.database.transactions import Database

FEW = PoolLimits(connections=1, keeper_connections=1, replica_connections=1, connection_timeout_s=0.3)
THINGS = Table(
    "things",
    MetaData(),
    Column("id", UUID_TYPE(as_uuid=True), primary_key=True),
    Column("account_id", UUID_TYPE(as_uuid=True)),
    Column("number", Integer),
    Column("name", Text),
    Column("marks", JSONB),
)
_COLUMNS = select(THINGS.c.id, THINGS.c.name, THINGS.c.marks)


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    marks: Any


class Value(msgspec.Struct, frozen=True):
    value: Any


class Things(msgspec.Struct, frozen=True, kw_only=True):
    """A database of things: ten of `ada`'s and ten of `ben`'s; how to read them, and how to wait for something."""

    table: ClassVar[Table] = THINGS
    one: ClassVar[Read[Thing]] = Read(_COLUMNS.where(THINGS.c.id == bindparam("id")), Thing)
    all: ClassVar[Read[Thing]] = Read(
        _COLUMNS.where(THINGS.c.number >= bindparam("least"))
        .order_by(THINGS.c.number.desc())
        .limit(bindparam("limit")),
        Thing,
    )
    named_account: ClassVar[Read[Value]] = Read(
        select(func.current_setting("astrarium.account", True).label("value")),
        Value,
    )

    url: URL
    ada: UUID
    ben: UUID
    of_ada: list[UUID]
    of_ben: list[UUID]

    @asynccontextmanager
    async def open(self, replicas: Sequence[URL] = (), **limits: Any) -> AsyncIterator[Database]:
        """The database through one connection of each kind, unless `limits` say otherwise."""
        database = Database(self.url, msgspec.structs.replace(FEW, **limits), replicas)
        await database.open()
        try:
            yield database
        finally:
            await database.close()

    @staticmethod
    async def until(condition: Callable[[], object]) -> None:
        """Return once `condition` holds; the test fails where it never does."""
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110  (what is waited for happens in another process)
                await asyncio.sleep(0.005)


@pytest.fixture
def things(database_url) -> Things:
    ids = [new_id() for _ in range(20)]
    made = Things(url=database_url, ada=new_id(), ben=new_id(), of_ada=ids[:10], of_ben=ids[10:])
    asyncio.run(fill(made))
    return made


async def fill(things: Things) -> None:
    engine = create_async_engine(things.url, poolclass=NullPool)
    policies: list[str] = []
    own_rows(policies.append, "things")
    async with engine.begin() as connection:
        await connection.run_sync(THINGS.metadata.create_all)
        for policy in policies:
            await connection.execute(text(policy))
        rows = [
            {
                "id": thing,
                "account_id": owner,
                "number": number,
                "name": f"thing {number}",
                "marks": {"n": [number]},
            }
            for owner, ids in ((things.ada, things.of_ada), (things.ben, things.of_ben))
            for number, thing in enumerate(ids)
        ]
        await connection.execute(THINGS.insert(), rows)
    await engine.dispose()
