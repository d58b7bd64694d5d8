"""Kernels that make apparent places: table pieces, deflection by the Sun, nutation, equatorial coordinates.

One call of `fill_places` gives every asked body at one instant. Inside, angles are radians and rates per day;
the rows that it fills are in degrees and astronomical units, ready to leave the engine.
"""

from math import floor, pi, sqrt
from typing import Final, NamedTuple

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.sky.chebyshev import (
    BASIS,
    LEADS,
    MIDDLES,
    PIECES,
    QUANTA,
    TAILS,
    fill_basis,
    part_of,
    value_and_rate,
)
from astrarium.sky.compiling import kernel
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.points import mean_apogee, mean_node
from astrarium.sky.precession import ARCSECOND_RAD, centuries_since_j2000, mean_obliquity_rad
from astrarium.sky.trigonometry import arctangent, sine_cosine

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
State = tuple[float, float, float, float, float, float]

DEG: Final = 180.0 / pi
RAD: Final = pi / 180.0
SUN_SCHWARZSCHILD_AU: Final = 1.97412574336e-8  # 2GM/c² of the Sun, IAU 2009 constants (eraLd)
LEAST_DENOMINATOR: Final = 1e-9  # keeps the deflection finite for a body right behind the Sun's centre

# Columns of a place.
LONGITUDE, LATITUDE, DISTANCE = 0, 1, 2
LONGITUDE_SPEED, LATITUDE_SPEED, DISTANCE_SPEED = 3, 4, 5
RIGHT_ASCENSION, DECLINATION = 6, 7
PLACE_COLUMNS: Final = 8

# Columns of a direction: of the mean equinox of date, for the sign frames.
SIN_LONGITUDE, COS_LONGITUDE, TAN_LATITUDE = 0, 1, 2
DIRECTION_COLUMNS: Final = 3

# How a body's place is made.
UNDEFLECTED, DEFLECTED, MINOR, POINT_LONGITUDE, POINT, MEAN_NODE, MEAN_APOGEE, ABSENT = range(8)

# What `fill_places` returns of the Earth.
NUTATION, NUTATION_RATE, OBLIQUITY_NUTATION, EQUATION_OF_EQUINOXES = 0, 1, 2, 3
OBLIQUITY, CENTURIES, SUN_DECLINATION = 4, 5, 6
EARTH_COLUMNS: Final = 7
Earth = tuple[float, float, float, float, float, float, float]


class Grid(NamedTuple):
    """The numbers of two tables on one grid of blocks; block b of the first is block b − `minor_shift` of the second.

    `words` and `minor_words` are the lengths of their records in eight bytes.
    """

    first_jd: float
    blocks: int
    words: int
    minor_blocks: int
    minor_words: int
    minor_shift: int
    sun_piece: int
    node_piece: int
    node_level: int


class Sky(NamedTuple):
    """What places are made from: the mapped records of two tables, planets and minor bodies, and how to read them.

    `pieces` and `quanta` (see `layout.Offsets`) describe the pieces of the first table, then those of the second.
    `sources[body]` is `(method, first piece, level)`.
    """

    leads: Array
    middles: NDArray[np.int32]
    tails: NDArray[np.int16]
    minor_leads: Array
    minor_middles: NDArray[np.int32]
    minor_tails: NDArray[np.int16]
    pieces: IntArray
    quanta: Array
    sources: IntArray
    grid: Grid


GRID: Final = types.NamedTuple((types.float64, *(types.int64,) * 8), Grid)
SOURCES: Final = types.int64[:, ::1]
ARRAYS: Final = (LEADS, MIDDLES, TAILS, LEADS, MIDDLES, TAILS, PIECES, QUANTA, SOURCES)
SKY: Final = types.NamedTuple((*ARRAYS, GRID), Sky)
STATE: Final = types.UniTuple(types.float64, 6)


@kernel("float64(float64)")
def wrap_degrees(angle_deg: float) -> float:
    """The angle in [0, 360), never 360 itself; NaN stays NaN."""
    wrapped = angle_deg - 360.0 * floor(angle_deg / 360.0)
    return 0.0 if wrapped >= 360.0 else wrapped


@kernel(
    types.UniTuple(types.float64, 4)(STATE, STATE, *(types.float64,) * 6),
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
    if denominator < LEAST_DENOMINATOR * distance:
        denominator = LEAST_DENOMINATOR * distance
        denominator_rate = 0.0
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


@kernel(
    STATE(LEADS, MIDDLES, TAILS, PIECES, QUANTA, types.int64, types.int64, types.int64, types.int64, BASIS),
)
def table_place(
    leads: Array,
    middles: NDArray[np.int32],
    tails: NDArray[np.int16],
    pieces: IntArray,
    quanta: Array,
    words: int,
    first_piece: int,
    level: int,
    part: int,
    basis: Array,
) -> State:
    """Longitude, latitude (rad, mean ecliptic of date), distance (au) of a body's pieces, and their daily rates."""
    piece = first_piece + 3 * part
    longitude, longitude_rate = value_and_rate(
        leads, middles, tails, pieces, quanta, words, piece, level, basis
    )
    latitude, latitude_rate = value_and_rate(
        leads, middles, tails, pieces, quanta, words, piece + 1, level, basis
    )
    distance, distance_rate = value_and_rate(
        leads, middles, tails, pieces, quanta, words, piece + 2, level, basis
    )
    return (
        longitude * ARCSECOND_RAD,
        latitude * ARCSECOND_RAD,
        distance,
        longitude_rate * ARCSECOND_RAD,
        latitude_rate * ARCSECOND_RAD,
        distance_rate,
    )


@kernel(
    STATE(
        LEADS, MIDDLES, TAILS, PIECES, QUANTA, types.int64, types.int64, types.int64, types.int64, types.int64,
        types.float64, BASIS,
    ),
)  # fmt: skip
def point_place(
    leads: Array,
    middles: NDArray[np.int32],
    tails: NDArray[np.int16],
    pieces: IntArray,
    quanta: Array,
    words: int,
    method: int,
    piece: int,
    level: int,
    part: int,
    centuries: float,
    basis: Array,
) -> State:
    """A point of the Moon's orbit, as `table_place`; it has no distance (NaN)."""
    if method == MEAN_NODE:
        longitude, longitude_rate = mean_node(centuries)
        return longitude, 0.0, np.nan, longitude_rate, 0.0, np.nan
    if method == MEAN_APOGEE:
        longitude, latitude, longitude_rate, latitude_rate = mean_apogee(centuries)
        return longitude, latitude, np.nan, longitude_rate, latitude_rate, np.nan
    if method == POINT_LONGITUDE:
        longitude, longitude_rate = value_and_rate(
            leads, middles, tails, pieces, quanta, words, piece + part, level, basis
        )
        return longitude * ARCSECOND_RAD, 0.0, np.nan, longitude_rate * ARCSECOND_RAD, 0.0, np.nan
    piece += 2 * part
    longitude, longitude_rate = value_and_rate(
        leads, middles, tails, pieces, quanta, words, piece, level, basis
    )
    latitude, latitude_rate = value_and_rate(
        leads, middles, tails, pieces, quanta, words, piece + 1, level, basis
    )
    return (
        longitude * ARCSECOND_RAD,
        latitude * ARCSECOND_RAD,
        np.nan,
        longitude_rate * ARCSECOND_RAD,
        latitude_rate * ARCSECOND_RAD,
        np.nan,
    )


@kernel(
    types.UniTuple(types.float64, EARTH_COLUMNS)(
        *ARRAYS,
        GRID,
        types.int64,
        types.float64,
        types.float64,
        BASIS,
        types.int64[::1],
        types.float64[:, ::1],
        types.float64[:, ::1],
    ),
)
def fill_places(
    leads: Array,
    middles: NDArray[np.int32],
    tails: NDArray[np.int16],
    minor_leads: Array,
    minor_middles: NDArray[np.int32],
    minor_tails: NDArray[np.int16],
    pieces: IntArray,
    quanta: Array,
    sources: IntArray,
    grid: Grid,
    block: int,
    jd_tt_day: float,
    jd_tt_fraction: float,
    basis: Array,
    bodies: IntArray,
    out: Array,
    directions: Array,
) -> Earth:
    """Fill `out[i]` with the apparent place of `bodies[i]` at one instant inside the table.

    `out` has the columns named above: degrees (longitude and right ascension in [0, 360), true equinox of date),
    au, and their daily rates. `directions[i]` are sine and cosine of the longitude of the mean equinox and the tangent
    of the latitude. A point without distance has NaN for it; a minor body outside its table's years, or in no table,
    has NaN throughout. The first arguments are the parts of a `Sky`, whose first series must be the Earth's
    orientation; `basis` is scratch of `chebyshev.BASIS_SHAPE`. Returns Δψ, its daily rate, Δε, the equation of the
    equinoxes, the true obliquity, centuries of TT since J2000, and the Sun's declination (angles in radians).
    """
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
    for i in range(bodies.size):
        body = bodies[i]
        method, piece, level = sources[body, 0], sources[body, 1], sources[body, 2]
        part = part_of(days, level)
        if method <= DEFLECTED:
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
            state = (np.nan, np.nan, np.nan, np.nan, np.nan, np.nan)
        else:
            state = point_place(
                leads, middles, tails, pieces, quanta, words, method, piece, level, part, centuries, basis
            )
        longitude, latitude, distance, longitude_rate, latitude_rate, distance_rate = state
        sl, cl = sine_cosine(longitude)
        sb, cb = sine_cosine(latitude)
        if method in (DEFLECTED, MINOR):
            bent, raised, bent_rate, raised_rate = deflection(
                state, sun, sl, cl, sb, cb, sun_sine, sun_cosine
            )
            longitude += bent
            latitude += raised
            longitude_rate += bent_rate
            latitude_rate += raised_rate
            # Turned by the bend, which stays below 2e-4 rad, to its second power.
            sl, cl = (
                sl + bent * (cl - 0.5 * bent * sl),
                cl - bent * (sl + 0.5 * bent * cl),
            )
            sb, cb = (
                sb + raised * (cb - 0.5 * raised * sb),
                cb - raised * (sb + 0.5 * raised * cb),
            )
        directions[i, SIN_LONGITUDE] = sl
        directions[i, COS_LONGITUDE] = cl
        directions[i, TAN_LATITUDE] = sb / cb
        x = cb * (cl * cos_nutation - sl * sin_nutation)
        y_ecliptic = cb * (sl * cos_nutation + cl * sin_nutation)
        y = cos_obliquity * y_ecliptic - sin_obliquity * sb
        z = sin_obliquity * y_ecliptic + cos_obliquity * sb
        out[i, LONGITUDE] = wrap_degrees((longitude + nutation) * DEG)
        out[i, LATITUDE] = latitude * DEG
        out[i, DISTANCE] = distance
        out[i, LONGITUDE_SPEED] = (longitude_rate + nutation_rate) * DEG
        out[i, LATITUDE_SPEED] = latitude_rate * DEG
        out[i, DISTANCE_SPEED] = distance_rate
        out[i, RIGHT_ASCENSION] = wrap_degrees(arctangent(y, x) * DEG)
        out[i, DECLINATION] = arctangent(z, sqrt(x * x + y * y)) * DEG
    sun_height = (
        sin_obliquity * (sun_sine * cos_nutation + sun_cosine * sin_nutation) + cos_obliquity * sun[1]
    )
    sun_declination = arctangent(sun_height, sqrt(1.0 - sun_height * sun_height))
    return nutation, nutation_rate, obliquity_nutation, equation, obliquity, centuries, sun_declination
