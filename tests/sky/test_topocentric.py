"""Seen from a site: what is refused, what the parallax does, and where bodies stand above the horizon."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.sky.bodies import BODIES
from astrarium.sky.errors import NotFinite, OutOfRange, UnknownBody
from astrarium.sky.horizon import horizontal
from astrarium.sky.perspective_errors import SiteInvalid
from astrarium.sky.positions import places
from astrarium.sky.timescales import Instants, from_terrestrial, from_universal
from astrarium.sky.topocentric import topocentric_places

NOON = 2448028.5, 0.5
EARTH_RADIUS_AU = 6378.137 / 149597870.7


def noon() -> Instants:
    return from_terrestrial(*NOON)


@pytest.mark.parametrize(
    ("argument", "site"),
    [
        ("latitude_deg", (91.0, 0.0, 0.0)),
        ("latitude_deg", (-90.0001, 0.0, 0.0)),
        ("longitude_deg", (0.0, 361.0, 0.0)),
        ("longitude_deg", (0.0, -181.0, 0.0)),
        ("altitude_m", (0.0, 0.0, 1e6)),
        ("altitude_m", (0.0, 0.0, -13_000.0)),
    ],
)
def test_a_site_that_is_not_on_the_earth_is_refused_by_name(
    argument: str, site: tuple[float, float, float]
) -> None:
    with pytest.raises(SiteInvalid, match=argument) as caught:
        topocentric_places(noon(), *site)

    assert caught.value.code == "site_invalid"
    assert caught.value.pointer == f"/birth/place/{argument.removesuffix('_deg')}"
    assert caught.value.argument == argument
    assert "from" in caught.value.hint


@pytest.mark.parametrize("site", [(np.nan, 0.0, 0.0), (0.0, np.inf, 0.0), (0.0, 0.0, np.nan)])
def test_a_site_of_no_number_is_refused(site: tuple[float, float, float]) -> None:
    with pytest.raises(NotFinite, match="not a finite number"):
        topocentric_places(noon(), *site)


def test_one_bad_site_among_many_is_found() -> None:
    instants = from_terrestrial(np.full(3, NOON[0]), NOON[1])

    with pytest.raises(SiteInvalid, match="latitude_deg is 95"):
        topocentric_places(instants, [51.0, 95.0, 0.0], 0.0)


def test_an_unknown_body_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(UnknownBody, match="mars"):
        topocentric_places(noon(), 51.0, 0.0, bodies=("marss",))


@pytest.mark.parametrize("day", [2200000.5, 2600000.5])
def test_an_instant_outside_the_table_is_refused_with_its_years(day: float) -> None:
    with pytest.raises(OutOfRange, match="1600 to 2200"):
        topocentric_places(from_terrestrial(day, 0.0), 51.0, 0.0)


def test_an_instant_of_no_number_is_refused() -> None:
    with pytest.raises(NotFinite):
        topocentric_places(from_terrestrial(np.nan, 0.0), 51.0, 0.0)


def test_points_without_distance_stay_where_the_earths_centre_sees_them() -> None:
    points = ("mean_node", "true_node", "mean_apogee", "osculating_apogee")
    found = topocentric_places(noon(), 51.0, 0.0, bodies=points)

    assert np.array_equal(found.values, places(*NOON, points).values, equal_nan=True)


def test_a_minor_body_outside_its_years_has_no_place() -> None:
    found = topocentric_places(from_terrestrial(2310000.5, 0.0), 51.0, 0.0, bodies=("sun", "ceres"))

    assert np.isfinite(found.values[0, 0]).all()
    assert np.isnan(found.values[0, 1]).all()


def test_all_bodies_keep_their_order_and_names() -> None:
    every = tuple(body.id for body in BODIES)
    found = topocentric_places(noon(), 51.0, 0.0, bodies=every)

    assert found.bodies == every
    assert found.values.shape == (1, len(BODIES), 8)
    assert np.isfinite(found.longitude_deg).all()


def test_parallax_of_the_moon_is_what_its_distance_says() -> None:
    """At the horizon the Moon stands lower by the angle under which it sees the Earth's radius."""
    fractions = np.linspace(0.0, 1.0, 200, endpoint=False)
    instants = from_terrestrial(np.full(200, NOON[0]), fractions)
    near = topocentric_places(instants, 0.0, 0.0, bodies=("moon",))
    centre = places(instants.tt_day, instants.tt_fraction, ("moon",))
    from_centre = horizontal(
        centre.right_ascension_deg, centre.declination_deg, near.local_sidereal_deg, near.site_latitude_deg
    )
    altitude = np.radians(near.horizontal.altitude_deg[:, 0])
    lowered = np.radians(from_centre.altitude_deg[:, 0]) - altitude

    # The law of sines in the triangle of observer, centre and Moon; diurnal aberration is up to 1.6e-6 rad.
    expected = np.arcsin(EARTH_RADIUS_AU * np.cos(altitude) / centre.distance_au[:, 0])
    assert np.abs(lowered - expected).max() < 3e-6


def test_a_body_on_the_far_side_is_farther_by_the_way_through_the_earth() -> None:
    found = topocentric_places(
        from_terrestrial(np.full(2, NOON[0]), NOON[1]), [40.0, -40.0], [10.0, 190.0], bodies=("moon",)
    )
    way = 2.0 * EARTH_RADIUS_AU

    assert 0.0 < abs(found.distance_au[0, 0] - found.distance_au[1, 0]) < way


@given(
    latitude=st.floats(-90.0, 90.0),
    longitude=st.floats(-180.0, 360.0),
    day=st.integers(2305449, 2524950),
    fraction=st.floats(0.0, 1.0, exclude_max=True),
)
def test_no_body_leaves_its_parallax(latitude: float, longitude: float, day: int, fraction: float) -> None:
    """A planet is displaced by at most the Earth's radius over its distance, and 0.33″ of diurnal aberration."""
    bodies = ("sun", "moon", "venus", "pluto")
    instants = from_terrestrial(day + 0.5, fraction)
    found = topocentric_places(instants, latitude, longitude, bodies=bodies)
    centre = places(day + 0.5, fraction, bodies)
    turn = np.radians((found.longitude_deg - centre.longitude_deg + 180.0) % 360.0 - 180.0)
    rise = np.radians(found.latitude_deg - centre.latitude_deg)
    moved = np.hypot(turn * np.cos(np.radians(centre.latitude_deg)), rise)

    assert (moved <= 1.02 * EARTH_RADIUS_AU / found.distance_au + 1.7e-6).all()
    assert ((found.longitude_deg >= 0.0) & (found.longitude_deg < 360.0)).all()


@given(fraction=st.floats(0.0, 16.0), longitude=st.floats(-180.0, 180.0))
def test_speed_holds_across_the_ends_of_polynomials(fraction: float, longitude: float) -> None:
    """Over a minute the Moon's place moves by its speed, wherever the pieces of the table meet."""
    half = 30.0 / 86400.0
    day = 2448020.5
    found = topocentric_places(
        from_terrestrial(np.full(3, day), fraction + np.array([-half, 0.0, half])),
        30.0,
        longitude,
        bodies=("moon",),
    )
    moved = (found.longitude_deg[2, 0] - found.longitude_deg[0, 0] + 180.0) % 360.0 - 180.0

    assert moved / (2.0 * half) == pytest.approx(found.longitude_speed_deg_per_day[1, 0], abs=2e-4)


@pytest.mark.parametrize("day", [2448020.5, 2448024.5, 2448028.5, 2448032.5, 2448036.5])
def test_speed_at_the_very_end_of_a_polynomial_is_that_beside_it(day: float) -> None:
    found = topocentric_places(
        from_terrestrial(np.full(3, day), [-1e-4, 0.0, 1e-4]), 30.0, 10.0, bodies=("moon", "sun", "mars")
    )
    speed = found.longitude_speed_deg_per_day

    assert np.abs(speed[1] - 0.5 * (speed[0] + speed[2])).max() < 2e-6


def test_the_zenith_is_overhead_and_the_horizon_goes_round_by_the_east() -> None:
    # At sidereal time 0 and latitude 0: right ascension 0 overhead, 90° rising due east, the pole in the north.
    found = horizontal([[0.0, 90.0, 270.0, 0.0, 0.0]], [[0.0, 0.0, 0.0, 90.0, -90.0]], 0.0, 0.0)

    assert found.altitude_deg[0] == pytest.approx([90.0, 0.0, 0.0, 0.0, 0.0], abs=1e-12)
    assert found.azimuth_deg[0, 1:] == pytest.approx([90.0, 270.0, 0.0, 180.0], abs=1e-12)


def test_the_pole_stands_as_high_as_the_latitude() -> None:
    latitudes = np.linspace(-89.0, 89.0, 50)
    found = horizontal(np.zeros((50, 1)), np.full((50, 1), 90.0), np.linspace(0.0, 359.0, 50), latitudes)

    assert found.altitude_deg[:, 0] == pytest.approx(latitudes, abs=1e-12)


def test_the_sun_stands_in_the_south_at_noon_in_the_north() -> None:
    """Greenwich, 21 June 2024, 12:02 UTC: the Sun culminates at 90° - 51.48° + 23.44°."""
    found = topocentric_places(from_universal(2460482.5, 43320.0 / 86400.0), 51.4779, 0.0, bodies=("sun",))

    assert found.horizontal.azimuth_deg[0, 0] == pytest.approx(180.0, abs=0.6)
    assert found.horizontal.altitude_deg[0, 0] == pytest.approx(90.0 - 51.4779 + 23.435, abs=0.01)


def test_horizontal_refuses_a_latitude_beyond_the_poles() -> None:
    with pytest.raises(SiteInvalid, match="latitude_deg is 91"):
        horizontal([[0.0]], [[0.0]], 0.0, 91.0)
