"""What the way to a row costs: a signed-in read as a share of a route that does nothing, and each way to a row.

The database is a private PostgreSQL of the run, with 100,000 rows of 1,000 accounts. Both routes are of one application
behind the service's own outer layers, in a process of its own; this one sends over loopback on a few connections. The
signed-in route finds a session by its hash (as the keeper) and one row (as its account); the other answers at once. The
rates count everything, PostgreSQL's work and the sender's on the same cores too.

    python -m benchmarks.database
"""

import asyncio
import socket
import statistics
import subprocess
import sys
import time
from uuid import UUID

import msgspec
import uvicorn
import uvloop
from litestar import Litestar, get
from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import UUID as UUID_TYPE
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.reads import Read
from astrarium.service.database.row_security import SERVICE, keepers_only, own_rows
from astrarium.service.database.transactions import Database
from astrarium.service.database.upgrade import upgrade
from astrarium.service.http.compression import compressed
from astrarium.service.http.edge import edge
from astrarium.service.settings import Settings
from benchmarks.folder import data_directory
from benchmarks.measure import ratio, verdict
from benchmarks.service import load

ACCOUNTS, ROWS, REQUESTS, ROUNDS, TARGET = 1_000, 100_000, 2_000, 9, 0.4
SESSIONS = Table(
    "b_sessions", MetaData(), Column("hash", LargeBinary, primary_key=True), Column("account_id", UUID_TYPE)
)
CHARTS = Table(
    "b_charts",
    SESSIONS.metadata,
    Column("id", UUID_TYPE(as_uuid=True), primary_key=True),
    Column("account_id", UUID_TYPE(as_uuid=True), index=True),
    Column("body", Text),
)


class Session(msgspec.Struct):
    account_id: UUID


class Chart(msgspec.Struct):
    id: UUID
    body: str


SESSION = Read(select(SESSIONS.c.account_id).where(SESSIONS.c.hash == bindparam("hash")), Session)
ONE = select(CHARTS.c.id, CHARTS.c.body).where(CHARTS.c.id == bindparam("id"))
CHART = Read(ONE, Chart)


async def fill(url):
    await upgrade(url)
    engine = create_async_engine(url)
    accounts, statements = [new_id() for _ in range(ACCOUNTS)], []
    keepers_only(statements.append, "b_sessions")
    own_rows(statements.append, "b_charts")
    charts = [(new_id(), accounts[number % ACCOUNTS], "x" * 600) for number in range(ROWS)]
    async with engine.begin() as connection:
        await connection.run_sync(SESSIONS.metadata.create_all)
        raw = (await connection.get_raw_connection()).driver_connection
        await raw.copy_records_to_table("b_sessions", records=[(one.bytes, one) for one in accounts])
        await raw.copy_records_to_table("b_charts", records=charts)
        for statement in statements:
            await connection.execute(text(statement))
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("ANALYZE"))
    await engine.dispose()
    return charts


def application(database):
    @get("/nothing")
    async def nothing() -> Chart:
        return Chart(id=UUID(int=0), body="x" * 600)

    @get("/charts/{chart_id:uuid}")
    async def chart(chart_id: UUID, session: str) -> Chart:
        found = await database.keeper_read_one(SESSION, {"hash": bytes.fromhex(session)})
        return await database.read_one(found.account_id, CHART, {"id": chart_id})

    return Litestar([nothing, chart], openapi_config=None, logging_config=None)


def serve(address):
    """Serve both routes, and print the port."""
    database = Database(make_url(address))
    app = application(database)
    app.asgi_handler = edge(compressed(app.asgi_handler), Settings())
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])


def requests(address, charts):
    chosen = [charts[number * 97 % ROWS] for number in range(REQUESTS)]
    sides = {
        "a route that does nothing": ["/nothing"] * REQUESTS,
        "a signed-in read": [f"/charts/{chart}?session={account.hex}" for chart, account, _ in chosen],
    }
    measured = {name: [] for name in sides}
    command = [sys.executable, "-m", "benchmarks.database", address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            port = int(server.stdout.readline())
            for number in range(ROUNDS + 1):
                for name, paths in sides.items():
                    waiting = [f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for path in paths]
                    took, _ = asyncio.run(load(port, waiting))
                    if number:
                        measured[name].append(REQUESTS / took)
        finally:
            server.terminate()
    for name, rates in measured.items():
        print(f"  {name:28} {statistics.median(rates):7,.0f} a second")
    nothing, read = measured.values()
    line = verdict("signed-in reads against nothing", ratio(read, nothing), TARGET)
    print(f"  {line}")
    return "MISSED" not in line


async def ways(database, url, charts):
    """Processor time of this process for one row, by each way to it."""
    chart, account, _ = charts[0]
    plain = create_async_engine(url, connect_args={"server_settings": {"role": SERVICE}})

    async def usual():
        async with plain.begin() as connection:
            name = text("SELECT set_config('astrarium.account', :account, true)")
            await connection.execute(name, {"account": str(account)})
            (await connection.execute(ONE, {"id": chart})).one()

    async def transaction():
        async with database.of(account) as open_transaction:
            (await open_transaction.execute(ONE, {"id": chart})).one()

    async def read():
        await database.read_one(account, CHART, {"id": chart})

    async def ping():
        lent = await database.primary.take()
        await lent.driver_connection.fetchval("SELECT 1")
        database.primary.give(lent, lent.close)

    async def borrow():
        lent = await database.primary.take()
        database.primary.give(lent, lent.close)

    names = {
        "SQLAlchemy's own transaction": usual, "Database.of": transaction, "Database.read_one": read,
        "a ping before each use": ping, "taking a connection": borrow,
    }  # fmt: skip
    for name, way in names.items():
        used = []
        for _ in range(ROUNDS):
            started = time.process_time()
            for _ in range(300):
                await way()
            used.append((time.process_time() - started) / 300)
        print(f"  {name:28} {min(used) * 1e6:5.0f} µs")
    await plain.dispose()


async def measure(url):
    charts = await fill(url)
    database = Database(url)
    await ways(database, url, charts)
    await database.close()
    return charts


def main():
    with data_directory() as folder:
        server = EmbeddedServer(folder / "postgresql")
        server.start()
        try:
            charts = uvloop.run(measure(server.url))
            is_met = requests(server.url.render_as_string(hide_password=False), charts)
        finally:
            server.stop()
    raise SystemExit(0 if is_met else 1)


if __name__ == "__main__":
    serve(sys.argv[1]) if sys.argv[1:] else main()
