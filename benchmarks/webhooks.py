"""Webhooks: deliveries a second from the change's commit to the receiver, and what one dead endpoint costs the others.

An embedded PostgreSQL in a temporary directory gets a few accounts with some endpoints each; one worker runs in a
process of its own, and a receiver in this one answers 200 to all but one path. In each round every account announces
events in transactions of one each, as a route does, and the time counts from the first of them to the last arrival at
the endpoints that are well. In every other round one endpoint more never answers: in the rounds between, it answers
like the others, so that there is as much to do.

    python -m benchmarks.webhooks
"""

import asyncio
import os
import secrets
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime

from sqlalchemy import text

from astrarium.service.accounts import registration
from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Database
from astrarium.service.database.upgrade import upgrade
from astrarium.service.keyring.service import ring_of
from astrarium.service.settings import load
from astrarium.service.webhooks import endpoints
from astrarium.service.webhooks.events import PersonData
from astrarium.service.webhooks.schemas import WebhookDraft
from astrarium.service.webhooks.service import announce
from benchmarks.folder import data_directory

ACCOUNTS = 4
ENDPOINTS = 2
EVENTS = int(os.environ.get("BENCHMARK_EVENTS", "100"))
"""Of each account in each round."""
ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "6"))
"""Of each kind."""
LEAST_PER_S = 200
MOST_SLOWER = 0.10
PATIENCE_S = 120
RUN = "from benchmarks.webhooks import work; work()"


def work():
    """The worker, in a process of its own."""
    from astrarium.service.worker_process import work

    work(load(os.environ), queues=("webhooks",))


class Receiver:
    """Counts what arrives at the endpoints that are well; the other one answers only where it may."""

    def __init__(self):
        self.dead_answers = True
        self.left = 0
        self.all_came = asyncio.Event()
        self.kept = set()

    def expect(self, count):
        self.left = count
        self.all_came.clear()

    async def serve(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        await reader.readexactly(length)
        is_spare = head.startswith(b"POST /spare ")
        if is_spare and not self.dead_answers:
            self.kept.add(writer)
            return
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        if not is_spare:
            self.left -= 1
            if self.left == 0:
                self.all_came.set()

    def hang_up(self):
        for writer in self.kept:
            writer.close()
        self.kept.clear()


async def prepared(database, ring, url):
    """The accounts, each with its endpoints; the first has the spare one besides."""
    now, made = datetime.now(UTC), []
    for number in range(ACCOUNTS):
        async with database.keeper() as transaction:
            account_id = await registration.create(
                transaction, f"{secrets.token_hex(8)}@stars.example", "", now=now
            )
            paths = [f"/well/{one}" for one in range(ENDPOINTS)] + (["/spare"] if number == 0 else [])
            for path in paths:
                draft = WebhookDraft(url=url + path, event_types=("person.*",))
                await endpoints.create(transaction, ring, account_id, draft, now=now, limit=None)
        made.append(account_id)
    return made


async def one_round(database, accounts, receiver, *, is_dead):
    """Seconds from the first event to the last arrival at an endpoint that is well."""
    receiver.dead_answers = not is_dead
    receiver.expect(len(accounts) * ENDPOINTS * EVENTS)
    began = time.perf_counter()

    async def happen(account_id):
        for _ in range(EVENTS):
            async with database.of(account_id) as transaction:
                data = PersonData(person_id=new_id())
                await announce(transaction, account_id, "person.saved", data, now=datetime.now(UTC))

    await asyncio.gather(*map(happen, accounts))
    await asyncio.wait_for(receiver.all_came.wait(), PATIENCE_S)
    took_s = time.perf_counter() - began
    receiver.hang_up()
    await settle(database)
    return took_s


async def settle(database):
    """Wait until nobody works, and let the spare endpoint be as new."""
    async with database.keeper() as transaction:
        await transaction.execute(text("DELETE FROM webhook_deliveries WHERE state = 'waiting'"))
    busy = text(
        "SELECT count(*) FROM jobs WHERE state IN ('waiting', 'queued', 'running')"
        " AND coalesce(not_before, now()) <= now()"
    )
    async with asyncio.timeout(PATIENCE_S):
        while True:
            async with database.keeper() as transaction:
                if not (await transaction.execute(busy)).scalar_one():
                    break
            await asyncio.sleep(0.1)
    async with database.keeper() as transaction:
        clean = "UPDATE webhook_turns SET failures = 0, failing_since = NULL, resting_until = NULL"
        await transaction.execute(text("DELETE FROM webhook_deliveries WHERE state = 'waiting'"))
        await transaction.execute(text(clean))
        await transaction.execute(text("UPDATE webhooks SET version = version + 1"))


async def measure(url):
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    database = Database(url)
    accounts = await prepared(database, ring_of(load(os.environ)), f"http://127.0.0.1:{port}")
    well, dead = [], []
    for number in range(ROUNDS + 1):
        measured = [
            await one_round(database, accounts, receiver, is_dead=is_dead) for is_dead in (False, True)
        ]
        if number:  # the first warms up
            well.append(measured[0])
            dead.append(measured[1])
    await database.close()
    server.close()
    return well, dead


def main():
    with data_directory() as folder:
        server = EmbeddedServer(folder / "postgresql")
        server.start()
        asyncio.run(upgrade(server.url))
        os.environ |= {
            "DATABASE_URL": server.url.render_as_string(hide_password=False),
            "ASTRARIUM_DATA": str(folder / "data"),
            "ASTRARIUM_OUTBOUND_ALLOWED": "127.0.0.0/8",
            "ASTRARIUM_LOG_LEVEL": "warning",
        }
        worker = subprocess.Popen([sys.executable, "-c", RUN])
        try:
            well, dead = asyncio.run(measure(server.url))
        finally:
            worker.terminate()
            worker.wait(60)
            server.stop()
    count = ACCOUNTS * ENDPOINTS * EVENTS
    rates = [count / seconds for seconds in well]
    rate, best = statistics.median(rates), max(rates)
    slower = statistics.median(dead) / statistics.median(well) - 1
    print(
        f"{count} deliveries to {ACCOUNTS * ENDPOINTS} endpoints (and {EVENTS} to one more): median {rate:.0f}/s,"
        f" best {best:.0f}/s; at least {LEAST_PER_S}/s"
    )
    print(f"while that one never answers: {slower:+.1%} time; at most {MOST_SLOWER:+.0%}")
    return int(rate < LEAST_PER_S or slower > MOST_SLOWER)


if __name__ == "__main__":
    sys.exit(main())
