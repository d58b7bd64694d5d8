"""What holds for every sky: order, opposition, angles as cusps, continuity, mirror images, and the house of a point."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from astrarium.sky.house_kernels import (
    angles,
    fill_cusps,
    fill_house_numbers,
    fill_whole_sign,
    house_of,
    orientation_of,
)
from astrarium.sky.houses import SYSTEMS, house_number, houses, houses_many

TROPICAL_SIGNS = tuple(30.0 * sign for sign in range(12))
EVERY_SYSTEM = [system.id for system in SYSTEMS]
NOT_OPPOSITE = {"whole_sign", "arc13", "apc", "sunshine"}
QUADRANT_SYSTEMS = [
    "placidus",
    "koch",
    "porphyry",
    "regiomontanus",
    "campanus",
    "alcabitius",
    "polich_page",
    "krusinski",
    "apc",
    "sunshine",
    "gauquelin",
]
ALIKE_EAST_AND_WEST = [
    "placidus",
    "porphyry",
    "regiomontanus",
    "campanus",
    "alcabitius",
    "equal_ascendant",
    "equal_midheaven",
    "meridian",
    "azimuthal",
    "polich_page",
    "morinus",
    "krusinski",
    "carter",
    "sunshine",
]

armcs = st.floats(0.0, 360.0, exclude_max=True)
latitudes = st.floats(-60.0, 60.0)
any_latitudes = st.floats(-89.9, 89.9)
obliquities = st.floats(22.5, 24.5)
declinations = st.floats(-23.0, 23.0)
longitudes = st.floats(0.0, 360.0, exclude_max=True)


def result_of(system, armc, latitude, obliquity, declination):
    return houses(
        system,
        armc,
        latitude,
        obliquity,
        sun_declination_deg=declination,
        sign_starts_deg=TROPICAL_SIGNS,
    )


def is_singular(system, armc, latitude, obliquity):
    """Skies whose azimuthal cusps jump or fall together: the equator, and the midheaven in the zenith; to 1e-3°."""
    tangent = math.tan(math.radians(obliquity)) * math.sin(math.radians(armc))
    declination = math.degrees(math.atan(tangent))
    return system == "azimuthal" and (abs(latitude) < 1e-3 or abs(latitude - declination) < 1e-3)


def apart(a, b):
    return abs((a - b + 180.0) % 360.0 - 180.0)


def widths_of(cusps):
    return [(following - cusp) % 360.0 for cusp, following in pairwise((*cusps, cusps[0]))]


# The circle of cusps


@pytest.mark.parametrize("system", EVERY_SYSTEM)
@given(armc=armcs, latitude=latitudes, obliquity=obliquities, declination=declinations)
def test_cusps_run_once_round_the_circle(system, armc, latitude, obliquity, declination):
    assume(system != "azimuthal" or abs(latitude) > obliquity)
    cusps = result_of(system, armc, latitude, obliquity, declination).cusps_deg
    widths = widths_of(cusps if system != "gauquelin" else cusps[::-1])
    assert sum(widths) == pytest.approx(360.0, abs=1e-6)
    assert min(widths) > 0.0


@pytest.mark.parametrize("system", EVERY_SYSTEM)
@given(armc=armcs, latitude=any_latitudes, obliquity=obliquities, declination=declinations)
def test_at_any_latitude_cusps_run_once_round_forwards_or_backwards(
    system, armc, latitude, obliquity, declination
):
    assume(system != "polich_page" or abs(latitude) < 64.0)
    assume(not is_singular(system, armc, latitude, obliquity))
    starts = np.array(TROPICAL_SIGNS)
    cusps, status = houses_many(
        system, armc, latitude, obliquity, sun_declination_deg=declination, sign_starts_deg=starts
    )
    assume(status[0] == 0)
    forwards = sum(widths_of(cusps[0]))
    backwards = sum(widths_of(cusps[0][::-1]))
    assert min(forwards, backwards) == pytest.approx(360.0, abs=1e-6)


@pytest.mark.parametrize("system", [system for system in EVERY_SYSTEM if system not in NOT_OPPOSITE])
@given(armc=armcs, latitude=any_latitudes, obliquity=obliquities)
def test_opposite_cusps_are_half_a_circle_apart(system, armc, latitude, obliquity):
    cusps, status = houses_many(system, armc, latitude, obliquity)
    assume(status[0] == 0)
    half = cusps.shape[1] // 2
    assert np.abs((cusps[0, half:] - cusps[0, :half]) % 360.0 - 180.0).max() < 1e-9


@pytest.mark.parametrize("system", QUADRANT_SYSTEMS)
@given(armc=armcs, latitude=latitudes, obliquity=obliquities, declination=declinations)
def test_quadrant_houses_have_the_angles_as_cusps(system, armc, latitude, obliquity, declination):
    result = result_of(system, armc, latitude, obliquity, declination)
    quarter = len(result.cusps_deg) // 4
    corners = [result.cusps_deg[quarter * corner] for corner in range(4)]
    found = result.angles_deg
    down, up = found.imum_coeli, found.midheaven
    expected = [found.ascendant, down, found.descendant, up]
    if system == "gauquelin":
        expected = [found.ascendant, up, found.descendant, down]
    assert corners[0] == found.ascendant
    assert all(apart(corner, angle) < 1e-9 for corner, angle in zip(corners, expected, strict=True))


@pytest.mark.parametrize("system", ["placidus", "koch", "gauquelin"])
@given(armc=armcs, obliquity=obliquities, margin=st.floats(1e-9, 3.0), north=st.booleans())
def test_semi_arc_cusps_run_once_round_up_to_the_polar_circle(system, armc, obliquity, margin, north):
    latitude = (90.0 - obliquity - margin) * (1.0 if north else -1.0)
    cusps = result_of(system, armc, latitude, obliquity, None).cusps_deg
    widths = widths_of(cusps if system != "gauquelin" else cusps[::-1])
    assert sum(widths) == pytest.approx(360.0, abs=1e-6)


@pytest.mark.parametrize("system", [system for system in EVERY_SYSTEM if system != "whole_sign"])
@given(armc=armcs, latitude=latitudes, obliquity=obliquities, declination=declinations)
def test_cusps_move_little_when_the_sky_turns_a_little(system, armc, latitude, obliquity, declination):
    assume(system != "azimuthal" or abs(latitude) > obliquity + 5.0)
    here = result_of(system, armc, latitude, obliquity, declination).cusps_deg
    for neighbour in (
        result_of(system, (armc + 1e-6) % 360.0, latitude, obliquity, declination),
        result_of(system, armc, latitude + 1e-6, obliquity, declination),
        result_of(system, armc, latitude, obliquity + 1e-6, declination),
    ):
        assert max(apart(a, b) for a, b in zip(here, neighbour.cusps_deg, strict=True)) < 5e-5


# Mirror images


@pytest.mark.parametrize("system", [system for system in EVERY_SYSTEM if system != "whole_sign"])
@given(armc=armcs, latitude=any_latitudes, obliquity=obliquities, declination=declinations)
def test_the_antipodes_have_the_opposite_cusps(system, armc, latitude, obliquity, declination):
    """The sky turned inside out: zenith for nadir, every longitude for its opposite, north for south."""
    assume(not is_singular(system, armc, latitude, obliquity))
    here, status = houses_many(system, armc, latitude, obliquity, sun_declination_deg=declination)
    there, other = houses_many(system, armc + 180.0, -latitude, obliquity, sun_declination_deg=-declination)
    assert status[0] == other[0]
    assume(status[0] == 0)
    assert np.abs((there - here) % 360.0 - 180.0).max() < 1e-7


@pytest.mark.parametrize("system", ALIKE_EAST_AND_WEST)
@given(armc=armcs, latitude=latitudes, obliquity=obliquities, declination=declinations)
def test_the_sky_in_a_mirror_has_the_cusps_of_the_other_side(system, armc, latitude, obliquity, declination):
    """East for west: sidereal time θ becomes 180° - θ, a longitude λ 180° - λ, the 2nd cusp the 6th and so on."""
    assume(not is_singular(system, armc, latitude, obliquity))
    here = result_of(system, armc, latitude, obliquity, declination).cusps_deg
    there = result_of(system, (180.0 - armc) % 360.0, latitude, obliquity, declination).cusps_deg
    for index in range(12):
        assert apart(there[index], 180.0 - here[(18 - index) % 12]) < 1e-7


# The house of a point


def plain_search(longitude, cusps):
    """By walking along every house from its cusp: which one is the point in?"""
    n = len(cusps)
    forwards = sum(widths_of(cusps)) <= 180.0 * n
    for index in range(n):
        start, end = cusps[index], cusps[(index + 1) % n]
        if forwards:
            inside = start <= longitude < end if start < end else (longitude >= start or longitude < end)
        else:
            inside = end < longitude <= start if end < start else (longitude <= start or longitude > end)
        if inside and start != end:
            return index + 1
    raise AssertionError


@pytest.mark.parametrize("system", EVERY_SYSTEM)
@given(armc=armcs, latitude=any_latitudes, declination=declinations, longitude=longitudes)
def test_the_house_of_a_point_is_what_a_plain_search_finds(system, armc, latitude, declination, longitude):
    assume(system != "polich_page" or abs(latitude) < 64.0)
    assume(not is_singular(system, armc, latitude, 23.44))
    cusps, status = houses_many(
        system, armc, latitude, 23.44, sun_declination_deg=declination, sign_starts_deg=TROPICAL_SIGNS
    )
    assume(status[0] == 0)
    assert house_number(longitude, cusps[0]) == plain_search(longitude, cusps[0].tolist())


@given(
    cuts=st.lists(longitudes, min_size=2, max_size=40, unique=True),
    turn=st.integers(0, 39),
    backwards=st.booleans(),
)
def test_a_cusp_opens_its_house_and_its_neighbours_fall_on_the_right_sides(cuts, turn, backwards):
    n = len(cuts)
    assume(not (backwards and n == 2))  # two cusps run both ways
    rising = sorted(cuts)
    cusps = [rising[(index + turn) % n] for index in range(n)]
    if backwards:
        cusps.reverse()
    for index, cusp in enumerate(cusps):
        assert house_number(cusp, cusps) == index + 1
        behind = math.nextafter(cusp, 1000.0 if backwards else -1.0)
        if 0.0 <= behind < 360.0 and behind not in cusps:
            assert house_number(behind, cusps) == (index - 1) % n + 1


@given(longitude=longitudes, turns=st.integers(-3, 3))
def test_a_whole_turn_changes_no_house(longitude, turns):
    cusps = houses("placidus", 77.0, 48.2, 23.44).cusps_deg
    longitude = round(longitude, 3)
    assert house_number(longitude + 360.0 * turns, cusps) == house_number(longitude, cusps)


def test_the_last_moment_before_a_full_turn_is_in_the_house_that_holds_it():
    before = math.nextafter(360.0, 0.0)
    assert house_number(before, [0.0, 30.0, 60.0]) == 3
    assert house_number(0.0, [0.0, 30.0, 60.0]) == 1
    assert house_number(before, [350.0, 20.0, 60.0]) == 1
    assert house_number(0.0, [350.0, 20.0, 60.0]) == 1
    assert house_number(349.0, [350.0, 20.0, 60.0]) == 3


def test_of_cusps_in_no_order_the_nearest_before_the_point_counts():
    cusps = [10.0, 200.0, 100.0, 300.0, 50.0, 250.0]
    assert [house_number(point, cusps) for point in (10.0, 49.0, 50.0, 120.0, 210.0, 260.0, 310.0, 5.0)] == [
        1,
        1,
        5,
        3,
        2,
        6,
        4,
        4,
    ]


def test_of_equal_cusps_the_last_one_opens_the_house():
    assert house_number(40.0, [10.0, 40.0, 40.0, 200.0]) == 3
    assert house_number(10.0, [10.0, 40.0, 200.0, 10.0]) == 1


def test_many_bodies_are_the_same_as_one_by_one():
    rng = np.random.default_rng(7)
    bodies = rng.uniform(0.0, 2.0 * math.pi, 200)
    for latitude in (50.0, -75.0, 80.0):
        sky = (2.17, math.radians(latitude), 0.409)
        found = angles(*sky)
        cusps = np.empty(12)
        assert fill_cusps(13, *sky, found[0], found[1], 0.0, cusps) == 0
        numbers = np.empty(200, dtype=np.int64)
        fill_house_numbers(bodies, cusps, 12, numbers)
        assert [house_of(body, cusps, 12) for body in bodies] == numbers.tolist()


# The kernels in radians, as other kernels call them


@pytest.mark.parametrize("system", [system for system in EVERY_SYSTEM if system != "whole_sign"])
@given(armc=armcs, latitude=latitudes, obliquity=obliquities, declination=declinations)
def test_the_kernels_in_radians_agree_with_the_functions_in_degrees(
    system, armc, latitude, obliquity, declination
):
    assume(not is_singular(system, armc, latitude, obliquity))
    sky = (math.radians(armc), math.radians(latitude), math.radians(obliquity))
    found = angles(*sky)
    expected = result_of(system, armc, latitude, obliquity, declination)
    cusps = np.full(36, -1.0)
    code = EVERY_SYSTEM.index(system)
    assert fill_cusps(code, *sky, found[0], found[1], math.radians(declination), cusps) == 0
    count = len(expected.cusps_deg)
    for cusp_rad, cusp_deg in zip(cusps[:count], expected.cusps_deg, strict=True):
        assert 0.0 <= cusp_rad < 2.0 * math.pi
        assert apart(math.degrees(cusp_rad), cusp_deg) < 1e-9
    assert (cusps[count:] == -1.0).all()


def test_an_undefined_system_leaves_nothing_that_could_be_taken_for_a_cusp():
    cusps = np.zeros(12)
    sky = (1.0, math.radians(75.0), math.radians(23.44))
    found = angles(*sky)
    assert fill_cusps(0, *sky, found[0], found[1], 0.0, cusps) == 1
    assert np.isnan(cusps).all()


def test_an_unknown_system_code_is_undefined():
    cusps = np.zeros(12)
    found = angles(1.0, 0.8, 0.409)
    for code in (-1, len(SYSTEMS), 10**6):
        assert fill_cusps(code, 1.0, 0.8, 0.409, found[0], found[1], 0.0, cusps) == 1


@pytest.mark.parametrize("latitude", [math.pi / 2.0, -math.pi / 2.0])
@pytest.mark.parametrize("armc", [0.0, 1.0, math.pi, 4.5])
def test_the_kernels_know_the_poles(latitude, armc):
    found = angles(armc, latitude, 0.409)
    assert all(0.0 <= angle < 2.0 * math.pi for angle in found)
    cusps = np.empty(36)
    defined = [
        system
        for code, system in enumerate(EVERY_SYSTEM)
        if system != "whole_sign"
        and fill_cusps(code, armc, latitude, 0.409, found[0], found[1], 0.1, cusps) == 0
    ]
    assert defined == [
        "porphyry",
        "campanus",
        "alcabitius",
        "equal_ascendant",
        "equal_midheaven",
        "vehlow",
        "arc13",
        "meridian",
        "azimuthal",
        "morinus",
        "carter",
        "sripati",
    ]


def test_whole_signs_count_from_the_sign_of_the_ascendant():
    starts = np.array([6.0, 0.5, 1.5, 4.0])
    out = np.empty(4)
    fill_whole_sign(0.2, starts, 4, out)
    assert out.tolist() == [6.0, 0.5, 1.5, 4.0]
    fill_whole_sign(4.0, starts, 4, out)
    assert out.tolist() == [4.0, 6.0, 0.5, 1.5]


def test_an_orientation_is_the_sines_and_cosines():
    sky = orientation_of(1.0, 0.5, 0.4)
    assert tuple(sky) == pytest.approx(
        (math.sin(1.0), math.cos(1.0), math.sin(0.5), math.cos(0.5), math.sin(0.4), math.cos(0.4))
    )
