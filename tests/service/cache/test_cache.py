import asyncio

import pytest


def test_a_value_is_computed_once_and_then_remembered(opened, computing):
    async def use():
        async with opened() as cache:
            compute = computing()
            assert [await cache.get("key", compute) for _ in range(3)] == [b"a value"] * 3
            state = cache.state()
            assert (compute.runs, state.hits, state.misses, state.entries) == (1, 2, 1, 1)
            assert state.hit_ratio == pytest.approx(2 / 3)

    asyncio.run(use())


def test_before_the_first_request_there_is_no_ratio(opened):
    async def use():
        async with opened() as cache:
            assert cache.state().hit_ratio is None

    asyncio.run(use())


def test_many_who_ask_at_once_have_it_computed_once(opened, computing):
    async def use():
        async with opened() as cache:
            compute = computing()
            found = await asyncio.gather(*(cache.get("key", compute) for _ in range(50)))
            assert found == [b"a value"] * 50
            state = cache.state()
            assert (compute.runs, state.misses, state.joined) == (1, 1, 49)

    asyncio.run(use())


def test_who_stops_waiting_stops_nobody_else(opened, computing):
    async def use():
        async with opened() as cache:
            compute = computing()
            compute.may_end.clear()
            first, second = (asyncio.create_task(cache.get("key", compute)) for _ in range(2))
            await compute.begun.wait()
            first.cancel()
            compute.may_end.set()
            assert await second == b"a value"
            assert compute.runs == 1

    asyncio.run(use())


def test_an_error_reaches_all_who_wait_and_is_not_kept(opened, computing):
    async def use():
        async with opened() as cache:
            compute = computing(ValueError("no such star"))
            told = await asyncio.gather(
                *(cache.get("key", compute) for _ in range(3)), return_exceptions=True
            )
            assert [str(error) for error in told] == ["no such star"] * 3
            compute.value = b"a star"
            assert await cache.get("key", compute) == b"a star"
            assert compute.runs == 2

    asyncio.run(use())


def test_a_forgotten_key_is_computed_anew(opened, computing):
    async def use():
        async with opened() as cache:
            compute = computing(b"old")
            await cache.get("key", compute)
            await cache.get("other", compute)
            compute.value = b"new"
            await cache.forget("key")
            assert await cache.get("key", compute) == b"new"
            assert await cache.get("other", compute) == b"old"

    asyncio.run(use())


def test_a_forgotten_tag_takes_with_it_all_that_has_it(opened, computing):
    async def use():
        async with opened() as cache:
            compute = computing(b"old")
            for key, tags in (("a", ("sun",)), ("b", ("sun", "moon")), ("c", ("moon",)), ("d", ())):
                await cache.get(key, compute, tags=tags)
            compute.value = b"new"
            await cache.forget(tags=("sun",))
            found = [
                await cache.get(key, compute, tags=tags)
                for key, tags in (("a", ("sun",)), ("b", ("sun", "moon")), ("c", ("moon",)), ("d", ()))
            ]
            assert found == [b"new", b"new", b"old", b"old"]

    asyncio.run(use())


@pytest.mark.parametrize("forgotten", [{"keys": ("key",)}, {"tags": ("sun",)}])
def test_what_was_being_computed_when_it_was_forgotten_is_not_kept(opened, computing, forgotten):
    async def use():
        async with opened() as cache:
            compute = computing(b"old")
            compute.may_end.clear()
            early = asyncio.create_task(cache.get("key", compute, tags=("sun",)))
            await compute.begun.wait()
            await cache.forget(*forgotten.get("keys", ()), tags=forgotten.get("tags", ()))
            compute.value = b"new"
            late = asyncio.create_task(cache.get("key", compute, tags=("sun",)))
            await asyncio.sleep(0)
            compute.may_end.set()
            assert (await early, await late) == (b"old", b"new")
            assert await cache.get("key", compute, tags=("sun",)) == b"new"

    asyncio.run(use())
