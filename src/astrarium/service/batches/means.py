"""What the batches of one process are made with."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Final, ParamSpec, TypeVar

from astrarium.chart.files.births import PlaceFinder
from astrarium.civil.gazetteer import shipped_gazetteer
from astrarium.service.settings import Settings
from astrarium.service.storage.service import Store

P = ParamSpec("P")
T = TypeVar("T")

THREADS: Final = 2
"""One chunk is read and understood, under the interpreter's lock, while another one is in the kernels, without it."""


class BatchMeans:
    """The storage, the limits, and the threads in which tables are read and charts are cast, beside the event loop."""

    def __init__(self, files: Store, *, rows_limit: int, kept_days: int, chunk_rows: int) -> None:
        self.files: Final = files
        self.rows_limit: Final = rows_limit
        self.kept_days: Final = kept_days
        self.chunk_rows: Final = chunk_rows

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(THREADS, "astrarium-batches")

    @cached_property
    def finder(self) -> PlaceFinder:
        """Places, each looked up once."""
        return PlaceFinder(shipped_gazetteer())

    async def in_thread(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Run `work` beside the event loop; no more at once than the process has threads for."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: work(*arguments, **named))


def means_of(settings: Settings, files: Store) -> BatchMeans:
    """The means that a service's settings choose."""
    return BatchMeans(
        files,
        rows_limit=settings.batch_rows_limit,
        kept_days=settings.batch_kept_days,
        chunk_rows=settings.batch_chunk_rows,
    )
