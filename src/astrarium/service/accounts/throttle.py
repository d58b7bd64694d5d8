"""Attempts to guess: counted where the guesser is, so that nobody locks another out.

A guess at an account from somewhere counts for that account *from there*, and for that place over all accounts; the
wait doubles with each failure beyond the first few. A device that has signed in to the account before has a count of
its own: strangers' failures never make its owner wait. What is counted is kept under keyed digests, so that the table
tells neither addresses nor places, and accounts that do not exist count like those that do.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

import msgspec
from sqlalchemy import delete, text

from astrarium.service.accounts.errors import TooManyAttempts
from astrarium.service.accounts.models import sign_in_failures
from astrarium.service.database.transactions import Database
from astrarium.service.keyring.service import KeyRing

LONGEST_WAIT_S: Final = 900
FORGET_AFTER: Final = timedelta(days=1)
_NETWORK_BITS: Final = 64
"""An IPv6 customer has at least this network to choose addresses from, so the whole of it is one place."""


class Bucket(msgspec.Struct, frozen=True):
    """One count: its digest, how many failures are free, and whether a success empties it."""

    digest: bytes
    free: int
    is_emptied: bool


_COUNT: Final = text(
    """
    INSERT INTO sign_in_failures AS known (bucket, failures, last_at, blocked_until)
    VALUES (:bucket, 1, :now, :now)
    ON CONFLICT (bucket) DO UPDATE SET
      failures = CASE WHEN known.last_at < :forgotten THEN 1 ELSE known.failures + 1 END,
      last_at = :now,
      blocked_until = CASE
        WHEN known.last_at < :forgotten OR known.failures + 1 < :free THEN CAST(:now AS timestamptz)
        ELSE CAST(:now AS timestamptz)
             + make_interval(secs => least(:longest, power(2.0, least(known.failures + 1 - :free, 20))))
        END
    WHERE known.blocked_until <= :now
    RETURNING failures
    """
)
_UNTIL: Final = text("SELECT blocked_until FROM sign_in_failures WHERE bucket = :bucket")
_GIVE_BACK: Final = text(
    "UPDATE sign_in_failures SET failures = greatest(failures - 1, 0), blocked_until = last_at WHERE bucket = :bucket"
)


def buckets_of(ring: KeyRing, email_key: str, address: str, device: bytes | None) -> tuple[Bucket, ...]:
    """Where a guess at an account counts: on a device that the account knows there alone, else by its place."""
    if device is not None:
        digest = ring.keyed_digest(f"device {email_key} {device.hex()}")
        return (Bucket(digest, free=10, is_emptied=True),)
    place = place_of(address)
    return (
        Bucket(ring.keyed_digest(f"account {email_key} {place}"), free=5, is_emptied=True),
        Bucket(ring.keyed_digest(f"place {place}"), free=50, is_emptied=False),
    )


def bucket_of_letters(ring: KeyRing, address: str) -> Bucket:
    """Where asking for letters counts: by the place alone, whoever they are for."""
    return Bucket(ring.keyed_digest(f"letters {place_of(address)}"), free=20, is_emptied=False)


def bucket_of_codes(ring: KeyRing, account: str) -> Bucket:
    """Where guesses at an account's second factor count, wherever they come from: the password is known by then."""
    return Bucket(ring.keyed_digest(f"codes {account}"), free=10, is_emptied=True)


async def count(attempts: Database, buckets: Sequence[Bucket], now: datetime) -> None:
    """Count an attempt as failed before it is made, so that many at once cannot slip through; `succeed` takes it back.

    Both are transactions of their own: what is counted stays so, whatever becomes of the rest of the request. Raises
    `TooManyAttempts` while a bucket is blocked; such an attempt does not count.
    """
    async with attempts.keeper() as transaction:
        for bucket in _in_order(buckets):
            values = {
                "bucket": bucket.digest,
                "now": now,
                "forgotten": now - FORGET_AFTER,
                "free": bucket.free,
                "longest": LONGEST_WAIT_S,
            }
            if (await transaction.execute(_COUNT, values)).first() is None:
                until = (await transaction.execute(_UNTIL, {"bucket": bucket.digest})).scalar_one()
                raise TooManyAttempts(until - now)


async def succeed(attempts: Database, buckets: Sequence[Bucket]) -> None:
    """Take the attempt back: an account's own count is empty again, that of a place has one failure less."""
    async with attempts.keeper() as transaction:
        for bucket in _in_order(buckets):
            if bucket.is_emptied:
                emptied = delete(sign_in_failures).where(sign_in_failures.c.bucket == bucket.digest)
                await transaction.execute(emptied)
            else:
                await transaction.execute(_GIVE_BACK, {"bucket": bucket.digest})


def place_of(address: str) -> str:
    """An address as far as it tells one guesser from another."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(int(parsed) >> (128 - _NETWORK_BITS))
    return str(parsed)


def _in_order(buckets: Sequence[Bucket]) -> list[Bucket]:
    """In the same order for all, so that two transactions never wait for each other."""
    return sorted(buckets, key=lambda bucket: bucket.digest)
