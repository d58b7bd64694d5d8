"""The button on a chart's page that keeps it."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

ADA = "/chart?name=Ada&date=1990-05-17&time=12%3A30&place=London%2C+GB"
NAMELESS = "/chart?date=1990-05-17&place=London%2C+GB"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


def shown(somebody, path):
    page = somebody.client.get(path, headers=somebody.credential | {"Accept": "text/html"})
    assert page.status_code == 200
    return page.text


def press(somebody, path, **changes):
    """Send the page's form as a browser would, and give the answer."""
    fields = dict(
        re.findall(r'type="hidden" name="(csrf_token|chart)" value="([^"]*)"', shown(somebody, path))
    )
    content = urlencode({name: unescape(value) for name, value in fields.items()} | changes)
    headers = {"Cookie": somebody.credential["Cookie"], **FORM}
    return somebody.client.post("/chart/keep", content=content, headers=headers, follow_redirects=False)


def kept(somebody):
    return somebody.get("/charts/saved?sort=created_at").json()["items"]


def test_a_stranger_is_told_where_to_keep_it_in_one_quiet_line(own_service):
    page = own_service.get(ADA, headers={"Accept": "text/html"}).text
    assert f'href="/account/sign-in?{urlencode({"next": ADA})}"' in unescape(page)
    assert "Keep this chart" not in page


def test_a_chart_is_kept_by_one_button_and_says_so(signed_in):
    answer = press(signed_in, ADA)
    assert (answer.status_code, answer.headers["location"]) == (303, ADA)
    page = shown(signed_in, ADA)
    assert "Keep this chart" not in page
    assert "as “Ada”" in page
    saved = signed_in.get(f"/charts/saved/{kept(signed_in)[0]['id']}").json()
    assert saved["receipt"]["is_same"]
    birth = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
    assert {name: told for name, told in saved["birth"].items() if told is not None} == birth
    assert saved["settings"]["zodiacs"] == ["iau13", "tropical"]


def test_it_is_kept_once_however_often_the_button_is_pressed(signed_in):
    fields = shown(signed_in, ADA)
    assert "Keep this chart" in fields
    for _ in range(3):
        assert press(signed_in, ADA, chart=ADA.partition("?")[2]).status_code == 303
    assert [one["name"] for one in kept(signed_in)] == ["Ada"]


def test_a_chart_without_a_name_is_kept_under_its_day_and_place(signed_in):
    press(signed_in, NAMELESS)
    assert kept(signed_in)[0]["name"] == "17 May 1990, London"
    assert "as “17 May 1990, London”" in shown(signed_in, NAMELESS)


@pytest.mark.parametrize("other", ["&houses=whole_sign", "&zodiac=tropical"])
def test_the_same_birth_with_other_settings_is_another_chart(signed_in, other):
    press(signed_in, ADA)
    assert "Keep this chart" in shown(signed_in, ADA + other)


def test_one_in_the_trash_can_be_kept_again(signed_in):
    press(signed_in, ADA)
    signed_in.delete(f"/charts/saved/{kept(signed_in)[0]['id']}")
    assert "Keep this chart" in shown(signed_in, ADA)
    press(signed_in, ADA)
    assert len(kept(signed_in)) == 1


def test_what_others_keep_is_not_seen(account):
    ada, eve = account(), account()
    press(ada, ADA)
    assert "Keep this chart" in shown(eve, ADA)
    assert kept(eve) == []


def test_a_chart_that_cannot_be_cast_says_why_on_its_page(signed_in):
    answer = press(signed_in, ADA, chart="date=1990-05-17&time=12:30&place=Springfield")
    assert answer.headers["location"] == "/chart?date=1990-05-17&time=12%3A30&place=Springfield"
    assert kept(signed_in) == []


def test_a_forged_form_keeps_nothing(signed_in):
    assert press(signed_in, ADA, csrf_token="0" * 64).status_code == 403
    assert kept(signed_in) == []


def test_a_stranger_who_sends_the_form_is_led_to_sign_in(own_service):
    answer = own_service.post("/chart/keep", content="chart=x", headers=FORM, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/sign-in?done=ended")
