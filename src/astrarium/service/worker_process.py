"""One process that works through jobs: the same parts as a web process, and a worker instead of routes."""

import asyncio
import logging
import logging.config
import os
import signal
import sys
from collections.abc import Sequence
from multiprocessing import parent_process
from typing import Final

from astrarium.service.accounts.service import running
from astrarium.service.data_directory import tables_of
from astrarium.service.database.addresses import DatabaseMissing, parse
from astrarium.service.database.listener import listening
from astrarium.service.database.upgrade import expect_current
from astrarium.service.jobs.worker import Worker
from astrarium.service.keyring.service import keys_at_hand
from astrarium.service.log_lines import log_lines
from astrarium.service.parts import Parts, utc_now
from astrarium.service.schedules.service import running as ticking
from astrarium.service.settings import Settings
from astrarium.sky.table import tables_in_use
from astrarium.sky.table_directory import use_tables

STOPS: Final = (signal.SIGTERM, signal.SIGINT)

logger = logging.getLogger("astrarium.jobs")


def work(settings: Settings, queues: Sequence[str] = (), concurrency: int | None = None) -> None:
    """Work until SIGTERM or SIGINT, then finish what runs within the grace time, or hand it back, and return.

    A second signal hands back at once. Raises `DatabaseMissing`, `UnknownQueue`, what `expect_current` raises, and
    `TableUnusable` where an ephemeris table is broken.
    """
    if settings.database_url is None:
        raise DatabaseMissing
    logging.config.dictConfig(log_lines(settings))
    use_tables(tables_of(settings.data))
    tables_in_use()
    keys_at_hand(settings)
    with asyncio.Runner(loop_factory=_loop()) as runner:
        runner.run(expect_current(parse(settings.database_url)))
        is_idle = runner.run(_work(settings, queues, concurrency or settings.job_concurrency))
        if not is_idle:  # a thread of a handler would hold the process for as long as it goes on
            logging.shutdown()
            os._exit(1)


def work_for_parent(settings: Settings) -> None:
    """Work as a process of `astrarium serve`, which tells when to stop; without it, there is nothing to go on for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent passes it on
    work(settings)


async def _work(settings: Settings, queues: Sequence[str], concurrency: int) -> bool:
    """Work until told to stop; returns whether every handler has let go."""
    parts = Parts(settings, utc_now)
    async with (
        parts.open(),
        parts.working(queues, concurrency) as worker,
        running(parts.means, parts.listener),
        ticking(parts.database, parts.schedules, parts.listener),
        listening(parts.listener),
    ):
        _stop_when_told(worker)
        logger.info(
            "a worker serves the queues %s, %d jobs at once", ", ".join(worker.queues), worker.concurrency
        )
        await worker.run()
    return worker.running == 0


def _stop_when_told(worker: Worker) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if worker.is_stopping:
            worker.hurry()
        else:
            logger.info("stopping: %d jobs run", worker.running)
            worker.stop()

    parent = parent_process()
    for number in STOPS:
        if number == signal.SIGTERM or parent is None:
            loop.add_signal_handler(number, stop)
    if parent is not None:

        def orphaned() -> None:
            loop.remove_reader(parent.sentinel)
            stop()

        loop.add_reader(parent.sentinel, orphaned)


def _loop() -> "type[asyncio.AbstractEventLoop] | None":
    if sys.platform == "win32":
        return None
    from uvloop import Loop  # there is none for Windows

    return Loop
