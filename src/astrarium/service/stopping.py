"""Word that the process was asked to stop, as the signal arrives: before the server waits for requests to end."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def before_stop(tell: Callable[[], None]) -> Iterator[None]:
    """Within the block, call `tell` in the event loop when the server that runs it gets a signal to stop.

    The server's own handlers do what they did. Where no server handles signals, or none can be heard (in another thread
    than the main one), nothing is told.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    servers = {number: signal.getsignal(number) for number in SIGNALS}

    def hear(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(tell)
        server = servers[signal.Signals(number)]
        if callable(server):
            server(number, frame)

    for number, server in servers.items():
        if callable(server):
            signal.signal(number, hear)
    try:
        yield
    finally:
        for number, server in servers.items():
            if callable(server):
                signal.signal(number, server)
