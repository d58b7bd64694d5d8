"""The catalogue of stars, how a star is found in it, and what holds for every star's place."""

from math import nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from astrarium.sky.earth_motion import earth_motion_table
from astrarium.sky.errors import NotFinite, OutOfRange
from astrarium.sky.star_errors import UnknownStar
from astrarium.sky.star_names import looser_keys
from astrarium.sky.stars import Star, keys_of, list_stars, star, star_catalogue, star_places, stars

ROYAL = {"Aldebaran", "Regulus", "Antares", "Fomalhaut"}
MIDNIGHT = 2451544.5  # 1 January 2000, TT
FIRST, LAST = 2305447.5, 2524958.5  # 1 January of 1600 and 2201


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("Regulas", "Regulus"),
        ("betelguese", "Betelgeuse"),
        ("Zubenelgenubbi", "Zubenelgenubi"),
        ("alpha Leonus", None),
        ("epsilon Arietis", None),
        ("HIP 999999", None),
        ("HIP 55203", None),
        (-1, None),
        ("", None),
        ("x" * 10_000, None),
        ("\x00\ud800", None),
    ],
)
def test_an_unknown_star_is_refused_with_the_nearest_names(written: str | int, nearest: str | None) -> None:
    with pytest.raises(UnknownStar) as caught:
        star(written)

    assert caught.value.code == "unknown_star"
    assert caught.value.nearest[:1] == ((nearest,) if nearest else ())
    assert nearest is None or nearest in caught.value.detail
    assert len(caught.value.detail) < 300
    assert "HIP 21421" in caught.value.hint


@pytest.mark.parametrize(
    "written",
    ["Aldebaran", "ALDEBARAN", "alpha tau", "α Tauri", "alf Tau", "87 Tau", "HIP 21421", "21421", 21421],
)
def test_a_star_answers_to_every_usual_writing(written: str | int) -> None:
    assert star(written).hip == 21421


@pytest.mark.parametrize(
    ("written", "hip"),
    [
        ("Cor Leonis", 49669),
        ("Zuben Elgenubi", 72622),
        ("Agena", 68702),
        ("Deneb Adige", 102098),
        ("Gienah", 59803),
        ("Gienah Cygni", 102488),
        ("alpha Lib", 72622),
        ("alpha Centauri", 71683),
        ("i Car", 45101),
        ("I Car", 50954),
        ("g Sco", 87261),
    ],
)
def test_names_of_tradition_and_bare_letters_mean_one_star(written: str, hip: int) -> None:
    assert star(written).hip == hip


def test_a_bare_letter_means_the_brightest_of_its_stars() -> None:
    index = {key: one for one in list_stars() for key in keys_of(one)}
    for key, one in index.items():
        for looser in looser_keys(key):
            assert star(looser).magnitude is not None
            if looser not in index:
                assert star(looser).magnitude <= one.magnitude


def test_stars_come_in_the_order_asked_for() -> None:
    assert [one.name for one in stars(["Spica", 21421, "Spica"])] == ["Spica", "Aldebaran", "Spica"]
    assert stars([]) == ()


def test_every_star_answers_to_all_its_names_and_no_other_star_does() -> None:
    for one in list_stars():
        for name in (one.id, one.name, one.designation, *one.other_names):
            assert star(name) == one, name


def test_the_catalogue_is_complete_to_magnitude_four_and_a_half() -> None:
    catalogue = list_stars()
    bright = [one for one in catalogue if one.hip and one.magnitude is not None and one.magnitude <= 4.5]

    assert len(bright) == 919
    assert len({one.id for one in catalogue}) == len(catalogue)
    assert [one.name for one in catalogue[:5]] == ["Sirius", "Canopus", "Arcturus", "Rigil Kentaurus", "Vega"]
    magnitudes = [one.magnitude for one in catalogue if one.magnitude is not None]
    assert magnitudes == sorted(magnitudes)


def test_the_groups_of_tradition_are_whole() -> None:
    groups = {
        name: {one.name for one in list_stars() if name in one.groups}
        for name in ("royal", "behenian", "boundary")
    }

    assert groups["royal"] == ROYAL
    assert len(groups["behenian"]) == 15
    assert groups["behenian"] >= {"Algol", "Alcyone", "Alphecca", "Vega", "Deneb Algedi"}
    assert len(groups["boundary"]) == 26


def test_every_number_of_the_catalogue_is_possible() -> None:
    for one in list_stars():
        assert 0.0 <= one.right_ascension_deg < 360.0
        assert -90.0 <= one.declination_deg <= 90.0
        assert one.hip is None or 1 <= one.hip <= 118_322
        assert 0.0 <= one.parallax_mas < 800.0
        assert np.hypot(one.pm_ra_cosdec_mas_per_year, one.pm_dec_mas_per_year) < 7000.0
        assert len(one.constellation) == 3


def test_the_sources_of_the_catalogue_are_named() -> None:
    assert [source.name for source in star_catalogue().sources][:2] == ["hip2.dat", "designations.csv"]
    assert all(len(source.sha256) == 64 for source in star_catalogue().sources)


def test_the_galactic_centre_is_a_point_of_the_catalogue() -> None:
    centre = star("Galactic Center")

    assert (centre.kind, centre.hip, centre.constellation) == ("centre", None, "Sgr")
    # 26.85° Sagittarius in 2000, and once round the ecliptic of date with precession.
    longitudes = star_places([MIDNIGHT, MIDNIGHT + 36525.0], 0.5, [centre]).longitude_deg[:, 0]
    assert longitudes[0] == pytest.approx(266.85, abs=0.01)
    assert longitudes[1] - longitudes[0] == pytest.approx(1.3969, abs=0.01)


@pytest.mark.parametrize("jd", [2305000.5, 2525500.5, nan, np.inf, -np.inf])
def test_an_instant_outside_the_tables_is_refused(jd: float) -> None:
    with pytest.raises((OutOfRange, NotFinite)) as caught:
        star_places([MIDNIGHT, jd], 0.0, ["Sirius"])

    assert "1600 to 2200" in caught.value.detail or "finite" in caught.value.detail


def test_places_have_one_row_for_an_instant_and_one_column_for_a_star() -> None:
    found = star_places(MIDNIGHT + np.arange(4.0), 0.25, ["Spica", "Vega", 21421])

    assert [one.name for one in found.stars] == ["Spica", "Vega", "Aldebaran"]
    assert found.values.shape == (4, 3, 4)
    assert found.longitude_deg.shape == (4, 3)
    alone = star_places(MIDNIGHT + 2.0, 0.25, ["Vega"])
    assert np.array_equal(alone.values[0, 0], found.values[2, 1])


def test_no_stars_and_no_instants_give_empty_arrays() -> None:
    assert star_places(MIDNIGHT, 0.0, []).values.shape == (1, 0, 4)
    assert star_places([], [], ["Spica"]).values.shape == (0, 1, 4)


def test_a_date_may_be_split_in_any_way() -> None:
    split = star_places([MIDNIGHT, MIDNIGHT + 1.0, MIDNIGHT - 3.0], [0.375, -0.625, 3.375], ["Spica"])

    assert np.ptp(split.values, axis=0).max() == 0.0


def test_a_star_of_ones_own_has_a_place() -> None:
    equinox = Star(
        id="own",
        name="own",
        designation="",
        constellation="Psc",
        magnitude=None,
        right_ascension_deg=0.0,
        declination_deg=0.0,
        pm_ra_cosdec_mas_per_year=0.0,
        pm_dec_mas_per_year=0.0,
        parallax_mas=0.0,
        epoch_year=2000.0,
    )

    # Aberration and nutation: half an arcminute.
    found = star_places(MIDNIGHT, 0.5, [equinox])
    assert abs((found.longitude_deg[0, 0] + 180.0) % 360.0 - 180.0) < 0.01
    assert abs(found.declination_deg[0, 0]) < 0.01


@given(
    st.sampled_from(list_stars()),
    st.floats(FIRST, LAST),
)
def test_a_place_is_one_direction_in_two_frames(one: Star, jd: float) -> None:
    found = star_places(jd, 0.0, [one])
    longitude, latitude, right_ascension, declination = np.radians(found.values[0, 0])

    # Both frames share the axis to the true equinox.
    assert np.cos(latitude) * np.cos(longitude) == pytest.approx(
        np.cos(declination) * np.cos(right_ascension), abs=1e-14
    )
    assert 0.0 <= found.longitude_deg[0, 0] < 360.0
    assert 0.0 <= found.right_ascension_deg[0, 0] < 360.0


@given(st.integers(1, 13_718))
def test_places_are_continuous_across_blocks(block: int) -> None:
    earth = earth_motion_table().header
    border = earth.first_jd + earth.block_days * block
    assume(FIRST < border < LAST)
    second = 1.0 / 86400.0
    bright = list_stars()[:20]
    found = star_places(border, [-second, second], bright)

    # No star moves by more than 20″ in a month.
    gap = (found.longitude_deg[1] - found.longitude_deg[0] + 180.0) % 360.0 - 180.0
    assert np.abs(gap * np.cos(np.radians(found.latitude_deg[0]))).max() * 3600.0 < 1e-4
    assert np.abs(found.latitude_deg[1] - found.latitude_deg[0]).max() * 3600.0 < 1e-4
