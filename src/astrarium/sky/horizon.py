"""Horizontal coordinates: where in the sky of a place a body stands."""

from math import pi
from typing import Final

import msgspec
import numpy as np
from numba import types
from numpy.typing import ArrayLike, NDArray

from astrarium.sky.apparent import DEG, EQUATION_OF_EQUINOXES, wrap_degrees
from astrarium.sky.compiling import kernel
from astrarium.sky.sidereal import greenwich_mean_sidereal_rad
from astrarium.sky.site import site_columns
from astrarium.sky.timescales import Instants
from astrarium.sky.trigonometry import arctangent, sine_cosine

Array = NDArray[np.float64]

RAD: Final = pi / 180.0


class Horizontal(msgspec.Struct, frozen=True):
    """Where bodies stand above a horizon, without the air's refraction; arrays of the shape of what was given.

    `azimuth_deg` runs from north (0) through east (90), in [0, 360); `altitude_deg` from the horizon of the ellipsoid
    (0) to the zenith (90).
    """

    azimuth_deg: Array
    altitude_deg: Array


@kernel("UniTuple(float64, 2)(float64, float64, float64, float64, float64)")
def horizontal_rad(
    right_ascension: float, declination: float, sidereal: float, sin_latitude: float, cos_latitude: float
) -> tuple[float, float]:
    """Azimuth in (-π, π] from north through east and altitude, by local sidereal time and latitude; all rad."""
    sh, ch = sine_cosine(sidereal - right_ascension)
    sd, cd = sine_cosine(declination)
    north = sd * cos_latitude - cd * ch * sin_latitude
    east = -cd * sh
    up = sd * sin_latitude + cd * ch * cos_latitude
    return arctangent(east, north), arctangent(up, (north * north + east * east) ** 0.5)


@kernel(
    types.void(
        types.float64[:, :],
        types.float64[:, :],
        types.float64[::1],
        types.float64[::1],
        types.float64[:, ::1],
        types.float64[:, ::1],
    ),
)
def _fill_horizontal(
    right_ascension: Array,
    declination: Array,
    sidereal: Array,
    latitude: Array,
    azimuth: Array,
    altitude: Array,
) -> None:
    for row in range(sidereal.size):
        sine, cosine = sine_cosine(latitude[row] * RAD)
        for i in range(right_ascension.shape[1]):
            around, above = horizontal_rad(
                right_ascension[row, i] * RAD,
                declination[row, i] * RAD,
                sidereal[row] * RAD,
                sine,
                cosine,
            )
            azimuth[row, i] = wrap_degrees(around * DEG)
            altitude[row, i] = above * DEG


@kernel(types.void(*(types.float64[::1],) * 6))
def _fill_sidereal(
    day: Array, fraction: Array, delta_t_s: Array, equation: Array, longitude: Array, out: Array
) -> None:
    for row in range(day.size):
        mean = greenwich_mean_sidereal_rad(
            day[row], fraction[row] - delta_t_s[row] / 86400.0, day[row], fraction[row]
        )
        out[row] = wrap_degrees((mean + equation[row]) * DEG + longitude[row])


def local_sidereal_time_deg(instants: Instants, earth: Array, longitude_deg: ArrayLike) -> Array:
    """Local apparent sidereal time in [0, 360), one per instant; `earth` is that of `Places` at these instants.

    Raises `NotFinite` and `SiteInvalid` for a longitude outside -180 to 360.
    """
    (longitude,) = site_columns(instants.size, longitude_deg=longitude_deg)
    equation = np.ascontiguousarray(earth[:, EQUATION_OF_EQUINOXES])
    sidereal = np.empty(instants.size)
    _fill_sidereal(instants.tt_day, instants.tt_fraction, instants.delta_t_s, equation, longitude, sidereal)
    return sidereal


def horizontal(
    right_ascension_deg: ArrayLike,
    declination_deg: ArrayLike,
    local_sidereal_deg: ArrayLike,
    latitude_deg: ArrayLike,
) -> Horizontal:
    """Azimuth and altitude of apparent places of date, shape (instants, bodies): bodies, points or stars.

    Args:
        right_ascension_deg: of n instants × m bodies; topocentric for the Moon, whose parallax reaches a degree.
        declination_deg: likewise.
        local_sidereal_deg: n apparent sidereal times (`local_sidereal_time_deg`).
        latitude_deg: geodetic, one or n of them.

    At a pole of the Earth, where every direction is south (or north), the azimuth counts as if the observer had come
    along the meridian of their longitude. Raises `NotFinite` and `SiteInvalid` for a latitude.
    """
    sidereal = np.array(local_sidereal_deg, dtype=np.float64, ndmin=1)
    (latitude,) = site_columns(sidereal.size, latitude_deg=latitude_deg)
    right_ascension = np.asarray(right_ascension_deg, dtype=np.float64)
    declination = np.asarray(declination_deg, dtype=np.float64)
    result = Horizontal(np.empty(right_ascension.shape), np.empty(right_ascension.shape))
    _fill_horizontal(
        right_ascension, declination, sidereal, latitude, result.azimuth_deg, result.altitude_deg
    )
    return result
