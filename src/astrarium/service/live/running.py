"""Live news while a process answers requests: what it hears, its rounds, and its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from astrarium.service import background
from astrarium.service.database.listener import Listener
from astrarium.service.live.hub import Hub
from astrarium.service.stopping import before_stop


@asynccontextmanager
async def running(hub: Hub, listener: Listener) -> AsyncIterator[None]:
    """While the service runs: news are heard and told. As soon as it is asked to stop, every connection ends.

    Run it before the listener starts.
    """
    for ear in hub.ears:
        listener.add(ear)
    rounds = [
        asyncio.create_task(one)
        for one in (hub.beat_for_good(), hub.check_for_good(), hub.tell_sky_for_good())
    ]
    try:
        with before_stop(hub.leave):
            yield
    finally:
        hub.leave()
        for one in rounds:
            await background.end(one)
        await hub.finish()
