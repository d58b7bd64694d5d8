"""What the log tells of a failed request: a line where it was foreseen, the whole traceback where it was not.

Without its database every request fails in the same way: that is told at most once in `PAUSE_S`, with how many there
were meanwhile, so that the log says what happened and is not filled by it.
"""

import logging
import time
from collections.abc import Callable
from typing import Final

from astrarium.service.http.logged_path import logged_path

PAUSE_S: Final = 10.0
"""Between two lines about the same outage."""
LONGEST_CAUSE: Final = 200
OUTAGES: Final = frozenset({"database_unreachable"})
"""Codes that come in floods and need an operator."""

logger = logging.getLogger("astrarium.service")


class FailureLog:
    """One process's log of failed requests, and what it has not told yet."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._told_at: dict[str, float] = {}
        self._untold: dict[str, int] = {}

    def unforeseen(self, error: Exception, *, instance: str, request_id: str) -> None:
        """Tell an error that nobody foresaw, with its traceback."""
        logger.error("request %s to %s failed", request_id, logged_path(instance), exc_info=error)

    def unavailable(self, code: str, error: Exception, *, instance: str, request_id: str) -> None:
        """Tell that a request found the service, or a part of it, unable: in one line, with the cause."""
        if code not in OUTAGES:
            logger.warning("request %s to %s: %s: %s", request_id, logged_path(instance), code, _cause(error))
            return
        now = self._monotonic()
        if now - self._told_at.get(code, -PAUSE_S) < PAUSE_S:
            self._untold[code] = self._untold.get(code, 0) + 1
            return
        self._told_at[code] = now
        untold = self._untold.pop(code, 0)
        more = f" ({untold} more requests since it was last told)" if untold else ""
        logger.error(
            "request %s to %s: %s: %s%s", request_id, logged_path(instance), code, _cause(error), more
        )


def _cause(error: Exception) -> str:
    """The first line of what lies behind an error; further ones of a database's may quote values."""
    cause = error.__cause__ or error
    line = (str(cause) or type(cause).__name__).splitlines()[0]
    return f"{type(cause).__name__}: {line}"[:LONGEST_CAUSE]


failure_log: Final = FailureLog()
