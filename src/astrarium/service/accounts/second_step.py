"""The second step of signing in on pages: the password was right a moment ago, and now the code is asked for.

A program sends both at once (`signing_in`). A page asks for one after the other, and what says in between that the
password was right stands for that password alone: it is worth nothing once another was set.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Select, select

from astrarium.service.accounts import addresses, letters, second_factor
from astrarium.service.accounts.errors import SecondFactorState
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.models import accounts
from astrarium.service.accounts.models import passwords as stored_passwords
from astrarium.service.accounts.signing_in import Browser, SignedIn, admit
from astrarium.service.mail.service import post


class FirstStep(msgspec.Struct, frozen=True):
    """Whose password was right, and since when it is that account's password."""

    account_id: UUID
    password_since: datetime


async def first_step(means: Means, email: str) -> FirstStep | None:
    """What the second step goes by; call it where signing in with the right password asked for a code."""
    asked = _steps().where(accounts.c.email_key == addresses.key_of(email))
    async with means.database.keeper() as transaction:
        row = (await transaction.execute(asked)).first()
    return None if row is None else FirstStep(row.id, row.changed_at)


async def sign_in_by_code(means: Means, first: FirstStep, code: str, browser: Browser) -> SignedIn:
    """Open a session by the code, for somebody whose password was right.

    Raises `WrongCode` or `TooManyAttempts`, and `SecondFactorState` where the first step has to be taken again: the
    password was changed, the account suspended, or the second factor removed.
    """
    still = _steps().where(
        accounts.c.id == first.account_id,
        accounts.c.suspended_at.is_(None),
        stored_passwords.c.changed_at == first.password_since,
    )
    async with means.database.keeper() as transaction:
        row = (await transaction.execute(still)).first()
    if row is None:
        raise SecondFactorState(is_on=False)
    used_recovery_code = await second_factor.check(means, first.account_id, code)
    now = means.now()
    async with means.database.keeper() as transaction:
        if used_recovery_code:
            await post(transaction, means.ring, letters.recovery_code_used(row.email), now)
        made = await admit(transaction, means, first.account_id, browser, now)
    means.call_postman()
    return made


def _steps() -> Select[UUID, str, datetime]:
    return select(accounts.c.id, accounts.c.email, stored_passwords.c.changed_at).join(
        stored_passwords, stored_passwords.c.account_id == accounts.c.id
    )
