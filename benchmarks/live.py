"""Live connections: what 1,000 idle ones hold of a web process's memory, and how soon all of them know what happened.

An embedded PostgreSQL in a temporary directory gets fifty accounts, and the service runs in a process of its own. First
some connections are opened and closed, so that what the first ones bring along is not counted. Memory is the process's
own (USS: what its end would give back), before and after a thousand WebSockets have read their first message; then
events of all accounts are told in one transaction, and the time counts from its commit to the last connection's
message. Clients are bare sockets in this process, which has to take turns with the service for the same cores.

    python -m benchmarks.live
"""

import asyncio
import base64
import os
import secrets
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from astrarium.service.accounts import cookies, registration, sessions
from astrarium.service.accounts.means import rules_of
from astrarium.service.database.embedded.server import EmbeddedServer
from astrarium.service.database.transactions import Database
from astrarium.service.database.upgrade import upgrade
from astrarium.service.live.service import tell
from astrarium.service.settings import Settings
from benchmarks.folder import data_directory

CONNECTIONS = int(os.environ.get("BENCHMARK_CONNECTIONS", "1000"))
OF_ONE_ACCOUNT = 20
ACCOUNTS = -(-CONNECTIONS // OF_ONE_ACCOUNT)
WARMING = 100
AT_ONCE = 50
ROUNDS = 15
KEY = base64.b64encode(bytes(16)).decode()
MOST_MIB = 60.0
MOST_S = 1.0
RUN = "from benchmarks.live import serve; serve()"


def serve():
    """The service, in a process of its own."""
    from astrarium.service import server
    from astrarium.service.settings import load

    server.serve_web(load(os.environ, port=0))


class Client(asyncio.Protocol):
    """A WebSocket that counts the messages it gets: short ones, each in one frame, from a server that is ours."""

    def __init__(self, path, cookie, host, heard):
        self.lines = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\nCookie: {cookie}\r\n"
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
            "Accept: */*\r\nAccept-Language: en-GB,en;q=0.8\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n\r\n"
        )
        self.heard = heard
        self.unread = b""
        self.is_open = False

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.lines.encode())

    def data_received(self, data):
        self.unread += data
        if not self.is_open:
            head, end, rest = self.unread.partition(b"\r\n\r\n")
            if not end:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                raise SystemExit(self.unread.decode())
            self.is_open, self.unread = True, rest
        while len(self.unread) >= 4:
            length, start = self.unread[1] & 127, 2
            if length == 126:
                length, start = int.from_bytes(self.unread[2:4], "big"), 4
            if len(self.unread) < start + length:
                return
            kind, said = self.unread[0] & 15, self.unread[start : start + length]
            self.unread = self.unread[start + length :]
            if kind == 9:  # a ping; the mask of zeros leaves its answer as it is
                self.transport.write(b"\x8a" + bytes([0x80 | length]) + bytes(4) + said)
            elif kind == 1:
                self.heard()


class Crowd:
    """Connections, and the moment at which the last of those awaited has heard something."""

    def __init__(self, address, visitors):
        self.host, _, port = address.rpartition(":")
        self.port = int(port)
        self.visitors = visitors
        self.clients = []
        self.missing = 0
        self.all_heard = None

    def expect(self, count):
        self.missing = count
        self.all_heard = asyncio.get_running_loop().create_future()

    def heard(self):
        self.missing -= 1
        if self.missing == 0:
            self.all_heard.set_result(time.perf_counter())

    async def grow(self, count):
        """Open more connections, and wait until each has read its first message."""
        loop = asyncio.get_running_loop()
        for start in range(0, count, AT_ONCE):
            now = range(start, min(start + AT_ONCE, count))
            self.expect(len(now))
            for number in now:
                cookie = self.visitors[number // OF_ONE_ACCOUNT][1]
                _, client = await loop.create_connection(
                    lambda cookie=cookie: Client("/api/v1/live", cookie, self.host, self.heard),
                    self.host,
                    self.port,
                )
                self.clients.append(client)
            await self.all_heard

    async def leave(self):
        for client in self.clients:
            client.transport.abort()
        self.clients.clear()
        await asyncio.sleep(2)


async def visitors(database):
    """Accounts with the cookie of a session each."""
    made = []
    now = datetime.now(UTC)
    async with database.keeper() as transaction:
        for _ in range(ACCOUNTS):
            account_id = await registration.create(
                transaction, f"{secrets.token_hex(8)}@stars.example", "", now=now
            )
            opened = await sessions.begin(
                transaction, account_id, "a benchmark", rules=rules_of(Settings()), now=now
            )
            made.append((account_id, f"{cookies.session_cookie_name(is_https=False)}={opened.token}"))
    return made


def own_mib(pid):
    """Memory that is the process's alone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


async def fan_out(database, crowd):
    """Seconds from the commit of one event for every account to the last connection's message."""
    took = []
    for number in range(ROUNDS):
        crowd.expect(len(crowd.clients))
        async with database.keeper() as transaction:
            for account_id, _ in crowd.visitors:
                data = {"id": "0198c1a2-0000-7000-8000-000000000001", "done": number, "total": ROUNDS}
                await tell(transaction, account_id, "jobs", "job.progress", data, now=datetime.now(UTC))
            began = time.perf_counter()
        took.append(await crowd.all_heard - began)
    return took


async def measure(pid, address, url):
    database = Database(url)
    await database.open()
    crowd = Crowd(address, await visitors(database))
    await crowd.grow(WARMING)
    await crowd.leave()
    before = own_mib(pid)
    began = time.perf_counter()
    await crowd.grow(CONNECTIONS)
    opened_s = time.perf_counter() - began
    held = own_mib(pid) - before
    took = await fan_out(database, crowd)
    await crowd.leave()
    await database.close()
    return before, held, opened_s, took


def main():
    with data_directory() as folder:
        server = EmbeddedServer(folder / "postgresql")
        server.start()
        asyncio.run(upgrade(server.url))
        environment = os.environ | {"DATABASE_URL": server.url.render_as_string(hide_password=False)}
        environment |= {"ASTRARIUM_DATA": str(folder / "data"), "ASTRARIUM_JOB_WORKERS": "0"}
        process = subprocess.Popen(
            [sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True, env=environment
        )
        try:
            address = process.stdout.readline().split("//")[1].strip("/\n")
            before, held, opened_s, took = asyncio.run(measure(process.pid, address, server.url))
        finally:
            process.terminate()
            process.wait(60)
            server.stop()
    print(f"{CONNECTIONS} connections of {ACCOUNTS} accounts opened in {opened_s:.1f} s")
    is_lean, is_soon = held <= MOST_MIB * CONNECTIONS / 1000, max(took) <= MOST_S
    print(
        f"memory: {held:.1f} MiB over {before:.0f} MiB, {held * 1024 / CONNECTIONS:.1f} KiB each; "
        f"target {MOST_MIB:g} MiB: {'met' if is_lean else 'MISSED'}"
    )
    print(
        f"fan-out to all: median {statistics.median(took) * 1000:.0f} ms, longest of {ROUNDS}"
        f" {max(took) * 1000:.0f} ms; target {MOST_S:g} s: {'met' if is_soon else 'MISSED'}"
    )
    return 0 if is_lean and is_soon else 1


if __name__ == "__main__":
    raise SystemExit(main())
