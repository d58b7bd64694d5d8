"""Containment in the 88 constellations."""

from math import degrees, inf, nan, pi, radians

import erfa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.sky.constellations import (
    ICRS_TO_B1875,
    NOWHERE,
    constellation,
    constellation_of_b1875,
    constellation_table,
    constellations_of_icrs,
    list_constellations,
)
from astrarium.sky.errors import NotFinite
from astrarium.sky.zodiacs import boundaries_of_date, zodiac

NAMES = [entry.abbreviation for entry in list_constellations()]
TABLE = constellation_table()
SIGNS = {
    "aries": "Ari",
    "taurus": "Tau",
    "gemini": "Gem",
    "cancer": "Cnc",
    "leo": "Leo",
    "virgo": "Vir",
    "libra": "Lib",
    "scorpio": "Sco",
    "ophiuchus": "Oph",
    "sagittarius": "Sgr",
    "capricorn": "Cap",
    "aquarius": "Aqr",
    "pisces": "Psc",
}


def at(ra_deg, dec_deg):
    return NAMES[constellations_of_icrs(ra_deg, dec_deg)[()]]


@pytest.mark.parametrize(
    ("argument", "number"),
    [("longitude_deg", nan), ("latitude_deg", inf), ("jd_tt_day", nan), ("nutation_deg", -inf)],
)
def test_direction_that_is_no_number_is_refused_by_name(argument, number):
    arguments = {
        "longitude_deg": 10.0,
        "latitude_deg": 1.0,
        "jd_tt_day": 2451544.5,
        "jd_tt_fraction": 0.5,
        "nutation_deg": 0.0,
    }
    with pytest.raises(NotFinite, match=argument):
        constellation(**(arguments | {argument: number}))


def test_batch_marks_what_is_no_number_and_loses_nothing():
    found = constellations_of_icrs([83.8, nan, inf, 83.8], [-5.4, -5.4, -5.4, nan])
    assert NAMES[found[0]] == "Ori"
    assert found[1:].tolist() == [NOWHERE] * 3


@pytest.mark.parametrize(
    ("ra_deg", "dec_deg", "name"),
    [
        (37.95, 89.26, "UMi"),  # Polaris
        (317.2, -88.96, "Oct"),  # Sigma Octantis
        (101.287, -16.716, "CMa"),  # Sirius
        (88.793, 7.407, "Ori"),  # Betelgeuse
        (201.298, -11.161, "Vir"),  # Spica
        (266.417, -29.008, "Sgr"),  # the galactic centre
        (0.0, 90.0, "UMi"),
        (180.0, -90.0, "Oct"),
    ],
)
def test_well_known_places(ra_deg, dec_deg, name):
    assert at(ra_deg, dec_deg) == name


def test_shapes_are_broadcast_and_kept():
    assert constellations_of_icrs(10.0, 10.0).shape == ()
    assert constellations_of_icrs(np.zeros((2, 1)), np.zeros(3)).shape == (2, 3)
    assert constellations_of_icrs([], []).shape == (0,)
    assert (
        constellations_of_icrs([10.0, 370.0, -350.0], 10.0).tolist()
        == [constellations_of_icrs(10.0, 10.0)[()]] * 3
    )


def test_border_belongs_to_the_area_east_and_north_of_it():
    """Aries begins at 25° of right ascension, east of Pisces; Pisces at -4° of declination, north of Aquarius."""
    ra, dec = radians(25.0), radians(11.0)
    assert NAMES[constellation_of_b1875(ra, dec, TABLE)] == "Ari"
    assert NAMES[constellation_of_b1875(np.nextafter(ra, 0.0), dec, TABLE)] == "Psc"
    ra, dec = radians(350.0), radians(-4.0)
    assert NAMES[constellation_of_b1875(ra, dec, TABLE)] == "Psc"
    assert NAMES[constellation_of_b1875(ra, np.nextafter(dec, -1.0), TABLE)] == "Aqr"


@given(st.floats(0.0, 2.0 * pi, exclude_max=True), st.floats(-pi / 2.0, pi / 2.0))
def test_every_direction_has_a_constellation(ra, dec):
    assert 0 <= constellation_of_b1875(ra, dec, TABLE) < 88


def test_equator_of_b1875_is_that_of_erfa():
    ours = np.array(ICRS_TO_B1875).reshape(3, 3)
    np.testing.assert_allclose(ours, erfa.pmat06(2405889.25855, 0.0), rtol=0, atol=1e-14)


def test_ecliptic_changes_constellation_exactly_at_the_boundaries_of_iau13():
    """Walking along the J2000 ecliptic, the map and the derived boundaries agree on both sides of each."""
    frame = zodiac("iau13")
    for sign, start in zip(frame.signs, frame.starts, strict=True):
        before = frame.signs[frame.signs.index(sign) - 1]
        for step, expected in ((1e-5, sign), (-1e-5, before)):
            found = constellation(start + step, 0.0, 2451544.5, 0.5, 0.0)
            assert found.abbreviation == SIGNS[expected], (sign, step)


def test_sun_passes_thirteen_constellations_whatever_the_date():
    for day, nutation_deg in ((2305447.5, 0.003), (2451544.5, -0.004), (2525007.5, 0.0)):
        boundaries = boundaries_of_date(zodiac("iau13"), day, 0.0, nutation_deg)
        found = [
            constellation(longitude + 1.0, 0.0, day, 0.0, nutation_deg).abbreviation
            for longitude in boundaries
        ]
        assert found == list(SIGNS.values())


def test_moon_may_leave_the_zodiac():
    """5° of latitude lead to Orion at the feet of Gemini, to Auriga above them, to Cetus, to Sextans under Leo."""
    found = [
        constellation(longitude, latitude, 2451544.5, 0.5, 0.0).name
        for longitude, latitude in ((90.0, -5.0), (92.0, 5.2), (37.0, -5.2), (157.0, -5.2))
    ]
    assert found == ["Orion", "Auriga", "Cetus", "Sextans"]


def test_latin_names_are_those_of_skyfield():
    from skyfield.api import load_constellation_names

    ours = {entry.abbreviation: entry.name.replace("ö", "o") for entry in list_constellations()}
    assert ours == dict(load_constellation_names())


def test_directions_of_date_and_of_icrs_agree():
    rng = np.random.default_rng(7)
    for _ in range(200):
        longitude, latitude, year = (
            rng.uniform(0.0, 360.0),
            rng.uniform(-80.0, 80.0),
            rng.uniform(1600.0, 2200.0),
        )
        jd = erfa.epj2jd(year)
        direction = erfa.ecm06(*jd).T @ erfa.s2c(radians(longitude - 0.003), radians(latitude))
        ra, dec = erfa.c2s(direction)
        found = constellation(longitude, latitude, jd[0] + jd[1], 0.0, 0.003)
        assert found.abbreviation == at(degrees(ra), degrees(dec))
