"""The public face of the houses: the list of systems, bad input, what each system is made of."""

import inspect
import math

import numpy as np
import pytest

from astrarium.errors import AstrariumError
from astrarium.sky import house_kernels
from astrarium.sky import houses as module
from astrarium.sky.errors import NotFinite
from astrarium.sky.house_errors import (
    HouseInputInvalid,
    HouseInputMissing,
    HouseSystemUndefined,
    UnknownHouseSystem,
)
from astrarium.sky.houses import (
    INVALID,
    OK,
    SYSTEMS,
    UNDEFINED,
    house_number,
    houses,
    houses_many,
    systems_defined_at,
)

OBLIQUITY = 23.4392911
LONDON = (123.4, 51.50853, OBLIQUITY)
TROPICAL_SIGNS = tuple(30.0 * sign for sign in range(12))
IDS = (
    "placidus",
    "koch",
    "porphyry",
    "regiomontanus",
    "campanus",
    "alcabitius",
    "equal_ascendant",
    "equal_midheaven",
    "vehlow",
    "whole_sign",
    "arc13",
    "meridian",
    "azimuthal",
    "polich_page",
    "morinus",
    "krusinski",
    "carter",
    "sripati",
    "apc",
    "sunshine",
    "gauquelin",
)


def any_houses(system, armc, latitude, obliquity=OBLIQUITY, declination=10.0):
    return houses(
        system, armc, latitude, obliquity, sun_declination_deg=declination, sign_starts_deg=TROPICAL_SIGNS
    )


# Bad input


@pytest.mark.parametrize("system", ["", "placidsu", "Placidus!", "x" * 10_000, "house of commons"])
def test_unknown_system_is_an_error_that_quotes_little_of_it(system):
    with pytest.raises(UnknownHouseSystem) as caught:
        houses(system, *LONDON)
    assert caught.value.code == "unknown_house_system"
    assert caught.value.pointer == "/houses"
    assert len(caught.value.detail) < 200


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("placidsu", "placidus"),
        ("Koch", "koch"),
        ("whole sign", "whole_sign"),
        ("equal", "equal_ascendant"),
        ("topocentric_polich_page", "polich_page"),
        ("polich-page", "polich_page"),
    ],
)
def test_unknown_system_suggests_the_nearest_one(typed, meant):
    with pytest.raises(UnknownHouseSystem) as caught:
        houses(typed, *LONDON)
    assert meant in caught.value.data["nearest"]
    assert meant in caught.value.detail


@pytest.mark.parametrize("argument", ["armc_deg", "latitude_deg", "obliquity_deg"])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_an_error_that_names_it(argument, value):
    sky = {"armc_deg": 10.0, "latitude_deg": 50.0, "obliquity_deg": OBLIQUITY, argument: value}
    with pytest.raises(NotFinite, match=argument):
        houses("placidus", **sky)
    with pytest.raises(NotFinite, match="sun_declination_deg"):
        houses("sunshine", *LONDON, sun_declination_deg=value)


@pytest.mark.parametrize("latitude", [90.0000001, -91.0, 180.0, 1e300])
def test_a_latitude_beyond_the_poles_is_an_error_that_names_it(latitude):
    with pytest.raises(HouseInputInvalid) as caught:
        houses("equal_ascendant", 10.0, latitude, OBLIQUITY)
    assert caught.value.code == "house_input_invalid"
    assert caught.value.pointer == "/birth/place/latitude"
    assert str(latitude) in caught.value.detail
    with pytest.raises(HouseInputInvalid):
        systems_defined_at(latitude, OBLIQUITY)


@pytest.mark.parametrize("obliquity", [0.0, -23.4, 45.0, 90.0])
def test_an_obliquity_that_no_sky_has_is_an_error(obliquity):
    with pytest.raises(HouseInputInvalid, match="obliquity_deg"):
        houses("equal_ascendant", 10.0, 50.0, obliquity)


def test_a_declination_beyond_the_poles_is_an_error():
    with pytest.raises(HouseInputInvalid, match="sun_declination_deg"):
        houses("sunshine", *LONDON, sun_declination_deg=90.5)


@pytest.mark.parametrize(
    "starts",
    [
        (),
        (0.0,),
        (0.0, 0.0),
        (0.0, 120.0, 120.0, 240.0),
        (0.0, 240.0, 120.0, 300.0),
        (300.0, 200.0, 100.0),
        (0.0, 120.0, 360.0),
        (-10.0, 120.0, 240.0),
        (0.0, math.nan, 240.0),
        ((0.0, 120.0), (180.0, 240.0)),
    ],
)
def test_signs_that_do_not_rise_once_round_the_circle_are_an_error(starts):
    with pytest.raises(HouseInputInvalid, match="sign_starts_deg"):
        houses("whole_sign", *LONDON, sign_starts_deg=starts)


@pytest.mark.parametrize(
    ("system", "argument"), [("sunshine", "sun_declination_deg"), ("whole_sign", "sign_starts_deg")]
)
def test_a_system_that_needs_more_says_what_it_needs(system, argument):
    with pytest.raises(HouseInputMissing, match=argument) as caught:
        houses(system, *LONDON)
    assert caught.value.code == "house_input_missing"
    with pytest.raises(HouseInputMissing, match=argument):
        houses_many(system, *LONDON)


@pytest.mark.parametrize("system", ["placidus", "koch", "gauquelin"])
@pytest.mark.parametrize("latitude", [70.0, -70.0, 90.0 - OBLIQUITY, OBLIQUITY - 90.0, 90.0, -90.0])
def test_semi_arc_systems_are_undefined_from_the_polar_circles_on(system, latitude):
    with pytest.raises(HouseSystemUndefined) as caught:
        houses(system, 100.0, latitude, OBLIQUITY)
    error = caught.value
    assert error.code == "houses_undefined"
    assert error.pointer == "/houses"
    assert f"{abs(latitude):g}° {'north' if latitude > 0 else 'south'}" in error.detail
    assert error.data["latitude_deg"] == latitude
    assert not {"placidus", "koch", "gauquelin"} & set(error.systems_that_work)
    for other in error.systems_that_work:
        assert other in error.hint
        assert math.isfinite(sum(any_houses(other, 100.0, latitude).cusps_deg))


@pytest.mark.parametrize("latitude", [65.0, 78.2, -80.0, 90.0, -90.0])
@pytest.mark.parametrize("declination", [23.4, -23.4, 5.0])
def test_sunshine_houses_are_undefined_in_polar_day_and_polar_night(latitude, declination):
    if abs(latitude) + abs(declination) < 90.0:
        assert "sunshine" in systems_defined_at(latitude, OBLIQUITY, sun_declination_deg=declination)
        any_houses("sunshine", 200.0, latitude, declination=declination)
    else:
        assert "sunshine" not in systems_defined_at(latitude, OBLIQUITY, sun_declination_deg=declination)
        with pytest.raises(HouseSystemUndefined, match="where the Sun rises and sets"):
            any_houses("sunshine", 200.0, latitude, declination=declination)


def test_every_error_tells_what_to_do_next_and_has_its_own_code():
    errors = [
        UnknownHouseSystem("x", ()),
        HouseSystemUndefined("koch", 70.0, ("porphyry",)),
        HouseInputMissing("sunshine", "sun_declination_deg"),
        HouseInputInvalid("latitude_deg", 91.0, "between -90 and 90"),
    ]
    assert all(isinstance(error, AstrariumError) and error.hint.endswith(".") for error in errors)
    assert len({error.code for error in errors}) == 4


# The list of systems


def test_the_systems_and_their_order_are_pinned():
    assert tuple(system.id for system in SYSTEMS) == IDS


def test_the_kernels_number_the_systems_by_their_place_in_the_list():
    for code, system in enumerate(SYSTEMS):
        assert getattr(house_kernels, system.id.upper()) == code
    assert max(system.cusp_count or 0 for system in SYSTEMS) == house_kernels.MAX_CUSPS


def test_every_system_says_what_it_is():
    for system in SYSTEMS:
        assert system.name
        assert system.source
        assert system.description.endswith(".")
        assert system.defined_where
        assert system.cusp_count in {12, 13, 36, None}


def test_the_public_names_are_pinned():
    assert [name for name in module.__all__ if not name.isupper()] == [
        "Angles",
        "HouseCusps",
        "HouseSystem",
        "house_number",
        "houses",
        "houses_many",
        "systems_defined_at",
    ]
    assert list(inspect.signature(houses).parameters) == [
        "system",
        "armc_deg",
        "latitude_deg",
        "obliquity_deg",
        "sun_declination_deg",
        "sign_starts_deg",
    ]


def test_all_systems_but_sunshine_are_defined_where_people_live():
    assert systems_defined_at(51.5, OBLIQUITY) == IDS
    assert systems_defined_at(-33.9, OBLIQUITY) == IDS


def test_at_the_poles_the_systems_whose_circles_fall_together_are_left_out():
    gone = set(IDS) - set(systems_defined_at(90.0, OBLIQUITY))
    assert gone == {
        "placidus",
        "koch",
        "gauquelin",
        "sunshine",
        "regiomontanus",
        "polich_page",
        "krusinski",
        "apc",
    }
    assert set(IDS) - set(systems_defined_at(-90.0, OBLIQUITY)) == gone


# What comes out


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.id)
@pytest.mark.parametrize("latitude", [-90.0, -66.0, -23.4392911, 0.0, 23.4392911, 60.0, 89.9999, 90.0])
@pytest.mark.parametrize("armc", [0.0, 90.0, 180.0, 270.0, 359.9999999, -45.0, 7200.25])
def test_whatever_is_defined_is_finite_and_within_one_turn(system, latitude, armc):
    if system.id not in systems_defined_at(latitude, OBLIQUITY, sun_declination_deg=10.0):
        return
    result = any_houses(system.id, armc, latitude)
    assert result.system == system.id
    assert len(result.cusps_deg) == (system.cusp_count or 12)
    angles = [getattr(result.angles_deg, name) for name in result.angles_deg.__struct_fields__]
    assert all(0.0 <= value < 360.0 for value in (*result.cusps_deg, *angles))
    assert all(math.copysign(1.0, value) == 1.0 for value in (*result.cusps_deg, *angles))


def test_angles_come_with_their_opposites():
    angles = houses("placidus", *LONDON).angles_deg
    for angle, opposite in (
        (angles.ascendant, angles.descendant),
        (angles.midheaven, angles.imum_coeli),
        (angles.vertex, angles.antivertex),
        (angles.co_ascendant_koch, angles.polar_ascendant),
    ):
        assert (opposite - angle) % 360.0 == pytest.approx(180.0, abs=1e-9)


def test_the_co_ascendant_of_munkasey_is_the_ascendant_of_the_co_latitude():
    there = houses("placidus", 77.0, 40.0, OBLIQUITY).angles_deg
    co_latitude = houses("porphyry", 77.0, 50.0, OBLIQUITY).angles_deg
    assert there.co_ascendant_munkasey == pytest.approx(co_latitude.ascendant, abs=1e-10)


def test_the_co_ascendant_of_koch_is_opposite_to_the_ascendant_of_half_a_day_later():
    here = houses("porphyry", 77.0, 40.0, OBLIQUITY).angles_deg
    later = houses("porphyry", 257.0, 40.0, OBLIQUITY).angles_deg
    assert here.co_ascendant_koch == pytest.approx((later.ascendant + 180.0) % 360.0, abs=1e-10)


def test_whole_signs_of_thirteen_unequal_signs_are_thirteen_houses_of_the_signs_width():
    starts = (29.0, 53.4, 90.1, 118.2, 138.1, 174.0, 217.8, 241.1, 248.0, 266.6, 299.7, 327.9, 351.6)
    result = houses("whole_sign", 123.4, 51.5, OBLIQUITY, sign_starts_deg=starts)
    assert len(result.cusps_deg) == 13
    assert sorted(result.cusps_deg) == sorted(starts)
    assert house_number(result.angles_deg.ascendant, result.cusps_deg) == 1
    at = starts.index(result.cusps_deg[0])
    assert result.cusps_deg == starts[at:] + starts[:at]


def test_an_ascendant_on_the_start_of_a_sign_opens_the_first_house_there():
    ascendant = houses("porphyry", *LONDON).angles_deg.ascendant
    starts = sorted(((ascendant + 30.0 * sign) % 360.0) if sign else ascendant for sign in range(12))
    assert houses("whole_sign", *LONDON, sign_starts_deg=starts).cusps_deg[0] == ascendant


def test_thirteen_equal_arcs_begin_at_the_ascendant():
    result = houses("arc13", *LONDON)
    ascendant = result.angles_deg.ascendant
    assert result.cusps_deg == pytest.approx(
        [(ascendant + house * 360.0 / 13.0) % 360.0 for house in range(13)]
    )


def test_the_meridian_is_exact_at_the_quarters():
    for armc in (0.0, 90.0, 180.0, 270.0, 360.0, -90.0):
        assert houses("porphyry", armc, 52.5, OBLIQUITY).angles_deg.midheaven == armc % 360.0
    assert houses("porphyry", 270.0, 52.5, OBLIQUITY).angles_deg.ascendant == 0.0


def test_where_the_midheaven_is_down_the_position_circles_take_the_other_end_of_the_meridian():
    true_midheaven = houses("porphyry", 124.462458, -75.0, OBLIQUITY).angles_deg.midheaven
    for system in ("regiomontanus", "campanus", "polich_page", "apc", "sunshine"):
        result = any_houses(system, 124.462458, -75.0)
        assert result.angles_deg.midheaven == result.cusps_deg[9]
        assert (result.angles_deg.midheaven - true_midheaven) % 360.0 == pytest.approx(180.0)


# Many skies


def test_one_bad_row_spoils_no_other():
    armc = [10.0, math.nan, 30.0, 40.0, 50.0, math.inf]
    latitude = [50.0, 50.0, 91.0, 80.0, -50.0, 50.0]
    cusps, status = houses_many("placidus", armc, latitude, OBLIQUITY)
    assert status.tolist() == [OK, INVALID, INVALID, UNDEFINED, OK, INVALID]
    assert cusps.shape == (6, 12)
    assert np.isfinite(cusps[[0, 4]]).all()
    assert np.isnan(cusps[[1, 2, 3, 5]]).all()


def test_rows_of_the_wrong_obliquity_declination_or_signs_are_invalid():
    assert houses_many("koch", 10.0, 50.0, [OBLIQUITY, math.nan, 0.0, 90.0])[1].tolist() == [OK] + 3 * [
        INVALID
    ]
    declination = [10.0, math.nan, 95.0, 89.0]
    status = houses_many("sunshine", 10.0, 50.0, OBLIQUITY, sun_declination_deg=declination)[1]
    assert status.tolist() == [OK, INVALID, INVALID, UNDEFINED]
    starts = [[0.0, 120.0, 240.0], [0.0, 240.0, 120.0], [0.0, math.nan, 120.0]]
    status = houses_many("whole_sign", [1.0, 2.0, 3.0], 50.0, OBLIQUITY, sign_starts_deg=starts)[1]
    assert status.tolist() == [OK, INVALID, INVALID]


def test_a_declination_that_no_system_reads_does_no_harm():
    assert houses_many("koch", 10.0, 50.0, OBLIQUITY, sun_declination_deg=math.nan)[1].tolist() == [OK]


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.id)
def test_many_skies_are_the_same_as_one_by_one(system):
    armc = np.linspace(0.0, 360.0, 50)
    latitude = np.linspace(-60.0, 60.0, 50)
    many, status = houses_many(
        system.id, armc, latitude, OBLIQUITY, sun_declination_deg=10.0, sign_starts_deg=TROPICAL_SIGNS
    )
    assert not status.any()
    for row in range(50):
        assert tuple(many[row].tolist()) == any_houses(system.id, armc[row], latitude[row]).cusps_deg


def test_no_skies_give_no_rows():
    cusps, status = houses_many("koch", [], [], [])
    assert cusps.shape == (0, 12)
    assert status.shape == (0,)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="shape"):
        houses_many("koch", [1.0, 2.0], [1.0, 2.0, 3.0], OBLIQUITY)
    with pytest.raises(ValueError, match="one dimension"):
        houses_many("koch", [[1.0, 2.0]], 50.0, OBLIQUITY)
    with pytest.raises(ValueError, match="sign_starts_deg"):
        houses_many("whole_sign", [1.0, 2.0, 3.0], 50.0, OBLIQUITY, sign_starts_deg=[[0.0, 180.0]] * 2)
