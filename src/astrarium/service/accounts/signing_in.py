"""Signing in: a password, a code where the account asks for one, and a session.

An e-mail without an account takes the same steps and the same time as one with a wrong password.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import and_, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from astrarium.service.accounts import (
    addresses,
    letters,
    passwords,
    second_factor,
    sessions,
    throttle,
    tokens,
)
from astrarium.service.accounts.errors import SecondFactorRequired, WrongCredentials
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.models import accounts, known_devices, second_factors
from astrarium.service.accounts.models import passwords as stored_passwords
from astrarium.service.accounts.sessions import OpenedSession
from astrarium.service.database.transactions import Transaction
from astrarium.service.mail.service import post

MOST_DEVICES: Final = 20


class Browser(msgspec.Struct, frozen=True):
    """Where somebody signs in from: the address (which only counts attempts), the device in words, and its cookies."""

    address: str
    device: str
    device_token: str | None = None
    session_token: str | None = None


class SignedIn(msgspec.Struct, frozen=True):
    """A new session, and the token by which the account knows the device from now on."""

    account_id: UUID
    session: OpenedSession
    device_token: str


class _Found(msgspec.Struct, frozen=True):
    account_id: UUID
    email: str
    is_suspended: bool
    password_hash: str
    asks_for_code: bool


async def sign_in(means: Means, email: str, password: str, code: str | None, browser: Browser) -> SignedIn:
    """Open a session by password, and by code where the account asks for one.

    Raises `WrongCredentials`, `SecondFactorRequired`, `WrongCode`, `TooManyAttempts` or `TooBusy`.
    """
    email_key = addresses.key_of(email)
    device = tokens.digest(browser.device_token) if browser.device_token else None
    now = means.now()
    async with means.database.keeper() as transaction:
        found = await _find(transaction, email_key)
        is_known = await _is_known(transaction, found, device)
    buckets = throttle.buckets_of(means.ring, email_key, browser.address, device if is_known else None)
    await throttle.count(means.attempts, buckets, now)
    plain = passwords.normalised(password)
    is_right = await means.hasher.is_right(plain, found.password_hash if found else None)
    if found is None or not is_right or found.is_suspended:
        raise WrongCredentials
    used_recovery_code = False
    if found.asks_for_code:
        if code is None:
            await throttle.succeed(means.attempts, buckets)
            raise SecondFactorRequired
        used_recovery_code = await second_factor.check(means, found.account_id, code)
    await _hash_anew(means, found, plain)
    await throttle.succeed(means.attempts, buckets)
    async with means.database.keeper() as transaction:
        if used_recovery_code:
            await post(transaction, means.ring, letters.recovery_code_used(found.email), now)
        signed_in = await admit(transaction, means, found.account_id, browser, now)
    means.call_postman()
    return signed_in


async def admit(
    transaction: Transaction, means: Means, account_id: UUID, browser: Browser, now: datetime
) -> SignedIn:
    """Open a session for somebody who has shown who they are; one that the browser had before ends."""
    if browser.session_token is not None:
        await sessions.end_by_token(transaction, browser.session_token)
    session = await sessions.begin(transaction, account_id, browser.device, rules=means.rules, now=now)
    device_token = browser.device_token or tokens.new_token()
    await _know_device(transaction, account_id, tokens.digest(device_token), now)
    return SignedIn(account_id, session, device_token)


async def _find(transaction: Transaction, email_key: str) -> _Found | None:
    columns = (
        accounts.c.id.label("account_id"),
        accounts.c.email,
        accounts.c.suspended_at.is_not(None).label("is_suspended"),
        stored_passwords.c.hash.label("password_hash"),
        second_factors.c.account_id.is_not(None).label("asks_for_code"),
    )
    is_on = and_(second_factors.c.account_id == accounts.c.id, second_factors.c.confirmed_at.is_not(None))
    statement = (
        select(*columns)
        .join(stored_passwords, stored_passwords.c.account_id == accounts.c.id)
        .outerjoin(second_factors, is_on)
        .where(accounts.c.email_key == email_key)
    )
    row = (await transaction.execute(statement)).first()
    return None if row is None else _Found(**row._mapping)  # noqa: SLF001  (SQLAlchemy's public name for a row by its labels)


async def _is_known(transaction: Transaction, found: _Found | None, device: bytes | None) -> bool:
    """Whether the account knows the device; asked also where there is no account or no device, for equal time."""
    statement = select(known_devices.c.account_id).where(
        known_devices.c.account_id == (found.account_id if found else UUID(int=0)),
        known_devices.c.token_hash == (device or b""),
    )
    return (await transaction.execute(statement)).first() is not None


async def _know_device(transaction: Transaction, account_id: UUID, digest: bytes, now: datetime) -> None:
    known = upsert(known_devices).values(account_id=account_id, token_hash=digest, seen_at=now)
    await transaction.execute(
        known.on_conflict_do_update(
            index_elements=[known_devices.c.account_id, known_devices.c.token_hash], set_={"seen_at": now}
        )
    )
    surplus = (
        select(known_devices.c.token_hash)
        .where(known_devices.c.account_id == account_id)
        .order_by(known_devices.c.seen_at.desc())
        .offset(MOST_DEVICES)
    )
    await transaction.execute(
        delete(known_devices).where(
            known_devices.c.account_id == account_id, known_devices.c.token_hash.in_(surplus)
        )
    )


async def _hash_anew(means: Means, found: _Found, password: str) -> None:
    """Bring a stored hash to today's parameters, now that the password is known."""
    if not means.hasher.is_outdated(found.password_hash):
        return
    renewed = await means.hasher.hash(password)
    async with means.database.keeper() as transaction:
        await transaction.execute(
            update(stored_passwords)
            .where(
                stored_passwords.c.account_id == found.account_id,
                stored_passwords.c.hash == found.password_hash,
            )
            .values(hash=renewed)
        )
