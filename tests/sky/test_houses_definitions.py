"""Every house system against its own definition, by ways of reckoning that the kernels do not use.

Semi-arc systems: the cusp's own hour angle and semi-arc. Circle systems: vectors of the sky, planes and their normals.
Tolerance 1e-9° throughout.
"""

import math
from itertools import pairwise

import numpy as np
import pytest

from astrarium.sky.houses import houses

OBLIQUITY = 23.4392911
TOLERANCE_DEG = 1e-9
SKIES = [
    (armc, latitude)
    for latitude in (-66.0, -51.1, -23.0, -0.5, 0.0, 7.7, 33.3, 52.0, 65.9)
    for armc in (0.0, 13.7, 88.8, 90.0, 143.2, 180.0, 211.1, 269.5, 330.3)
]
POLAR_SKIES = [
    (armc, latitude) for latitude in (-75.0, 67.0, 89.0) for armc in (3.3, 101.0, 124.5, 190.7, 259.2, 301.0)
]


def cusps_of(system, armc, latitude, **more):
    return houses(system, armc, latitude, OBLIQUITY, **more).cusps_deg


def of_ecliptic(longitude_deg):
    """The equatorial unit vector of a point of the ecliptic."""
    longitude, obliquity = math.radians(longitude_deg), math.radians(OBLIQUITY)
    return np.array(
        [
            math.cos(longitude),
            math.sin(longitude) * math.cos(obliquity),
            math.sin(longitude) * math.sin(obliquity),
        ]
    )


def of_equator(right_ascension_deg, declination_deg=0.0):
    ascension, declination = math.radians(right_ascension_deg), math.radians(declination_deg)
    return np.array(
        [
            math.cos(declination) * math.cos(ascension),
            math.cos(declination) * math.sin(ascension),
            math.sin(declination),
        ]
    )


def north_point(armc, latitude):
    return of_equator(armc + 180.0, 90.0 - latitude)


def east_point(armc):
    return of_equator(armc + 90.0)


def zenith(armc, latitude):
    return of_equator(armc, latitude)


def distance_from_plane_deg(point, first, second):
    normal = np.cross(first, second)
    return math.degrees(math.asin(point @ normal / np.linalg.norm(normal)))


def is_on_half_circle(cusp_deg, axis, through, side=1.0):
    """Whether a cusp lies on the half great circle between the two ends of `axis` that passes `through` a point."""
    point = side * of_ecliptic(cusp_deg)
    across = through - (through @ axis) * axis
    return abs(distance_from_plane_deg(point, axis, across)) < TOLERANCE_DEG and point @ across > 0.0


def apart(a, b):
    return abs((a - b + 180.0) % 360.0 - 180.0)


def share_of_day(longitude_deg, armc, latitude):
    """How far a degree is on its way: 0 rising, 1 culminating, 2 setting, 3 lowest, by its own semi-arcs."""
    x, y, z = of_ecliptic(longitude_deg)
    hour_angle = (armc - math.degrees(math.atan2(y, x)) + 180.0) % 360.0 - 180.0
    semi_arc = math.degrees(math.acos(-math.tan(math.radians(latitude)) * z / math.hypot(x, y)))
    if abs(hour_angle) <= semi_arc:
        return 1.0 + hour_angle / semi_arc, semi_arc
    lower = (hour_angle % 360.0) - 180.0
    return 3.0 + lower / (180.0 - semi_arc), 180.0 - semi_arc


def assert_share(longitude_deg, expected, armc, latitude):
    share, semi_arc = share_of_day(longitude_deg, armc, latitude)
    assert abs((share - expected + 2.0) % 4.0 - 2.0) * semi_arc < TOLERANCE_DEG, (share, expected)


# The angles


@pytest.mark.parametrize(("armc", "latitude"), SKIES + POLAR_SKIES)
def test_angles_lie_on_their_circles(armc, latitude):
    angles = houses("porphyry", armc, latitude, OBLIQUITY).angles_deg
    up, east, north = zenith(armc, latitude), east_point(armc), north_point(armc, latitude)
    pole = np.array([0.0, 0.0, 1.0])
    assert is_on_half_circle(angles.midheaven, pole, of_equator(armc))
    assert abs(distance_from_plane_deg(of_ecliptic(angles.ascendant), north, east)) < TOLERANCE_DEG
    assert 0.0 < (angles.ascendant - angles.midheaven) % 360.0 < 180.0
    assert is_on_half_circle(angles.equatorial_ascendant, pole, east)
    assert abs(distance_from_plane_deg(of_ecliptic(angles.vertex), up, east)) < TOLERANCE_DEG
    if latitude == 0.0:
        assert angles.vertex in {0.0, 180.0}
    else:
        assert 180.0 < (angles.vertex - angles.midheaven) % 360.0 < 360.0


@pytest.mark.parametrize(("armc", "latitude"), SKIES + POLAR_SKIES)
def test_the_ascendant_rises_at_every_latitude(armc, latitude):
    ascendant = houses("porphyry", armc, latitude, OBLIQUITY).angles_deg.ascendant
    assert of_ecliptic(ascendant) @ east_point(armc) > 0.0


# Semi-arcs

NEAR_CIRCLE = [
    (armc, sign * (90.0 - OBLIQUITY - margin))
    for margin in (1.5, 1.11, 1.09, 0.6, 1e-2, 1e-4, 1e-6)
    for sign in (1.0, -1.0)
    for armc in (0.0, 29.0, 30.001, 60.0, 89.0, 119.999, 150.0, 200.0, 270.0, 333.0)
]


@pytest.mark.parametrize(("armc", "latitude"), SKIES + NEAR_CIRCLE)
def test_placidus_trisects_the_semi_arc_of_every_cusp(armc, latitude):
    cusps = cusps_of("placidus", armc, latitude)
    for house, cusp in enumerate(cusps, start=1):
        assert_share(cusp, (1 - house) / 3.0, armc, latitude)


@pytest.mark.parametrize(("armc", "latitude"), SKIES + NEAR_CIRCLE)
def test_gauquelin_sectors_are_ninths_of_the_semi_arc(armc, latitude):
    sectors = cusps_of("gauquelin", armc, latitude)
    for sector, cusp in enumerate(sectors):
        assert_share(cusp, sector / 9.0, armc, latitude)


def test_placidus_exists_to_the_last_degree_of_latitude_below_the_polar_circle():
    circle = 90.0 - OBLIQUITY
    for latitude in (math.nextafter(circle, 0.0), circle - 1e-12, circle - 1e-9):
        for armc in np.linspace(0.0, 360.0, 97):
            cusps = cusps_of("placidus", float(armc), latitude)
            widths = [(later - cusp) % 360.0 for cusp, later in pairwise((*cusps, cusps[0]))]
            assert sum(widths) == pytest.approx(360.0)
            assert all(0.0 <= width < 180.0 for width in widths)


@pytest.mark.parametrize(("armc", "latitude"), SKIES)
def test_koch_cusps_rise_at_thirds_of_the_midheavens_semi_arc(armc, latitude):
    result = houses("koch", armc, latitude, OBLIQUITY)
    midheaven = of_ecliptic(result.angles_deg.midheaven)
    tan_declination = midheaven[2] / math.hypot(*midheaven[:2])
    third = math.degrees(math.acos(-math.tan(math.radians(latitude)) * tan_declination)) / 3.0
    for house, steps in ((10, -3), (11, -2), (12, -1), (1, 0), (2, 1), (3, 2)):
        rising = houses("porphyry", armc + steps * third, latitude, OBLIQUITY).angles_deg.ascendant
        assert apart(result.cusps_deg[house - 1], rising) < TOLERANCE_DEG


@pytest.mark.parametrize(("armc", "latitude"), SKIES + POLAR_SKIES)
def test_alcabitius_trisects_the_ascendants_arcs_of_right_ascension(armc, latitude):
    result = houses("alcabitius", armc, latitude, OBLIQUITY)
    ascensions = [math.degrees(math.atan2(*of_ecliptic(cusp)[1::-1])) for cusp in result.cusps_deg]
    day = [(b - a) % 360.0 for a, b in pairwise([ascensions[house - 1] for house in (10, 11, 12, 1)])]
    night = [(b - a) % 360.0 for a, b in pairwise([ascensions[house - 1] for house in (1, 2, 3, 4)])]
    assert max(day) - min(day) < TOLERANCE_DEG
    assert max(night) - min(night) < TOLERANCE_DEG
    assert sum(day) + sum(night) == pytest.approx(180.0)


# Circles


@pytest.mark.parametrize(("armc", "latitude"), SKIES + POLAR_SKIES)
def test_regiomontanus_carries_the_equator_by_position_circles(armc, latitude):
    cusps = cusps_of("regiomontanus", armc, latitude)
    for house in (10, 11, 12, 2, 3):
        point = of_equator(armc + 30.0 * ((house - 10) % 12))
        assert is_on_half_circle(cusps[house - 1], north_point(armc, latitude), point), house


@pytest.mark.parametrize(("armc", "latitude"), SKIES + POLAR_SKIES)
def test_campanus_carries_the_prime_vertical_by_position_circles(armc, latitude):
    cusps = cusps_of("campanus", armc, latitude)
    for house in (10, 11, 12, 2, 3):
        step = math.radians(30.0 * ((house - 10) % 12))
        point = math.cos(step) * zenith(armc, latitude) + math.sin(step) * east_point(armc)
        assert is_on_half_circle(cusps[house - 1], north_point(armc, latitude), point), house


@pytest.mark.parametrize(("armc", "latitude"), [sky for sky in SKIES + POLAR_SKIES if sky[1] != 0.0])
def test_azimuthal_carries_the_horizon_by_vertical_circles(armc, latitude):
    result = houses("azimuthal", armc, latitude, OBLIQUITY)
    equatorward = math.copysign(1.0, -latitude) * north_point(armc, latitude)
    declination = math.degrees(math.asin(of_ecliptic(result.angles_deg.midheaven)[2]))
    side = -1.0 if math.copysign(declination, declination * latitude) > abs(latitude) else 1.0
    for house in (10, 11, 12, 1, 2, 3):
        step = math.radians(30.0 * ((house - 10) % 12))
        point = math.cos(step) * equatorward + math.sin(step) * east_point(armc)
        assert is_on_half_circle(result.cusps_deg[house - 1], zenith(armc, latitude), point, side), house


@pytest.mark.parametrize(("armc", "latitude"), SKIES)
def test_polich_page_circles_stand_at_thirds_of_the_latitudes_tangent(armc, latitude):
    cusps = cusps_of("polich_page", armc, latitude)
    for house, thirds in ((11, 1), (12, 2), (2, 2), (3, 1)):
        own_latitude = math.degrees(math.atan(thirds * math.tan(math.radians(latitude)) / 3.0))
        own_armc = armc + 30.0 * ((house - 10) % 12) - 90.0
        rising = houses("porphyry", own_armc, own_latitude, OBLIQUITY).angles_deg.ascendant
        assert apart(cusps[house - 1], rising) < TOLERANCE_DEG


@pytest.mark.parametrize(("armc", "latitude"), SKIES + POLAR_SKIES)
@pytest.mark.parametrize("system", ["apc", "sunshine"])
def test_parallel_houses_trisect_the_day_and_the_night_of_their_parallel(system, armc, latitude):
    if system == "apc":
        ascendant = houses("porphyry", armc, latitude, OBLIQUITY).angles_deg.ascendant
        declination = math.degrees(math.asin(of_ecliptic(ascendant)[2]))
    else:
        declination = math.copysign(min(17.3, 0.9 * (90.0 - abs(latitude))), armc - 180.0)
    cosine = -math.tan(math.radians(latitude)) * math.tan(math.radians(declination))
    semi_arc = math.degrees(math.acos(cosine))
    cusps = cusps_of(system, armc, latitude, sun_declination_deg=declination)
    night = 180.0 - semi_arc
    for house, hour_angle in (
        (11, semi_arc / 3.0),
        (12, 2.0 * semi_arc / 3.0),
        (9, -semi_arc / 3.0),
        (8, -2.0 * semi_arc / 3.0),
        (3, 180.0 - night / 3.0),
        (2, 180.0 - 2.0 * night / 3.0),
        (5, 180.0 + night / 3.0),
        (6, 180.0 + 2.0 * night / 3.0),
    ):
        point = of_equator(armc + hour_angle, declination)
        assert is_on_half_circle(cusps[house - 1], north_point(armc, latitude), point), house
    assert apart(cusps[3], cusps[9] + 180.0) < TOLERANCE_DEG
    assert apart(cusps[6], cusps[0] + 180.0) < TOLERANCE_DEG


@pytest.mark.parametrize(("armc", "latitude"), SKIES + POLAR_SKIES)
@pytest.mark.parametrize("system", ["meridian", "carter", "krusinski"])
def test_hour_circles_through_even_points(system, armc, latitude):
    cusps = cusps_of(system, armc, latitude)
    pole = np.array([0.0, 0.0, 1.0])
    rising = of_ecliptic(houses("porphyry", armc, latitude, OBLIQUITY).angles_deg.ascendant)
    start = math.degrees(math.atan2(rising[1], rising[0])) if system == "carter" else armc - 270.0
    for house in range(12):
        point = of_equator(start + 30.0 * house)
        if system == "krusinski":
            step = math.radians(30.0 * house)
            point = math.cos(step) * rising - math.sin(step) * zenith(armc, latitude)
        assert is_on_half_circle(cusps[house], pole, point)


@pytest.mark.parametrize("armc", [0.0, 33.3, 90.0, 200.2, 311.0])
def test_morinus_carries_the_equator_by_circles_of_longitude_at_any_latitude(armc):
    ecliptic_pole = np.array([0.0, -math.sin(math.radians(OBLIQUITY)), math.cos(math.radians(OBLIQUITY))])
    cusps = cusps_of("morinus", armc, 50.0)
    for house in range(12):
        assert is_on_half_circle(cusps[house], ecliptic_pole, of_equator(armc + 30.0 * (house - 9)))
    assert cusps_of("morinus", armc, -80.0) == cusps


# Arcs of the ecliptic


@pytest.mark.parametrize(("armc", "latitude"), SKIES + POLAR_SKIES)
def test_porphyry_trisects_the_quadrants_and_sripati_halves_its_houses(armc, latitude):
    result = houses("porphyry", armc, latitude, OBLIQUITY)
    cusps = result.cusps_deg
    angles = result.angles_deg
    for first, corner, following in (
        (0, angles.ascendant, angles.imum_coeli),
        (3, angles.imum_coeli, angles.descendant),
        (6, angles.descendant, angles.midheaven),
        (9, angles.midheaven, angles.ascendant),
    ):
        for third in range(3):
            expected = corner + third * ((following - corner) % 360.0) / 3.0
            assert apart(cusps[first + third], expected) < TOLERANCE_DEG
    middles = cusps_of("sripati", armc, latitude)
    for house in range(12):
        expected = cusps[house - 1] + ((cusps[house] - cusps[house - 1]) % 360.0) / 2.0
        assert apart(middles[house], expected) < TOLERANCE_DEG


@pytest.mark.parametrize(("armc", "latitude"), SKIES + POLAR_SKIES)
@pytest.mark.parametrize(
    ("system", "angle", "house", "offset"),
    [
        ("equal_ascendant", "ascendant", 1, 0.0),
        ("equal_midheaven", "midheaven", 10, 0.0),
        ("vehlow", "ascendant", 1, -15.0),
    ],
)
def test_equal_houses_count_from_their_angle(system, angle, house, offset, armc, latitude):
    result = houses(system, armc, latitude, OBLIQUITY)
    for index, cusp in enumerate(result.cusps_deg, start=1):
        expected = getattr(result.angles_deg, angle) + offset + 30.0 * (index - house)
        assert apart(cusp, expected) < TOLERANCE_DEG
