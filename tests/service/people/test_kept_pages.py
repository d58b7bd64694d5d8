import re
from html import unescape

import pytest

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
HTML = {"Accept": "text/html"}


@pytest.fixture
def me(account):
    return account()


@pytest.fixture
def open_page(me, own_service):
    def go(path, **choices):
        return own_service.get(path, headers=HTML | me.credential, **choices)

    return go


def test_people_are_listed_by_name_and_lead_to_their_charts(me, open_page):
    assert "Nobody is kept here yet." in open_page("/people").text
    for name in ("Zoë <Z>", "Ada"):
        ada = me.post("/people", json={"name": name, "birth": BIRTH}).json()
    page = open_page("/people")
    assert page.headers["cache-control"] == "no-store"
    assert page.text.index("Ada") < page.text.index("Zoë &lt;Z&gt;")
    assert "17 May 1990, 12:30 · London, GB" in page.text
    assert "Zoë" not in open_page("/people?name=ad").text
    chart = open_page(f"/people/{ada['id']}/chart")
    assert chart.status_code == 200
    assert "17 May 1990, 12:30" in chart.text


@pytest.mark.parametrize(
    ("birth", "told"),
    [
        ({"instant": "1990-05-17T11:30:00Z", "place": "London, GB"}, "17 May 1990, 11:30"),
        ({**BIRTH, "place": {"id": 2643743}}, "17 May 1990, 12:30 · London"),
        ({**BIRTH, "place": {"latitude": 51.5, "longitude": -0.13}}, "17 May 1990, 12:30"),
        ({**BIRTH, "time": {"from": "08:00", "to": "12:00"}}, "between 08:00 and 12:00"),
        ({"date": {"date": "1642-12-25", "calendar": "julian"}, "place": "London, GB"}, "December 1642"),
    ],
)
def test_every_way_to_write_a_birth_leads_to_its_chart(me, open_page, birth, told):
    person = me.post("/people", json={"name": "Ada", "birth": birth}).json()
    page = open_page(f"/people/{person['id']}/chart")
    assert page.status_code == 200
    assert told in page.text


def test_saved_charts_are_listed_and_shown(me, open_page):
    saved = me.post("/charts/saved", json={"name": "True <sky>", "birth": BIRTH, "folder": "Clients"}).json()
    page = open_page("/charts")
    assert "True &lt;sky&gt;" in page.text
    assert "Clients" in page.text
    chart = open_page(f"/charts/{saved['id']}")
    assert chart.text.count('class="wheel"') == 2
    assert "<h1>True &lt;sky&gt;</h1>" in chart.text
    assert chart.headers["cache-control"] == "no-store"


def test_long_lists_go_on(me, open_page, monkeypatch):
    monkeypatch.setattr("astrarium.service.people.pages.listing.SHOWN", 1)
    for name in ("Ada", "Adam"):
        me.post("/people", json={"name": name, "birth": BIRTH})
    first = open_page("/people?name=ad").text
    assert "Adam" not in first
    following = unescape(re.search(r'<a href="([^"]+)" rel="next">', first)[1])
    assert "Adam" in open_page(following).text


def test_another_accounts_are_not_found(me, account, own_service):
    other = account()
    person = other.post("/people", json={"name": "Ada", "birth": BIRTH}).json()
    chart = other.post("/charts/saved", json={"name": "Ada", "birth": BIRTH}).json()
    for path in (f"/people/{person['id']}", f"/charts/{chart['id']}"):
        assert own_service.get(path, headers=HTML | me.credential).status_code == 404


@pytest.mark.parametrize("path", ["/people", "/charts"])
def test_a_stranger_is_led_to_where_one_signs_in(own_service, path):
    answer = own_service.get(path, headers=HTML, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/account/sign-in")
