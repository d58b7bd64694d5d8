"""Cursors: the last row's place in its order, as opaque text that fits one list, order and choice of filters only.

A cursor is no secret and no permission: it holds values that the caller has just read, and row-level security decides
what the next page shows. Its digest keeps accidents away, its types keep the database from ever seeing what it cannot
compare.
"""

import datetime as dt
from base64 import b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import Meta
from sqlalchemy import BigInteger, Integer, SmallInteger, types

from astrarium.service.http.errors import InvalidCursor

LONGEST: Final = 2000
_DIGEST_BYTES: Final = 8

_BITS: Final = ((BigInteger, 63), (SmallInteger, 15), (Integer, 31))
_PLAIN: Final = {
    bool: bool,
    dt.date: dt.date,
    dt.datetime: Annotated[dt.datetime, Meta(tz=True)],
    float: float,
    str: Annotated[str, Meta(pattern=r"\A[^\x00]*\Z")],
    UUID: UUID,
}


def write(values: list[Any], bound_to: bytes) -> str:
    """The cursor of a row with these values in the columns of its order; it is good for `bound_to` only."""
    body = msgspec.msgpack.encode(values)
    return urlsafe_b64encode(_digest(body, bound_to) + body).rstrip(b"=").decode()


def read(cursor: str, kinds: list[types.TypeEngine[Any]], bound_to: bytes) -> list[Any]:
    """The values in a cursor, of the types of their columns.

    Raises `InvalidCursor` for any text that `write` did not give for the same `bound_to`.
    """
    try:
        whole = b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        digest, body = whole[:_DIGEST_BYTES], whole[_DIGEST_BYTES:]
        values = msgspec.msgpack.decode(body, type=tuple[tuple(map(_python_type, kinds))])  # type: ignore[misc]
    except (ValueError, msgspec.MsgspecError) as error:
        raise InvalidCursor from error
    if digest != _digest(body, bound_to):
        raise InvalidCursor
    return list(values)


def can_hold(kind: types.TypeEngine[Any]) -> bool:
    """Whether values of a column of this type can stand in a cursor."""
    return isinstance(kind, Integer) or kind.python_type in _PLAIN


def _digest(body: bytes, bound_to: bytes) -> bytes:
    return blake2b(body, digest_size=_DIGEST_BYTES, key=blake2b(bound_to).digest()).digest()


def _python_type(kind: types.TypeEngine[Any]) -> Any:  # noqa: ANN401  (a type form)
    for whole, bits in _BITS:
        if isinstance(kind, whole):
            return Annotated[int, Meta(ge=-(2**bits), le=2**bits - 1)]
    return _PLAIN[kind.python_type]
