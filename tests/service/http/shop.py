"""A small service that makes things, for tests of repeated requests; also run as a process of its own.

`shop.py ADDRESS ACCOUNT KEY NAME …` posts the thing NAME under KEY once per line of standard input and prints status,
whether it was replayed, and the answer. A thing called `fatal` ends the process before its commit.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from uuid import UUID

import httpx
import msgspec
from litestar import Litestar, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody
from sqlalchemy import text
from sqlalchemy.engine import make_url

from astrarium.service import problems
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.joined import database_of
from astrarium.service.database.transactions import Database
from astrarium.service.errors import NotFound
from astrarium.service.http.bodies import JsonRequest
from astrarium.service.http.idempotency import idempotent
from astrarium.service.permissions import Caller, caller_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ACCOUNT = "X-Account"
KEY = "X-Key"


class Draft(msgspec.Struct):
    """What is to be made."""

    name: str


class Thing(msgspec.Struct):
    """What was made."""

    id: UUID
    name: str


@post("/things")
async def make(
    data: JSONBody[Draft], database: NamedDependency[Database], caller: NamedDependency[Caller]
) -> Response[Thing]:
    """Make a thing; some names fail after the row was written."""
    thing = Thing(new_id(), data.name)
    async with database.of(caller.account_id) as transaction:
        await transaction.execute(
            text("INSERT INTO things VALUES (:account_id, :id, :name)"),
            {"account_id": caller.account_id, "id": thing.id, "name": thing.name},
        )
    if data.name == "fatal":
        os._exit(9)
    if data.name == "refused":
        raise NotFound("thing")
    if data.name == "broken":
        raise RuntimeError(data.name)
    headers = {"Location": f"/things/{thing.id}"}
    return Response(thing, status_code=201, headers=headers, cookies=[Cookie("secret", "1")])


@post("/computed", status_code=200)
async def compute(data: JSONBody[Draft]) -> Thing:
    """Make nothing."""
    return Thing(new_id(), data.name)


@get("/things")
async def count(database: NamedDependency[Database], caller: NamedDependency[Caller]) -> int:
    """How many there are."""
    async with database.of(caller.account_id) as transaction:
        return int(await transaction.scalar(text("SELECT count(*) FROM things")) or 0)


def shop(database: Database, now=lambda: NOON) -> Litestar:
    """The application; `X-Account` says who calls, `X-Key` with which API key."""
    app = Litestar(
        [make, compute, count],
        request_class=JsonRequest,
        request_max_body_size=2000,
        middleware=[idempotent(database, now)],
        exception_handlers={Exception: problems.response},
        on_shutdown=[database.close],
        logging_config=None,
        dependencies={
            "database": Provide(database_of(database), sync_to_thread=False),
            "caller": Provide(caller_of, sync_to_thread=False),
        },
    )
    routed = app.asgi_handler

    async def identified(scope, receive, send):
        if scope["type"] == "http":
            scope.setdefault("state", {})["request_id"] = "of-this-test"
            headers = dict(scope["headers"])
            account, key = headers.get(ACCOUNT.lower().encode()), headers.get(KEY.lower().encode())
            if account:
                account_id, key_id = UUID(account.decode()), UUID(key.decode()) if key else None
                scope["state"]["caller"] = Caller(
                    account_id=account_id, role="user", tier="free", key_id=key_id
                )
        await routed(scope, receive, send)

    app.asgi_handler = identified
    return app


def tell(line: str) -> None:
    """Say a line to the process that waits for it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def send_each(address: str, account: str, key: str, names: list[str]) -> None:
    """Post a thing for each name, each when a line comes in."""
    database = Database(make_url(address))
    transport = httpx.ASGITransport(shop(database), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        for i, name in enumerate(names):
            tell("ready")
            sys.stdin.readline()
            headers = {ACCOUNT: account, "Idempotency-Key": f"{key}{i}"}
            told = await client.post("/things", json={"name": name}, headers=headers)
            tell(f"{told.status_code} {told.headers.get('idempotency-replayed')} {told.text}")
    await database.close()


if __name__ == "__main__":
    asyncio.run(send_each(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]))
