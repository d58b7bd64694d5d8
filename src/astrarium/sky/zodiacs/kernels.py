"""Kernels that place a longitude in a sign frame: scalar, without allocation, radians throughout.

A frame is a kind (one of the codes below), seven numbers whose meaning the kind decides, and the starts of
its signs in ascending order. Two steps place a longitude of date (true equinox):

1. once per instant, `frame_offset_rad` gives what to subtract from longitudes of date; 2. once per longitude,
`longitude_in_frame` subtracts it (and turns the direction to J2000 where the frame is bound to
   the stars), and `place_in_signs` finds the sign.

| kind | offset | the seven numbers |
|---|---|---|
| `STARS` | nutation, then the rotation to J2000 | none |
| `TROPICAL` | zero | none |
| `EPOCH` | nutation + ayanamsa | value, x axis and y axis of the ecliptic and equinox of its epoch |
| `DIRECTION` | nutation + ayanamsa | sidereal longitude of a star, its direction, its motion per century |
| `HOUR_CIRCLE` | nutation + ayanamsa | the same |
| `LINEAR` | a value that grows evenly | value at J2000, growth per Julian century |
| `DRACONIC_MEAN`, `DRACONIC_TRUE` | the Moon's mean or true ascending node | none |

Vectors are in the mean ecliptic and equinox of J2000 (`precession.ecliptic_to_j2000`).
"""

from math import nan, pi, sqrt

import numpy as np
import numpy.typing as npt

from astrarium.sky import lanes
from astrarium.sky.compiling import kernel
from astrarium.sky.precession import (
    FULL_CIRCLE_RAD,
    Rotation,
    Turn,
    longitude_j2000,
    mean_obliquity_rad,
    wrap_rad,
)
from astrarium.sky.trigonometry import arctangent, sine_cosine

FloatArray = npt.NDArray[np.float64]

STARS = 0
TROPICAL = 1
EPOCH = 2
DIRECTION = 3
HOUR_CIRCLE = 4
LINEAR = 5
DRACONIC_MEAN = 6
DRACONIC_TRUE = 7

PARAMETERS = 7
DEGREE_RAD = pi / 180.0


@kernel("float64(int64, float64[::1], float64, UniTuple(float64, 9))")
def ayanamsa_rad(kind: int, parameters: FloatArray, centuries_tt: float, rotation: Rotation) -> float:
    """The ayanamsa (mean equinox of date, no nutation) of a sidereal kind, in [0, 2π); NaN for the other kinds.

    `rotation` is `ecliptic_to_j2000(centuries_tt)`.

    - `EPOCH`: the value at the epoch, plus the arc along the *ecliptic of the epoch* by which the equinox has
    moved
      since. The equinox of date is the first column of the rotation.
    - `DIRECTION`: the longitude of date of a star less its sidereal longitude.
    - `HOUR_CIRCLE`: the same with the point where the star's hour circle of date cuts the ecliptic of date.
    """
    target, p1, p2, p3, p4, p5, p6 = (
        parameters[0],
        parameters[1],
        parameters[2],
        parameters[3],
        parameters[4],
        parameters[5],
        parameters[6],
    )
    if kind == EPOCH:
        x, y, z = rotation[0], rotation[3], rotation[6]
        return wrap_rad(target - arctangent(p4 * x + p5 * y + p6 * z, p1 * x + p2 * y + p3 * z))
    x, y, z = p1 + p4 * centuries_tt, p2 + p5 * centuries_tt, p3 + p6 * centuries_tt
    x_date = rotation[0] * x + rotation[3] * y + rotation[6] * z
    y_date = rotation[1] * x + rotation[4] * y + rotation[7] * z
    if kind == DIRECTION:
        return wrap_rad(arctangent(y_date, x_date) - target)
    if kind == HOUR_CIRCLE:
        z_date = rotation[2] * x + rotation[5] * y + rotation[8] * z
        obliquity = mean_obliquity_rad(centuries_tt)
        sine, cosine = sine_cosine(obliquity)
        return wrap_rad(arctangent(y_date * cosine - z_date * sine, x_date * cosine) - target)
    return nan


@kernel(
    "float64(int64, float64[::1], float64, UniTuple(float64, 9), float64, float64, float64)",
)
def frame_offset_rad(
    kind: int,
    parameters: FloatArray,
    centuries_tt: float,
    rotation: Rotation,
    nutation_rad: float,
    mean_node_rad: float,
    true_node_rad: float,
) -> float:
    """What a frame subtracts from longitudes of date, true equinox; see the table above.

    `nutation_rad` is Δψ; the nodes are longitudes of date, true equinox (NaN serves where no draconic frame
    asks).
    """
    if kind == STARS:
        return nutation_rad
    if kind == TROPICAL:
        return 0.0
    if kind == LINEAR:
        value: float = parameters[0] + parameters[1] * centuries_tt
        return value
    if kind == DRACONIC_MEAN:
        return mean_node_rad
    if kind == DRACONIC_TRUE:
        return true_node_rad
    return nutation_rad + ayanamsa_rad(kind, parameters, centuries_tt, rotation)


@kernel("float64(int64, float64, float64, float64, UniTuple(float64, 9))")
def longitude_in_frame(
    kind: int, offset_rad: float, longitude_rad: float, latitude_rad: float, rotation: Rotation
) -> float:
    """A direction of date (true equinox) as the longitude that a frame counts by, in [0, 2π)."""
    if kind == STARS:
        return longitude_j2000(longitude_rad - offset_rad, latitude_rad, rotation)
    return wrap_rad(longitude_rad - offset_rad)


@kernel("Tuple((int64, float64, float64))(float64, float64[::1], int64)")
def place_in_signs(longitude_rad: float, starts_rad: FloatArray, n: int) -> tuple[int, float, float]:
    """The sign of a longitude in [0, 2π): its index in `starts_rad`, the arc from its start, and its width.

    The first `n` starts ascend within [0, 2π). Signs are half-open: a start belongs to the sign it opens.
    What lies before the first start belongs to the last sign. NaN gives index -1 and NaN.
    """
    if not longitude_rad < FULL_CIRCLE_RAD:
        return -1, nan, nan
    index = -1
    for i in range(n):
        index += starts_rad[i] <= longitude_rad
    if index < 0:
        start = starts_rad[n - 1] - FULL_CIRCLE_RAD
        return n - 1, longitude_rad - start, starts_rad[0] - start
    end = starts_rad[index + 1] if index + 1 < n else starts_rad[0] + FULL_CIRCLE_RAD
    return index, longitude_rad - starts_rad[index], end - starts_rad[index]


@kernel("float64(int64, float64, float64, UniTuple(float64, 9))")
def boundary_of_date_rad(kind: int, start_rad: float, offset_rad: float, rotation: Rotation) -> float:
    """The longitude of date (true equinox) in [0, 2π) at which a frame's boundary cuts the ecliptic of date.

    For frames bound to the stars the boundary is the half-circle of one J2000 longitude between the poles of
    the J2000 ecliptic; it meets the ecliptic of date where it is perpendicular to both that plane's pole and
    its own. So a point without latitude on this longitude stands exactly at the start of the sign, as
    `longitude_in_frame` sees it. (Carrying the point of the J2000 ecliptic over instead is off by up to 0.1″,
    since it has a latitude of date.)
    """
    if kind != STARS:
        return wrap_rad(start_rad + offset_rad)
    s, c = sine_cosine(start_rad)
    pole_x, pole_y, pole_z = rotation[2], rotation[5], rotation[8]
    x, y, z = c * pole_z, s * pole_z, -c * pole_x - s * pole_y
    norm = sqrt(x * x + y * y + z * z)
    x, y, z = x / norm, y / norm, z / norm
    x_date = rotation[0] * x + rotation[3] * y + rotation[6] * z
    y_date = rotation[1] * x + rotation[4] * y + rotation[7] * z
    return wrap_rad(arctangent(y_date, x_date) + offset_rad)


@kernel("void(float64[::1], int64, UniTuple(float64, 4))", error_model="numpy")
def turn_to_stars(columns: FloatArray, count: int, turn: Turn) -> None:
    """Turn `lanes.COUNTED` of the first lanes, longitudes from the mean equinox of date, to J2000."""
    angle, pole_x, pole_y, h = turn
    for i in range(count):
        sine, cosine = columns[lanes.SIN_LONGITUDE + i], columns[lanes.COS_LONGITUDE + i]
        a = -(pole_x * cosine + pole_y * sine)
        c = pole_x * sine - pole_y * cosine
        q = a * h - columns[lanes.TAN_LATITUDE + i]
        columns[lanes.COUNTED + i] += angle + arctangent(-c * q, 1.0 - a * q)
