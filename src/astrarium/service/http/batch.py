"""Several requests in one: run in their order by the same caller, one by one or all or none."""

from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from astrarium.service.database.joined import JoinedDatabase
from astrarium.service.database.transactions import Database
from astrarium.service.errors import NotSignedIn
from astrarium.service.http import answers
from astrarium.service.http.buffering import NO_STORE
from astrarium.service.http.operations import (
    PATH,
    BatchUndone,
    Operation,
    Outcome,
    Runner,
    require_known_headers,
)
from astrarium.service.permissions import EVERYONE

if TYPE_CHECKING:
    from astrarium.service.http.asgi import Scope

MOST: Final = 100


class OperationBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Requests in their order; with `atomic`, the first that fails undoes all."""

    operations: Annotated[list[Operation], Meta(min_length=1, max_length=MOST)]
    atomic: bool = False


class Outcomes(msgspec.Struct, frozen=True):
    """One outcome for each request, in their order; `committed` is false where all was undone."""

    items: tuple[Outcome, ...]
    committed: bool


@post(
    PATH,
    tags=["batch"],
    status_code=200,
    responses=answers.of_body("not_signed_in", "idempotency_impossible"),
    permission=EVERYONE,
    creates=True,
)
async def run_batch(
    data: JSONBody[OperationBatch],
    request: Request[Any, Any, Any],
    database: NamedDependency[Database],
    state: State,
) -> Response[Outcomes]:
    """Send several requests at once.

    Each is answered as it would have been alone, by the same rules and for the same caller, and counts as one request.
    With `atomic`, all run in one transaction, which needs an account: the first answer of 400 or more undoes all, and
    the others are answered by 424. Failed guesses at passwords and codes stay counted.

    Cookies are set by the batch itself. An answer that holds a secret, which is told once, cannot be kept under an
    `Idempotency-Key` of the batch.
    """
    for index, operation in enumerate(data.operations):
        require_known_headers(operation, index)
    runner = Runner(state.inner, cast("Scope", request.scope))
    if data.atomic:
        outcomes = await _in_one_transaction(runner, data.operations, database)
    else:
        told = [await runner.outcome(*one) for one in enumerate(data.operations)]
        outcomes = Outcomes(tuple(told), committed=True)
    if not outcomes.committed:
        return Response(outcomes)
    return Response(outcomes, headers=NO_STORE if runner.has_secrets else None, cookies=runner.cookies)


async def _in_one_transaction(runner: Runner, operations: list[Operation], database: Database) -> Outcomes:
    caller = runner.caller
    if caller is None:
        raise NotSignedIn
    try:
        async with database.of(caller.account_id) as transaction:
            joined = JoinedDatabase(database, transaction, caller.account_id)
            runner.database = joined
            outcomes = await _all_or_none(runner, operations)
    except _Failed as failed:
        undone = [runner.refused(index, BatchUndone(failed.index)) for index in range(len(operations))]
        undone[failed.index] = failed.outcome
        return Outcomes(tuple(undone), committed=False)
    joined.tell_kept()
    return Outcomes(outcomes, committed=True)


class _Failed(Exception):
    """No error: it carries the outcome of an operation past a transaction that is to be rolled back."""

    def __init__(self, index: int, outcome: Outcome) -> None:
        self.index = index
        self.outcome = outcome


async def _all_or_none(runner: Runner, operations: list[Operation]) -> tuple[Outcome, ...]:
    outcomes = []
    for index, operation in enumerate(operations):
        outcome = await runner.outcome(index, operation)
        if outcome.status >= 400:
            raise _Failed(index, outcome)
        outcomes.append(outcome)
    return tuple(outcomes)
