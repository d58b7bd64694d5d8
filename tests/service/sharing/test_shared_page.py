import re

import pytest

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
HTML = {"Accept": "text/html"}


@pytest.fixture
def me(account):
    return account()


@pytest.fixture
def share(me):
    """Save a chart and make a link to it."""

    def make(birth=None, **choices) -> str:
        draft = {"name": "Ada <Byron>", "birth": birth or BIRTH, "notes": "hush", "tags": ["secretive"]}
        chart = me.post("/charts/saved", json=draft).json()
        link = me.post("/share-links", json={"chart_id": chart["id"], **choices}).json()
        return link["address"]

    return make


def test_a_link_opens_a_page_with_wheel_and_tables(own_service, share):
    answer = own_service.get(share(), headers=HTML)
    assert answer.status_code == 200
    assert answer.text.count('class="wheel"') == 2
    assert "17 May 1990, 12:30" in answer.text
    for heading in ("Positions", "Angles", "Houses", "Aspects"):
        assert f">{heading}" in answer.text
    for secret in ("Ada", "hush", "secretive"):
        assert secret not in answer.text


def test_the_page_offers_no_change_and_keeps_search_engines_away(own_service, share):
    answer = own_service.get(share(), headers=HTML)
    assert "<form" not in answer.text
    assert "/chart.svg" not in answer.text
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["cache-control"] == "no-store"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text
    assert "Disallow: /shared/" in own_service.get("/robots.txt").text


def test_the_name_is_shown_escaped_where_that_is_wanted(own_service, share):
    page = own_service.get(share(shows_name=True), headers=HTML).text
    assert re.search(r"<h1>Ada &lt;Byron&gt;</h1>", page)


def test_a_window_is_told_as_one(own_service, share):
    page = own_service.get(share({**BIRTH, "time": {"from": "08:00", "to": "12:00"}}), headers=HTML).text
    assert "between 08:00 and 12:00" in page


def test_a_link_that_shows_nothing_is_a_page_not_found(own_service):
    answer = own_service.get("/shared/nothing", headers=HTML)
    assert answer.status_code == 404
    assert "There is no such shared chart." in answer.text
