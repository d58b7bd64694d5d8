"""Circuit breakers: who fails too often in a row is left alone for a while, then tried by one call.

closed ── `failures` in a row ──→ open ── wait over ──→ half open ── probe succeeds ──→ closed
↑───── probe fails, the wait doubles ─────┘
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from astrarium.service.database.identifiers import new_id
from astrarium.service.outbound.errors import BreakerOpen
from astrarium.service.outbound.policies import BreakerRule

State = Literal["closed", "open", "half_open"]
MOST: Final = 1000
"""Breakers that one process keeps."""
LONGEST_ERROR: Final = 200


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """That a breaker opened, or stayed open after a probe that failed; all processes know it by its `id`."""

    id: UUID
    opened_at: datetime
    """When it first opened."""
    probe_at: datetime
    wait_s: float
    failures: int
    """Calls and probes that failed in a row."""
    error: str


class Breaker:
    """The calls to one side that may fail as a whole: all of a purpose, or those with one key of it; on any thread."""

    def __init__(
        self,
        name: str,
        rule: BreakerRule,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        changed: Callable[[str, Opening | None, Opening | None], None],
    ) -> None:
        self.name = name
        self.failures = 0
        self.in_flight = 0
        self.opening: Opening | None = None
        self._rule = rule
        self._now = now
        self._monotonic = monotonic
        self._changed = changed
        self._lock = threading.RLock()
        self._open_until = 0.0
        self._era = 0
        self._is_probing = False

    @property
    def state(self) -> State:
        """How it stands now."""
        if self.opening is None:
            return "closed"
        return "open" if self._monotonic() < self._open_until else "half_open"

    @property
    def is_idle(self) -> bool:
        """Whether nothing would be forgotten with it."""
        return self.opening is None and self.failures == 0 and self.in_flight == 0

    def enter(self) -> "Permit":
        """The permit for one call, which has to be given back whatever becomes of the call.

        Raises `BreakerOpen` while it is open, and while the one probe of a half-open breaker is under way.
        """
        with self._lock:
            state = self.state
            if state == "open" or (state == "half_open" and self._is_probing):
                wait_s = max(self._open_until - self._monotonic(), 1.0)
                raise BreakerOpen(self.name, timedelta(seconds=wait_s))
            self._is_probing = state == "half_open"
            self.in_flight += 1
            return Permit(self, self._era, is_probe=self._is_probing)

    def close(self) -> None:
        """Let every call pass from now on, and forget what failed."""
        with self._lock:
            self._settle(None)

    def adopt(self, opening: Opening | None) -> None:
        """Stand as another process found; it is not told on."""
        with self._lock:
            self._set(opening)

    def end(self, permit: "Permit", error: str | None, *, is_told: bool) -> None:
        """A call is over: it succeeded, failed with `error`, or tells nothing of the other side."""
        with self._lock:
            self.in_flight -= 1
            if (
                permit.era != self._era
            ):  # it began before the breaker changed, and says nothing of how it stands since
                return
            if permit.is_probe:
                self._is_probing = False
            if not is_told:
                return
            if error is None:
                if permit.is_probe:
                    self._settle(None)
                self.failures = 0
                return
            self.failures += 1
            if permit.is_probe or self.failures >= self._rule.failures:
                self._settle(self._opened(error))

    def _opened(self, error: str) -> Opening:
        now = self._now()
        before = self.opening
        wait_s = self._rule.wait_s if before is None else min(2 * before.wait_s, self._rule.longest_wait_s)
        return Opening(
            id=new_id(), opened_at=now if before is None else before.opened_at,
            probe_at=now + timedelta(seconds=wait_s), wait_s=wait_s,
            failures=self.failures, error=error[:LONGEST_ERROR],
        )  # fmt: skip

    def _settle(self, opening: Opening | None) -> None:
        before = self.opening
        self._set(opening)
        if before is not opening:
            self._changed(self.name, before, opening)

    def _set(self, opening: Opening | None) -> None:
        """From here on, calls that are under way tell nothing."""
        self._era += 1
        self._is_probing = False
        self.opening = opening
        self.failures = 0 if opening is None else opening.failures
        if opening is not None:
            # by this process's own running clock: one that is set back leaves nobody alone for longer
            left_s = (opening.probe_at - self._now()).total_seconds()
            self._open_until = self._monotonic() + min(max(left_s, 0.0), opening.wait_s)


class Permit:
    """The right to make one call; the first word about its end counts."""

    def __init__(self, breaker: Breaker, era: int, *, is_probe: bool) -> None:
        self.breaker = breaker
        self.era = era
        self.is_probe = is_probe
        self._is_over = False

    def succeeded(self) -> None:
        """The other side is well."""
        self._end(None, is_told=True)

    def failed(self, error: str) -> None:
        """The other side is not well."""
        self._end(error, is_told=True)

    def released(self) -> None:
        """The call was given up here, and nothing is known of the other side."""
        self._end(None, is_told=False)

    def _end(self, error: str | None, *, is_told: bool) -> None:
        if not self._is_over:
            self._is_over = True
            self.breaker.end(self, error, is_told=is_told)


class Breakers:
    """The breakers of one process, by name. Those with nothing to remember are dropped; at most `most` are kept.

    `changed` is called with a name, its opening before and after, whenever a breaker of this process opens or closes.
    """

    def __init__(
        self, now: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic, most: int = MOST
    ) -> None:
        self.changed: Callable[[str, Opening | None, Opening | None], None] = lambda *_: None
        self._now = now
        self._monotonic = monotonic
        self._most = most
        self._kept: dict[str, Breaker] = {}
        self._lock = threading.RLock()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, name: str, rule: BreakerRule) -> Breaker:
        """The breaker of that name, as if it had always been there."""
        with self._lock:
            breaker = self._kept.pop(name, None) or Breaker(
                name, rule, self._now, self._monotonic, self._tell
            )
            self._kept[name] = breaker  # at the end: the one that was used last
            if len(self._kept) > self._most:
                self._make_room(breaker)
            return breaker

    def find(self, name: str) -> Breaker | None:
        """The breaker of that name where there is something to remember of it."""
        return self._kept.get(name)

    def opened(self) -> dict[str, Opening]:
        """The openings of all that are not closed."""
        with self._lock:
            return {name: one.opening for name, one in self._kept.items() if one.opening is not None}

    def tidy(self, breaker: Breaker) -> None:
        """Drop a breaker that has nothing to remember."""
        with self._lock:
            if breaker.is_idle and self._kept.get(breaker.name) is breaker:
                del self._kept[breaker.name]

    def _tell(self, name: str, before: Opening | None, after: Opening | None) -> None:
        self.changed(name, before, after)

    def _make_room(self, newest: Breaker) -> None:
        others = (name for name, one in self._kept.items() if one is not newest)
        closed = (name for name, one in self._kept.items() if one is not newest and one.opening is None)
        del self._kept[next(closed, None) or next(others)]
