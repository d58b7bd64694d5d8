"""How one turn at an endpoint goes: what its attempts make of deliveries and of the endpoint."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from astrarium.service.webhooks.retrying import OPENS_AFTER, is_given_up, next_attempt, rest_after
from astrarium.service.webhooks.sending import Outcome
from astrarium.service.webhooks.turns import SHORTEST_REST, Health, Settled, Turn

if TYPE_CHECKING:
    from astrarium.service.webhooks.schemas import Because


class Course:
    """What was settled and is not written down yet, how the endpoint fares, and whether to go on."""

    def __init__(self, turn: Turn, most_per_second: int) -> None:
        self.rate = min(turn.most_per_second or most_per_second, most_per_second)
        self.settled: list[Settled] = []
        self.rests_until: datetime | None = None
        self.paced_until = turn.resting_until
        self.ends_because: Because | None = None
        self._failures = turn.failures
        self._failing_since = turn.failing_since
        self._delivered_at = turn.delivered_at
        self._failed_at = turn.failed_at

    @property
    def is_over(self) -> bool:
        """Whether nothing more is sent in this turn."""
        return self.rests_until is not None or self.ends_because is not None

    def most(self, batch: int) -> int:
        """How many to send next: one, to see how it goes, where the last ones failed."""
        return 1 if self._failures >= OPENS_AFTER else min(batch, self.rate)

    def note(self, outcome: Outcome, now: datetime, chance: float) -> None:
        """Take in what came of an attempt; `chance` is between 0 and 1."""
        if outcome.fault is None:
            self._failures, self._failing_since, self._delivered_at = 0, None, now
            self._settle(outcome, "delivered", now)
            return
        self._failures += 1
        self._failing_since = self._failing_since or outcome.started_at
        self._failed_at = now
        again = next_attempt(
            outcome.due.attempts + 1, now=now, chance=chance, retry_after=outcome.retry_after
        )
        self._settle(outcome, "failed" if again is None else "waiting", again or now)
        rest = rest_after(self._failures, now=now, retry_after=outcome.retry_after)
        if rest is not None:
            self.rest(rest)
        if outcome.fault == "gone":
            self.ends_because = "gone"
        elif is_given_up(self._failing_since, now):
            self.ends_because = self.ends_because or "failing"

    def rest(self, until: datetime) -> None:
        """Send nothing more before `until`."""
        self.rests_until = until if self.rests_until is None else max(self.rests_until, until)

    def pace(self, began: datetime, now: datetime) -> None:
        """Rest for as long as the endpoint's rate asks after what was sent since `began`.

        What is too short to stop for is added to the next rest.
        """
        begun = began if self.paced_until is None else max(began, self.paced_until)
        self.paced_until = begun + timedelta(seconds=len(self.settled) / self.rate)
        if self.paced_until > now + SHORTEST_REST:
            self.rest(self.paced_until)

    def health(self) -> Health:
        """How the endpoint fares now."""
        return Health(
            failures=self._failures,
            failing_since=self._failing_since,
            resting_until=self.rests_until or self.paced_until,
            delivered_at=self._delivered_at,
            failed_at=self._failed_at,
        )

    def _settle(self, outcome: Outcome, state: str, due_at: datetime) -> None:
        self.settled.append(
            Settled(
                id=outcome.due.id,
                number=outcome.due.attempts + 1,
                started_at=outcome.started_at,
                duration_ms=outcome.duration_ms,
                status=outcome.status,
                fault=outcome.fault,
                answer=outcome.answer,
                state=state,
                due_at=due_at,
            )
        )
