"""Kernels that make apparent places: table pieces, deflection by the Sun, nutation, equatorial coordinates.

One call of `fill_places` gives every asked body at one instant. Inside, angles are radians and rates per day;
the rows that it fills are in degrees and astronomical units, ready to leave the engine.
"""

from math import asin, atan2, cos, floor, pi, sin, sqrt
from typing import Final

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

from astrarium.sky.chebyshev import RECORDS, fill_basis, part_of, value_and_rate
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.points import mean_apogee, mean_node
from astrarium.sky.precession import ARCSECOND_RAD, centuries_since_j2000, mean_obliquity_rad
from astrarium.sky.table import Records

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

DEG: Final = 180.0 / pi
SUN_SCHWARZSCHILD_AU: Final = 1.97412574336e-8  # 2GM/c² of the Sun, IAU 2009 constants (eraLd)
LEAST_DENOMINATOR: Final = 1e-9  # keeps the deflection finite for a body right behind the Sun's centre

# Columns of a place.
LONGITUDE, LATITUDE, DISTANCE = 0, 1, 2
LONGITUDE_SPEED, LATITUDE_SPEED, DISTANCE_SPEED = 3, 4, 5
RIGHT_ASCENSION, DECLINATION = 6, 7
PLACE_COLUMNS: Final = 8

# How a body's place is made (columns of `sources`: method, first piece, level).
UNDEFLECTED, DEFLECTED, POINT_LONGITUDE, POINT, MEAN_NODE, MEAN_APOGEE = 0, 1, 2, 3, 4, 5


@njit("float64(float64)", cache=True, nogil=True)
def wrap_degrees(angle_deg: float) -> float:
    """The angle in [0, 360), never 360 itself; NaN stays NaN."""
    wrapped = angle_deg - 360.0 * floor(angle_deg / 360.0)
    return 0.0 if wrapped >= 360.0 else wrapped


@njit(
    types.UniTuple(types.float64, 4)(*(types.float64,) * 12),
    cache=True,
    nogil=True,
)
def deflection(
    longitude: float,
    latitude: float,
    distance: float,
    longitude_rate: float,
    latitude_rate: float,
    distance_rate: float,
    sun_longitude: float,
    sun_latitude: float,
    sun_distance: float,
    sun_longitude_rate: float,
    sun_latitude_rate: float,
    sun_distance_rate: float,
) -> tuple[float, float, float, float]:
    """Deflection of light by the Sun in longitude and latitude (rad) with daily rates, for a body at finite distance.

    With R and d the distances of Sun and body, r between them and E the elongation, the vector formula of
    `erfa.ld` (Klioner 2003, Astron. J. 125, 1580) has the closed form: away from the Sun by
    (2GM/c²R)·d·sin E / (r + R − d·cos E). Split along longitude and latitude the sine cancels, so nothing is
    singular but a body behind the Sun's centre.
    """
    difference = longitude - sun_longitude
    difference_rate = longitude_rate - sun_longitude_rate
    sl, cl = sin(difference), cos(difference)
    sb, cb = sin(latitude), cos(latitude)
    # The Sun's latitude never exceeds 1.3″: its cosine is 1 and its sine itself to 2e-11.
    cos_elongation = sun_latitude * sb + cb * cl
    cos_elongation_rate = (
        sun_latitude_rate * sb
        + sun_latitude * cb * latitude_rate
        - sb * latitude_rate * cl
        - cb * sl * difference_rate
    )
    projected = distance * cos_elongation
    projected_rate = distance_rate * cos_elongation + distance * cos_elongation_rate
    from_sun = sqrt(sun_distance * sun_distance + distance * distance - 2.0 * sun_distance * projected)
    from_sun_rate = (
        sun_distance * sun_distance_rate
        + distance * distance_rate
        - sun_distance_rate * projected
        - sun_distance * projected_rate
    ) / from_sun
    denominator = from_sun + sun_distance - projected
    denominator_rate = from_sun_rate + sun_distance_rate - projected_rate
    if denominator < LEAST_DENOMINATOR * distance:
        denominator = LEAST_DENOMINATOR * distance
        denominator_rate = 0.0
    bend = SUN_SCHWARZSCHILD_AU * distance / (sun_distance * denominator)
    bend_rate = bend * (
        distance_rate / distance - sun_distance_rate / sun_distance - denominator_rate / denominator
    )
    along = sl / cb
    along_rate = (cl * difference_rate + along * sb * latitude_rate) / cb
    across = sb * cl - sun_latitude * cb
    across_rate = (
        cb * latitude_rate * cl
        - sb * sl * difference_rate
        - sun_latitude_rate * cb
        + sun_latitude * sb * latitude_rate
    )
    return (
        bend * along,
        bend * across,
        bend_rate * along + bend * along_rate,
        bend_rate * across + bend * across_rate,
    )


@njit(
    types.UniTuple(types.float64, 6)(
        RECORDS, types.int64, types.int64, types.int64, types.int64, types.float64[:, :, ::1]
    ),
    cache=True,
    nogil=True,
)
def table_place(
    records: Records, block: int, first_piece: int, level: int, part: int, basis: Array
) -> tuple[float, float, float, float, float, float]:
    """Longitude, latitude (rad, mean ecliptic of date), distance (au) of a body's pieces, and their daily rates."""
    piece = first_piece + 3 * part
    longitude, longitude_rate = value_and_rate(records, block, piece, level, basis)
    latitude, latitude_rate = value_and_rate(records, block, piece + 1, level, basis)
    distance, distance_rate = value_and_rate(records, block, piece + 2, level, basis)
    return (
        longitude * ARCSECOND_RAD,
        latitude * ARCSECOND_RAD,
        distance,
        longitude_rate * ARCSECOND_RAD,
        latitude_rate * ARCSECOND_RAD,
        distance_rate,
    )


@njit(
    types.UniTuple(types.float64, 7)(
        RECORDS,
        types.int64,
        types.int64,
        types.float64,
        types.float64,
        types.float64[:, :, ::1],
        types.int64[:, ::1],
        types.int64[::1],
        types.float64[:, ::1],
    ),
    cache=True,
    nogil=True,
)
def fill_places(
    records: Records,
    block: int,
    sun_piece: int,
    jd_tt_day: float,
    jd_tt_fraction: float,
    basis: Array,
    sources: IntArray,
    bodies: IntArray,
    out: Array,
) -> tuple[float, float, float, float, float, float, float]:
    """Fill `out[i]` with the apparent place of `bodies[i]` at one instant inside the table.

    `out` has the columns named above: degrees (longitude and right ascension in [0, 360), true equinox of date),
    au, and their daily rates; the distance of a point without one is NaN. `sources[b]` says how body b is made.
    The Earth's orientation must be the table's first series and `sun_piece` the Sun's first piece; `basis` is
    scratch of `chebyshev.BASIS_SHAPE`. Returns Δψ, its daily rate, Δε, the equation of the equinoxes, the true
    obliquity, centuries of TT since J2000, and the Sun's declination (angles in radians).
    """
    fill_basis(records, block, jd_tt_day, jd_tt_fraction, basis)
    days = (jd_tt_day - records.first_jd - BLOCK_DAYS * block) + jd_tt_fraction
    centuries = centuries_since_j2000(jd_tt_day, jd_tt_fraction)
    nutation, nutation_rate = value_and_rate(records, block, 0, 0, basis)
    nutation *= ARCSECOND_RAD
    nutation_rate *= ARCSECOND_RAD
    obliquity_nutation = value_and_rate(records, block, 1, 0, basis)[0] * ARCSECOND_RAD
    equation = value_and_rate(records, block, 2, 0, basis)[0] * ARCSECOND_RAD
    obliquity = mean_obliquity_rad(centuries) + obliquity_nutation
    sin_obliquity, cos_obliquity = sin(obliquity), cos(obliquity)
    sun = table_place(records, block, sun_piece, 0, 0, basis)
    for i in range(bodies.size):
        method = sources[bodies[i], 0]
        piece = sources[bodies[i], 1]
        level = sources[bodies[i], 2]
        part = part_of(days, level)
        if method <= DEFLECTED:
            longitude, latitude, distance, longitude_rate, latitude_rate, distance_rate = table_place(
                records, block, piece, level, part, basis
            )
            if method == DEFLECTED:
                bent = deflection(
                    longitude,
                    latitude,
                    distance,
                    longitude_rate,
                    latitude_rate,
                    distance_rate,
                    sun[0],
                    sun[1],
                    sun[2],
                    sun[3],
                    sun[4],
                    sun[5],
                )
                longitude += bent[0]
                latitude += bent[1]
                longitude_rate += bent[2]
                latitude_rate += bent[3]
        else:
            distance = np.nan
            distance_rate = np.nan
            latitude = 0.0
            latitude_rate = 0.0
            if method == MEAN_NODE:
                longitude, longitude_rate = mean_node(centuries)
            elif method == MEAN_APOGEE:
                longitude, latitude, longitude_rate, latitude_rate = mean_apogee(centuries)
            elif method == POINT_LONGITUDE:
                longitude, longitude_rate = value_and_rate(records, block, piece + part, level, basis)
                longitude *= ARCSECOND_RAD
                longitude_rate *= ARCSECOND_RAD
            else:
                longitude, longitude_rate = value_and_rate(records, block, piece + 2 * part, level, basis)
                latitude, latitude_rate = value_and_rate(records, block, piece + 2 * part + 1, level, basis)
                longitude *= ARCSECOND_RAD
                longitude_rate *= ARCSECOND_RAD
                latitude *= ARCSECOND_RAD
                latitude_rate *= ARCSECOND_RAD
        longitude += nutation
        sl, cl = sin(longitude), cos(longitude)
        sb, cb = sin(latitude), cos(latitude)
        y = cos_obliquity * cb * sl - sin_obliquity * sb
        z = sin_obliquity * cb * sl + cos_obliquity * sb
        out[i, LONGITUDE] = wrap_degrees(longitude * DEG)
        out[i, LATITUDE] = latitude * DEG
        out[i, DISTANCE] = distance
        out[i, LONGITUDE_SPEED] = (longitude_rate + nutation_rate) * DEG
        out[i, LATITUDE_SPEED] = latitude_rate * DEG
        out[i, DISTANCE_SPEED] = distance_rate
        out[i, RIGHT_ASCENSION] = wrap_degrees(atan2(y, cb * cl) * DEG)
        out[i, DECLINATION] = asin(min(1.0, max(-1.0, z))) * DEG
    sun_sine = sin_obliquity * cos(sun[1]) * sin(sun[0] + nutation) + cos_obliquity * sin(sun[1])
    return nutation, nutation_rate, obliquity_nutation, equation, obliquity, centuries, asin(sun_sine)
