import re
from html import unescape
from urllib.parse import urlencode

import pytest

ADA = {"name": "Ada", "date": "1990-05-17", "time": "12:30", "place": "London, GB"}


@pytest.fixture
def open_chart(client):
    """Open the page of a chart as a browser does."""

    def go(**values: str):
        return client.get(f"/chart?{urlencode(values)}", headers={"Accept": "text/html"})

    return go


def text_of(page) -> str:
    """What a reader sees, roughly: no markup, single spaces."""
    return " ".join(
        unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<(title|desc)\b.*?</\1>", "", page.text))).split()
    )


def choices(page) -> dict[str, str]:
    """The ways out that a page offers: their words and addresses."""
    found = re.findall(r'<li><a href="([^"]+)"><span>(.*?)</span>', page.text)
    return {unescape(words): unescape(address) for address, words in found}


def test_the_start_page_has_the_whole_form_and_the_sky_of_the_hour(client):
    page = client.get("/")
    assert page.status_code == 200
    for name in (
        "date",
        "known",
        "time",
        "from",
        "to",
        "place",
        "zodiac",
        "houses",
        "calendar",
        "zone",
        "fold",
    ):
        assert f'name="{name}"' in page.text
    words = text_of(page)
    assert "23 November 2026, 15:00 UTC." in words
    assert re.search(
        r"The Sun stands at \d+°\d\d′ of Libra; the tropical zodiac counts 1°\d\d′ of Sagittarius\.", words
    )


def test_a_chart_shows_both_zodiacs_the_time_and_the_wheel(open_chart):
    page = open_chart(**ADA)
    assert page.status_code == 200
    words = text_of(page)
    assert "17 May 1990, 12:30 · London, England, GB" in words
    assert "12:30 in London was 11:30 UTC: Europe/London, daylight saving time, 1 h ahead of UTC" in words
    assert "3°01′ Taurus 3°01′ from Aries · 3 days 26°18′ Taurus 3°41′ from Gemini · 4 days" in words
    assert page.text.count('<svg xmlns="http://www.w3.org/2000/svg" class="wheel"') == 2
    for heading in ("Positions", "Angles", "Houses", "Aspects"):
        assert f">{heading}" in page.text


def test_the_address_is_a_permalink_and_no_search_engine_keeps_it(open_chart):
    first, second = open_chart(**ADA), open_chart(**ADA)
    assert first.content == second.content
    assert first.headers["x-robots-tag"] == "noindex"
    assert first.headers["cache-control"] == "private, no-cache"


def test_a_form_as_a_browser_sends_it_leads_to_the_short_address(client):
    sent = ADA | {"known": "exact", "from": "", "to": "", "zodiac": "iau13", "houses": "placidus", "zone": ""}
    answer = client.get(f"/chart?{urlencode(sent)}", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/chart?{urlencode(ADA)}"


def test_no_query_at_all_leads_to_the_start(client):
    answer = client.get("/chart", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_an_unknown_time_says_what_that_means_and_shows_shares(open_chart):
    page = open_chart(date="1990-05-17", place="London, GB")
    words = text_of(page)
    assert "17 May 1990, time unknown" in words
    assert "Clocks in London went by Europe/London, daylight saving time, 1 h ahead of UTC" in words
    assert 'id="houses-title"' not in page.text


def test_an_unknown_time_shows_what_is_certain_and_the_shares_of_the_rest(open_chart):
    words = text_of(open_chart(date="1990-05-17", place="London, GB")).replace("\N{NO-BREAK SPACE}", " ")
    assert "What the day leaves open" in words
    assert "Certain: Sun in Taurus, Mercury in Aries," in words
    assert "Signs that change Moon Capricorn 92 %, Aquarius 8 %" in words
    assert "Ascendant True sky any of 13 signs, Virgo likeliest (17 %)" in words
    assert "Ascendant Virgo 17 %, Leo 14 %, Gemini 10 %, Libra 9 %, 9 more" in words
    assert "11th" not in words
    assert "Sun square Moon 72 % of the day" in words


def test_a_window_shows_likely_angles_and_houses_between_its_ends(open_chart):
    page = open_chart(**{"date": "1990-05-17", "from": "08:00", "to": "12:00", "place": "London, GB"})
    words = text_of(page).replace("\N{NO-BREAK SPACE}", " ")
    assert "17 May 1990, time uncertain, between 08:00 and 12:00 · London, England, GB" in words
    assert "What stays open between 08:00 and 12:00" in words
    assert "Ascendant Cancer 47 %, Gemini 37 %, Leo 16 %" in words
    assert "Houses Placidus Sun 10 11 11th 59 %, 10th 41 %" in words


def test_an_exact_time_leaves_nothing_open(open_chart):
    page = open_chart(**ADA)
    assert 'id="open-title"' not in page.text
    assert 'class="strip"' not in page.text
    assert not re.search(r"\d\s?%", text_of(page))


def test_a_window_of_time_is_kept_in_the_form(open_chart):
    page = open_chart(**{"date": "1990-05-17", "from": "08:00", "to": "12:00", "place": "London, GB"})
    assert "time uncertain" in text_of(page)
    assert 'value="window" checked' in page.text


def test_an_ambiguous_place_offers_links_that_keep_all_else(open_chart, client):
    page = open_chart(**(ADA | {"place": "Springfield", "zodiac": "tropical"}))
    assert page.status_code == 409
    offered = choices(page)
    assert len(offered) >= 5
    address = offered["Springfield, Illinois, US"]
    assert "name=Ada" in address
    assert "zodiac=tropical" in address
    assert "Springfield, Illinois, US" in text_of(client.get(address))


def test_an_ambiguous_time_offers_both_readings(open_chart, client):
    page = open_chart(**(ADA | {"date": "2021-10-31", "time": "01:30"}))
    assert page.status_code == 409
    first, second = choices(page).values()
    assert "01:30 in London was 00:30 UTC" in text_of(client.get(first))
    assert "01:30 in London was 01:30 UTC" in text_of(client.get(second))


def test_a_nonexistent_time_offers_its_neighbours(open_chart, client):
    page = open_chart(**(ADA | {"date": "2021-03-28", "time": "01:30"}))
    assert page.status_code == 422
    offered = choices(page)
    assert list(offered) == [
        "28 March 2021, 00:59:59, just before the gap",
        "28 March 2021, 02:00, just after it",
    ]
    for address in offered.values():
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("values", "offered"),
    [
        ({"date": "1990-04-31"}, "1990-04-30, Gregorian"),
        ({"date": "1900-02-29"}, "1900-02-29, Julian"),
        ({"time": "24:00"}, "1990-05-18, 00:00"),
        ({"time": "23:59:60"}, "23:59:59"),
        ({"place": "Urumqi"}, "Asia/Shanghai"),
        ({"zone": "Europe/Lundon"}, "Europe/London"),
        ({"date": "1650-01-01", "place": "Berlin, DE", "calendar": "auto"}, "1650-01-01, Julian"),
        ({"place": "70, 25"}, "Porphyry"),
        ({"houses": "placidius"}, "Placidus"),
    ],
)
def test_every_error_that_has_a_way_out_links_to_it(open_chart, client, values, offered):
    page = open_chart(**(ADA | values))
    assert page.status_code in {409, 422}
    assert client.get(choices(page)[offered]).status_code == 200


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"date": ""}, "date", "Type the day of birth."),
        ({"date": "1599-12-31"}, "date", "Charts can be cast for 1600 to 2200."),
        ({"known": "exact", "time": ""}, "time", "choose “Not known”"),
        ({"place": ""}, "place", "Type the town of birth"),
        ({"place": "Xyzzyville"}, "place", "is not in the gazetteer"),
        ({"place": "91, 0"}, "place", "Latitude 91"),
        ({"calendar": "mayan"}, "calendar", "is not a calendar"),
        ({"zodiac": "nope"}, "zodiac", "There is no zodiac"),
        ({"from": "12:00", "to": "08:00", "known": "window"}, "time", "ends before it begins"),
    ],
)
def test_an_error_stands_beside_its_field_and_keeps_what_was_typed(open_chart, values, field, words):
    page = open_chart(**(ADA | values))
    assert page.status_code == 422
    fault = re.search(rf'<div class="fault" id="{field}-fault">(.*?)</div>', page.text, re.DOTALL)
    assert words in unescape(fault[1])
    assert f'aria-describedby="{field}-fault' in page.text
    assert 'aria-invalid="true"' in page.text
    target = "from" if field == "time" and "from" in values else field
    assert f'<a href="#{target}">' in page.text
    assert "`" not in text_of(page)
    assert 'value="Ada"' in page.text


def test_hostile_text_is_shown_as_text(open_chart):
    evil = '"><script>alert(1)</script>'
    for values in (
        {"name": evil},
        {"place": evil},
        {"zone": evil},
        {"zodiac": evil},
        {"houses": evil},
        {"date": evil},
    ):
        page = open_chart(**(ADA | values))
        assert "<script>alert" not in page.text
        assert page.status_code in {200, 422}


def test_a_name_is_shown_as_it_is_written(open_chart):
    assert "<h1>Žofie &amp; Łukasz &lt;3</h1>" in open_chart(**(ADA | {"name": "Žofie & Łukasz <3"})).text


@pytest.mark.parametrize(("theme", "ground"), [("light", "#f7f5f0"), ("dark", "#0d1018")])
def test_the_wheel_can_be_had_as_a_file(client, theme, ground):
    answer = client.get(f"/chart.svg?{urlencode(ADA)}&theme={theme}")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.startswith("<svg ")
    assert ground in answer.text


def test_a_wheel_that_cannot_be_drawn_is_a_problem(client, problem):
    problem(client.get(f"/chart.svg?{urlencode(ADA | {'place': 'Springfield'})}"), 409, "ambiguous_place")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/chart?{urlencode(ADA)}",
        f"/chart?{urlencode(ADA | {'time': ''})}",
        f"/chart?{urlencode(ADA | {'place': 'Springfield'})}",
    ],
)
def test_the_pages_carry_nothing_that_the_policy_forbids(client, path):
    page = client.get(path).text
    assert not re.findall(r"\sstyle=|<style|\son\w+=|javascript:", page)
    assert all(
        re.match(r'<script type="module" src="/static/', one) for one in re.findall(r"<script[^>]*>", page)
    )
    assert 'lang="en"' in page


@pytest.mark.parametrize("known", [{}, {"time": ""}, {"time": "", "from": "08:00", "to": "12:00"}])
def test_every_id_on_a_page_is_there_once_and_every_glyph_is_drawn_from_one(open_chart, known):
    page = open_chart(**(ADA | known)).text
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#(glyph-[^"]+)"', page)) <= set(ids)
