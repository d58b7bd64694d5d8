"""How much one account may keep, by its tier."""

from typing import Any, ClassVar
from uuid import UUID

import msgspec
from sqlalchemy import Table, func, select

from astrarium.service.database.transactions import Transaction
from astrarium.service.errors import RequestError
from astrarium.service.permissions import Tier


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """The most of one kind that an account of each tier may keep, the trash included; `None` is no limit."""

    free: int | None
    basic: int | None
    premium: int | None
    unlimited: int | None = None

    def of(self, tier: Tier) -> int | None:
        """The most for one tier."""
        most: int | None = getattr(self, tier)
        return most


class StorageFull(RequestError):
    """The account keeps as many of a kind as its tier may."""

    code: ClassVar[str] = "storage_full"

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(
            f"This account keeps at most {limit} {what}, those in the trash included.",
            hint="Purge some that are no longer needed, or ask the operator for a larger tier.",
        )
        self.data = {"limit": limit}


async def make_room(
    transaction: Transaction, table: Table, account_id: UUID, *, count: int, limit: int | None, what: str
) -> None:
    """Make sure that `count` more rows of `table` fit; until the transaction ends nobody else adds any.

    Raises `StorageFull`.
    """
    if limit is None:
        return
    await transaction.execute(select(_turn(table.name, account_id)))
    owned = select(1).where(table.c.account_id == account_id).limit(limit + 1).subquery()
    kept: int = (await transaction.execute(select(func.count()).select_from(owned))).scalar_one()
    if kept + count > limit:
        raise StorageFull(what, limit)


def _turn(kind: str, account_id: UUID) -> Any:  # noqa: ANN401  (SQLAlchemy's function)
    """The lock that lets one transaction at a time add to what one account keeps of a kind."""
    return func.pg_advisory_xact_lock(func.hashtextextended(f"{kind} {account_id}", 0))
