"""Pages of a million saved charts, and one of them read, against yardsticks of the same run.

An embedded PostgreSQL in a temporary directory gets two accounts, one with 1,000,000 charts and one with 10,000; every
row is of the size of a real one. The service runs in a process of its own. Pages are asked for in turn (first, last,
first of the small account), so that a busy machine troubles all of them alike. One chart is read on connections that
stay open, against a route of the same server that knows the caller and does nothing; and as many different ones as
there are requests, each of which has to be cast.

    python -m benchmarks.saved_charts
"""

import asyncio
import http.client
import os
import secrets
import statistics
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta

import asyncpg
import msgspec
from msgspec.structs import replace
from sqlalchemy import update

from astrarium.civil.birth import Birth
from astrarium.service.accounts import keys, registration
from astrarium.service.accounts.models import accounts
from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.transactions import Database
from astrarium.service.database.upgrade import upgrade
from astrarium.service.http import cursors, paging
from astrarium.service.http.paging import Asked
from astrarium.service.saved_charts import service
from astrarium.service.saved_charts.schemas import ChartDraft
from astrarium.service.saved_charts.service import LISTING, ChartsQuery
from benchmarks import service as http_load
from benchmarks.folder import data_directory
from benchmarks.measure import alternate, ratio, verdict

MANY, FEW = 1_000_000, 10_000
PAGE = 50
PAGES_ASKED = 400
READ_ROUNDS = 9
MOST_LAST_TO_FIRST = 1.5
MOST_MANY_TO_FEW = 2.0
LEAST_OF_NOTHING = 0.4
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
FIRST_DAY = date(1950, 1, 1)
BIRTH = Birth(date="1990-05-17", time="12:30", place="London, GB")
COLUMNS = (
    "account_id", "id", "created_at", "updated_at", "name", "name_key", "folder", "tags", "notes", "birth",
    "understood", "settings", "receipt_id", "sources_id",
)  # fmt: skip


class Tenant(msgspec.Struct, frozen=True):
    """One account: its key, one of its charts, and the row that all of them are made like."""

    key: str
    chart_id: str
    account_id: object
    row: dict
    others: list


async def tenant(database, plain, number, others=0):
    """An account with one chart that was saved the ordinary way, and some others of different births."""
    now = datetime.now(UTC)
    async with database.keeper() as transaction:
        account_id = await registration.create(transaction, f"{number}@stars.example", "", now=now)
        unlimited = update(accounts).where(accounts.c.id == account_id).values(tier="unlimited")
        await transaction.execute(unlimited)
        draft = keys.KeyDraft(name="benchmark", scopes=("charts:read",))
        made = await keys.make(transaction, account_id, draft, now=now)
    async with database.of(account_id) as transaction:
        births = [
            BIRTH,
            *(replace(BIRTH, date=str(FIRST_DAY + timedelta(days=one))) for one in range(others)),
        ]
        drafts = [
            ChartDraft(name="Ada", birth=birth, folder="Clients", tags=("natal",), notes="For Tuesday.")
            for birth in births
        ]
        saved = [await service.save(transaction, account_id, draft, now=now, limit=None) for draft in drafts]
    row = dict(await plain.fetchrow("SELECT * FROM saved_charts WHERE account_id = $1 LIMIT 1", account_id))
    return Tenant(made.key, str(saved[0].id), account_id, row, [str(one.id) for one in saved[1:]])


async def fill(plain, owner, count):
    """COPY charts until there are `count`, a second apart."""

    def rows():
        kept = [owner.row[column] for column in COLUMNS[6:]]
        for number in range(count - 1 - len(owner.others)):
            at = BEGAN + timedelta(seconds=number)
            identity = f"{number:012x}7000800000000000{secrets.randbits(16):04x}"
            yield owner.account_id, identity, at, at, f"Chart {number}", f"chart {number}", *kept

    await plain.copy_records_to_table("saved_charts", records=rows(), columns=COLUMNS)


async def last_cursor(database, owner):
    """The cursor of the last whole page, the latest charts first."""
    async with database.of(owner.account_id) as transaction:
        page = await service.browse(
            transaction, owner.account_id, ChartsQuery(), Asked(PAGE + 1, None, "created_at"), now=BEGAN
        )
    filters = msgspec.to_builtins(ChartsQuery())
    bound = paging._bound_to(LISTING, Asked(PAGE, None, LISTING.default, filters))  # noqa: SLF001  (the shortest way)
    last = page.items[-1]
    return cursors.write([last.created_at, last.id], bound)


def pages(port, questions):
    """Milliseconds of each page, by its name; the questions take turns."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took = {name: [] for name in questions}
    for turn in range(PAGES_ASKED + 20):
        for name, (path, key) in questions.items():
            start = time.perf_counter()
            connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
            answer = connection.getresponse()
            body = answer.read()
            elapsed = time.perf_counter() - start
            if answer.status != 200 or len(msgspec.json.decode(body)["items"]) != PAGE:
                raise SystemExit(f"{name}: {answer.status} {body[:300]!r}")
            if turn >= 20:
                took[name].append(elapsed * 1000)
    return took


def p95(milliseconds):
    return statistics.quantiles(milliseconds, n=20)[-1]


def most(name, found, limit):
    return f"{name}: {found:.3g}; at most {limit:g}: {'met' if found <= limit else 'MISSED'}"


class Route:
    """One route under load: each round gives its requests per second, and keeps the processor time per request."""

    def __init__(self, name, port, key, paths):
        self.name, self.port = name, port
        head = f" HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n\r\n"
        whole = [f"GET {path}{head}".encode() for path in paths]
        self.requests = whole * (http_load.REQUESTS // len(whole))
        self.processor = []

    def round(self):
        before = self.processor_seconds()
        took, sizes = asyncio.run(http_load.load(self.port, list(self.requests)))
        if len(sizes) != http_load.REQUESTS:
            raise SystemExit("The server closed a connection before it answered.")
        self.processor.append((self.processor_seconds() - before) / http_load.REQUESTS)
        return http_load.REQUESTS / took

    def processor_seconds(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/benchmark/processor")
        return float(connection.getresponse().read())


def measure(port, many, few, cursor):
    questions = {
        "first of 1,000,000": (f"/api/v1/charts/saved?limit={PAGE}", many.key),
        "last of 1,000,000": (f"/api/v1/charts/saved?limit={PAGE}&cursor={cursor}", many.key),
        "first of 10,000": (f"/api/v1/charts/saved?limit={PAGE}", few.key),
    }
    took = pages(port, questions)
    for name, milliseconds in took.items():
        print(f"  {name:20} median {statistics.median(milliseconds):.2f} ms, p95 {p95(milliseconds):.2f} ms")
    first, last, small = (p95(milliseconds) for milliseconds in took.values())
    lines = [
        most("p95 of the last page against the first", last / first, MOST_LAST_TO_FIRST),
        most("p95 of 1,000,000 against 10,000", max(first, last) / small, MOST_MANY_TO_FEW),
    ]
    saved = "/api/v1/charts/saved"
    routes = (
        Route("one chart, again and again", port, many.key, [f"{saved}/{many.chart_id}"]),
        Route("1,000 different charts", port, many.key, [f"{saved}/{one}" for one in many.others]),
        Route("a route that does nothing", port, many.key, ["/benchmark/nothing"]),
    )
    chart, different, nothing = rates = alternate(READ_ROUNDS, *(route.round for route in routes))
    for route, measured in zip(routes, rates, strict=True):
        processor = statistics.median(route.processor) * 1e6
        print(f"  {route.name:28} {statistics.median(measured):6,.0f} a second, {processor:4.0f} µs each")
    lines.append(
        verdict("one chart against a route that does nothing", ratio(chart, nothing), LEAST_OF_NOTHING)
    )
    print("\n".join(f"  {line}" for line in lines))
    print(f"  different charts against a route that does nothing: {ratio(different, nothing)}")
    return any("MISSED" in line for line in lines)


async def prepare(url):
    database = Database(url)
    plain = await asyncpg.connect(
        user=url.username, password=url.password, database=url.database, host=url.query["host"]
    )
    many = await tenant(database, plain, 1, others=http_load.REQUESTS)
    few = await tenant(database, plain, 2)
    for owner, count in ((many, MANY), (few, FEW)):
        start = time.perf_counter()
        await fill(plain, owner, count)
        print(f"  {count:,} charts in {time.perf_counter() - start:.0f} s")
    await plain.execute("VACUUM ANALYZE saved_charts")
    size = await plain.fetchval("SELECT pg_size_pretty(pg_total_relation_size('saved_charts'))")
    print(f"  the table and its indexes have {size}")
    cursor = await last_cursor(database, many)
    await plain.close()
    await database.close()
    return many, few, cursor


def main():
    with data_directory() as folder:
        postgres = EmbeddedServer(folder / "postgresql")
        postgres.start()
        try:
            asyncio.run(upgrade(postgres.url))
            many, few, cursor = asyncio.run(prepare(postgres.url))
            address = postgres.url.set(drivername="postgresql").render_as_string(hide_password=False)
            command = [sys.executable, "-m", "benchmarks.saved_charts_process"]
            environment = {**os.environ, "DATABASE_URL": address}
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
                try:
                    port = int(server.stdout.readline().rstrip("/\n").rpartition(":")[2])
                    return measure(port, many, few, cursor)
                finally:
                    server.terminate()
        finally:
            postgres.stop()


if __name__ == "__main__":
    sys.exit(main())
