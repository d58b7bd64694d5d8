"""What can go wrong with the rules that every route keeps: pages, fields, preconditions, repeated requests."""

from collections.abc import Sequence
from typing import ClassVar

from astrarium.service.errors import FieldError, RequestError, nearest


class InvalidCursor(RequestError):
    """The cursor is damaged, or it was given for another list, order or filter."""

    code: ClassVar[str] = "invalid_cursor"

    def __init__(self) -> None:
        detail = "The cursor does not belong to this list in this order and with these filters."
        super().__init__(
            detail,
            hint="Follow `next` or the `Link` header as they are, or leave `cursor` out to begin at the start.",
            errors=[FieldError("invalid_cursor", detail, parameter="cursor")],
        )


class InvalidSort(RequestError):
    """The list cannot be sorted so."""

    code: ClassVar[str] = "invalid_sort"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        detail = f"This list cannot be sorted by {name[:64]!r}."
        super().__init__(
            detail,
            hint=f"{nearest(name, known)} A minus sign before a name reverses it.",
            errors=[FieldError("invalid_sort", detail, parameter="sort")],
        )


class InvalidFields(RequestError):
    """`fields` is not written right, or names what the answer does not have."""

    code: ClassVar[str] = "invalid_fields"

    def __init__(self, detail: str, hint: str) -> None:
        super().__init__(detail, hint=hint, errors=[FieldError("invalid_fields", detail, parameter="fields")])


class PreconditionFailed(RequestError):
    """The thing was changed since the caller read it."""

    code: ClassVar[str] = "precondition_failed"

    def __init__(self) -> None:
        super().__init__(
            "It was changed since you read it: `If-Match` does not name its present version.",
            hint="Read it again, and repeat the change with the new `ETag` if it is still wanted.",
        )


class InvalidIdempotencyKey(RequestError):
    """The header `Idempotency-Key` is not a usable key."""

    code: ClassVar[str] = "invalid_idempotency_key"

    def __init__(self) -> None:
        super().__init__(
            "`Idempotency-Key` is not 1 to 255 visible ASCII characters.",
            hint="Send a random UUID, the same one with each repetition of a request.",
        )


class IdempotencyMismatch(RequestError):
    """The key was used before, for another request."""

    code: ClassVar[str] = "idempotency_mismatch"

    def __init__(self) -> None:
        super().__init__(
            "This `Idempotency-Key` was used for a request with another address or body.",
            hint="Use a new key for a new request; only a repetition carries the old one.",
        )


class IdempotencyInFlight(RequestError):
    """The first request with this key is still being answered."""

    code: ClassVar[str] = "idempotency_in_flight"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}

    def __init__(self) -> None:
        super().__init__(
            "The first request with this `Idempotency-Key` is still being answered.",
            hint="Repeat it in a second: then its answer is there.",
        )


class IdempotencyImpossible(RequestError):
    """The answer holds a secret that is told once, and so cannot be kept for a repetition."""

    code: ClassVar[str] = "idempotency_impossible"

    def __init__(self) -> None:
        super().__init__(
            "The answer would hold a secret that is told once, so that it cannot be kept: nothing was done.",
            hint="Leave `Idempotency-Key` out, or ask for what makes a secret in a request of its own.",
        )
