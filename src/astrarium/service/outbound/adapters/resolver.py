"""Names by the system's resolver, on threads of its own: one customer's slow name server stops nobody else."""

import asyncio
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from astrarium.service.outbound.addresses import Address
from astrarium.service.outbound.guard import literal

THREADS: Final = 32
_TRANSIENT: Final = frozenset({socket.EAI_AGAIN, socket.EAI_SYSTEM})


class SystemResolver:
    """`getaddrinfo`, with the hosts file and the search list that the operator's machine has."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, "astrarium-names")

    async def resolve(self, host: str, port: int) -> Iterable[Address]:
        """All addresses of a host, in the order in which the system would try them; none where it has none.

        Raises `OSError` where the name servers do not answer.
        """
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, _ask, host, port)
        except socket.gaierror as error:
            if error.errno in _TRANSIENT:
                raise
            return ()
        except UnicodeError:  # Python's own reading of a name, stricter than ours
            return ()
        return [literal(str(address[0])) for *_, address in found]

    def close(self) -> None:
        """Ask nothing more; what is being asked ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _ask(host: str, port: int) -> "list[tuple[int, int, int, str, tuple[object, ...]]]":
    return [tuple(one) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]  # type: ignore[misc]
