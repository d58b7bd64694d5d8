"""Deleting what has run out, however much of it there is: by portions, each a short transaction of its own."""

from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy import ColumnElement, Delete, Table, delete, select, tuple_

from astrarium.service.database.transactions import Database, Transaction

PORTION: Final = 5_000
"""Rows of one statement: well within its time limit, and no lock is held for long."""


def some_of(table: Table, *conditions: ColumnElement[bool], most: int = PORTION) -> Delete:
    """The statement that deletes at most so many of the rows that meet `conditions`."""
    key = tuple(table.primary_key.columns)
    some = select(*key).where(*conditions).limit(most)
    return delete(table).where(tuple_(*key).in_(some), *conditions)


async def until_none_is_left(database: Database, portion: Callable[[Transaction], Awaitable[int]]) -> int:
    """Delete `portion` after portion, which tells how many rows it took, each in a keeper's transaction of its own.

    Returns how many rows went. It may be stopped and repeated at any time.
    """
    deleted = 0
    while True:
        async with database.keeper() as transaction:
            gone = await portion(transaction)
        if not gone:
            return deleted
        deleted += gone
