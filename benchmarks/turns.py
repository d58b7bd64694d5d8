"""Whether chart requests that arrive in the same turn of the event loop should share one kernel call.

What sharing could save at most is the kernel's time alone less its time per chart in a call of many; what it costs is
that every request waits in the loop for it. Both stand beside the processor time of a whole request through
all layers of the service, asked 1, 16 and 64 at a time, without a server in front. Decision 0019 rests on it.

    python -m benchmarks.turns
"""

import asyncio
import time

import msgspec
import numpy as np

from astrarium import from_universal
from astrarium.chart.batch import compute
from astrarium.chart.selection import select
from astrarium.service.app import create_app
from astrarium.service.settings import Settings

AT_ONCE = (1, 16, 64)
REQUESTS = 64
REPEATS = 25
PATH = "/api/v1/charts"


def least_us(work, count):
    """The least processor time of several runs, in microseconds for each of `count`."""
    best = float("inf")
    for _ in range(REPEATS):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best * 1e6 / count


def kernel_us(at_once):
    """One chart's share of kernel calls of `at_once` charts."""
    selection = select(("iau13", "tropical"), "placidus", "standard", "major")
    instants = from_universal(np.linspace(2_440_000.0, 2_450_000.0, at_once), np.full(at_once, 0.25))
    latitude, longitude = np.full(at_once, 51.5), np.full(at_once, -0.1)
    calls = 16 * REQUESTS // at_once

    def work():
        for _ in range(calls):
            compute(selection, instants, latitude, longitude)

    return least_us(work, calls * at_once)


def waiting_us(loop, at_once):
    """What it costs a request to be resumed by a call that the loop makes for all of a turn."""

    async def wait_all():
        waiting = []

        def answer():
            for one in waiting:
                one.set_result(None)

        async def ask():
            if not waiting:
                loop.call_soon(answer)
            waiting.append(loop.create_future())
            await waiting[-1]

        for _ in range(16):
            waiting.clear()
            await asyncio.gather(*(ask() for _ in range(at_once)))

    async def go_straight():
        async def ask():
            pass

        for _ in range(16):
            await asyncio.gather(*(ask() for _ in range(at_once)))

    count = 16 * at_once
    return least_us(lambda: loop.run_until_complete(wait_all()), count) - least_us(
        lambda: loop.run_until_complete(go_straight()), count
    )


def request_us(loop, application, at_once):
    """A whole request of `at_once` that are under way together."""
    bodies = [
        msgspec.json.encode(
            {"birth": {"date": f"{1950 + i}-05-17", "time": f"{i % 24:02d}:30", "place": "London, GB"}}
        )
        for i in range(REQUESTS)
    ]

    async def ask(body):
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": PATH,
            "raw_path": PATH.encode(), "query_string": b"", "root_path": "", "scheme": "http", "headers": headers,
            "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "state": {}, "extensions": {},
        }  # fmt: skip

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            assert message.get("status", 200) == 200

        await application(scope, receive, send)

    async def ask_all():
        for start in range(0, REQUESTS, at_once):
            await asyncio.gather(*(ask(body) for body in bodies[start : start + at_once]))

    return least_us(lambda: loop.run_until_complete(ask_all()), REQUESTS)


def main():
    """Print the table."""
    loop = asyncio.new_event_loop()
    application = create_app(Settings(database_url="postgresql:///none?host=/nowhere"))
    alone = kernel_us(1)
    print("at once  kernel  saved at most  waiting  request  gain at most   [microseconds of processor time]")
    for at_once in AT_ONCE:
        kernel = kernel_us(at_once)
        waiting = waiting_us(loop, at_once)
        request = request_us(loop, application, at_once)
        gain = (alone - kernel - waiting) / request
        print(f"{at_once:7d} {kernel:7.2f} {alone - kernel:14.2f} {waiting:8.2f} {request:8.1f} {gain:13.1%}")
    loop.close()


if __name__ == "__main__":
    main()
