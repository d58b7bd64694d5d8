"""Two web processes on one database: who watches at one hears what is done at the other; and the real stop of one."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading

import httpx
from websockets.asyncio.client import connect

from astrarium.service.database.transactions import Database
from astrarium.service.live.service import notify

SCOPES = ("live:read", "notifications:write")
SECRET_KEY = "c29tZSAzMiBieXRlcyB0aGF0IGFyZSBubyBzZWNyZXQ="


def start(database_url):
    """A web process and where it listens."""
    environment = os.environ | {
        "DATABASE_URL": database_url.render_as_string(hide_password=False),
        "ASTRARIUM_SECRET_KEYS": SECRET_KEY,
    }
    command = [sys.executable, "-m", "astrarium", "web", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    guard = threading.Timer(120, process.kill)
    guard.start()
    address = re.search(r"http://(\S+)/\n", process.stdout.readline())[1]
    guard.cancel()
    return process, address


async def next_event(socket):
    while True:
        message = json.loads(await asyncio.wait_for(socket.recv(), 30))
        if message["type"] == "event":
            return message


async def watch_and_stop(database_url, let_in, now, one, other):
    (watched, at_one), (_, at_other) = one, other
    account_id, credential = await let_in(database_url, "user", "free", SCOPES)
    database = Database(database_url)
    address = f"ws://{at_one}/api/v1/live"
    async with connect(address, additional_headers=credential, proxy=None) as socket:
        await socket.recv()
        async with database.of(account_id) as transaction:
            noted = await notify(transaction, account_id, "batch.finished", {}, now=now)
        await database.close()
        assert (await next_event(socket))["data"]["id"] == str(noted)
        async with httpx.AsyncClient(base_url=f"http://{at_other}/api/v1", trust_env=False) as client:
            answer = await client.post(f"/notifications/{noted}/read", headers=credential)
        assert answer.status_code == 200
        event = await next_event(socket)
        assert (event["event"], event["data"]["unread"]) == ("notification.read", 0)
        watched.send_signal(signal.SIGTERM)
        async for _ in socket:
            pass
        assert (socket.close_code, socket.close_reason) == (1001, "going_away")
    assert await asyncio.to_thread(watched.wait, 30) == 0


def test_what_is_done_at_one_process_is_heard_at_the_other_and_a_stop_is_told(database_url, let_in, now):
    processes = []
    try:
        for _ in range(2):
            processes.append(start(database_url))  # noqa: PERF401  (the first is ended if the second fails)
        asyncio.run(watch_and_stop(database_url, let_in, now, *processes))
    finally:
        for process, _ in processes:
            process.terminate()
            process.communicate(timeout=30)
