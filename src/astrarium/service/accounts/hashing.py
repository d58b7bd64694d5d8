"""Passwords' hashes (argon2id, RFC 9106), made in few threads beside the event loop.

A hash takes some 20 ms of a core and 19 MiB, as OWASP recommends. The threads run at a lower priority than the event
loop, where the system lets threads have their own, so that other requests never wait for a sign-in; argon2 does not
hold Python's lock while it works. What waits is counted, and beyond the bound refused at once.
"""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from astrarium.service.accounts.errors import TooBusy

MOST_THREADS: Final = 4
MOST_WAITING: Final = 64
_NICENESS: Final = 10

Made = TypeVar("Made")


class Hasher:
    """Hashes and checks passwords. One per process; its threads start with the first password."""

    def __init__(self, *, memory_kib: int, passes: int, threads: int | None = None) -> None:
        self._argon2 = argon2.PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=1, type=argon2.Type.ID
        )
        cores = os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(
            threads or max(1, min(MOST_THREADS, cores - 1)), "passwords", initializer=_give_way
        )
        self.computed = 0
        """Hashes that were computed so far, to store or to compare: what one more attempt costs."""
        self._waiting = 0
        self._of_nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The hash of a password, with its salt and parameters in it.

        Raises `TooBusy`.
        """
        return await self._beside(partial(self._hash, password))

    async def is_right(self, password: str, stored: str | None) -> bool:
        """Whether `password` is the one that was hashed as `stored`; `None` takes as long and is never right.

        Raises `TooBusy`.
        """
        return await self._beside(partial(self._compare, password, stored))

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(stored)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _beside(self, work: Callable[[], Made]) -> Made:
        if self._waiting >= MOST_WAITING:
            raise TooBusy
        self._waiting += 1
        done = self._threads.submit(work)
        try:
            return await asyncio.wrap_future(done)
        finally:
            self._waiting -= 1

    def _hash(self, password: str) -> str:
        self.computed += 1
        return self._argon2.hash(password)

    def _compare(self, password: str, stored: str | None) -> bool:
        if self._of_nobody is None:  # at the first password of all, so that it does not tell whose that is
            self._of_nobody = self._hash("")
        self.computed += 1
        if stored is None:
            stored, password = self._of_nobody, password or "\0"
        try:
            return self._argon2.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _give_way() -> None:
    if sys.platform == "linux":  # elsewhere a priority belongs to the whole process
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
