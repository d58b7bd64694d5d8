"""Webhooks through the queue, by real workers, while changes commit beside them."""

import asyncio
import contextlib
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from webhook_receiver import never

from astrarium.service.database.identifiers import new_id
from astrarium.service.database.listener import listening
from astrarium.service.parts import Parts
from astrarium.service.webhooks.events import PersonData
from astrarium.service.webhooks.service import announce

PATIENCE_S = 30


async def working(settings, workers, body):
    """Run `body` with the parts of a process beside so many workers."""
    parts = Parts(settings, lambda: datetime.now(UTC))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(parts.open())
        for _ in range(workers):
            own = Parts(settings, lambda: datetime.now(UTC))
            await stack.enter_async_context(own.open())
            worker = await stack.enter_async_context(own.working(("webhooks",), 4))
            await stack.enter_async_context(listening(own.listener))
            task = asyncio.create_task(worker.run())
            stack.push_async_callback(asyncio.wait_for, task, PATIENCE_S)
            stack.callback(worker.stop)
        await body(parts)


async def happen(parts, account_id, count):
    for _ in range(count):
        async with parts.database.of(account_id) as transaction:
            data = PersonData(person_id=new_id())
            await announce(transaction, account_id, "person.saved", data, now=datetime.now(UTC))


def test_of_two_workers_and_many_changes_at_once_each_event_arrives_once(me, hook, receiver, own_settings):
    hook("/a", event_types=["person.*"])
    hook("/b", event_types=["*"])

    async def body(parts):
        await asyncio.gather(*(happen(parts, me.account_id, 10) for _ in range(4)))
        await asyncio.to_thread(receiver.wait_for, 80)

    asyncio.run(working(own_settings, 2, body))
    came = Counter((one.path, one.headers["webhook-id"]) for one in receiver.received)
    assert len(came) == 80
    assert set(came.values()) == {1}


def test_an_endpoint_that_never_answers_holds_up_no_other(me, hook, receiver, own_settings):
    receiver.by_path["/dead"] = never
    hook("/dead")
    hook("/well")

    async def body(parts):
        await happen(parts, me.account_id, 30)
        async with asyncio.timeout(PATIENCE_S):
            while sum(one.path == "/well" for one in receiver.received) < 30:  # noqa: ASYNC110  (of another thread)
                await asyncio.sleep(0.01)
        receiver.by_path.clear()
        receiver.hang_up()

    asyncio.run(working(own_settings, 1, body))


def test_what_is_rolled_back_is_not_announced(me, hook, receiver, own_settings):
    hook()

    async def body(parts):
        with contextlib.suppress(LookupError):
            async with parts.database.of(me.account_id) as transaction:
                data = PersonData(person_id=new_id())
                await announce(transaction, me.account_id, "person.saved", data, now=datetime.now(UTC))
                raise LookupError
        await happen(parts, me.account_id, 1)
        await asyncio.to_thread(receiver.wait_for, 1)

    asyncio.run(working(own_settings, 1, body))
    assert len(receiver.received) == 1
