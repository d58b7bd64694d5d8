"""The jobs of webhooks: sending what is due at one endpoint, and sending again what an endpoint has missed."""

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from astrarium.service.accounts.service import Means
from astrarium.service.jobs.service import Handler, Kind, Work
from astrarium.service.outbound.service import BreakerOpen, Outbound
from astrarium.service.webhooks import endpoints, replaying, turns
from astrarium.service.webhooks.course import Course
from astrarium.service.webhooks.ending import end
from astrarium.service.webhooks.sending import attempt
from astrarium.service.webhooks.turns import Due, Turn
from astrarium.service.webhooks.waking import DELIVER, Wake

AT_ONCE: Final = 10
"""Deliveries on their way to one endpoint at the same time."""
BATCH: Final = 100
"""Deliveries that are looked up and written down together."""
LONGEST_TURN: Final = timedelta(seconds=10)
"""After this much time nothing new is sent, and other endpoints have their turn."""


class Sender:
    """Sends what is due, endpoint by endpoint; all that it knows of one lies in the database."""

    def __init__(
        self,
        outbound: Outbound,
        means: Means,
        *,
        most_per_second: int,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.outbound = outbound
        self.means = means
        self.most_per_second = most_per_second
        self.chance = chance

    async def deliver(self, work: Work, wake: Wake) -> None:
        """Send what is due at one endpoint. It may be repeated: what is known to have arrived is not sent again."""
        assert work.account_id is not None
        async with work.database.of(work.account_id) as transaction:
            turn = await turns.take(
                transaction,
                work.account_id,
                wake.webhook_id,
                work.job_id,
                now=work.now(),
                woken_at=wake.at,
            )
        if turn is not None:
            await self._send_all(work, turn)

    async def _send_all(self, work: Work, turn: Turn) -> None:
        """Batch by batch, until nothing is due, the endpoint rests or is no more, or others wait for their turn."""
        keys = self._keys(turn, work.now())
        course = Course(turn, self.most_per_second)
        ends_at = work.now() + LONGEST_TURN
        while not course.is_over and work.now() < ends_at:
            async with work.database.of(turn.account_id) as transaction:
                due = await turns.next_due(transaction, turn, now=work.now(), most=course.most(BATCH))
            if not due:  # and the turn was given back
                return
            began = work.now()
            try:
                await self._send(work, turn, keys, due, course, ends_at)
            finally:  # what was sent is written down, whatever ends the job
                course.pace(began, work.now())
                await asyncio.shield(self._settle(work, turn, course))
        if course.ends_because is not None:
            await end(work.database, self.means, turn, course.ends_because, now=work.now())
        async with work.database.of(turn.account_id) as transaction:
            await turns.give_back(transaction, turn, now=work.now())

    async def _send(
        self,
        work: Work,
        turn: Turn,
        keys: list[bytes],
        due: Sequence[Due],
        course: Course,
        ends_at: datetime,
    ) -> None:
        """Several at once, begun in their order, until the course is over."""
        waiting = iter(due)

        async def send_some() -> None:
            for one in waiting:
                if course.is_over or work.now() >= ends_at:
                    return
                try:
                    outcome = await attempt(self.outbound, turn, keys, one, work.now)
                except BreakerOpen as error:
                    course.rest(work.now() + error.retry_after)
                    return
                course.note(outcome, work.now(), self.chance())

        async with asyncio.TaskGroup() as group:
            for _ in range(min(AT_ONCE, len(due))):
                group.create_task(send_some())

    async def _settle(self, work: Work, turn: Turn, course: Course) -> None:
        settled, course.settled = course.settled, []
        async with work.database.of(turn.account_id) as transaction:
            await turns.settle(transaction, turn, settled, course.health(), now=work.now())

    def _keys(self, turn: Turn, now: datetime) -> list[bytes]:
        """The secret, and while it is being replaced the one before."""
        place, ring = endpoints.place(turn.webhook_id), self.means.ring
        keys = [ring.open(turn.secret, place)]
        if turn.previous_secret is not None and turn.previous_until is not None and turn.previous_until > now:
            keys.append(ring.open(turn.previous_secret, place))
        return keys


def handlers(sender: Sender) -> dict[Kind[Any], Handler[Any]]:
    """What workers run of this feature."""
    return {DELIVER: sender.deliver, replaying.REPLAY: replaying.replay}
