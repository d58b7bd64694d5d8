"""What can be wrong with a request about batches."""

from collections.abc import Sequence
from typing import ClassVar

from astrarium.service.errors import FieldError, RequestError, UnsupportedMediaType, nearest


class NoTable(UnsupportedMediaType):
    """The body is not said to be a table of births, or is none that is read."""

    def __init__(self, said: str, known: Sequence[str]) -> None:
        RequestError.__init__(
            self,
            f"The body {said}; this route reads tables of births.",
            hint=f"Send the file as it is with one of these types: {', '.join(known)}; or as `multipart/form-data`.",
        )


class UnknownEncoding(RequestError):
    """The `charset` of a table is none that is read."""

    code: ClassVar[str] = "unknown_encoding"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            f"Tables are not read in the encoding {name[:64]!r}.",
            hint=nearest(name, known),
            errors=[FieldError("unknown_encoding", f"The charset {name[:64]!r} is not read.")],
        )


class MalformedForm(RequestError):
    """A `multipart/form-data` body that cannot be taken apart, or that has no file."""

    code: ClassVar[str] = "malformed_form"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The form cannot be read: {reason}.",
            hint="Send one part with the file, as `curl -F file=@births.csv` does.",
        )


class TooManyBatches(RequestError):
    """The account has as many batches under way as its tier may."""

    code: ClassVar[str] = "too_many_batches"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "60"}

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"This account has {limit} batches under way, which is the most that its tier may.",
            hint="Wait for one to finish, or cancel one.",
        )
        self.data = {"limit": limit}


class RowsSpent(RequestError):
    """The account has had as many rows computed today as its tier may."""

    code: ClassVar[str] = "batch_rows_spent"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"This account's tier may have {limit} rows read in a day (UTC), and this would be more.",
            hint="Send the rest tomorrow, or ask the operator for a larger tier.",
        )
        self.data = {"limit": limit}


class TooManyBirths(RequestError):
    """A table has more rows than one batch takes."""

    code: ClassVar[str] = "too_many_births"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The table has more than {limit} births, which is the most of one batch.",
            hint=f"Send it in parts of {limit}.",
        )
        self.data = {"limit": limit}


class BatchUnfinished(RequestError):
    """The results that were asked for are not there yet."""

    code: ClassVar[str] = "batch_unfinished"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "5"}

    def __init__(self, state: str, result: str) -> None:
        super().__init__(
            f"The batch is {state}: its results in {result} are not there yet.",
            hint="Ask again later; `GET /api/v1/batches/{id}` tells when they are expected.",
        )


class NoResults(RequestError):
    """There are no such results, and none are on their way."""

    code: ClassVar[str] = "no_results"

    def __init__(self, state: str, result: str) -> None:
        hint = (
            f"Ask for them by `POST /api/v1/batches/{{id}}/results?format={result}`."
            if state in {"waiting", "reading", "computing", "finished"}
            else "Send the file again."
        )
        super().__init__(f"The batch is {state} and has no results in {result}.", hint=hint)


class RangeNotSatisfiable(RequestError):
    """The range that was asked for lies beyond the end of the file."""

    code: ClassVar[str] = "range_not_satisfiable"

    def __init__(self, size: int) -> None:
        super().__init__(
            f"The file has {size} bytes, and the range lies beyond them.",
            hint="Ask for bytes before its end.",
        )
        self.headers = {"Content-Range": f"bytes */{size}"}
