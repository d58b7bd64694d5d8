import asyncio
import time

import pytest
from litestar.testing import TestClient

from astrarium.service.app import create_app
from astrarium.service.cache.adapters.postgresql import MOST_BYTES, _payloads
from astrarium.service.cache.cache import Cache
from astrarium.service.cache.levels import Hearing, Word


async def came(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it never came to be"
        await asyncio.sleep(0.005)


def test_a_tag_is_forgotten_in_every_process(joined, computing):
    async def use():
        async with joined() as one, joined() as other:
            compute = computing(b"old")
            for cache in (one, other):
                await cache.get("a", compute, tags=("sun",))
                await cache.get("b", compute, tags=("moon",))
            compute.value = b"new"
            await one.forget(tags=("sun",))
            await came(lambda: other.memory.recall("a") is None)
            for cache in (one, other):
                assert await cache.get("a", compute, tags=("sun",)) == b"new"
                assert await cache.get("b", compute, tags=("moon",)) == b"old"

    asyncio.run(use())


def test_a_key_is_forgotten_in_every_process(joined, computing):
    async def use():
        async with joined() as one, joined() as other:
            compute = computing(b"old")
            for cache in (one, other):
                await cache.get("a", compute)
            compute.value = b"new"
            await one.forget("a")
            await came(lambda: other.memory.recall("a") is None)
            assert await other.get("a", compute) == b"new"

    asyncio.run(use())


def test_what_is_computed_elsewhere_while_its_tag_is_forgotten_is_not_kept(joined, computing):
    async def use():
        async with joined() as one, joined() as other:
            compute = computing(b"old")
            compute.may_end.clear()
            early = asyncio.create_task(other.get("a", compute, tags=("sun",)))
            await compute.begun.wait()
            changes = other._changes
            await one.forget(tags=("sun",))
            await came(lambda: other._changes > changes)
            compute.may_end.set()
            assert await early == b"old"
            compute.value = b"new"
            for cache in (other, one):
                assert await cache.get("a", compute, tags=("sun",)) == b"new"

    asyncio.run(use())


@pytest.mark.parametrize("written", [b"", b"sun", b"[]", b'{"keys": "sun"}'])
def test_a_word_that_nobody_understands_takes_all_that_may_change(written, computing):
    async def use():
        cache, compute = Cache(), computing()
        for key, tags in (("a", ("sun",)), ("b", ())):
            await cache.get(key, compute, tags=tags)
        Hearing(cache._begin_to_hear, cache._hear, cache._stop_hearing).arrived(written)
        assert (cache.memory.recall("a"), cache.memory.recall("b")) == (None, b"a value")
        assert cache._is_hearing

    asyncio.run(use())


def test_a_word_is_told_in_parts_that_the_database_can_carry():
    word = Word(tuple(f"key {number} of the sky" for number in range(2000)), ("sun", "moon"))
    parts = _payloads(word)
    assert all(len(part.encode()) <= MOST_BYTES for part in parts)
    assert "".join(parts).count("of the sky") == 2000


@pytest.fixture
def pair(valkey, request):
    from_conftest = request.getfixturevalue("joined_by_valkey")
    return lambda: from_conftest(valkey)


def test_what_one_process_computed_another_finds(pair, computing):
    async def use():
        async with pair() as one, pair() as other:
            compute = computing()
            await one.get("a", compute, tags=("sun",))
            await came(lambda: not one._writes)
            assert await other.get("a", compute, tags=("sun",)) == b"a value"
            assert (compute.runs, other.state().shared_hits, other.state().hit_ratio) == (1, 1, 1.0)

    asyncio.run(use())


def test_when_valkey_dies_the_first_level_goes_on(pair, valkey, computing):
    async def use():
        async with pair() as cache:
            compute = computing()
            await cache.get("lasting", compute)
            await cache.get("changing", compute, tags=("sun",))
            assert (cache.state().is_shared, cache.is_degraded) == (True, False)
            valkey.stop()
            await came(lambda: not cache._is_hearing)
            assert cache.memory.recall("lasting") == b"a value"
            assert cache.memory.recall("changing") is None
            for _ in range(2):
                assert await cache.get("new", compute) == b"a value"
            assert compute.runs == 3
            assert (cache.state().is_shared, cache.is_degraded) == (False, True)
            await cache.get("changing", compute, tags=("sun",))
            assert cache.memory.recall("changing") is None  # nobody could tell that it changed

    asyncio.run(use())


def test_what_was_forgotten_while_valkey_was_away_is_not_found_when_it_is_back(pair, valkey, computing):
    async def use():
        async with pair() as one, pair() as other:
            compute = computing(b"old")
            await one.get("a", compute, tags=("sun",))
            await came(lambda: not one._writes)
            forget, one._store._store.forget = one._store._store.forget, failing
            await one.forget(tags=("sun",))
            assert one.is_degraded
            one._store._store.forget = forget
            one._store._next_try = 0.0
            compute.value = b"new"
            assert await one.get("a", compute, tags=("sun",)) == b"new"
            await came(lambda: not one._writes)
            assert await other.get("a", compute, tags=("sun",)) == b"new"

    async def failing(*_):
        raise ConnectionError

    asyncio.run(use())


def test_the_service_says_that_its_cache_is_degraded_and_goes_on(valkey, settings_of):
    settings = settings_of(valkey_url=f"unix://{valkey.unix_socket_path}")
    picture = "/chart.svg?date=1990-05-17&time=12:30&place=London,+GB"
    with TestClient(create_app(settings)) as client:
        assert client.get(picture).status_code == 200
        assert client.get("/health/ready").json() == {"status": "ok"}
        valkey.stop()
        assert client.get(f"{picture}&theme=dark").status_code == 200
        answer = client.get("/health/ready")
        assert answer.status_code == 200
        assert "cache" in answer.json()["degraded"]
        assert client.get("/api/v1/places?q=lond").status_code == 200
