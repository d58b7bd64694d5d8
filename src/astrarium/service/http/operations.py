"""One operation of a batch: a request that is run within another one, and what it was answered."""

from base64 import b64encode
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal
from urllib.parse import quote, urlsplit

import msgspec
from litestar.datastructures import Cookie
from msgspec import Meta

from astrarium.service import problems
from astrarium.service.database.joined import STATE
from astrarium.service.errors import FieldError, InvalidBody, RequestError, nearest
from astrarium.service.http.asgi import Application, Scope
from astrarium.service.http.buffering import Answer, answer_of
from astrarium.service.http.fields import PARAMETER as FIELDS

if TYPE_CHECKING:
    from astrarium.service.database.transactions import Database
    from astrarium.service.permissions import Caller

PATH: Final = "/batch"
_HEADERS: Final = ("accept", "accept-language", "idempotency-key", "if-match", "if-none-match")
"""What an operation may say in headers; who calls is said once, by the batch."""
_SHARED: Final = ("host", "user-agent", "x-forwarded-for", "origin", "sec-fetch-site", "cookie")
"""What says where the batch comes from, which is where its operations come from."""
_OF_THE_WHOLE: Final = frozenset({"content-length", "set-cookie"})
"""What the batch says for all: a session's token is for the browser alone, not for a script that reads a body."""
_FRAMEWORK: Final = "_"
"""How names begin under which the framework notes things about one request."""

HeaderText = Annotated[str, Meta(max_length=1000, pattern=r"^[\x20-\x7e]*$")]


class Operation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One request: `path` with its query, from `/api/v1/` on, and its JSON `body`."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: Annotated[str, Meta(max_length=2000, pattern=r"^/api/v1/[\x21-\x7e]+$")]
    body: Any = None
    headers: dict[str, HeaderText] = {}


class Outcome(msgspec.Struct, frozen=True):
    """What one request was answered: its JSON, its text, or its bytes in base64."""

    status: int
    headers: dict[str, str]
    body: Any


class NestedBatch(RequestError):
    """A batch within a batch."""

    code: ClassVar[str] = "nested_batch"

    def __init__(self) -> None:
        super().__init__("A batch cannot hold a batch.", hint="Put its operations into the outer one.")


class BatchUndone(RequestError):
    """The operation was undone or not begun, since another one of its atomic batch failed."""

    code: ClassVar[str] = "batch_undone"

    def __init__(self, failed: int) -> None:
        super().__init__(
            f"Operation {failed} of this atomic batch failed: nothing of the batch was kept.",
            hint="Mend that operation and send the whole batch again.",
        )
        self.data = {"failed": failed}


def require_known_headers(operation: Operation, index: int) -> None:
    """Raise `InvalidBody` where an operation says in a header what the batch says for all."""
    for name in operation.headers:
        if name.lower() not in _HEADERS:
            detail = f"An operation has no header {name[:64]!r}."
            pointer = f"/operations/{index}/headers/{name[:64]}"
            raise InvalidBody(FieldError("unknown_field", detail, pointer), nearest(name, _HEADERS))


OPERATION: Final = "is_operation"
"""What `scope["state"]` says of a request that is part of a batch: its answer is sent once all of it is there."""


class Runner:
    """Runs operations inside the application, behind the layer that tells who calls; `database` is theirs if set.

    The cookies that they set are collected, and whether an answer must not be kept by anybody.
    """

    def __init__(self, application: Application, scope: Scope) -> None:
        self._application = application
        self._scope = scope
        self.caller: Caller | None = scope["state"].get("caller")
        self.database: Database | None = None
        self.cookies: list[Cookie] = []
        self.has_secrets = False

    async def outcome(self, index: int, operation: Operation) -> Outcome:
        """Run one operation."""
        address = urlsplit(operation.path)
        if address.path.rstrip("/") == f"/api/v1{PATH}":
            return self.refused(index, NestedBatch())
        body = b"" if operation.body is None else msgspec.json.encode(operation.body)
        headers = [(name.encode(), value.encode()) for name, value in operation.headers.items()]
        headers += [one for one in self._scope["headers"] if one[0].decode("latin-1") in _SHARED]
        if body:
            headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        scope = {
            **self._scope,
            "method": operation.method,
            "path": address.path,
            "raw_path": quote(address.path, safe="/%").encode(),
            "query_string": address.query.encode(),
            "headers": headers,
            "state": self._state(index),
        }
        answer = await answer_of(self._application, scope, body)
        self.has_secrets = self.has_secrets or (answer.status < 300 and not answer.may_be_kept)
        self.cookies += _cookies_of(answer)
        return _outcome_of(answer)

    def refused(self, index: int, error: RequestError) -> Outcome:
        """The outcome of an operation that was not run."""
        problem = problems.from_error(
            error, instance=self._scope["path"], request_id=self._state(index)["request_id"]
        )
        return Outcome(problem.status, {"content-type": problems.MEDIA_TYPE}, problem)

    def _state(self, index: int) -> dict[str, Any]:
        """What the layers in front know of the caller, under an id of the operation's own."""
        known = {
            name: value
            for name, value in self._scope["state"].items()
            if not name.startswith(_FRAMEWORK) and name != FIELDS
        }
        known["request_id"] = f"{known['request_id']}.{index}"
        known[OPERATION] = True
        return known if self.database is None else known | {STATE: self.database}


def _outcome_of(answer: Answer) -> Outcome:
    headers: dict[str, str] = {}
    for raw_name, raw_value in answer.headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name not in _OF_THE_WHOLE:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Outcome(answer.status, headers, _told(answer))


def _told(answer: Answer) -> Any:  # noqa: ANN401  (any JSON value)
    if not answer.body:
        return None
    media_type = answer.media_type
    if media_type.endswith(("/json", "+json")):
        return msgspec.Raw(answer.body)
    if media_type.startswith("text/") or media_type.endswith("+xml"):
        return answer.body.decode()
    return b64encode(answer.body).decode()


def _cookies_of(answer: Answer) -> list[Cookie]:
    told = SimpleCookie()
    for name, value in answer.headers:
        if name == b"set-cookie":
            told.load(value.decode("latin-1"))
    return [
        Cookie(
            key=key,
            value=one.value,
            path=one["path"],
            max_age=int(one["max-age"]) if one["max-age"] else None,
            httponly=bool(one["httponly"]),
            secure=bool(one["secure"]),
            samesite=one["samesite"].lower(),
        )
        for key, one in told.items()
    ]
