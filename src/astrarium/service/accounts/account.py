"""Accounts as they are read: by their owner, and by the steps that need one."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete, exists, select

from astrarium.service.accounts import passwords, throttle
from astrarium.service.accounts.errors import WrongPassword
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.models import accounts, second_factors
from astrarium.service.accounts.models import passwords as stored_passwords
from astrarium.service.database.transactions import Transaction
from astrarium.service.errors import NotFound
from astrarium.service.http.conditional import require_match, tag_of
from astrarium.service.permissions import Role, Tier


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account as its owner, and nobody else, sees it."""

    id: UUID
    email: str
    role: Role
    tier: Tier
    created_at: datetime
    password_changed_at: datetime
    has_second_factor: bool


def etag(account: Account) -> str:
    """Stands for an account as it is: another after each change of what is told of it."""
    return tag_of(*msgspec.structs.astuple(account))


async def read(transaction: Transaction, account_id: UUID) -> Account:
    """One account; the keeper's transaction, since an account's own does not see its second factor.

    Raises `NotFound`.
    """
    has_second_factor = exists(
        select(second_factors.c.account_id).where(
            second_factors.c.account_id == accounts.c.id, second_factors.c.confirmed_at.is_not(None)
        )
    )
    columns = (
        accounts.c.id,
        accounts.c.email,
        accounts.c.role,
        accounts.c.tier,
        accounts.c.created_at,
        stored_passwords.c.changed_at.label("password_changed_at"),
        has_second_factor.label("has_second_factor"),
    )
    own = (
        select(*columns)
        .join(stored_passwords, stored_passwords.c.account_id == accounts.c.id)
        .where(accounts.c.id == account_id)
    )
    row = (await transaction.execute(own)).first()
    if row is None:
        raise NotFound("account")
    return Account(**row._mapping)  # noqa: SLF001  (SQLAlchemy's public name for a row by its labels)


async def require_match_of(transaction: Transaction, account_id: UUID, if_match: str | None) -> None:
    """Raise `PreconditionFailed` where `If-Match` names another version; who changes the account meanwhile waits."""
    if if_match is None:
        return
    own = select(accounts.c.id).where(accounts.c.id == account_id).with_for_update(key_share=True)
    await transaction.execute(own)
    require_match(if_match, etag(await read(transaction, account_id)))


async def require_password(means: Means, account_id: UUID, password: str) -> None:
    """Raise `WrongPassword` unless it is the account's: asked again before what a stolen session must not do.

    Guesses count like those at the second factor. Raises `TooManyAttempts` or `TooBusy`.
    """
    bucket = throttle.bucket_of_codes(means.ring, f"password {account_id}")
    await throttle.count(means.attempts, [bucket], means.now())
    async with means.database.keeper() as transaction:
        stored = select(stored_passwords.c.hash).where(stored_passwords.c.account_id == account_id)
        password_hash = (await transaction.execute(stored)).scalar_one_or_none()
    if not await means.hasher.is_right(passwords.normalised(password), password_hash):
        raise WrongPassword
    await throttle.succeed(means.attempts, [bucket])


async def remove(transaction: Transaction, account_id: UUID) -> None:
    """Delete an account and everything that is its: every table of a customer's rows goes with it."""
    await transaction.execute(delete(accounts).where(accounts.c.id == account_id))
