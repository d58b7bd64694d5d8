import asyncio
import logging
import time
from datetime import UTC, datetime
from string import ascii_lowercase

from litestar.testing import TestClient

from astrarium.civil.place_errors import UnknownPlace
from astrarium.service.app import create_app
from astrarium.service.cache.cache import Cache
from astrarium.service.cache.warming import running
from astrarium.service.charts.now import _sky as sky_of_hour


def test_the_first_letters_of_places_are_known_before_anyone_types(settings_of):
    with TestClient(create_app(settings_of())) as client:
        cache = client.app.state.cache
        deadline = time.monotonic() + 10
        while cache.state().entries < len(ascii_lowercase):
            assert time.monotonic() < deadline, "it never got warm"
            time.sleep(0.005)
        before = cache.state()
        found = [client.get(f"/api/v1/places?limit=8&q={letter.upper()}") for letter in ascii_lowercase]
        assert [len(answer.json()["items"]) for answer in found] == [8] * 26
        after = cache.state()
        assert (after.hits - before.hits, after.misses) == (26, before.misses)


def test_a_remembered_search_is_the_computed_one_and_keeps_its_words_apart(client):
    for query in ("q=york", "q=york&limit=3", "q=york&country=GB", "q=york&country=united+kingdom"):
        first, again = (client.get(f"/api/v1/places?{query}") for _ in range(2))
        assert first.content == again.content
        assert again.headers["content-type"] == "application/json"
    assert len(client.get("/api/v1/places?q=york&limit=3").json()["items"]) == 3
    british = client.get("/api/v1/places?q=york&country=gb").json()["items"]
    assert {place["country"] for place in british} == {"GB"}


def test_a_picture_is_drawn_once_for_each_theme_and_name(client):
    cache = client.app.state.cache
    address = "/chart.svg?date=1991-06-18&time=12:30&place=London,+GB"
    before = cache.state().misses
    for query in ("", "&theme=dark", "&name=Ada"):
        first, again = (client.get(address + query) for _ in range(2))
        assert first.status_code == 200
        assert first.content == again.content
    assert cache.state().misses == before + 3


def test_what_cannot_be_computed_in_advance_stops_nobody(caplog):
    def fail():
        raise UnknownPlace("Atlantis")

    async def use():
        async with running(Cache(), [fail]):
            deadline = time.monotonic() + 10
            while "not warmed" not in caplog.text:
                assert time.monotonic() < deadline, "it was never told"
                await asyncio.sleep(0)

    with caplog.at_level(logging.WARNING):
        asyncio.run(use())


def test_the_sky_of_this_hour_is_known_before_anyone_opens_the_page(settings_of):
    at = datetime(2031, 3, 14, 15, 9, 26, tzinfo=UTC)
    sky_of_hour.cache_clear()
    with TestClient(create_app(settings_of(), now=lambda: at)) as client:
        known = sky_of_hour.cache_info
        deadline = time.monotonic() + 10
        while known().misses == 0:
            assert time.monotonic() < deadline, "it never got warm"
            time.sleep(0.005)
        warm = known()
        assert client.get("/").status_code == 200
        assert (known().hits, known().misses) == (warm.hits + 1, warm.misses)
