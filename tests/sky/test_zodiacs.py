"""The catalogue of zodiacs, and places in them in degrees."""

from math import degrees, inf, nan

import erfa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.sky.errors import NotFinite
from astrarium.sky.zodiacs import (
    UnknownZodiac,
    UnknownZodiacVersion,
    ZodiacNeedsNode,
    ayanamsa_deg,
    boundaries_of_date,
    list_ayanamsas,
    list_zodiacs,
    place,
    zodiac,
)

J2000 = (2451544.5, 0.5)
FRAMES = list_zodiacs()
NODE_DEG = 125.0


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("iau14", "iau13"),
        ("IAU13", "iau13"),
        ("tropic", "tropical"),
        ("lahiri", "sidereal:lahiri"),
        ("sidereal:lahri", "sidereal:lahiri"),
        ("sidereal:fagan-bradley", "sidereal:fagan_bradley"),
        ("draconic:tru", "draconic:true"),
    ],
)
def test_unknown_zodiac_names_the_nearest(asked, nearest):
    with pytest.raises(UnknownZodiac) as caught:
        zodiac(asked)
    assert nearest in caught.value.nearest
    assert nearest in caught.value.detail


@pytest.mark.parametrize("asked", ["", "@", "@1", "zzzzzzzz", "x" * 10_000, "sidereal", "iau13 "])
def test_nonsense_is_an_unknown_zodiac(asked):
    with pytest.raises(UnknownZodiac):
        zodiac(asked)


@pytest.mark.parametrize("version", ["0", "2", "99", "", "one", "-1", "1.0", "²", " 1"])
def test_version_that_does_not_exist_lists_those_that_do(version):
    with pytest.raises(UnknownZodiacVersion) as caught:
        zodiac(f"iau13@{version}")
    assert caught.value.available == (1,)
    assert "iau13@1" in caught.value.hint


def test_id_with_and_without_version_is_the_same_frame():
    for frame in FRAMES:
        assert zodiac(frame.id) is frame
        assert zodiac(frame.versioned_id) is frame


def test_list_is_public_and_in_order():
    ids = [frame.id for frame in FRAMES]
    assert ids[:8] == [
        "iau13",
        "iau12",
        "midpoint13",
        "midpoint12",
        "legacy13",
        "tropical",
        "draconic:mean",
        "draconic:true",
    ]
    assert ids[8:] == [f"sidereal:{ayanamsa.id}" for ayanamsa in list_ayanamsas()]
    assert len(set(ids)) == len(ids) == 55


def test_draconic_alone_counts_from_the_mean_node():
    assert zodiac("draconic") is zodiac("draconic:mean")
    assert zodiac("draconic:mean").node == "mean"
    assert zodiac("draconic:true").node == "true"
    assert zodiac("tropical").node is None


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.id)
def test_every_frame_says_what_it_is_and_from_whom(frame):
    assert frame.name
    assert frame.source
    assert frame.description
    assert frame.good_for
    assert frame.reference
    assert len(set(frame.signs)) == len(frame.signs) == len(frame.starts) >= 12
    assert sorted(frame.starts) == list(frame.starts)
    assert frame.starts[0] >= 0.0
    assert frame.starts[-1] < 360.0
    assert frame.signs[0] == "aries"


def test_twelve_sign_frames_join_ophiuchus_to_scorpio():
    for thirteen, twelve in (("iau13", "iau12"), ("midpoint13", "midpoint12")):
        wide, joined = zodiac(thirteen), zodiac(twelve)
        assert joined.signs == tuple(sign for sign in wide.signs if sign != "ophiuchus")
        widths = dict(zip(wide.signs, wide.widths, strict=True))
        assert joined.widths[joined.signs.index("scorpio")] == pytest.approx(
            widths["scorpio"] + widths["ophiuchus"], abs=1e-12
        )


@pytest.mark.parametrize(
    "argument", ["longitude_deg", "latitude_deg", "jd_tt_day", "jd_tt_fraction", "nutation_deg"]
)
@pytest.mark.parametrize("number", [nan, inf, -inf])
def test_place_refuses_what_is_no_number(argument, number):
    arguments = {
        "longitude_deg": 10.0,
        "latitude_deg": 0.0,
        "jd_tt_day": 2451544.5,
        "jd_tt_fraction": 0.5,
        "nutation_deg": 0.0,
    }
    with pytest.raises(NotFinite, match=argument):
        place(**(arguments | {argument: number}), zodiac=zodiac("iau13"))


def test_draconic_frames_want_their_node():
    for frame in (zodiac("draconic:mean"), zodiac("draconic:true")):
        with pytest.raises(ZodiacNeedsNode):
            place(10.0, 0.0, frame, *J2000, 0.0)
        with pytest.raises(ZodiacNeedsNode):
            boundaries_of_date(frame, *J2000)
        with pytest.raises(NotFinite):
            place(10.0, 0.0, frame, *J2000, 0.0, nan)


def test_draconic_aries_begins_at_the_node():
    found = place(130.0, 0.0, zodiac("draconic:true"), *J2000, 0.004, NODE_DEG)
    assert found.sign == "aries"
    assert found.degree == pytest.approx(5.0, abs=1e-12)


def test_tropical_place_ignores_nutation_and_latitude():
    found = place(359.0, 5.0, zodiac("tropical"), *J2000, 0.004)
    assert (found.sign, found.degree, found.width, found.boundary_deg) == pytest.approx(
        ("pisces", 29.0, 30.0, 1.0), abs=1e-12
    )
    assert found.fraction == pytest.approx(29.0 / 30.0)


def test_sidereal_place_takes_nutation_out():
    frame = zodiac("sidereal:lahiri")
    ayanamsa = ayanamsa_deg(frame, *J2000)
    found = place(ayanamsa + 40.0 + 0.004, 0.0, frame, *J2000, 0.004)
    assert found.sign == "taurus"
    assert found.degree == pytest.approx(10.0, abs=1e-12)


def test_legacy_frame_is_its_linear_formula_on_true_longitude():
    frame = zodiac("legacy13")
    for year in (1900.0, 2000.0, 2024.5):
        day = 2451544.5 + (year - 2000.0) * 365.25
        counted = (200.0 - (31.38 + (year - 2000.0) / 72.0)) % 360.0
        found = place(200.0, 3.0, frame, day, 0.5, 0.004)
        assert frame.starts[frame.signs.index(found.sign)] + found.degree == pytest.approx(counted, abs=1e-10)


def test_boundary_distance_is_to_the_nearer_edge():
    frame = zodiac("iau13")
    early = place(247.7, 0.0, frame, *J2000, 0.0)
    late = place(266.2, 0.0, frame, *J2000, 0.0)
    assert early.sign == late.sign == "ophiuchus"
    assert early.boundary_deg == early.degree == pytest.approx(0.06236, abs=1e-6)
    assert late.boundary_deg == pytest.approx(0.03753, abs=1e-6)
    assert late.width - late.degree == late.boundary_deg


@given(
    st.sampled_from(FRAMES),
    st.integers(2305447, 2525007),
    st.floats(0.0, 1.0, exclude_max=True),
    st.floats(0.0, 360.0, exclude_max=True),
)
def test_ecliptic_point_lies_between_the_boundaries_of_date_of_its_sign(frame, day, fraction, longitude):
    node = NODE_DEG if frame.node else None
    found = place(longitude, 0.0, frame, day - 0.5, fraction, 0.004, node)
    boundaries = boundaries_of_date(frame, day - 0.5, fraction, 0.004, node)
    index = frame.signs.index(found.sign)
    start, end = boundaries[index], boundaries[(index + 1) % len(boundaries)]
    passed, width = (longitude - start) % 360.0, (end - start) % 360.0
    assert passed < width or min(passed, 360.0 - passed) < 1e-9
    assert passed == pytest.approx(found.degree, abs=2e-4)


def test_boundaries_of_date_move_with_nutation_but_the_tropical_ones():
    for frame in FRAMES:
        node = NODE_DEG if frame.node else None
        mean = boundaries_of_date(frame, 2460000.5, 0.25, 0.0, node)
        true = boundaries_of_date(frame, 2460000.5, 0.25, 0.004, node)
        moved = 0.004 if frame.kind in {"stars", "sidereal"} else 0.0
        shifts = [(b - a) % 360.0 for a, b in zip(mean, true, strict=True)]
        assert shifts == pytest.approx([moved] * len(shifts), abs=1e-10)


def test_whole_catalogue_places_the_sun_of_a_known_day():
    """2000 January 1, 12h TT: the Sun's apparent longitude is 280.3689°, in Sagittarius of the stars."""
    nutation_deg = degrees(erfa.nut06a(2451544.5, 0.5)[0])
    signs = {
        frame.id: place(280.3689, 0.0, frame, *J2000, nutation_deg, NODE_DEG if frame.node else None).sign
        for frame in FRAMES
    }
    assert signs["iau13"] == signs["midpoint13"] == signs["sidereal:lahiri"] == "sagittarius"
    assert signs["tropical"] == "capricorn"


def test_ayanamsa_of_a_frame_without_one_is_not_a_number():
    assert ayanamsa_deg(zodiac("tropical"), *J2000) != ayanamsa_deg(zodiac("tropical"), *J2000)
