"""Work that goes on beside the requests, and how it ends."""

import asyncio
from typing import Any, Final

AGAIN_S: Final = 0.5


async def end(task: "asyncio.Task[Any] | None") -> None:
    """Cancel a task and wait for its end, whatever it raises.

    More than once where it has to be: `asyncio.wait_for` loses a cancellation that comes as its own wait is over
    (before Python 3.12), and the task would go on for good.
    """
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=AGAIN_S)
