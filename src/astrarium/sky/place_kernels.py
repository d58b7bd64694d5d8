"""Kernels that make apparent places: table pieces, deflection by the Sun, nutation, equatorial coordinates.

One call of `fill_places` gives every asked body at one instant. Inside, angles are radians and rates per day, all
bodies side by side (`lanes`); the rows that it fills are in degrees and astronomical units, ready to leave the engine.
"""

from math import sqrt

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.sky import lanes
from astrarium.sky.apparent import (
    ABSENT,
    DECLINATION,
    DEFLECTED,
    DEG,
    DISTANCE,
    DISTANCE_SPEED,
    EARTH_COLUMNS,
    LANES,
    LATITUDE,
    LATITUDE_SPEED,
    LEAST_DENOMINATOR,
    LONGITUDE,
    LONGITUDE_SPEED,
    MINOR,
    NOWHERE,
    RIGHT_ASCENSION,
    SKY,
    STATE,
    SUN_SCHWARZSCHILD_AU,
    UNDEFLECTED,
    Earth,
    Sky,
    State,
    point_place,
    table_place,
    wrap_degrees,
)
from astrarium.sky.chebyshev import BASIS, fill_basis, part_of, value_and_rate
from astrarium.sky.compiling import kernel
from astrarium.sky.lanes import padded
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.precession import ARCSECOND_RAD, centuries_since_j2000, mean_obliquity_rad
from astrarium.sky.trigonometry import arctangent, sine_cosine

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@kernel(
    types.UniTuple(types.float64, 4)(STATE, STATE, *(types.float64,) * 6), inlined=True, error_model="numpy"
)
def deflection(
    body: State, sun: State, sl: float, cl: float, sb: float, cb: float, sun_sine: float, sun_cosine: float
) -> tuple[float, float, float, float]:
    """Deflection of light by the Sun in longitude and latitude (rad) with daily rates, for a body at finite distance.

    `body` and `sun` are longitude, latitude, distance and their rates; `sl` … `cb` sine and cosine of the body's
    longitude and latitude, `sun_sine` and `sun_cosine` those of the Sun's longitude.

    With R and d the distances of Sun and body, r between them and E the elongation, the vector formula of
    `erfa.ld` (Klioner 2003, Astron. J. 125, 1580) has the closed form: away from the Sun by
    (2GM/c²R)·d·sin E / (r + R − d·cos E). Split along longitude and latitude the sine cancels, so nothing is
    singular but a body behind the Sun's centre.
    """
    distance, latitude_rate, distance_rate = body[2], body[4], body[5]
    sun_latitude, sun_distance, sun_latitude_rate, sun_distance_rate = sun[1], sun[2], sun[4], sun[5]
    difference_rate = body[3] - sun[3]
    sd = sl * sun_cosine - cl * sun_sine
    cd = cl * sun_cosine + sl * sun_sine
    # The Sun's latitude never exceeds 1.3″: its cosine is 1 and its sine itself to 2e-11.
    cos_elongation = sun_latitude * sb + cb * cd
    cos_elongation_rate = (
        sun_latitude_rate * sb
        + sun_latitude * cb * latitude_rate
        - sb * latitude_rate * cd
        - cb * sd * difference_rate
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
    least = LEAST_DENOMINATOR * distance
    is_behind = denominator < least
    denominator = least if is_behind else denominator
    denominator_rate = 0.0 if is_behind else denominator_rate
    inverse = 1.0 / (sun_distance * denominator)
    bend = SUN_SCHWARZSCHILD_AU * distance * inverse
    bend_rate = SUN_SCHWARZSCHILD_AU * inverse * distance_rate - bend * inverse * (
        sun_distance_rate * denominator + sun_distance * denominator_rate
    )
    secant = 1.0 / cb
    along = sd * secant
    along_rate = (cd * difference_rate + along * sb * latitude_rate) * secant
    across = sb * cd - sun_latitude * cb
    across_rate = (
        cb * latitude_rate * cd
        - sb * sd * difference_rate
        - sun_latitude_rate * cb
        + sun_latitude * sb * latitude_rate
    )
    return (
        bend * along,
        bend * across,
        bend_rate * along + bend * along_rate,
        bend_rate * across + bend * across_rate,
    )


@kernel(types.void(LANES, types.int64, STATE, types.float64, types.float64), error_model="numpy")
def bend_light(columns: Array, count: int, sun: State, sun_sine: float, sun_cosine: float) -> None:
    """Fill sines and cosines of the first lanes, and bend the light of those that are `BENT`."""
    for i in range(count):
        sl, cl = sine_cosine(columns[lanes.LONGITUDE + i])
        columns[lanes.SIN_LONGITUDE + i] = sl
        columns[lanes.COS_LONGITUDE + i] = cl
    for i in range(count):
        sb, cb = sine_cosine(columns[lanes.LATITUDE + i])
        columns[lanes.SIN_LATITUDE + i] = sb
        columns[lanes.COS_LATITUDE + i] = cb
    for i in range(count):
        sl, cl = columns[lanes.SIN_LONGITUDE + i], columns[lanes.COS_LONGITUDE + i]
        sb, cb = columns[lanes.SIN_LATITUDE + i], columns[lanes.COS_LATITUDE + i]
        state = (
            columns[lanes.LONGITUDE + i],
            columns[lanes.LATITUDE + i],
            columns[lanes.DISTANCE + i],
            columns[lanes.LONGITUDE_RATE + i],
            columns[lanes.LATITUDE_RATE + i],
            columns[lanes.DISTANCE_RATE + i],
        )
        bent, raised, bent_rate, raised_rate = deflection(state, sun, sl, cl, sb, cb, sun_sine, sun_cosine)
        is_bent = columns[lanes.BENT + i] > 0.0
        bent, raised = bent if is_bent else 0.0, raised if is_bent else 0.0
        columns[lanes.LONGITUDE + i] = state[0] + bent
        columns[lanes.LATITUDE + i] = state[1] + raised
        columns[lanes.LONGITUDE_RATE + i] = state[3] + (bent_rate if is_bent else 0.0)
        columns[lanes.LATITUDE_RATE + i] = state[4] + (raised_rate if is_bent else 0.0)
        # Turned by the bend, which stays below 2e-4 rad, to its second power.
        columns[lanes.SIN_LONGITUDE + i] = sl + bent * (cl - 0.5 * bent * sl)
        columns[lanes.COS_LONGITUDE + i] = cl - bent * (sl + 0.5 * bent * cl)
        sb, cb = sb + raised * (cb - 0.5 * raised * sb), cb - raised * (sb + 0.5 * raised * cb)
        columns[lanes.SIN_LATITUDE + i] = sb
        columns[lanes.COS_LATITUDE + i] = cb
        columns[lanes.TAN_LATITUDE + i] = sb / cb


@kernel(types.void(LANES, types.int64, *(types.float64,) * 5))
def turn_to_equator(
    columns: Array,
    count: int,
    nutation: float,
    sin_nutation: float,
    cos_nutation: float,
    sin_obliquity: float,
    cos_obliquity: float,
) -> None:
    """Fill the true longitude, right ascension and declination (degrees) of the first lanes."""
    for i in range(count):
        columns[lanes.TRUE_LONGITUDE + i] = wrap_degrees((columns[lanes.LONGITUDE + i] + nutation) * DEG)
    for i in range(count):
        sl, cl = columns[lanes.SIN_LONGITUDE + i], columns[lanes.COS_LONGITUDE + i]
        sb, cb = columns[lanes.SIN_LATITUDE + i], columns[lanes.COS_LATITUDE + i]
        x = cb * (cl * cos_nutation - sl * sin_nutation)
        y_ecliptic = cb * (sl * cos_nutation + cl * sin_nutation)
        y = cos_obliquity * y_ecliptic - sin_obliquity * sb
        z = sin_obliquity * y_ecliptic + cos_obliquity * sb
        columns[lanes.RIGHT_ASCENSION + i] = wrap_degrees(arctangent(y, x) * DEG)
        columns[lanes.DECLINATION + i] = arctangent(z, sqrt(x * x + y * y)) * DEG


@kernel(
    types.UniTuple(types.float64, EARTH_COLUMNS)(
        SKY,
        types.int64,
        types.float64,
        types.float64,
        BASIS,
        types.int64[::1],
        types.float64[:, ::1],
        LANES,
    ),
    inlined=True,
)
def fill_places(
    sky: Sky,
    block: int,
    jd_tt_day: float,
    jd_tt_fraction: float,
    basis: Array,
    bodies: IntArray,
    out: Array,
    columns: Array,
) -> Earth:
    """Fill `out[i]` with the apparent place of `bodies[i]` at one instant inside the table.

    `out` has the columns of `apparent`: degrees (longitude and right ascension in [0, 360), true equinox of date),
    au, and their daily rates. A point without distance has NaN for it; a minor body outside its table's years, or in
    no table, has NaN throughout. `columns` (`lanes.LANES_SIZE`) keep the places side by side. The first
    series of the sky must be the Earth's orientation; `basis` is scratch of
    `chebyshev.BASIS_SHAPE`. Returns Δψ, its daily rate, Δε, the equation of the equinoxes, the true obliquity,
    centuries of TT since J2000, and the Sun's declination (angles in radians).
    """
    leads, middles, tails, minor_leads, minor_middles, minor_tails, pieces, quanta, sources, grid = sky
    days = (jd_tt_day - grid.first_jd - BLOCK_DAYS * block) + jd_tt_fraction
    fill_basis(days, basis)
    centuries = centuries_since_j2000(jd_tt_day, jd_tt_fraction)
    words = block * grid.words
    nutation, nutation_rate = value_and_rate(leads, middles, tails, pieces, quanta, words, 0, 0, basis)
    nutation *= ARCSECOND_RAD
    nutation_rate *= ARCSECOND_RAD
    obliquity_nutation = (
        value_and_rate(leads, middles, tails, pieces, quanta, words, 1, 0, basis)[0] * ARCSECOND_RAD
    )
    equation = value_and_rate(leads, middles, tails, pieces, quanta, words, 2, 0, basis)[0] * ARCSECOND_RAD
    obliquity = mean_obliquity_rad(centuries) + obliquity_nutation
    sin_obliquity, cos_obliquity = sine_cosine(obliquity)
    sin_nutation, cos_nutation = sine_cosine(nutation)
    sun = table_place(leads, middles, tails, pieces, quanta, words, grid.sun_piece, 0, 0, basis)
    sun_sine, sun_cosine = sine_cosine(sun[0])
    minor_block = block - grid.minor_shift
    has_minor = 0 <= minor_block < grid.minor_blocks
    minor_words = minor_block * grid.minor_words
    count = bodies.size
    for i in range(count):
        body = bodies[i]
        method, piece, level = sources[body, 0], sources[body, 1], sources[body, 2]
        part = part_of(days, level)
        if method == UNDEFLECTED and piece == grid.sun_piece:
            state = sun
        elif method <= DEFLECTED:
            state = table_place(leads, middles, tails, pieces, quanta, words, piece, level, part, basis)
        elif method == MINOR and has_minor:
            state = table_place(
                minor_leads,
                minor_middles,
                minor_tails,
                pieces,
                quanta,
                minor_words,
                piece,
                level,
                part,
                basis,
            )
        elif method in (MINOR, ABSENT):
            state = NOWHERE
        else:
            state = point_place(
                leads, middles, tails, pieces, quanta, words, method, piece, level, part, centuries, basis
            )
        columns[lanes.LONGITUDE + i] = state[0]
        columns[lanes.LATITUDE + i] = state[1]
        columns[lanes.DISTANCE + i] = state[2]
        columns[lanes.LONGITUDE_RATE + i] = state[3]
        columns[lanes.LATITUDE_RATE + i] = state[4]
        columns[lanes.DISTANCE_RATE + i] = state[5]
        columns[lanes.BENT + i] = 1.0 if method in (DEFLECTED, MINOR) else 0.0
    bend_light(columns, padded(count), sun, sun_sine, sun_cosine)
    turn_to_equator(
        columns, padded(count), nutation, sin_nutation, cos_nutation, sin_obliquity, cos_obliquity
    )
    for i in range(count):
        out[i, LONGITUDE] = columns[lanes.TRUE_LONGITUDE + i]
        out[i, LATITUDE] = columns[lanes.LATITUDE + i] * DEG
        out[i, DISTANCE] = columns[lanes.DISTANCE + i]
        out[i, LONGITUDE_SPEED] = (columns[lanes.LONGITUDE_RATE + i] + nutation_rate) * DEG
        out[i, LATITUDE_SPEED] = columns[lanes.LATITUDE_RATE + i] * DEG
        out[i, DISTANCE_SPEED] = columns[lanes.DISTANCE_RATE + i]
        out[i, RIGHT_ASCENSION] = columns[lanes.RIGHT_ASCENSION + i]
        out[i, DECLINATION] = columns[lanes.DECLINATION + i]
    sun_height = (
        sin_obliquity * (sun_sine * cos_nutation + sun_cosine * sin_nutation) + cos_obliquity * sun[1]
    )
    sun_declination = arctangent(sun_height, sqrt(1.0 - sun_height * sun_height))
    return nutation, nutation_rate, obliquity_nutation, equation, obliquity, centuries, sun_declination
