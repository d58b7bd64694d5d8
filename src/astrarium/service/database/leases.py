"""Leases: a name that one holder has until an instant of the database's clock, with a token that only grows.

A lease outlives its holder's connection and ends by itself. A holder that was stopped for too long may not know that
its lease ended; so whatever it then writes carries the token, and `fence` refuses it in the same transaction once the
lease has gone to somebody else.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

import msgspec
from sqlalchemy import BigInteger, Column, RowMapping, Table, Text, func
from sqlalchemy.dialects.postgresql import insert

from astrarium.errors import AstrariumError
from astrarium.service.database.tables import instant, metadata
from astrarium.service.database.transactions import Database, Transaction

leases: Final = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("token", BigInteger, nullable=False),
    instant("until"),
)
_NOW: Final = func.clock_timestamp()


class LeaseLost(AstrariumError):
    """The lease has ended or gone to another holder: what it guarded must not be done any more."""

    code: ClassVar[str] = "lease_lost"

    def __init__(self, name: str, token: int) -> None:
        super().__init__(
            f"The lease {name!r} with the token {token} is held no more.",
            hint="Take it again, with a new token.",
        )


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """What a holder has: the name until `until` by the database's clock, and the token to write with."""

    name: str
    holder: str
    token: int
    until: datetime


async def take(database: Database, name: str, holder: str, length: timedelta) -> Lease | None:
    """Take the lease `name` where nobody holds it now, with a greater token than any before; else None.

    A holder that still has it does not get it twice: it renews.
    """
    fresh = insert(leases).values(name=name, holder=holder, token=1, until=_NOW + length)
    taken = fresh.on_conflict_do_update(
        index_elements=[leases.c.name],
        set_={"holder": fresh.excluded.holder, "token": leases.c.token + 1, "until": _NOW + length},
        where=leases.c.until <= _NOW,
    ).returning(*leases.c)
    async with database.keeper() as transaction:
        return _lease((await transaction.execute(taken)).mappings().one_or_none())


async def renew(database: Database, lease: Lease, length: timedelta) -> Lease:
    """The same lease, with the same token, for `length` from now.

    Raises `LeaseLost` where it has ended, even if nobody has taken it since.
    """
    renewed = leases.update().where(*_still_held(lease)).values(until=_NOW + length).returning(*leases.c)
    async with database.keeper() as transaction:
        found = _lease((await transaction.execute(renewed)).mappings().one_or_none())
    if found is None:
        raise LeaseLost(lease.name, lease.token)
    return found


async def release(database: Database, lease: Lease) -> None:
    """Give the lease up before its end; nothing happens where it has ended. Its token stays, so that the next grows."""
    async with database.keeper() as transaction:
        await transaction.execute(leases.update().where(*_still_held(lease)).values(until=_NOW))


async def fence(transaction: Transaction, lease: Lease) -> None:
    """Let the rest of a keeper's `transaction` be kept only under this lease: nobody can take it before the commit.

    Raises `LeaseLost`.
    """
    held = leases.select().where(*_still_held(lease)).with_for_update()
    if (await transaction.execute(held)).first() is None:
        raise LeaseLost(lease.name, lease.token)


def _still_held(lease: Lease) -> tuple[Any, ...]:
    return (leases.c.name == lease.name, leases.c.token == lease.token, leases.c.until > _NOW)


def _lease(row: RowMapping | None) -> Lease | None:
    return None if row is None else Lease(**row)
