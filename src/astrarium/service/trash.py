"""The trash of whatever an account keeps: put in, taken out again for thirty days, then gone.

It works on tables with the columns `account_id`, `id`, `version`, `updated_at` and `trashed_at`. What has lain there
for longer is nowhere to be seen, whether or not it has been purged yet.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Table, delete, func, or_, select, update

from astrarium.service.database.deleting import some_of
from astrarium.service.database.transactions import Transaction
from astrarium.service.errors import NotFound, RequestError

KEPT: Final = timedelta(days=30)
"""What lies in the trash for longer is purged."""


class InTrash(RequestError):
    """What lies in the trash is not changed."""

    code: ClassVar[str] = "in_trash"

    def __init__(self, what: str) -> None:
        super().__init__(f"This {what} lies in the trash.", hint="Restore it first.")


class NotInTrash(RequestError):
    """Only what lies in the trash is purged."""

    code: ClassVar[str] = "not_in_trash"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"This {what} does not lie in the trash.",
            hint="Delete it first: that puts it into the trash, from where it can be restored for thirty days.",
        )


def is_listed(table: Table, *, trashed: bool, now: datetime) -> ColumnElement[bool]:
    """Whether a row is in the list of what is kept, or in that of the trash."""
    trashed_at = table.c.trashed_at
    return trashed_at >= now - KEPT if trashed else trashed_at.is_(None)


def is_there(
    table: Table, account_id: UUID, row_id: UUID, *, now: datetime
) -> tuple[ColumnElement[bool], ...]:
    """Whether a row is this one of an account's, kept or still in the trash."""
    trashed_at = table.c.trashed_at
    return (
        table.c.account_id == account_id,
        table.c.id == row_id,
        or_(trashed_at.is_(None), trashed_at >= now - KEPT),
    )


def as_of(table: Table, now: datetime) -> dict[str, Any]:
    """The columns that every change changes."""
    return {"updated_at": now, "version": table.c.version + 1}


async def put(
    transaction: Transaction, table: Table, account_id: UUID, row_id: UUID, *, now: datetime, what: str
) -> bool:
    """Put a row into the trash; False where it is there already, and stays as it is. Raises `NotFound`.

    What has lain there for too long is purged on the way.
    """
    statement = (
        update(table)
        .where(*is_there(table, account_id, row_id, now=now))
        .values(trashed_at=func.coalesce(table.c.trashed_at, now), **as_of(table, now))
        .returning(table.c.trashed_at)
    )
    found = (await transaction.execute(statement)).first()
    if found is None:
        raise NotFound(what)
    await purge_before(transaction, table, now - KEPT, account_id=account_id)
    is_new: bool = found.trashed_at == now
    return is_new


async def has(transaction: Transaction, table: Table, account_id: UUID, row_id: UUID) -> bool:
    """Whether a row of the account's lies in the trash."""
    lies_there = select(table.c.id).where(
        table.c.account_id == account_id, table.c.id == row_id, table.c.trashed_at.is_not(None)
    )
    return (await transaction.execute(lies_there)).first() is not None


async def take_out(
    transaction: Transaction, table: Table, account_id: UUID, row_id: UUID, *, now: datetime, what: str
) -> Row[Any]:
    """Take a row out of the trash; one that is not there is given as it is. Raises `NotFound`, also after its time."""
    statement = (
        update(table)
        .where(*is_there(table, account_id, row_id, now=now))
        .values(trashed_at=None, **as_of(table, now))
        .returning(table)
    )
    found: Row[Any] | None = (await transaction.execute(statement)).first()
    if found is None:
        raise NotFound(what)
    return found


async def purge(
    transaction: Transaction, table: Table, account_id: UUID, row_id: UUID, *, now: datetime, what: str
) -> None:
    """Delete for good a row that lies in the trash. Raises `NotFound`, `NotInTrash`."""
    is_it = is_there(table, account_id, row_id, now=now)
    statement = delete(table).where(*is_it, table.c.trashed_at.is_not(None)).returning(table.c.id)
    if (await transaction.execute(statement)).first() is not None:
        return
    if (await transaction.execute(select(table.c.id).where(*is_it))).first() is None:
        raise NotFound(what)
    raise NotInTrash(what)


async def empty(transaction: Transaction, table: Table, account_id: UUID) -> list[UUID]:
    """Delete for good everything that lies in the account's trash; returns the ids of what that was."""
    lies_there = table.c.account_id == account_id, table.c.trashed_at.is_not(None)
    statement = delete(table).where(*lies_there).returning(table.c.id)
    return list((await transaction.execute(statement)).scalars())


async def purge_before(
    transaction: Transaction, table: Table, before: datetime, *, account_id: UUID | None = None
) -> int:
    """Delete for good what was put into the trash before `before`, a portion of it, and tell how many rows that were.

    Of one account, or in a keeper's transaction of all of them.
    """
    whose = () if account_id is None else (table.c.account_id == account_id,)
    purged: int = (await transaction.execute(some_of(table, table.c.trashed_at < before, *whose))).rowcount
    return purged
