"""Requests per second of `POST /api/v1/charts`, as a share of what the same server does without casting the chart.

The yardstick is one more route of the same application in the same process: it decodes the same bodies into the same
struct and encodes a stored chart of ordinary size, so that the share says what the chart itself costs. The server runs
in a process of its own; this one sends, over loopback, a fixed number of requests on a few connections that stay open.
Beside the rates stands the server's own processor time per request, which a busy machine does not stretch.

    python -m benchmarks.service
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
import urllib.request

import msgspec

from benchmarks.folder import data_directory
from benchmarks.measure import alternate, ratio, verdict

CONNECTIONS = 8
REQUESTS = 1_000
ROUNDS = 9
TARGET = 0.6
LONGEST_ROUND_S = 60.0
PLACES = (
    "London, GB",
    "Łódź, PL",
    "Nairobi, KE",
    "Lima, PE",
    "Kyoto, JP",
    "Wellington, NZ",
    "Reykjavík, IS",
    "Pune, IN",
)


def bodies(count):
    """Bodies of different births; none of the answers is one that was given before in the round."""
    for number in range(count):
        year, month, day = 1930 + number % 80, 1 + number % 12, 1 + number % 28
        birth = {
            "date": f"{year}-{month:02d}-{day:02d}",
            "time": f"{5 + number % 17:02d}:{number % 60:02d}",
            "place": PLACES[number % len(PLACES)],
        }
        yield msgspec.json.encode({"birth": birth})


def requests(path, host):
    """The whole bytes of each request."""
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: "
    return [head.encode() + str(len(body)).encode() + b"\r\n\r\n" + body for body in bodies(REQUESTS)]


class Connection(asyncio.Protocol):
    """Sends one request after the other; the next one leaves when the answer to the last is whole."""

    def __init__(self, waiting, sizes, done):
        self.waiting, self.sizes, self.done = waiting, sizes, done
        self.received = bytearray()

    def connection_made(self, transport):
        self.transport = transport
        self.send()

    def send(self):
        if self.waiting:
            self.transport.write(self.waiting.pop())
        else:
            self.transport.close()

    def data_received(self, data):
        self.received += data
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        start = self.received.index(b"content-length: ") + 16
        length = int(self.received[start : self.received.index(b"\r\n", start)])
        if len(self.received) < end + 4 + length:
            return
        if not self.received.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(SystemExit(f"An unexpected answer:\n{self.received.decode()}"))
        self.sizes.append(length)
        self.received.clear()
        self.send()

    def connection_lost(self, error):
        if not self.done.done():
            self.done.set_result(error)


async def load(port, waiting):
    """Send everything; return the seconds that took and the answers' sizes."""
    loop = asyncio.get_running_loop()
    sizes, ends = [], []
    start = time.perf_counter()
    for _ in range(CONNECTIONS):
        done = loop.create_future()
        await loop.create_connection(lambda done=done: Connection(waiting, sizes, done), "127.0.0.1", port)
        ends.append(done)
    await asyncio.wait_for(asyncio.gather(*ends), LONGEST_ROUND_S)
    return time.perf_counter() - start, sizes


class Target:
    """One route under load: each round gives its requests per second, and keeps the processor time per request."""

    def __init__(self, port, path):
        self.port, self.path = port, path
        self.processor, self.sizes = [], []

    def round(self):
        before = self.processor_seconds()
        took, sizes = asyncio.run(load(self.port, requests(self.path, f"127.0.0.1:{self.port}")))
        if len(sizes) != REQUESTS:
            raise SystemExit("The server closed a connection before it answered.")
        self.processor.append((self.processor_seconds() - before) / REQUESTS)
        self.sizes += sizes
        return REQUESTS / took

    def processor_seconds(self):
        with urllib.request.urlopen(
            f"http://127.0.0.1:{self.port}/benchmark/processor", timeout=30
        ) as answer:
            return float(answer.read())

    def line(self, rates):
        processor = statistics.median(self.processor) * 1e6
        return (
            f"  POST {self.path:18} {statistics.median(rates):7,.0f} requests per second, {processor:5.0f} µs of the "
            f"processor each, answers of {statistics.median(self.sizes):,.0f} bytes"
        )


def main():
    command = [sys.executable, "-m", "benchmarks.service_process"]
    with (
        data_directory() as folder,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=os.environ | {"ASTRARIUM_DATA": str(folder)}
        ) as server,
    ):
        try:
            port = int(server.stdout.readline().rstrip("/\n").rpartition(":")[2])
            charts, stored = Target(port, "/api/v1/charts"), Target(port, "/benchmark/stored")
            rates = alternate(ROUNDS, charts.round, stored.round)
        finally:
            server.terminate()
    for target, measured in zip((charts, stored), rates, strict=True):
        print(target.line(measured))
    line = verdict("charts against stored answers", ratio(*rates), TARGET)
    print(f"  {line}")
    print(f"  by processor time: {ratio(stored.processor[1:], charts.processor[1:])}")
    return "MISSED" in line


if __name__ == "__main__":
    sys.exit(main())
