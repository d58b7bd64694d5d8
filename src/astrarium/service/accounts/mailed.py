"""Tokens that a letter brings: each for one purpose of one account, once, and not for long."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert

from astrarium.service.accounts import tokens
from astrarium.service.accounts.errors import InvalidLink
from astrarium.service.accounts.models import mailed_tokens
from astrarium.service.database.transactions import Transaction

Purpose = Literal["reset", "email"]


class Redeemed(msgspec.Struct, frozen=True):
    """What a token was for: an account, and the address that it is about."""

    account_id: UUID
    email: str | None


async def issue(
    transaction: Transaction,
    account_id: UUID,
    purpose: Purpose,
    *,
    lasts: timedelta,
    now: datetime,
    email: str | None = None,
) -> str:
    """A token for `purpose`, after which an older one for the same purpose is worth nothing."""
    await withdraw(transaction, account_id, purpose)
    token = tokens.new_token()
    await transaction.execute(
        insert(mailed_tokens).values(
            token_hash=tokens.digest(token),
            account_id=account_id,
            purpose=purpose,
            email=email,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    return token


async def redeem(transaction: Transaction, token: str, purpose: Purpose, *, now: datetime) -> Redeemed:
    """Use a token up.

    Raises `InvalidLink` where there is none such, for another purpose, or too old.
    """
    used = (
        delete(mailed_tokens)
        .where(
            mailed_tokens.c.token_hash == tokens.digest(token),
            mailed_tokens.c.purpose == purpose,
            mailed_tokens.c.expires_at > now,
        )
        .returning(mailed_tokens.c.account_id, mailed_tokens.c.email)
    )
    row = (await transaction.execute(used)).first()
    if row is None:
        raise InvalidLink
    return Redeemed(row.account_id, row.email)


async def withdraw(transaction: Transaction, account_id: UUID, purpose: Purpose | None = None) -> None:
    """Make the account's tokens worthless: those for one purpose, or all."""
    withdrawn = delete(mailed_tokens).where(mailed_tokens.c.account_id == account_id)
    if purpose is not None:
        withdrawn = withdrawn.where(mailed_tokens.c.purpose == purpose)
    await transaction.execute(withdrawn)
