"""The gazetteer against the places of `data/civil_times.csv`, whose coordinates are GeoNames' (CC BY 4.0).

Every place of the file is looked up by its name and country. Those below 1,000 people are not in the gazetteer, and
three names are not what GeoNames calls the place meant: they are listed here, so that none goes missing unseen.
"""

import csv
from pathlib import Path

import pytest

from astrarium.civil.gazetteer import shipped_gazetteer
from astrarium.civil.place_errors import AmbiguousPlace, UnknownPlace

with (Path(__file__).parent / "data" / "civil_times.csv").open(encoding="utf-8", newline="") as lines:
    PLACES = sorted(
        {
            (row["place_name"], row["country"], float(row["latitude_deg"]), float(row["longitude_deg"]))
            for row in csv.DictReader(lines)
        }
    )

TOO_SMALL = {
    "Casey",
    "Chatham Islands",
    "Eucla",
    "Kesswil",
    "Kiritimati",
    "Kwajalein",
    "Lord Howe Island",
    "Mvezo",
    "Taveuni",
    "Troll",
    "Woolsthorpe",
}
# Kensington of the file is Kensington Palace's, GeoNames' one is in Liverpool; two towns in the US are called Knox.
ELSEWHERE = {"Kensington"}
SEVERAL = {"Knox"}
TOLERANCE_DEG = 0.02  # the file has some coordinates of a birthplace within the town


@pytest.mark.parametrize(
    ("name", "country", "latitude_deg", "longitude_deg"),
    [place for place in PLACES if place[0] not in TOO_SMALL | ELSEWHERE | SEVERAL],
)
def test_a_place_is_found_by_name_and_country(
    name: str, country: str, latitude_deg: float, longitude_deg: float
) -> None:
    place = shipped_gazetteer().find(f"{name}, {country}")
    assert place.country == country
    assert place.latitude == pytest.approx(latitude_deg, abs=TOLERANCE_DEG)
    assert place.longitude == pytest.approx(longitude_deg, abs=TOLERANCE_DEG)


@pytest.mark.parametrize(
    ("name", "country"), sorted({place[:2] for place in PLACES if place[0] in TOO_SMALL})
)
def test_a_place_too_small_for_the_gazetteer_is_unknown(name: str, country: str) -> None:
    with pytest.raises(UnknownPlace):
        shipped_gazetteer().find(f"{name}, {country}")


def test_a_name_of_two_towns_is_a_question_and_another_one_than_meant_is_in_the_country() -> None:
    with pytest.raises(AmbiguousPlace):
        shipped_gazetteer().find("Knox, US")
    assert shipped_gazetteer().find("Knox, Indiana").latitude == pytest.approx(41.29588)
    assert shipped_gazetteer().find("Kensington, GB").country == "GB"


def test_most_places_of_the_file_are_looked_up() -> None:
    assert len(PLACES) > 150
