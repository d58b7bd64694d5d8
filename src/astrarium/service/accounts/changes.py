"""What a signed-in person changes: password, address, second factor; and the end of the account.

Each asks for the password again. Where what a session may do changes, it gets another token, and the other sessions
end.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from astrarium.service.accounts import (
    account,
    addresses,
    letters,
    mailed,
    passwords,
    recovery,
    second_factor,
    sessions,
    throttle,
)
from astrarium.service.accounts.errors import InvalidLink
from astrarium.service.accounts.letters import CHANGE_LASTS
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.models import accounts
from astrarium.service.accounts.second_factor import Enrolment
from astrarium.service.accounts.sessions import OpenedSession
from astrarium.service.database.transactions import Transaction
from astrarium.service.mail.service import post
from astrarium.service.webhooks.service import AccountData, SecondFactorData, announce


async def change_password(
    means: Means, account_id: UUID, session_id: UUID, current: str, new: str, *, if_match: str | None = None
) -> OpenedSession:
    """Set another password; returns the session with its new token.

    Raises `WrongPassword`, `WeakPassword`, `TooManyAttempts`, `TooBusy` or `PreconditionFailed`.
    """
    email = await _email_of(means, account_id)
    plain = passwords.normalised(new)
    passwords.require_acceptable(
        plain, email=email, least=means.rules.password_least, pointer="/new_password"
    )
    await account.require_password(means, account_id, current)
    password_hash = await means.hasher.hash(plain)
    now = means.now()
    async with means.database.keeper() as transaction:
        await account.require_match_of(transaction, account_id, if_match)
        await recovery.store(transaction, account_id, password_hash, now=now)
        await mailed.withdraw(transaction, account_id)
        await sessions.end_all(transaction, account_id, but=session_id)
        renewed = await sessions.renew_token(transaction, session_id, now=now)
        await post(transaction, means.ring, letters.password_changed(email), now)
    _settle(means, account_id)
    return renewed


async def ask_for_email(means: Means, account_id: UUID, email: str, password: str, *, address: str) -> None:
    """Ask for another address: a letter goes there with a link, or with the word that it has an account already.

    Raises `InvalidEmail`, `WrongPassword`, `TooManyAttempts` or `TooBusy`.
    """
    email = addresses.read(email)
    await account.require_password(means, account_id, password)
    now = means.now()
    await throttle.count(means.attempts, [throttle.bucket_of_letters(means.ring, address)], now)
    async with means.database.keeper() as transaction:
        known = select(accounts.c.email).where(
            accounts.c.email_key == addresses.key_of(email), accounts.c.id != account_id
        )
        taken = (await transaction.execute(known)).scalar_one_or_none()
        token = await mailed.issue(transaction, account_id, "email", lasts=CHANGE_LASTS, now=now, email=email)
        letter = (
            letters.new_address(means.rules, email, token)
            if taken is None
            else letters.already_there(means.rules, taken)
        )
        await post(transaction, means.ring, letter, now)
    means.call_postman()


async def confirm_email(means: Means, token: str) -> None:
    """Take the address that a letter's token came to; the old one gets word of it.

    Raises `InvalidLink`, also where the address has an account by now.
    """
    now = means.now()
    try:
        async with means.database.keeper() as transaction:
            redeemed = await mailed.redeem(transaction, token, "email", now=now)
            if redeemed.email is None:
                raise InvalidLink
            own = accounts.c.id == redeemed.account_id
            old = (await transaction.execute(select(accounts.c.email).where(own))).scalar_one()
            await transaction.execute(
                update(accounts)
                .where(own)
                .values(email=redeemed.email, email_key=addresses.key_of(redeemed.email))
            )
            await mailed.withdraw(transaction, redeemed.account_id)
            await post(transaction, means.ring, letters.email_changed(old), now)
            await announce(
                transaction,
                redeemed.account_id,
                "account.email_changed",
                AccountData(account_id=redeemed.account_id),
                now=now,
            )
    except IntegrityError as error:
        raise InvalidLink from error
    means.call_postman()


async def begin_second_factor(means: Means, account_id: UUID, password: str) -> Enrolment:
    """A seed for an authenticator, which counts once its first code was given.

    Raises `WrongPassword`, `SecondFactorState`, `TooManyAttempts` or `TooBusy`.
    """
    await account.require_password(means, account_id, password)
    email = await _email_of(means, account_id)
    async with means.database.keeper() as transaction:
        return await second_factor.enrol(transaction, means.ring, account_id, email, means.now())


async def confirm_second_factor(
    means: Means, account_id: UUID, session_id: UUID, code: str
) -> tuple[OpenedSession, tuple[str, ...]]:
    """Ask for codes from now on; returns the session with its new token, and the recovery codes.

    Raises `SecondFactorState`, `WrongCode` or `TooManyAttempts`.
    """
    codes = await second_factor.confirm(means, account_id, code)
    email = await _email_of(means, account_id)
    now = means.now()
    async with means.database.keeper() as transaction:
        await sessions.end_all(transaction, account_id, but=session_id)
        renewed = await sessions.renew_token(transaction, session_id, now=now)
        await post(transaction, means.ring, letters.second_factor_on(email), now)
        await _tell_of_second_factor(transaction, account_id, is_on=True, now=now)
    _settle(means, account_id)
    return renewed, codes


async def remove_second_factor(means: Means, account_id: UUID, password: str, code: str) -> None:
    """Sign in by password alone from now on.

    Raises `SecondFactorState`, `WrongPassword`, `WrongCode`, `TooManyAttempts` or `TooBusy`.
    """
    await account.require_password(means, account_id, password)
    await second_factor.check(means, account_id, code)
    email = await _email_of(means, account_id)
    now = means.now()
    async with means.database.keeper() as transaction:
        await second_factor.remove(transaction, account_id)
        await post(transaction, means.ring, letters.second_factor_off(email), now)
        await _tell_of_second_factor(transaction, account_id, is_on=False, now=now)
    means.call_postman()


async def renew_recovery_codes(means: Means, account_id: UUID, password: str, code: str) -> tuple[str, ...]:
    """Fresh recovery codes in place of the old ones.

    Raises `SecondFactorState`, `WrongPassword`, `WrongCode`, `TooManyAttempts` or `TooBusy`.
    """
    await account.require_password(means, account_id, password)
    await second_factor.check(means, account_id, code)
    async with means.database.keeper() as transaction:
        return await second_factor.renew_recovery_codes(transaction, account_id)


async def delete_account(means: Means, account_id: UUID, password: str, code: str | None) -> None:
    """Delete the account and everything that is its, at once and for good.

    Raises `WrongPassword`, `WrongCode`, `TooManyAttempts` or `TooBusy`.
    """
    await account.require_password(means, account_id, password)
    async with means.database.keeper() as transaction:
        asks_for_code = await second_factor.is_on(transaction, account_id)
    if asks_for_code:
        await second_factor.check(means, account_id, code or "")
    async with means.database.keeper() as transaction:
        await account.remove(transaction, account_id)
    means.forget(account_id)


async def _tell_of_second_factor(
    transaction: Transaction, account_id: UUID, *, is_on: bool, now: datetime
) -> None:
    data = SecondFactorData(account_id=account_id, is_on=is_on)
    await announce(transaction, account_id, "account.second_factor_changed", data, now=now)


async def _email_of(means: Means, account_id: UUID) -> str:
    async with means.database.keeper() as transaction:
        return (await account.read(transaction, account_id)).email


def _settle(means: Means, account_id: UUID) -> None:
    """What follows a commit in this process; the others hear of it from the database."""
    means.forget(account_id)
    means.call_postman()
