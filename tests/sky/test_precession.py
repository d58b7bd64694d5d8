"""Precession kernels against ERFA, the standard library of the IAU's models."""

from math import asin, atan2, cos, isnan, pi, sin

import erfa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.sky.precession import (
    centuries_since_j2000,
    direction_j2000,
    ecliptic_to_j2000,
    icrs_to_ecliptic,
    longitude_j2000,
    longitude_j2000_by_turn,
    mean_obliquity_rad,
    transpose,
    turn_to_j2000,
    wrap_rad,
)

CENTURIES = np.linspace(-4.5, 6.5, 441)  # 1550 to 2650
TOLERANCE_RAD = 1e-12

centuries = st.floats(-4.5, 6.5)
longitudes = st.floats(0.0, 2.0 * pi)
latitudes = st.floats(-1.5, 1.5)


def matrix(rotation):
    return np.array(rotation).reshape(3, 3)


def angular_distance(a, b):
    return abs((a - b + pi) % (2.0 * pi) - pi)


def erfa_to_j2000(t):
    return erfa.ecm06(2451545.0, 0.0) @ erfa.ecm06(2451545.0, 36525.0 * t).T


def test_obliquity_is_that_of_erfa():
    ours = [mean_obliquity_rad(t) for t in CENTURIES]
    np.testing.assert_allclose(ours, erfa.obl06(2451545.0, 36525.0 * CENTURIES), rtol=0, atol=TOLERANCE_RAD)


def test_ecliptic_frame_is_that_of_erfa():
    ours = [matrix(icrs_to_ecliptic(t)) for t in CENTURIES]
    np.testing.assert_allclose(ours, erfa.ecm06(2451545.0, 36525.0 * CENTURIES), rtol=0, atol=TOLERANCE_RAD)


def test_rotation_to_j2000_is_that_of_erfa():
    for t in CENTURIES:
        np.testing.assert_allclose(
            matrix(ecliptic_to_j2000(t)), erfa_to_j2000(t), rtol=0, atol=TOLERANCE_RAD, err_msg=str(t)
        )


def test_rotation_of_j2000_itself_is_none():
    np.testing.assert_allclose(matrix(ecliptic_to_j2000(0.0)), np.eye(3), rtol=0, atol=1e-15)


@given(centuries)
def test_transpose_undoes_the_rotation(t):
    rotation = ecliptic_to_j2000(t)
    product = matrix(transpose(rotation)) @ matrix(rotation)
    np.testing.assert_allclose(product, np.eye(3), rtol=0, atol=1e-14)


@given(centuries, longitudes, latitudes)
def test_direction_is_the_matrix_product(t, longitude, latitude):
    rotation = ecliptic_to_j2000(t)
    x, y, z = erfa_to_j2000(t) @ (
        cos(latitude) * cos(longitude),
        cos(latitude) * sin(longitude),
        sin(latitude),
    )
    ours_longitude, ours_latitude = direction_j2000(longitude, latitude, rotation)
    tolerance = TOLERANCE_RAD / cos(latitude)
    assert angular_distance(ours_longitude, atan2(y, x)) < tolerance
    assert ours_latitude == pytest.approx(asin(z), abs=1e-12)
    assert longitude_j2000(longitude, latitude, rotation) == ours_longitude
    assert 0.0 <= ours_longitude < 2.0 * pi


@given(centuries, longitudes, latitudes)
def test_condensed_turn_gives_the_same_longitude(t, longitude, latitude):
    rotation = ecliptic_to_j2000(t)
    by_matrix = longitude_j2000(longitude, latitude, rotation)
    by_turn = longitude_j2000_by_turn(longitude, latitude, turn_to_j2000(rotation))
    assert angular_distance(by_matrix, by_turn) < TOLERANCE_RAD


def test_condensed_turn_is_exact_near_the_pole_where_the_series_does_not_serve():
    rotation = ecliptic_to_j2000(6.5)
    for latitude in (1.5, 1.55, -1.55):
        by_matrix = longitude_j2000(1.0, latitude, rotation)
        by_turn = longitude_j2000_by_turn(1.0, latitude, turn_to_j2000(rotation))
        assert angular_distance(by_matrix, by_turn) < 1e-12


@given(centuries, longitudes, latitudes)
def test_longitude_comes_back_by_the_transpose(t, longitude, latitude):
    rotation = ecliptic_to_j2000(t)
    there = direction_j2000(longitude, latitude, rotation)
    back = direction_j2000(there[0], there[1], transpose(rotation))
    assert angular_distance(back[0], longitude) < TOLERANCE_RAD / cos(latitude)
    assert back[1] == pytest.approx(latitude, abs=1e-12)


@given(st.floats(-1e6, 1e6))
def test_wrap_stays_below_the_full_circle(angle):
    wrapped = wrap_rad(angle)
    assert 0.0 <= wrapped < 2.0 * pi
    assert angular_distance(wrapped, angle) < 1e-9


def test_wrap_of_a_hair_below_zero_is_zero_not_the_full_circle():
    assert wrap_rad(-1e-20) == 0.0
    assert wrap_rad(2.0 * pi) == 0.0
    assert isnan(wrap_rad(float("nan")))


def test_centuries_keep_both_parts_of_the_date():
    assert centuries_since_j2000(2451544.5, 0.5) == 0.0
    assert centuries_since_j2000(2488069.5, 0.5) == 1.0
