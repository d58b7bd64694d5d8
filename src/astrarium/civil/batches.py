"""Many readings of one zone's clocks at once."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from astrarium.civil.history import ZoneHistory

OK: Final = 0
NONEXISTENT: Final = 1
AMBIGUOUS: Final = 2

_EVER: Final = 2**62


def ut_from_local(
    history: ZoneHistory, local_seconds: NDArray[np.int64], fold: NDArray[np.int8] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]:
    """The instants at which one zone's clocks showed many readings.

    Args:
        history: the zone's.
        local_seconds: wall clock seconds since 1970-01-01T00:00:00, shape (n,).
        fold: for each, 0 or 1 to choose the earlier or the later reading where there are two, -1 for no choice;
            `None` chooses nowhere. Shape (n,).

    Returns:
        UT seconds since 1970-01-01, offsets in seconds east and status codes, each of shape (n,). The status is `OK`,
        `NONEXISTENT` (the instant is then the first after the gap, with its offset) or `AMBIGUOUS` (nothing was
        chosen: the instant is the earlier one). The rules of the single reading apply: neither is an answer.
    """
    local = np.asarray(local_seconds, dtype=np.int64)
    offsets = np.array([period.offset_seconds for period in history.periods], dtype=np.int64)
    transitions = np.array(history.transitions, dtype=np.int64)
    edges = np.concatenate(([-_EVER], transitions, [_EVER]))
    lowest = np.searchsorted(transitions, local - history.reach_seconds, side="right")
    highest = np.searchsorted(transitions, local + history.reach_seconds, side="right")

    earlier = np.full(local.shape, -1, dtype=np.int64)
    later = earlier.copy()
    after_gap = lowest.copy()
    for step in range(int((highest - lowest).max(initial=0)) + 1):
        index = np.minimum(lowest + step, highest)
        instant = local - offsets[index]
        holds = (edges[index] <= instant) & (instant < edges[index + 1])
        earlier = np.where(holds & (earlier < 0), index, earlier)
        later = np.where(holds, index, later)
        # A reading that no period holds lies behind the end of the last one that is over by its own clock.
        after_gap = np.where(instant >= edges[index + 1], index + 1, after_gap)

    missing = earlier < 0
    ambiguous = earlier != later
    choice = np.full(local.shape, -1, dtype=np.int8) if fold is None else np.asarray(fold, dtype=np.int8)
    index = np.where(missing, after_gap, np.where(choice == 1, later, earlier))
    status = np.where(missing, NONEXISTENT, np.where(ambiguous & (choice < 0), AMBIGUOUS, OK)).astype(np.int8)
    instants = np.where(missing, edges[index], local - offsets[index])
    return instants, offsets[index], status
