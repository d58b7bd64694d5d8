"""The one place that a written name means, or a clear word on why there is none."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.civil.gazetteer import Gazetteer, places_digest, shipped_gazetteer
from astrarium.civil.place_errors import (
    AmbiguousPlace,
    GazetteerUnreadable,
    MissingPlace,
    PlaceError,
    UnknownPlace,
)
from astrarium.civil.place_index import SHIPPED
from astrarium.civil.place_ranking import TABLE_FORMAT

LONDON = 2643743


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    gazetteer = Gazetteer()
    yield gazetteer
    gazetteer.close()


@pytest.mark.parametrize("empty", ["", " ", "\n\t"])
def test_an_empty_name_is_a_missing_place(gazetteer: Gazetteer, empty: str) -> None:
    with pytest.raises(MissingPlace) as caught:
        gazetteer.find(empty, pointer="/birth/place")
    assert (caught.value.code, caught.value.pointer) == ("missing_place", "/birth/place")


@pytest.mark.parametrize(
    "text",
    [
        "!!!",
        "\x00",
        "\ud800",
        "Xyzzyville",
        "z" * 100_000,
        "," * 100_000,
        "9" * 10_000,
        "9" * 150,
        "2643743" + " " * 200,
    ],
)
def test_what_is_no_place_is_unknown_and_quoted_in_bounds(gazetteer: Gazetteer, text: str) -> None:
    with pytest.raises(UnknownPlace) as caught:
        gazetteer.find(text)
    assert caught.value.code == "unknown_place"
    assert len(caught.value.detail) < 200
    assert len(caught.value.data["query"]) < 100
    assert caught.value.detail.isprintable()
    assert caught.value.detail.encode("utf-8")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Lodnon", "London, England, GB"),
        ("Lonndon, GB", "London, England, GB"),
        ("Pariss", "Paris, Île-de-France, FR"),
        ("Munihc", "Munich, Bavaria, DE"),
        ("Москвва", "Moscow, Moscow, RU"),
        ("Philadelpha", "Philadelphia, Pennsylvania, US"),
        ("San Francis", "San Francisco, California, US"),
        ("London, France", "London, England, GB"),
        ("London, Xyzzy", "London, England, GB"),
    ],
)
def test_an_unknown_place_suggests_near_ones(gazetteer: Gazetteer, written: str, meant: str) -> None:
    with pytest.raises(UnknownPlace) as caught:
        gazetteer.find(written)
    assert meant in [match.label for match in caught.value.suggestions]
    assert len(caught.value.suggestions) <= 5
    assert meant.split(",", maxsplit=1)[0] in caught.value.hint
    assert {place["name"] for place in caught.value.data["suggestions"]} >= {meant.split(",", maxsplit=1)[0]}


def test_an_unknown_place_says_whether_the_name_or_the_country_is_wrong(gazetteer: Gazetteer) -> None:
    with pytest.raises(UnknownPlace, match="places of that name lie elsewhere"):
        gazetteer.find("London, France")
    with pytest.raises(UnknownPlace, match="no region or country that has places"):
        gazetteer.find("London, Xyzzy")


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("London", "London, England, GB"),
        ("london", "London, England, GB"),
        ("London, GB", "London, England, GB"),
        ("London, UK", "London, England, GB"),
        ("London, England", "London, England, GB"),
        ("London, England, United Kingdom", "London, England, GB"),
        ("London, CA", "London, Ontario, CA"),
        ("London, Ontario", "London, Ontario, CA"),
        ("London, ON, Canada", "London, Ontario, CA"),
        ("London Ontario", "London, Ontario, CA"),
        ("Paris", "Paris, Île-de-France, FR"),
        ("Paris, Texas", "Paris, Texas, US"),
        ("Paris Texas USA", "Paris, Texas, US"),
        ("springfield il", "Springfield, Illinois, US"),
        ("Springfield, IL, USA", "Springfield, Illinois, US"),
        ("New York", "New York City, New York, US"),
        ("New York, NY", "New York City, New York, US"),
        ("new york ny", "New York City, New York, US"),
        ("NYC", "New York City, New York, US"),
        ("Washington, D.C.", "Washington, District of Columbia, US"),
        ("San Francisco", "San Francisco, California, US"),
        ("Buenos Aires", "Buenos Aires, Buenos Aires F.D., AR"),
        ("Moscow", "Moscow, Moscow, RU"),
        ("Mexico", "Mexico City, Mexico City, MX"),
        ("Luxembourg", "Luxembourg, Luxembourg, LU"),
        ("NY", "New York City, New York, US"),
        ("Italy, Texas", "Italy, Texas, US"),
        ("St. Petersburg, FL", "St. Petersburg, Florida, US"),
        ("Tbilisi, Georgia", "Tbilisi, Tbilisi, GE"),
        ("Atlanta, Georgia", "Atlanta, Georgia, US"),
        ("Ontario, CA", "Ontario, California, US"),
        ("Roma", "Rome, Lazio, IT"),
        ("Wien", "Vienna, Vienna, AT"),
        ("Bombay", "Mumbai, Maharashtra, IN"),
        ("Leningrad", "Saint Petersburg, St.-Petersburg, RU"),
        ("Danzig", "Gdańsk, Pomerania, PL"),
        ("Frankfurt", "Frankfurt am Main, Hesse, DE"),
        ("Zurich", "Zürich, Zurich, CH"),
        ("Москва", "Moscow, Moscow, RU"),
        ("Москва, Россия", "Moscow, Moscow, RU"),
        ("東京", "Tokyo, Tokyo, JP"),
        ("東京, 日本", "Tokyo, Tokyo, JP"),
        ("Łódź", "Łódź, Łódź Voivodeship, PL"),
        ("New Delhi", "New Delhi, Delhi, IN"),
        ("2643743", "London, England, GB"),
        (" 2643743 ", "London, England, GB"),
    ],
)
def test_a_name_means_one_place(gazetteer: Gazetteer, written: str, label: str) -> None:
    place = gazetteer.find(written)
    assert ", ".join(part for part in (place.name, place.region, place.country) if part) == label


@pytest.mark.parametrize(
    ("written", "first", "among"),
    [
        ("Springfield", "Missouri", {"Massachusetts", "Illinois", "Oregon", "Ohio"}),
        ("Paris, US", "Texas", {"Tennessee", "Kentucky", "Illinois"}),
        ("Newcastle", "New South Wales", {"KwaZulu-Natal", "England"}),
        ("Cambridge", "England", {"Massachusetts", "Ontario"}),
        ("Birmingham", "England", {"Alabama"}),
        ("Barcelona", "Catalonia", {"Anzoátegui"}),
        ("Valencia", "Carabobo", {"Valencia"}),
        ("Hyderabad", "Telangana", {"Sindh"}),
        ("León", "Guanajuato", {"Castille and León", "León Department"}),
        ("Victoria", "Central and Western", {"British Columbia", "Texas"}),
    ],
)
def test_a_name_that_means_several_is_a_question(
    gazetteer: Gazetteer, written: str, first: str, among: set[str]
) -> None:
    with pytest.raises(AmbiguousPlace) as caught:
        gazetteer.find(written, pointer="/birth/place")
    error = caught.value
    assert (error.code, error.pointer) == ("ambiguous_place", "/birth/place")
    candidates = error.data["candidates"]
    assert candidates[0]["region"] == first
    assert {place["region"] for place in candidates} >= among
    assert len(candidates) == min(error.data["count"], 20)
    for place in candidates:
        assert gazetteer.by_id(place["geoname_id"]).name == place["name"]
        assert set(place) == {
            "geoname_id",
            "name",
            "region",
            "country",
            "population",
            "latitude",
            "longitude",
        }
    assert str(candidates[0]["geoname_id"]) in error.hint
    assert str(candidates[0]["geoname_id"]) in error.detail


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("Italy", "Italy, Texas, US"),
        ("Ireland", "West Springfield, Massachusetts, US"),
        ("England", "England, Arkansas, US"),
        ("India", "Inđija, Vojvodina, RS"),
        ("Ontario", "Ontario, California, US"),
        ("Washington", "Washington, District of Columbia, US"),
        ("UK", "Uk, Irkutsk Oblast, RU"),
    ],
)
def test_a_town_is_not_taken_for_a_country_or_region_of_its_name(
    gazetteer: Gazetteer, written: str, first: str
) -> None:
    with pytest.raises(AmbiguousPlace, match="a country or region") as caught:
        gazetteer.find(written)
    assert caught.value.candidates[0].label == first
    assert caught.value.data["is_area"] is True
    assert caught.value.hint.startswith("name a town in it")
    assert gazetteer.find(first).name == caught.value.candidates[0].place.name


@pytest.mark.parametrize(
    ("written", "largest"),
    [("France", "Paris"), ("Bavaria", "Munich"), ("Россия", "Moscow"), ("Georgia", "Tbilisi")],
)
def test_a_country_or_region_alone_is_no_place(gazetteer: Gazetteer, written: str, largest: str) -> None:
    with pytest.raises(UnknownPlace, match="is a country or region and not a town") as caught:
        gazetteer.find(written)
    assert caught.value.suggestions[0].place.name == largest
    assert caught.value.hint.startswith("name a town in it: ")


def test_candidates_keep_their_order(gazetteer: Gazetteer) -> None:
    def ask() -> list[int]:
        with pytest.raises(AmbiguousPlace) as caught:
            gazetteer.find("Springfield")
        return [place["geoname_id"] for place in caught.value.data["candidates"]]

    assert ask() == ask()
    assert ask()[:3] == [4409896, 4951788, 4250542]


def test_the_first_candidate_is_found_by_the_name_that_the_hint_gives(gazetteer: Gazetteer) -> None:
    with pytest.raises(AmbiguousPlace) as caught:
        gazetteer.find("Springfield")
    assert gazetteer.find(caught.value.candidates[0].label).geoname_id == 4409896


def test_a_place_comes_with_its_zone_and_coordinates(gazetteer: Gazetteer) -> None:
    place = gazetteer.find("London, GB")
    assert (place.latitude, place.longitude, place.altitude_m) == (51.50853, -0.12574, 0.0)
    assert (place.geoname_id, place.zone, place.other_zones) == (LONDON, "Europe/London", ())


def test_a_place_of_two_clocks_names_both(gazetteer: Gazetteer) -> None:
    place = gazetteer.find("Ürümqi")
    assert {place.zone, *place.other_zones} == {"Asia/Urumqi", "Asia/Shanghai"}


def test_a_place_whose_boundaries_contradict_its_zone_names_both(gazetteer: Gazetteer) -> None:
    place = gazetteer.find("San Luis Potosí, MX")
    assert {place.zone, *place.other_zones} == {"America/Monterrey", "America/Mexico_City"}


def test_a_place_is_found_by_its_id(gazetteer: Gazetteer) -> None:
    assert gazetteer.by_id(LONDON) == gazetteer.find("London")


@pytest.mark.parametrize("geoname_id", [0, -1, 1, 2**63, -(2**70), 10**30])
def test_an_unknown_id_is_an_unknown_place(gazetteer: Gazetteer, geoname_id: int) -> None:
    with pytest.raises(UnknownPlace) as caught:
        gazetteer.by_id(geoname_id, pointer="/birth/place/id")
    assert caught.value.pointer == "/birth/place/id"
    assert str(geoname_id) in caught.value.detail


@given(st.text(max_size=60))
def test_any_text_is_a_place_or_an_error_of_places(text: str) -> None:
    with suppress(PlaceError):
        assert shipped_gazetteer().find(text).geoname_id is not None


@pytest.mark.parametrize("code", ["ZRH", "MUC", "CDG", "LHR", "FRA"])
def test_airport_codes_are_no_names(gazetteer: Gazetteer, code: str) -> None:
    with pytest.raises(UnknownPlace):
        gazetteer.find(code)


def test_a_name_asked_again_is_remembered(gazetteer: Gazetteer) -> None:
    first = gazetteer.find("Reykjavík, IS")
    assert gazetteer.find("Reykjavík, IS") is first


def test_a_remembered_name_takes_microseconds(gazetteer: Gazetteer) -> None:
    gazetteer.find("London, GB")
    best = min(_seconds_of(lambda: gazetteer.find("London, GB")) for _ in range(5))
    assert best < 5e-6


def _seconds_of(action: object, times: int = 1000) -> float:
    assert callable(action)
    start = perf_counter()
    for _ in range(times):
        action()
    return (perf_counter() - start) / times


def test_threads_share_a_gazetteer() -> None:
    gazetteer = Gazetteer()
    names = ["London", "Paris", "Tokyo", "Lima", "Cairo", "Oslo", "Riga", "Delhi"] * 25
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda name: (gazetteer.search(name, limit=3), gazetteer.find(name)), names))
    assert found == [(gazetteer.search(name, limit=3), gazetteer.find(name)) for name in names]
    gazetteer.close()


def test_a_closed_gazetteer_opens_again(gazetteer: Gazetteer) -> None:
    gazetteer.close()
    assert gazetteer.by_id(LONDON).name == "London"


def test_a_missing_table_says_how_to_get_it(tmp_path: Path) -> None:
    gazetteer = Gazetteer(tmp_path / "none.sqlite")
    with pytest.raises(GazetteerUnreadable) as caught:
        gazetteer.find("London")
    assert caught.value.code == "gazetteer_unreadable"
    assert "none.sqlite" in caught.value.detail
    assert "builders.places" in caught.value.hint


@pytest.mark.parametrize(
    "content", [b"", b"not a database", bytes(100_000), b"SQLite format 3\x00" + bytes(4096)]
)
def test_a_file_that_is_no_table_of_places_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "places.sqlite"
    path.write_bytes(content)
    with pytest.raises(GazetteerUnreadable):
        Gazetteer(path).find("London")


def test_a_truncated_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with SHIPPED.open("rb") as shipped:
        path.write_bytes(shipped.read(1_000_000))
    with pytest.raises(GazetteerUnreadable):
        Gazetteer(path).find("London")


def test_a_table_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {TABLE_FORMAT + 1}")
    connection.execute("CREATE TABLE place (number INTEGER)")
    connection.close()
    with pytest.raises(GazetteerUnreadable, match=f"format {TABLE_FORMAT + 1}"):
        Gazetteer(path).find("London")


def test_the_table_is_never_written(gazetteer: Gazetteer) -> None:
    with pytest.raises(GazetteerUnreadable, match="readonly"), gazetteer._index._connection() as connection:
        connection.execute("DELETE FROM place")


def test_the_digest_is_the_one_that_the_builder_stored(gazetteer: Gazetteer) -> None:
    assert places_digest() == gazetteer.provenance()["digest"]
    assert places_digest().startswith("sha256:")
    assert len(places_digest()) == len("sha256:") + 64
