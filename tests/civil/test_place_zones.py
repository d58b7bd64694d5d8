"""The clocks of a point on the map, and their names."""

from pathlib import Path

import pytest
import tzfpy

from astrarium.civil.place_index import SHIPPED, PlaceIndex
from astrarium.civil.place_zones import zones_at

TZDATA = Path(__file__).resolve().parents[2] / "builders" / "sources" / "tzdata.zi"


def zone_names() -> set[str]:
    fields = [
        line.split() for line in TZDATA.read_text(encoding="ascii").splitlines() if line[:2] in {"Z ", "L "}
    ]
    return {field[1] if field[0] == "Z" else field[2] for field in fields}


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg", "zones"),
    [
        (51.50853, -0.12574, ("Europe/London",)),
        (40.71427, -74.00597, ("America/New_York",)),
        (-33.86785, 151.20732, ("Australia/Sydney",)),
        (43.80096, 87.60046, ("Asia/Shanghai", "Asia/Urumqi")),
        (43.0, 41.0, ("Asia/Tbilisi", "Europe/Moscow")),
        (0.0, 0.0, ("Etc/GMT",)),
        (30.0, -30.0, ("Etc/GMT+2",)),
        (0.0, 180.0, ("Etc/GMT-12",)),
        (0.0, -180.0, ("Etc/GMT+12",)),
        (-90.0, 0.0, ("Antarctica/McMurdo",)),
    ],
)
def test_zones_of_points(latitude_deg: float, longitude_deg: float, zones: tuple[str, ...]) -> None:
    assert zones_at(latitude_deg, longitude_deg) == zones


def test_the_seam_of_two_nautical_zones_has_one_clock() -> None:
    assert len(zones_at(0.0, 172.5)) == 1


def test_a_point_off_the_map_has_no_zone() -> None:
    assert zones_at(95.0, 0.0) == ()


def test_every_zone_of_the_boundaries_is_in_the_shipped_time_zones() -> None:
    assert set(tzfpy.timezonenames()) - zone_names() == set()


def test_every_zone_of_the_gazetteer_is_in_the_shipped_time_zones() -> None:
    index = PlaceIndex(SHIPPED)
    with index._connection() as connection:
        zones = {name for (name,) in connection.execute("SELECT name FROM zone")}
        others = {
            name
            for (names,) in connection.execute(
                "SELECT DISTINCT other_zones FROM place WHERE other_zones > ''"
            )
            for name in names.split(" ")
        }
    index.close()
    assert len(zones) > 350
    assert len(others) > 20
    assert (zones | others) - zone_names() == set()
