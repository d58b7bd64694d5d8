"""The door of accounts: the layer that names callers, what starts and stops with the service, and accounts by hand."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import msgspec
from litestar.di import NamedDependency

from astrarium.service.accounts.account import read as read_account
from astrarium.service.accounts.by_hand import create, give_role, rotate_keys
from astrarium.service.accounts.credentials import CHANNEL, Credentials
from astrarium.service.accounts.hashing import Hasher
from astrarium.service.accounts.identity import identity
from astrarium.service.accounts.means import Means, rules_of
from astrarium.service.accounts.retention import sweep
from astrarium.service.accounts.usage import Usage
from astrarium.service.database.listener import Ear, Listener
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.keyring.service import KeyRing
from astrarium.service.mail.service import Carrier, Postman
from astrarium.service.settings import Settings

__all__ = [
    "Means",
    "create",
    "give_role",
    "identity",
    "means_of",
    "of_request",
    "rotate_keys",
    "running",
    "sweep",
]


def means_of(
    settings: Settings, database: Database, ring: KeyRing, carrier: Carrier, now: Callable[[], datetime]
) -> Means:
    """What the feature works with, on one process's database."""
    rules = rules_of(settings)
    usage = Usage(database)
    return Means(
        database=database,
        attempts=database,
        hasher=Hasher(memory_kib=settings.password_memory_kib, passes=settings.password_passes),
        ring=ring,
        postman=Postman(database, ring, carrier, sender=settings.mail_from, now=now),
        credentials=Credentials(database, usage, idle=rules.session_idle, now=now),
        rules=rules,
        now=now,
    )


def of_request(means: Means) -> Callable[[Database], Means]:
    """The dependency `means`: those of the process, on the database that the request has to use."""

    def provide(database: NamedDependency[Database]) -> Means:
        return means if database is means.database else msgspec.structs.replace(means, database=database)

    return provide


async def email_of(transaction: Transaction, account_id: UUID) -> str:
    """Where letters to an account go, in the keeper's transaction."""
    return (await read_account(transaction, account_id)).email


@asynccontextmanager
async def running(means: Means, listener: Listener) -> AsyncIterator[None]:
    """While the service runs: word of changed credentials is heard, uses are written, letters are sent.

    Run it before the listener starts.
    """
    known = means.credentials
    listener.add(Ear(CHANNEL, known.begin_to_remember, known.hear, known.stop_remembering))
    means.credentials.usage.start()
    means.postman.start()
    try:
        yield
    finally:
        await means.postman.stop()
        await means.credentials.usage.stop()
        means.hasher.close()
