"""What an operator does at a terminal: the first administrator, another role, fresh keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError

from astrarium.errors import AstrariumError
from astrarium.service.accounts import addresses, passwords, registration, second_factor
from astrarium.service.accounts.hashing import Hasher
from astrarium.service.accounts.models import accounts
from astrarium.service.database.transactions import Database
from astrarium.service.database.upgrade import upgrade
from astrarium.service.keyring.service import add_key, key_file, keys_at_hand, ring_of
from astrarium.service.mail import service as mail
from astrarium.service.permissions import Role
from astrarium.service.settings import Settings
from astrarium.service.webhooks import service as webhooks


class EmailTaken(AstrariumError):
    """An account is to be made for an address that has one."""

    code: ClassVar[str] = "email_taken"

    def __init__(self, email: str) -> None:
        super().__init__(
            f"There is an account of {email} already.",
            hint=f"Give it another role: `astrarium admin role {email} admin`.",
        )


class NoSuchAccount(AstrariumError):
    """No account has that address."""

    code: ClassVar[str] = "no_such_account"

    def __init__(self, email: str) -> None:
        super().__init__(f"No account has the address {email}.", hint="Make one: `astrarium admin create`.")


async def create(settings: Settings, url: URL, email: str, password: str, role: Role) -> UUID:
    """Make an account whose address needs no letter, since the operator vouches for it; returns its id.

    The tables are brought to this version first, since this may be the first thing that an operator does. Raises what
    `upgrade` raises, `InvalidEmail`, `WeakPassword` or `EmailTaken`.
    """
    email = addresses.read(email)
    plain = passwords.normalised(password)
    passwords.require_acceptable(
        plain, email=email, least=settings.password_least_length, pointer="/password"
    )
    await upgrade(url)
    hasher = Hasher(memory_kib=settings.password_memory_kib, passes=settings.password_passes)
    password_hash = await hasher.hash(plain)
    hasher.close()
    try:
        async with _database(url) as database, database.keeper() as transaction:
            return await registration.create(
                transaction, email, password_hash, now=datetime.now(UTC), role=role
            )
    except IntegrityError as error:
        raise EmailTaken(email) from error


async def give_role(url: URL, email: str, role: Role) -> None:
    """Give an account another role; it holds at once in every process.

    Raises `InvalidEmail` or `NoSuchAccount`.
    """
    own = accounts.c.email_key == addresses.key_of(addresses.read(email))
    async with _database(url) as database, database.keeper() as transaction:
        if (await transaction.execute(update(accounts).where(own).values(role=role))).rowcount == 0:
            raise NoSuchAccount(email)


async def rotate_keys(settings: Settings, url: URL) -> int:
    """Seal every stored secret by the newest key; returns how many were sealed by older ones.

    Where the keys are the data directory's own, a fresh one is made first, and running processes find it there. Where
    they are settings, the operator has put a new one in front. It may be repeated. Raises `SecretKeysMissing` or
    `InvalidSecretKey`.
    """
    keys_at_hand(settings)
    if not settings.secret_keys:
        add_key(key_file(settings))
    ring = ring_of(settings)
    async with _database(url) as database, database.keeper() as transaction:
        return (
            await second_factor.reseal(transaction, ring)
            + await mail.reseal(transaction, ring)
            + await webhooks.reseal(transaction, ring)
        )


@asynccontextmanager
async def _database(url: URL) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()
