"""Whom the link of a letter is for: told before its reader types anything, so that a dead link says so at once."""

from typing import Final, Literal

from sqlalchemy import Select, select

from astrarium.service.accounts import tokens
from astrarium.service.accounts.errors import InvalidLink
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.models import accounts, mailed_tokens, registrations

LinkKind = Literal["account", "password", "email"]

_WITH_ACCOUNT: Final = mailed_tokens.join(accounts, accounts.c.id == mailed_tokens.c.account_id)


async def reader_of(means: Means, token: str, kind: LinkKind) -> str:
    """The address that a letter with this token went to; the token goes on being worth what it was.

    Raises `InvalidLink`.
    """
    async with means.database.keeper() as transaction:
        email = (await transaction.execute(_asked(means, token, kind))).scalars().first()
    if email is None:
        raise InvalidLink
    return email


def _asked(means: Means, token: str, kind: LinkKind) -> Select[str]:
    digest, now = tokens.digest(token), means.now()
    if kind == "account":
        return select(registrations.c.email).where(
            registrations.c.token_hash == digest, registrations.c.expires_at > now
        )
    mailed = mailed_tokens.c.token_hash == digest, mailed_tokens.c.expires_at > now
    if kind == "password":
        return (
            select(accounts.c.email)
            .select_from(_WITH_ACCOUNT)
            .where(*mailed, mailed_tokens.c.purpose == "reset")
        )
    return select(mailed_tokens.c.email).where(*mailed, mailed_tokens.c.purpose == "email")
