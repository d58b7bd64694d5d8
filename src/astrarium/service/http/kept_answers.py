"""Answers kept for a day under the `Idempotency-Key` of their request, so that a repetition gets the first one.

The key itself is not stored, only a digest; the answer is sealed with a key that is derived from it, since it may hold
what is shown only once, such as an API key. Whoever reads the table cannot read the answers.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, insert, select

from astrarium.service.database.deleting import some_of, until_none_is_left
from astrarium.service.database.transactions import Database, Transaction
from astrarium.service.http.buffering import Answer
from astrarium.service.http.errors import IdempotencyInFlight, IdempotencyMismatch
from astrarium.service.http.models import idempotency_keys as table

KEPT_FOR: Final = timedelta(hours=24)
_NONCE_BYTES: Final = 12
_NOT_KEPT: Final = frozenset({b"set-cookie", b"content-length"})


class Repeatable(msgspec.Struct, frozen=True, kw_only=True):
    """A request that may come again: whose, which route, under which key, and the digest of all that it says.

    `credential` names the API key that it came with, or the sessions of the account. Each has answers of its own: a
    kept one is given before the route asks what its caller may, and so only to the credential that it was made for.
    """

    account_id: UUID
    credential: str
    route: str
    key: bytes
    request_digest: bytes

    @property
    def key_digest(self) -> bytes:
        """What the answer is found by."""
        return self._derived(b"lookup")

    @property
    def seal(self) -> AESGCM:
        """What the answer is sealed with."""
        return AESGCM(self._derived(b"seal"))

    @property
    def _owner(self) -> bytes:
        return self.account_id.bytes + f"{self.credential} {self.route}".encode()

    def _derived(self, purpose: bytes) -> bytes:
        salt = blake2b(self._owner, digest_size=16).digest()
        return blake2b(self.key, digest_size=32, salt=salt, person=purpose).digest()


async def first_answer(transaction: Transaction, request: Repeatable, now: datetime) -> Answer | None:
    """The answer that was given to this request before; `None` where it is the first, which then holds the key.

    The key is held until the transaction ends, by a lock that PostgreSQL gives up with it, also when the process dies.

    Raises `IdempotencyInFlight` where another transaction holds it, and `IdempotencyMismatch` where another request
    was answered under it.
    """
    lock = int.from_bytes(request.key_digest[:8], "big", signed=True)
    if not await transaction.scalar(select(func.pg_try_advisory_xact_lock(lock))):
        raise IdempotencyInFlight
    # a statement of its own: it has to see what was committed before the lock was given up
    row = (
        await transaction.execute(
            select(table.c.request_digest, table.c.status, table.c.sealed_answer)
            .where(table.c.account_id == request.account_id)
            .where(table.c.route == request.route)
            .where(table.c.key_digest == request.key_digest)
            .where(table.c.expires_at > now)
        )
    ).one_or_none()
    if row is None:
        return None
    if row.request_digest != request.request_digest:
        raise IdempotencyMismatch
    nonce, sealed = row.sealed_answer[:_NONCE_BYTES], row.sealed_answer[_NONCE_BYTES:]
    headers, body = msgspec.msgpack.decode(
        request.seal.decrypt(nonce, sealed, request.request_digest),
        type=tuple[list[tuple[bytes, bytes]], bytes],
    )
    return Answer(row.status, headers, body)


async def keep(transaction: Transaction, request: Repeatable, answer: Answer, now: datetime) -> None:
    """Keep the answer, in the transaction of the change that it tells of. What has expired under the key makes room."""
    headers = [one for one in answer.headers if one[0] not in _NOT_KEPT]
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = request.seal.encrypt(
        nonce, msgspec.msgpack.encode((headers, answer.body)), request.request_digest
    )
    await transaction.execute(
        delete(table)
        .where(table.c.account_id == request.account_id)
        .where(table.c.route == request.route)
        .where(table.c.key_digest == request.key_digest)
    )
    await transaction.execute(
        insert(table).values(
            account_id=request.account_id,
            route=request.route,
            key_digest=request.key_digest,
            request_digest=request.request_digest,
            status=answer.status,
            sealed_answer=nonce + sealed,
            expires_at=now + KEPT_FOR,
        )
    )


async def purge(database: Database, now: datetime) -> int:
    """Delete the answers of all accounts that have expired; give how many. It may be repeated at any time."""
    expired = some_of(table, table.c.expires_at <= now)

    async def portion(transaction: Transaction) -> int:
        gone: int = (await transaction.execute(expired)).rowcount
        return gone

    return await until_none_is_left(database, portion)
