"""How an account begins: with a letter to its address, and the password that its owner chose.

No account is there before the letter's link was followed, and following it asks for the password again: so nobody can
begin an account with another's address, and nobody learns which addresses have one. The answer, the work and the time
are the same either way; only the letter differs.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from astrarium.service.accounts import addresses, letters, passwords, throttle, tokens
from astrarium.service.accounts.errors import InvalidLink, WrongPassword
from astrarium.service.accounts.letters import REGISTRATION_LASTS
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.models import accounts, registrations
from astrarium.service.accounts.models import passwords as stored_passwords
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Transaction
from astrarium.service.mail.service import post
from astrarium.service.permissions import Role


async def ask(means: Means, email: str, password: str, *, address: str) -> None:
    """Ask for an account: a letter goes to `email`, with a link, or with the word that there is an account already.

    `address` is the asker's, whose letters are counted. Raises `InvalidEmail`, `WeakPassword`, `TooManyAttempts` or
    `TooBusy`.
    """
    email = addresses.read(email)
    password = passwords.normalised(password)
    passwords.require_acceptable(password, email=email, least=means.rules.password_least, pointer="/password")
    now = means.now()
    await throttle.count(means.attempts, [throttle.bucket_of_letters(means.ring, address)], now)
    password_hash = await means.hasher.hash(password)
    token = tokens.new_token()
    async with means.database.keeper() as transaction:
        known = select(accounts.c.email).where(accounts.c.email_key == addresses.key_of(email))
        known_email = (await transaction.execute(known)).scalar_one_or_none()
        await transaction.execute(
            insert(registrations).values(
                id=new_id(),
                token_hash=tokens.digest(token),
                email=email,
                password_hash=password_hash,
                created_at=now,
                expires_at=now + REGISTRATION_LASTS,
            )
        )
        if known_email is None:
            letter = letters.welcome(means.rules, email, token)
        else:
            letter = letters.already_there(means.rules, known_email)
        await post(transaction, means.ring, letter, now)
    means.call_postman()


async def complete(means: Means, token: str, password: str) -> UUID:
    """Begin the account that a letter's token stands for; returns its id.

    Raises `InvalidLink`, `TooBusy`, or `WrongPassword` where the password is not the one that was chosen: the letter's
    reader is not who asked for it.
    """
    now = means.now()
    pending = select(registrations.c.id, registrations.c.email, registrations.c.password_hash).where(
        registrations.c.token_hash == tokens.digest(token), registrations.c.expires_at > now
    )
    async with means.database.keeper() as transaction:
        row = (await transaction.execute(pending)).first()
    if row is None:
        raise InvalidLink
    if not await means.hasher.is_right(passwords.normalised(password), row.password_hash):
        raise WrongPassword
    try:
        async with means.database.keeper() as transaction:
            used = delete(registrations).where(registrations.c.id == row.id)
            if (await transaction.execute(used)).rowcount == 0:
                raise InvalidLink
            await transaction.execute(delete(registrations).where(registrations.c.email == row.email))
            return await create(transaction, row.email, row.password_hash, now=now)
    except IntegrityError as error:  # the address got an account meanwhile
        raise InvalidLink from error


async def create(
    transaction: Transaction, email: str, password_hash: str, *, now: datetime, role: Role = "user"
) -> UUID:
    """Make an account whose address is known to be its owner's; returns its id.

    Raises SQLAlchemy's `IntegrityError` where the address has one.
    """
    account_id = new_id()
    await transaction.execute(
        insert(accounts).values(
            id=account_id, email=email, email_key=addresses.key_of(email), role=role, created_at=now
        )
    )
    await transaction.execute(
        insert(stored_passwords).values(account_id=account_id, hash=password_hash, changed_at=now)
    )
    return account_id
