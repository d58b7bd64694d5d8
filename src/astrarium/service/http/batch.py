"""Several requests in one: run in their order by the same caller, one by one or all or none."""

from base64 import b64encode
from typing import Annotated, Any, ClassVar, Final, Literal, cast
from urllib.parse import quote, urlsplit

import msgspec
from litestar import Request, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from astrarium.service import problems
from astrarium.service.database.joined import STATE, JoinedDatabase
from astrarium.service.database.transactions import Database
from astrarium.service.errors import FieldError, InvalidBody, NotSignedIn, RequestError, nearest
from astrarium.service.http import answers
from astrarium.service.http.asgi import Application, Scope
from astrarium.service.http.buffering import Answer, answer_of
from astrarium.service.http.fields import PARAMETER as FIELDS
from astrarium.service.permissions import EVERYONE

PATH: Final = "/batch"
MOST: Final = 100
_HEADERS: Final = ("accept", "accept-language", "idempotency-key", "if-match", "if-none-match")
"""What an operation may say in headers; who calls is said once, by the batch."""
_SHARED: Final = ("host", "user-agent", "x-forwarded-for")
_FRAMEWORK: Final = "_"
"""How names begin under which the framework notes things about one request."""

HeaderText = Annotated[str, Meta(max_length=1000, pattern=r"^[\x20-\x7e]*$")]


class Operation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One request: `path` with its query, from `/api/v1/` on, and its JSON `body`."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: Annotated[str, Meta(max_length=2000, pattern=r"^/api/v1/[\x21-\x7e]+$")]
    body: Any = None
    headers: dict[str, HeaderText] = {}


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Requests in their order; with `atomic`, the first that fails undoes all."""

    operations: Annotated[list[Operation], Meta(min_length=1, max_length=MOST)]
    atomic: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """What one request was answered: its JSON, its text, or its bytes in base64."""

    status: int
    headers: dict[str, str]
    body: Any


class Outcomes(msgspec.Struct, frozen=True):
    """One outcome for each request, in their order; `committed` is false where all was undone."""

    items: tuple[Outcome, ...]
    committed: bool


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


@post(
    PATH,
    tags=["batch"],
    status_code=200,
    responses=answers.of_body("not_signed_in"),
    permission=EVERYONE,
    creates=True,
)
async def run_batch(
    data: JSONBody[Batch], request: Request[Any, Any, Any], database: NamedDependency[Database], state: State
) -> Outcomes:
    """Send several requests at once.

    Each is answered as it would have been alone, by the same rules and for the same caller, and counts as one request.
    With `atomic`, all run in one transaction, which needs an account: the first answer of 400 or more undoes all, and
    the others are answered by 424.
    """
    for index, operation in enumerate(data.operations):
        _require_known_headers(operation, index)
    runner = Runner(state.inner, cast("Scope", request.scope))
    if not data.atomic:
        return Outcomes(
            tuple([await runner.outcome(*one) for one in enumerate(data.operations)]), committed=True
        )
    caller = request.scope["state"].get("caller")
    if caller is None:
        raise NotSignedIn
    try:
        async with database.of(caller.account_id) as transaction:
            runner.database = JoinedDatabase(database, transaction, caller.account_id)
            return Outcomes(await _all_or_none(runner, data.operations), committed=True)
    except _Failed as failed:
        undone = [runner.refused(index, BatchUndone(failed.index)) for index in range(len(data.operations))]
        undone[failed.index] = failed.outcome
        return Outcomes(tuple(undone), committed=False)


class _Failed(Exception):
    """No error: it carries the outcome of an operation past a transaction that is to be rolled back."""

    def __init__(self, index: int, outcome: Outcome) -> None:
        self.index = index
        self.outcome = outcome


async def _all_or_none(runner: "Runner", operations: list[Operation]) -> tuple[Outcome, ...]:
    outcomes = []
    for index, operation in enumerate(operations):
        outcome = await runner.outcome(index, operation)
        if outcome.status >= 400:
            raise _Failed(index, outcome)
        outcomes.append(outcome)
    return tuple(outcomes)


class Runner:
    """Runs operations inside the application, behind the layer that tells who calls; `database` is theirs if set."""

    def __init__(self, application: Application, scope: Scope) -> None:
        self._application = application
        self._scope = scope
        self.database: Database | None = None

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
        return _outcome_of(await answer_of(self._application, scope, body))

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
        return known if self.database is None else known | {STATE: self.database}


def _outcome_of(answer: Answer) -> Outcome:
    headers: dict[str, str] = {}
    for raw_name, raw_value in answer.headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name != "content-length":
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


def _require_known_headers(operation: Operation, index: int) -> None:
    for name in operation.headers:
        if name.lower() not in _HEADERS:
            detail = f"An operation has no header {name[:64]!r}."
            pointer = f"/operations/{index}/headers/{name[:64]}"
            raise InvalidBody(FieldError("unknown_field", detail, pointer), nearest(name, _HEADERS))
