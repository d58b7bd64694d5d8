"""Work beside the requests ends when it is told to, also where a cancellation is lost on the way."""

import asyncio

from astrarium.service import background


def test_a_task_that_loses_its_first_cancellation_ends_all_the_same():
    cancelled = 0

    async def stubborn():
        nonlocal cancelled
        while cancelled < 2:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                cancelled += 1

    async def main():
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        await background.end(task)
        assert task.done()

    asyncio.run(main())
    assert cancelled == 2


def test_what_never_began_or_failed_has_ended():
    async def failing():
        raise ValueError

    async def main():
        await background.end(None)
        task = asyncio.create_task(failing())
        await background.end(task)
        assert task.cancelled() or isinstance(task.exception(), ValueError)

    asyncio.run(main())
