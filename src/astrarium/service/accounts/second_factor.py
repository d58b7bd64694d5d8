"""The second factor: time-based codes (TOTP, RFC 6238), and recovery codes for when the authenticator is lost."""

import secrets
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import pyotp
from sqlalchemy import Select, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from astrarium.service.accounts import throttle, tokens
from astrarium.service.accounts.errors import SecondFactorState, WrongCode
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.models import recovery_codes, second_factors
from astrarium.service.database.transactions import Transaction
from astrarium.service.keyring.service import KeyRing

ISSUER: Final = "Astrarium"
STEP_S: Final = 30
_STEPS_BESIDES: Final = (0, -1, 1)
"""Clocks differ: the code of the step before and of the one after is taken too."""
RECOVERY_CODES: Final = 10
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH: Final = 16
"""Of 31 characters: 79 bits, so that a digest is enough."""
_GROUP: Final = 4


class Enrolment(msgspec.Struct, frozen=True):
    """What the owner gives to an authenticator: the seed to type, or the address to show as a QR code."""

    secret: str
    uri: str


async def enrol(
    transaction: Transaction, ring: KeyRing, account_id: UUID, email: str, now: datetime
) -> Enrolment:
    """Begin: a seed that counts from the first right code on, in place of one that never did.

    Raises `SecondFactorState` where the account has a second factor.
    """
    seed = pyotp.random_base32(32)
    sealed = ring.seal(seed.encode(), place_of(account_id))
    stored = (
        upsert(second_factors)
        .values(account_id=account_id, seed=sealed, created_at=now)
        .on_conflict_do_update(
            index_elements=[second_factors.c.account_id],
            set_={"seed": sealed, "created_at": now, "last_step": None},
            where=second_factors.c.confirmed_at.is_(None),
        )
        .returning(second_factors.c.account_id)
    )
    if (await transaction.execute(stored)).first() is None:
        raise SecondFactorState(is_on=True)
    return Enrolment(seed, pyotp.TOTP(seed).provisioning_uri(name=email, issuer_name=ISSUER))


async def confirm(means: Means, account_id: UUID, code: str) -> tuple[str, ...]:
    """The first code of the authenticator: from now on signing in asks for one. Returns the recovery codes.

    Raises `SecondFactorState`, `WrongCode` or `TooManyAttempts`.
    """
    now = means.now()
    bucket = throttle.bucket_of_codes(means.ring, str(account_id))
    await throttle.count(means.attempts, [bucket], now)
    async with means.database.keeper() as transaction:
        row = (await transaction.execute(_of(account_id))).first()
        if row is None or row.confirmed_at is not None:
            raise SecondFactorState(is_on=row is not None)
        await _use_code(transaction, means.ring, account_id, row.seed, code, now)
        await transaction.execute(
            update(second_factors).where(second_factors.c.account_id == account_id).values(confirmed_at=now)
        )
        codes = await renew_recovery_codes(transaction, account_id)
    await throttle.succeed(means.attempts, [bucket])
    return codes


async def is_on(transaction: Transaction, account_id: UUID) -> bool:
    """Whether signing in asks for a code."""
    row = (await transaction.execute(_of(account_id))).first()
    return row is not None and row.confirmed_at is not None


async def check(means: Means, account_id: UUID, code: str) -> bool:
    """Use up a code of the authenticator or a recovery code; returns whether it was a recovery code.

    Wrong codes are counted for the account, wherever they come from. Raises `WrongCode`, `TooManyAttempts` or
    `SecondFactorState`.
    """
    now = means.now()
    bucket = throttle.bucket_of_codes(means.ring, str(account_id))
    await throttle.count(means.attempts, [bucket], now)
    async with means.database.keeper() as transaction:
        row = (await transaction.execute(_of(account_id))).first()
        if row is None or row.confirmed_at is None:
            raise SecondFactorState(is_on=False)
        is_recovery = len(_plain(code)) == _CODE_LENGTH
        if is_recovery:
            await _use_recovery_code(transaction, account_id, code)
        else:
            await _use_code(transaction, means.ring, account_id, row.seed, code, now)
    await throttle.succeed(means.attempts, [bucket])
    return is_recovery


async def remove(transaction: Transaction, account_id: UUID) -> None:
    """Take the second factor away, with its recovery codes."""
    await transaction.execute(delete(second_factors).where(second_factors.c.account_id == account_id))
    await transaction.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))


async def renew_recovery_codes(transaction: Transaction, account_id: UUID) -> tuple[str, ...]:
    """Fresh recovery codes in place of the old ones; they are told this once."""
    codes = tuple(_new_recovery_code() for _ in range(RECOVERY_CODES))
    await transaction.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
    rows = [{"account_id": account_id, "code_hash": tokens.digest(_plain(code))} for code in codes]
    await transaction.execute(insert(recovery_codes), rows)
    return codes


async def reseal(transaction: Transaction, ring: KeyRing) -> int:
    """Seal every seed by the ring's newest key; returns how many were not."""
    columns = (second_factors.c.account_id, second_factors.c.seed)
    rows = (await transaction.execute(select(*columns).with_for_update())).all()
    old = [row for row in rows if not ring.is_newest(row.seed)]
    for row in old:
        sealed = ring.reseal(row.seed, place_of(row.account_id))
        await transaction.execute(
            update(second_factors).where(second_factors.c.account_id == row.account_id).values(seed=sealed)
        )
    return len(old)


def place_of(account_id: UUID) -> str:
    """What a seed is sealed for."""
    return f"second_factors/{account_id}"


def _of(account_id: UUID) -> Select[Any]:
    return select(second_factors).where(second_factors.c.account_id == account_id)


async def _use_code(
    transaction: Transaction, ring: KeyRing, account_id: UUID, sealed: bytes, code: str, now: datetime
) -> None:
    totp = pyotp.TOTP(ring.open(sealed, place_of(account_id)).decode())
    today = int(now.timestamp()) // STEP_S
    plain = _plain(code)
    steps = [today + step for step in _STEPS_BESIDES]
    step = next((one for one in steps if tokens.is_same(plain, totp.generate_otp(one))), None)
    if step is None:
        raise WrongCode
    used = (
        update(second_factors)
        .where(
            second_factors.c.account_id == account_id,
            or_(second_factors.c.last_step.is_(None), second_factors.c.last_step < step),
        )
        .values(last_step=step)
    )
    if (await transaction.execute(used)).rowcount == 0:
        raise WrongCode


async def _use_recovery_code(transaction: Transaction, account_id: UUID, code: str) -> None:
    used = delete(recovery_codes).where(
        recovery_codes.c.account_id == account_id, recovery_codes.c.code_hash == tokens.digest(_plain(code))
    )
    if (await transaction.execute(used)).rowcount == 0:
        raise WrongCode


def _new_recovery_code() -> str:
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    return "-".join(code[start : start + _GROUP] for start in range(0, _CODE_LENGTH, _GROUP))


def _plain(code: str) -> str:
    return code.replace(" ", "").replace("-", "").lower()
