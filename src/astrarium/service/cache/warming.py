"""What starts and stops with the service: words of change, and the values that are computed before anyone asks."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from astrarium.errors import AstrariumError
from astrarium.service import background
from astrarium.service.cache.cache import Cache

logger = logging.getLogger("astrarium.service")


@asynccontextmanager
async def running(cache: Cache, values: Iterable[Callable[[], object]]) -> AsyncIterator[None]:
    """While the service runs: changes are heard, and `values` are computed one by one, requests coming first."""
    cache.start()
    warming = asyncio.create_task(_warm(values))
    try:
        yield
    finally:
        await background.end(warming)
        await cache.stop()


async def _warm(values: Iterable[Callable[[], object]]) -> None:
    started = time.perf_counter()
    try:
        for compute in values:
            await asyncio.sleep(0)
            compute()
    except AstrariumError as error:  # whoever asks for it gets the whole story
        logger.warning("the cache was not warmed: %s", error)
        return
    logger.debug("the cache is warm after %.3f s", time.perf_counter() - started)
