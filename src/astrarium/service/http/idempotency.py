"""`Idempotency-Key`: a request that creates something may be repeated, and creates it once.

The first answer is kept in the transaction of the change itself, so that there is either both or neither:

- The process dies before the commit: nothing was changed, the key is free, a repetition is a first request.
- It dies after the commit and before the answer arrived: a repetition gets the answer that was kept.
- A repetition while the first request is being answered gets 409, and so never a second change.

An answer of failure is not kept, since nothing was changed: the key stays free for the request set right. One that
holds a secret is not kept either: it is undone, and the request refused. Keys belong
to an account, the API key or the sessions that it is called with, and a route; a request without an account is not
kept.
"""

import re
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, cast

from litestar.handlers import HTTPRouteHandler

from astrarium.service.database.joined import STATE, JoinedDatabase
from astrarium.service.database.transactions import Database
from astrarium.service.http.asgi import Application, Receive, Scope, Send
from astrarium.service.http.buffering import Answer, answer_of, body_of
from astrarium.service.http.errors import IdempotencyImpossible, InvalidIdempotencyKey
from astrarium.service.http.kept_answers import Repeatable, first_answer, keep
from astrarium.service.http.refusal import refuse
from astrarium.service.permissions import Caller

if TYPE_CHECKING:
    from litestar.types import ASGIApp

HEADER: Final = b"idempotency-key"
SESSION: Final = "session"
"""Stands for all sessions of an account, which may the same: who signs in again may still repeat a request."""
REPLAYED: Final = (b"idempotency-replayed", b"true")
_KEY: Final = re.compile(rb'"?([\x21\x23-\x7e]{1,255})"?')
_CREATED: Final = frozenset({201, 202})


def is_creating(handler: HTTPRouteHandler) -> bool:
    """Whether a route makes something new, and so heeds `Idempotency-Key`: its answer says so, or `creates=True`.

    `creates=False` is said by routes whose answer holds a secret that is told once: it must not be kept.
    """
    if "POST" not in handler.http_methods:
        return False
    return bool(handler.opt.get("creates", handler.status_code in _CREATED))


def idempotent(database: Database, now: Callable[[], datetime]) -> "Callable[[ASGIApp], ASGIApp]":
    """The middleware of the API: runs once what carries an `Idempotency-Key`, and answers alike ever after."""

    def wrap(app: "ASGIApp") -> "ASGIApp":
        application = cast("Application", app)

        async def handle(scope: Scope, receive: Receive, send: Send) -> None:
            key = next((value for name, value in scope["headers"] if name == HEADER), None)
            caller = scope["state"].get("caller")
            if key is None or caller is None or not is_creating(scope["route_handler"]):
                await application(scope, receive, send)
                return
            body = await body_of(receive, scope["route_handler"].resolve_request_max_body_size())
            request = _repeatable(scope, caller, key, body)
            outer: Database = scope["state"].get(STATE, database)
            try:
                answer = await _answer_once(application, scope, body, request, outer, now())
            except Exception as error:  # noqa: BLE001  (it is told here: the framework takes a held answer for a sent one)
                await refuse(error, scope, send)
            else:
                await answer.send(send)

        return cast("ASGIApp", handle)

    return wrap


async def _answer_once(
    application: Application,
    scope: Scope,
    body: bytes,
    request: Repeatable,
    database: Database,
    now: datetime,
) -> Answer:
    try:
        async with database.of(request.account_id) as transaction:
            if (earlier := await first_answer(transaction, request, now)) is not None:
                earlier.headers.append(REPLAYED)
                return earlier
            joined = JoinedDatabase(database, transaction, request.account_id)
            scope["state"][STATE] = joined
            answer = await answer_of(application, scope, body)
            _undo_unless_made(answer)
            await keep(transaction, request, answer, now)
    except _Undone as undone:
        return undone.answer
    joined.tell_kept()
    return answer


class _Undone(Exception):
    """No error: it carries an answer past a transaction that is to be rolled back."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


def _undo_unless_made(answer: Answer) -> None:
    if answer.status >= 300:
        raise _Undone(answer)
    if not answer.may_be_kept:
        raise IdempotencyImpossible


def _repeatable(scope: Scope, caller: Caller, key: bytes, body: bytes) -> Repeatable:
    match = _KEY.fullmatch(key)
    if match is None:
        raise InvalidIdempotencyKey
    digest = blake2b(digest_size=32)
    for part in (scope["path"].encode(), scope["query_string"], body):
        digest.update(len(part).to_bytes(8, "big") + part)
    return Repeatable(
        account_id=caller.account_id,
        credential=SESSION if caller.key_id is None else str(caller.key_id),
        route=f"POST {scope['route_handler'].handler_name}",
        key=match[1],
        request_digest=digest.digest(),
    )
