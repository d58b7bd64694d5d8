"""A browser without scripts, at the pages where links are made and looked after."""

import re
from datetime import timedelta

import pytest

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
MADE = re.compile(r'<input id="address" type="text" value="([^"]+)"')


@pytest.fixture
def chart(signed_in):
    return signed_in.post("/charts/saved", json={"name": "Ada <B>", "birth": BIRTH}).json()


@pytest.fixture
def share(my_browser, chart):
    """Make a link on the page, and give its address."""

    def made(**typed):
        at = f"/charts/{chart['id']}/share"
        my_browser.open(at).press(at, **typed)
        return MADE.search(my_browser.page.text)[1]

    return made


@pytest.mark.parametrize("lives", ["1", "-7", "for ever", "99999999999"])
def test_only_the_choices_are_taken(my_browser, chart, signed_in, lives):
    at = f"/charts/{chart['id']}/share"
    my_browser.open(at).press(at, lives=lives)
    assert my_browser.page.status_code == 422
    assert "none of the choices" in my_browser.fault("lives")
    assert signed_in.get("/share-links").json()["items"] == []


def test_the_address_is_shown_once_with_a_code_to_scan_and_opens_the_chart(my_browser, chart, share):
    address = share()
    assert my_browser.path == f"/charts/{chart['id']}/share"
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in my_browser.page.text
    assert my_browser.page.headers["cache-control"] == "no-store"
    shown = my_browser.client.get(address, headers={"Accept": "text/html"})
    assert "17 May 1990, 12:30" in shown.text
    assert "Ada" not in shown.text
    my_browser.open(f"/charts/{chart['id']}/share")
    assert address not in my_browser.page.text
    assert "opened once" in my_browser.words


def test_another_charts_page_does_not_show_the_address(my_browser, chart, signed_in):
    other = signed_in.post("/charts/saved", json={"name": "Bob", "birth": BIRTH}).json()
    at = f"/charts/{chart['id']}/share"
    answer = my_browser.request("POST", at, data=dict(my_browser.open(at).form(at)))
    assert answer.status_code == 303
    assert not MADE.search(my_browser.open(f"/charts/{other['id']}/share").page.text)
    assert MADE.search(my_browser.open(at).page.text)


def test_the_name_is_shown_where_that_is_wanted(my_browser, share):
    shown = my_browser.client.get(share(shows_name="yes"), headers={"Accept": "text/html"})
    assert "<h1>Ada &lt;B&gt;</h1>" in shown.text


@pytest.mark.parametrize(("lives", "until"), [("7", "30 November 2026"), ("", "works until it is revoked")])
def test_a_link_says_how_long_it_works(my_browser, share, lives, until):
    share(lives=lives)
    assert until in my_browser.words


def test_a_link_is_changed_and_revoked(my_browser, share, signed_in, chart):
    address = share()
    [link] = signed_in.get("/share-links").json()["items"]
    my_browser.open("/share-links")
    assert "Ada <B>" in my_browser.words
    my_browser.press(f"/share-links/{link['id']}/life", lives="7", shows_name="yes")
    assert "The link is changed." in my_browser.words
    changed = signed_in.get(f"/share-links/{link['id']}").json()
    assert changed["expires_at"].startswith("2026-11-30")
    assert changed["shows_name"] is True
    my_browser.open(f"/charts/{chart['id']}/share").press(f"/share-links/{link['id']}/revocation")
    assert my_browser.path.startswith(f"/charts/{chart['id']}/share")
    assert "from now on it shows nothing" in my_browser.words
    assert my_browser.client.get(address, headers={"Accept": "text/html"}).status_code == 404


def test_an_expired_link_says_so_and_can_be_prolonged(my_browser, share, signed_in, own_service):
    address = share(lives="7")
    own_service.app.state.at += timedelta(days=8)
    my_browser.open("/share-links")
    assert "expired" in my_browser.words
    assert my_browser.client.get(address).status_code == 404
    [link] = signed_in.get("/share-links").json()["items"]
    my_browser.press(f"/share-links/{link['id']}/life")
    assert my_browser.client.get(address, headers={"Accept": "text/html"}).status_code == 200


def test_a_chart_in_the_trash_is_not_shared(my_browser, chart, signed_in):
    signed_in.delete(f"/charts/saved/{chart['id']}")
    my_browser.open(f"/charts/{chart['id']}/share")
    assert "lies in the trash" in my_browser.words
    assert not [form for form in my_browser.forms if form[0].endswith("/share")]


@pytest.mark.parametrize("action", ["life", "revocation"])
def test_anothers_link_is_not_there_and_a_foreign_form_is_refused(
    my_browser, account, signed_in, chart, action
):
    other = account()
    theirs = other.post("/charts/saved", json={"name": "Eve", "birth": BIRTH}).json()
    link = other.post("/share-links", json={"chart_id": theirs["id"]}).json()
    token = dict(my_browser.open(f"/charts/{chart['id']}/share").form(f"/charts/{chart['id']}/share"))[
        "csrf_token"
    ]
    at = f"/share-links/{link['id']}/{action}"
    assert my_browser.request("POST", at, data={"lives": "7"}).status_code == 403
    answer = my_browser.request("POST", at, data={"csrf_token": token, "lives": "7"})
    assert answer.status_code in {303, 404}
    assert other.get(f"/share-links/{link['id']}").json()["version"] == link["version"]
