"""The folders of an account: a folder is there as long as a chart lies in it."""

from typing import Final
from uuid import UUID

from sqlalchemy import func, literal, select

from astrarium.service.database.transactions import Transaction
from astrarium.service.saved_charts.models import saved_charts

MOST: Final = 100
"""Folders that are listed; further ones are found by their charts."""


async def names(transaction: Transaction, account_id: UUID) -> tuple[str, ...]:
    """The account's folders in the order of their names.

    Each name is found by one step in the index from the one before, so that an account of a hundred thousand charts
    in ten folders is asked eleven times and not read.
    """
    kept = (
        saved_charts.c.account_id == account_id,
        saved_charts.c.trashed_at.is_(None),
        saved_charts.c.folder.is_not(None),
    )
    first = select(func.min(saved_charts.c.folder).label("name"), literal(1).label("number")).where(*kept)
    found = first.cte("folders", recursive=True)
    following = (
        select(func.min(saved_charts.c.folder))
        .where(*kept, saved_charts.c.folder > found.c.name)
        .scalar_subquery()
    )
    found = found.union_all(
        select(following, found.c.number + 1).where(found.c.name.is_not(None), found.c.number < MOST)
    )
    rows = await transaction.execute(select(found.c.name).where(found.c.name.is_not(None)))
    return tuple(rows.scalars())
