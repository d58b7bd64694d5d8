"""Searching places while somebody types: what is found, and in which order."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.civil.gazetteer import Gazetteer, shipped_gazetteer
from astrarium.civil.place_errors import InvalidLimit, UnknownCountry
from astrarium.civil.place_index import SHIPPED, PlaceIndex, ranked
from astrarium.civil.place_ranking import LISTED_ABOVE_NAMES, LISTED_BY_COUNTRY_ABOVE_NAMES


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    gazetteer = Gazetteer()
    yield gazetteer
    gazetteer.close()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("l", "Lagos, Lagos, NG"),
        ("par", "Paris, Île-de-France, FR"),
        ("lon", "London, England, GB"),
        ("LON", "London, England, GB"),
        ("new y", "New York City, New York, US"),
        ("san", "Santiago, Santiago Metropolitan, CL"),
        ("san f", "San Francisco, California, US"),
        ("mos", "Moscow, Moscow, RU"),
        ("zur", "Zürich, Zurich, CH"),
        ("mun", "Munich, Bavaria, DE"),
        ("köln", "Köln, North Rhine-Westphalia, DE"),
        ("koln", "Köln, North Rhine-Westphalia, DE"),
        ("koeln", "Köln, North Rhine-Westphalia, DE"),
        ("cologne", "Köln, North Rhine-Westphalia, DE"),
        ("lodz", "Łódź, Łódź Voivodeship, PL"),
        ("Łódź", "Łódź, Łódź Voivodeship, PL"),
        ("bath", "Bath, England, GB"),
        ("york", "York, England, GB"),
        ("hague", "The Hague, South Holland, NL"),
        ("nyc", "New York City, New York, US"),
        ("xi'an", "Xi’an, Shaanxi, CN"),
        ("москва", "Moscow, Moscow, RU"),
        ("東京", "Tokyo, Tokyo, JP"),
        ("القاهرة", "Cairo, Cairo, EG"),
        ("दिल्ली", "Delhi, Delhi, IN"),
        ("서울", "Seoul, Seoul, KR"),
        ("αθήνα", "Athens, Attica, GR"),
    ],
)
def test_the_likeliest_place_comes_first(gazetteer: Gazetteer, typed: str, first: str) -> None:
    assert gazetteer.search(typed)[0].label == first


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("london, ca", "London, Ontario, CA"),
        ("London, Ontario", "London, Ontario, CA"),
        ("london, ont", "London, Ontario, CA"),
        ("london, on, canada", "London, Ontario, CA"),
        ("springfield il", "Springfield, Illinois, US"),
        ("springfield, mass", "Springfield, Massachusetts, US"),
        ("paris tex", "Paris, Texas, US"),
        ("paris texas usa", "Paris, Texas, US"),
        ("washington, d.c.", "Washington, District of Columbia, US"),
        ("perth, scot", "Perth, Scotland, GB"),
        ("newcastle, suid-afrika", "Newcastle, KwaZulu-Natal, ZA"),
        ("münchen, bayern", "Munich, Bavaria, DE"),
        ("lviv, ukr", "Lviv, Lviv, UA"),
    ],
)
def test_a_region_or_country_after_the_name_narrows_the_search(
    gazetteer: Gazetteer, typed: str, first: str
) -> None:
    assert gazetteer.search(typed)[0].label == first


def test_one_letter_after_the_comma_does_not_empty_the_list(gazetteer: Gazetteer) -> None:
    assert gazetteer.search("london, x")[0].label == "London, England, GB"


def test_a_region_that_is_none_finds_nothing(gazetteer: Gazetteer) -> None:
    assert gazetteer.search("london, xyzzy") == ()


@pytest.mark.parametrize("country", ["US", "us", "USA", "U.S.A.", "United States", "Vereinigte Staaten"])
def test_a_country_may_be_given_by_code_or_name(gazetteer: Gazetteer, country: str) -> None:
    found = gazetteer.search("paris", country=country)
    assert found[0].label == "Paris, Texas, US"
    assert {match.place.country for match in found} == {"US"}


def test_country_and_comma_narrow_together(gazetteer: Gazetteer) -> None:
    assert gazetteer.search("london, ohio", country="US")[0].label == "London, Ohio, US"
    assert gazetteer.search("london, ontario", country="US") == ()


def test_an_unknown_country_is_refused(gazetteer: Gazetteer) -> None:
    for country in ("XX", "", "Atlantis", "G" * 5000):
        with pytest.raises(UnknownCountry) as caught:
            gazetteer.search("paris", country=country)
        assert caught.value.code == "unknown_country"


def test_a_country_without_places_finds_nothing(gazetteer: Gazetteer) -> None:
    assert gazetteer.search("mc", country="AQ") == ()


@pytest.mark.parametrize("limit", [1, 2, 10, 50])
def test_a_longer_list_begins_with_the_shorter(gazetteer: Gazetteer, limit: int) -> None:
    for typed in ("s", "san", "santa ", "springf", "springfield, us"):
        longest = gazetteer.search(typed, limit=50)
        assert gazetteer.search(typed, limit=limit) == longest[:limit]
        assert len({match.place.geoname_id for match in longest}) == len(longest)


@pytest.mark.parametrize("limit", [0, -1, 51, 10**9])
def test_the_number_of_results_is_bounded(gazetteer: Gazetteer, limit: int) -> None:
    with pytest.raises(InvalidLimit) as caught:
        gazetteer.search("paris", limit=limit)
    assert caught.value.data == {"first": 1, "last": 50}


@pytest.mark.parametrize(
    "nothing",
    ["", " ", ",", ",,,", "\x00", "\n\t", "!!!", "\ud800", "😀", "a" * 201, "qqqqqqqqzz", "% _", "*"],
)
def test_what_cannot_be_a_name_finds_nothing(gazetteer: Gazetteer, nothing: str) -> None:
    assert gazetteer.search(nothing) == ()


def test_control_characters_part_words(gazetteer: Gazetteer) -> None:
    assert gazetteer.search("new\x00york")[0].label == "New York City, New York, US"


def test_a_match_says_where_the_place_is_and_how_many_live_there(gazetteer: Gazetteer) -> None:
    (match,) = gazetteer.search("toronto", limit=1)
    assert (match.place.name, match.place.region, match.region_code) == ("Toronto", "Ontario", "08")
    assert (match.place.country, match.country_name) == ("CA", "Canada")
    assert match.population > 2_000_000
    assert match.place.geoname_id == 6167865
    assert match.place.zone == "America/Toronto"


@given(st.text(max_size=40))
def test_no_text_makes_the_search_fail(text: str) -> None:
    found = shipped_gazetteer().search(text, limit=3)
    assert len(found) <= 3


@given(st.text(alphabet="aeinorst ,.'-ÉøŁя東\x00", max_size=16), st.sampled_from(["US", "FR", "RU", "VA"]))
def test_a_search_within_a_country_stays_there(text: str, country: str) -> None:
    assert all(match.place.country == country for match in shipped_gazetteer().search(text, country=country))


def test_ready_lists_equal_what_reading_all_names_would_find() -> None:
    index = PlaceIndex(SHIPPED)
    country = index.country_of("de")
    assert country is not None
    for prefix in ("s", "par", "san", "lond", "м", "saint"):
        with index._connection() as connection:
            names = connection.execute(
                "SELECT count(*) FROM name WHERE key >= ? AND key < ?", (prefix, prefix + "\U0010ffff")
            ).fetchone()[0]
            everywhere, in_germany = ranked(connection, prefix), ranked(connection, prefix, [country[1]])
        listed, listed_in_germany = index.listed(prefix), index.listed(prefix, "DE")
        assert (listed is not None) == (names > LISTED_ABOVE_NAMES)
        assert listed is None or listed == everywhere[:50]
        if names > LISTED_BY_COUNTRY_ABOVE_NAMES:
            assert (listed_in_germany or []) == in_germany[:50]
    index.close()


def test_a_table_elsewhere_may_serve(tmp_path: Path) -> None:
    copy = tmp_path / "a table with ? and #.sqlite"
    copy.symlink_to(SHIPPED)
    gazetteer = Gazetteer(copy)
    assert gazetteer.search("paris", limit=1)[0].place.country == "FR"
    gazetteer.close()
