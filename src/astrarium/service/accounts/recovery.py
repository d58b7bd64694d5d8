"""A lost password: a letter with a link, and a new password, which ends every session."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from astrarium.service.accounts import addresses, letters, mailed, passwords, sessions, throttle, tokens
from astrarium.service.accounts.letters import RESET_LASTS
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.models import accounts, known_devices, mailed_tokens
from astrarium.service.accounts.models import passwords as stored_passwords
from astrarium.service.database.transactions import Transaction
from astrarium.service.mail.service import post
from astrarium.service.webhooks.service import AccountData, announce


async def ask(means: Means, email: str, *, address: str) -> None:
    """Ask for a new password: a letter goes to the account's address, or the word that there is none to `email`.

    Both cost the same statements and one letter. Raises `InvalidEmail` or `TooManyAttempts`.
    """
    email = addresses.read(email)
    now = means.now()
    await throttle.count(means.attempts, [throttle.bucket_of_letters(means.ring, address)], now)
    async with means.database.keeper() as transaction:
        known = select(accounts.c.id, accounts.c.email).where(
            accounts.c.email_key == addresses.key_of(email), accounts.c.suspended_at.is_(None)
        )
        row = (await transaction.execute(known)).first()
        if row is None:
            await mailed.withdraw(transaction, UUID(int=0), "reset")
            await mailed.withdraw(transaction, UUID(int=0), "reset")
            letter = letters.no_account(means.rules, email)
        else:
            token = await mailed.issue(transaction, row.id, "reset", lasts=RESET_LASTS, now=now)
            letter = letters.reset(means.rules, row.email, token)
        await post(transaction, means.ring, letter, now)
    means.call_postman()


async def complete(means: Means, token: str, password: str) -> None:
    """Set a new password by a letter's token. Every session ends, and no device is known any more; keys stay.

    Raises `InvalidLink`, `WeakPassword` or `TooBusy`; the token is used up only where the password is taken.
    """
    now = means.now()
    asked = (
        select(accounts.c.email)
        .join(mailed_tokens, mailed_tokens.c.account_id == accounts.c.id)
        .where(mailed_tokens.c.token_hash == tokens.digest(token), mailed_tokens.c.purpose == "reset")
    )
    async with means.database.keeper() as transaction:
        email = (await transaction.execute(asked)).scalar_one_or_none() or ""
    plain = passwords.normalised(password)
    passwords.require_acceptable(plain, email=email, least=means.rules.password_least, pointer="/password")
    password_hash = await means.hasher.hash(plain)
    async with means.database.keeper() as transaction:
        redeemed = await mailed.redeem(transaction, token, "reset", now=now)
        await store(transaction, redeemed.account_id, password_hash, now=now)
        await mailed.withdraw(transaction, redeemed.account_id)
        await sessions.end_all(transaction, redeemed.account_id)
        await transaction.execute(
            delete(known_devices).where(known_devices.c.account_id == redeemed.account_id)
        )
        await post(transaction, means.ring, letters.password_changed(email), now)
    means.forget(redeemed.account_id)
    means.call_postman()


async def store(transaction: Transaction, account_id: UUID, password_hash: str, *, now: datetime) -> None:
    """Put a new password's hash in the place of the old one."""
    stored = update(stored_passwords).where(stored_passwords.c.account_id == account_id)
    await transaction.execute(stored.values(hash=password_hash, changed_at=now))
    await announce(
        transaction, account_id, "account.password_changed", AccountData(account_id=account_id), now=now
    )
