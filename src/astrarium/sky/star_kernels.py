"""Kernels that make apparent places of stars: space motion, parallax, deflection, aberration, precession, nutation.

What all stars share at an instant, the *standpoint*, is made first: where the Earth is and how it moves, where the Sun
is, how the sky is turned. A star then is a row of eight numbers: its unit vector (ICRS), the change of that vector in
a Julian year, its parallax and the epoch of both (Julian year). Radial velocity is zero throughout. All steps work on
vectors; only the last takes angles. The ERFA routine of each step is named.
"""

from math import pi, sqrt
from typing import Final, NamedTuple

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.sky.apparent import SUN_SCHWARZSCHILD_AU, wrap_degrees
from astrarium.sky.chebyshev import (
    BASIS,
    BASIS_SHAPE,
    LEADS,
    MIDDLES,
    PIECES,
    QUANTA,
    TAILS,
    block_of,
    fill_basis,
    value_and_rate,
)
from astrarium.sky.compiling import kernel
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.precession import (
    ARCSECOND_RAD,
    centuries_since_j2000,
    icrs_to_ecliptic,
    mean_obliquity_rad,
)
from astrarium.sky.trigonometry import arctangent, sine_cosine

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Vector = tuple[float, float, float]

DEG: Final = 180.0 / pi
LIGHT_SPEED_AU_PER_DAY: Final = 299792.458 * 86400.0 / 149597870.7
LIGHT_SPEED_AU_PER_YEAR: Final = 365.25 * LIGHT_SPEED_AU_PER_DAY
LEAST_DENOMINATOR: Final = 1e-6  # holds the deflection back within 5′ of the Sun's centre, as eraLdsun does

# Columns of a star.
DIRECTION, MOTION, PARALLAX, EPOCH = 0, 3, 6, 7
STAR_COLUMNS: Final = 8

# Columns of a place, degrees.
LONGITUDE, LATITUDE, RIGHT_ASCENSION, DECLINATION = 0, 1, 2, 3
STAR_PLACE_COLUMNS: Final = 4

# Columns of a standpoint.
EARTH_PLACE = 0  # barycentric, au, ICRF axes
EARTH_VELOCITY = 3  # in units of the speed of light
FROM_SUN, SUN_DISTANCE = 6, 9  # unit vector from the Sun to the Earth; au
TO_ECLIPTIC = 10  # nine numbers: ICRF to the true ecliptic and equinox of date
OBLIQUITY_SINE, OBLIQUITY_COSINE, YEAR = 19, 20, 21
STANDPOINT_COLUMNS: Final = 22


class StarGrid(NamedTuple):
    """Where the blocks of two tables lie, the planets' and the Earth's motion; `words` are eight bytes of a record.

    `sun_piece` and `earth_piece` are the first pieces of the Sun and of the Earth's motion.
    """

    first_jd: float
    blocks: int
    words: int
    earth_first_jd: float
    earth_blocks: int
    earth_words: int
    sun_piece: int
    earth_piece: int


class StarSky(NamedTuple):
    """What a standpoint is made from: the mapped records of two tables, and how to read them.

    `pieces` and `quanta` (see `layout.Offsets`) describe the pieces of the planets' table, then those of the Earth's.
    The first series of the planets' table must be the Earth's orientation.
    """

    leads: Array
    middles: NDArray[np.int32]
    tails: NDArray[np.int16]
    earth_leads: Array
    earth_middles: NDArray[np.int32]
    earth_tails: NDArray[np.int16]
    pieces: IntArray
    quanta: Array
    grid: StarGrid


STAR_GRID: Final = types.NamedTuple(
    (
        types.float64,
        types.int64,
        types.int64,
        types.float64,
        types.int64,
        types.int64,
        types.int64,
        types.int64,
    ),
    StarGrid,
)
STAR_SKY: Final = types.NamedTuple(
    (LEADS, MIDDLES, TAILS, LEADS, MIDDLES, TAILS, PIECES, QUANTA, STAR_GRID), StarSky
)
VECTOR: Final = types.UniTuple(types.float64, 3)
ROTATION: Final = types.UniTuple(types.float64, 9)


@kernel(VECTOR(types.float64, types.float64, ROTATION, VECTOR))
def earth_from_sun(
    sun_longitude: float, sun_latitude: float, rotation: tuple[float, ...], velocity: Vector
) -> Vector:
    """Unit vector from the Sun to the Earth (ICRF axes), from the Sun's apparent place without nutation.

    `rotation` is `icrs_to_ecliptic` of the date. Aberration is taken off to first order, which leaves 0.002″: nothing
    to the deflection of light, which is all that asks.
    """
    r00, r01, r02, r10, r11, r12, r20, r21, r22 = rotation
    vx, vy, vz = velocity
    sl, cl = sine_cosine(sun_longitude)
    sb, cb = sine_cosine(sun_latitude)
    x, y, z = cb * cl, cb * sl, sb
    ex = -(r00 * x + r10 * y + r20 * z)
    ey = -(r01 * x + r11 * y + r21 * z)
    ez = -(r02 * x + r12 * y + r22 * z)
    along = ex * vx + ey * vy + ez * vz
    ex, ey, ez = ex + vx - along * ex, ey + vy - along * ey, ez + vz - along * ez
    length = sqrt(ex * ex + ey * ey + ez * ez)
    return ex / length, ey / length, ez / length


@kernel(
    types.boolean(
        LEADS, MIDDLES, TAILS, LEADS, MIDDLES, TAILS, PIECES, QUANTA, STAR_GRID, types.float64, types.float64,
        BASIS, types.float64[::1],
    ),
)  # fmt: skip
def fill_standpoint(
    leads: Array,
    middles: NDArray[np.int32],
    tails: NDArray[np.int16],
    earth_leads: Array,
    earth_middles: NDArray[np.int32],
    earth_tails: NDArray[np.int16],
    pieces: IntArray,
    quanta: Array,
    grid: StarGrid,
    jd_tt_day: float,
    jd_tt_fraction: float,
    basis: Array,
    out: Array,
) -> bool:
    """Fill `out` with the standpoint of an instant (columns above); false outside the tables, and for NaN.

    The first arguments are the parts of a `StarSky`; `basis` is scratch of `chebyshev.BASIS_SHAPE`.
    """
    block = block_of(grid.first_jd, grid.blocks, jd_tt_day, jd_tt_fraction)
    earth_block = block_of(grid.earth_first_jd, grid.earth_blocks, jd_tt_day, jd_tt_fraction)
    if block < 0 or earth_block < 0:
        return False
    fill_basis((jd_tt_day - grid.earth_first_jd - BLOCK_DAYS * earth_block) + jd_tt_fraction, basis)
    words = earth_block * grid.earth_words
    for axis in range(3):
        place, rate = value_and_rate(
            earth_leads, earth_middles, earth_tails, pieces, quanta, words, grid.earth_piece + axis, 0, basis
        )
        out[EARTH_PLACE + axis] = place
        out[EARTH_VELOCITY + axis] = rate / LIGHT_SPEED_AU_PER_DAY
    velocity = (out[EARTH_VELOCITY], out[EARTH_VELOCITY + 1], out[EARTH_VELOCITY + 2])

    fill_basis((jd_tt_day - grid.first_jd - BLOCK_DAYS * block) + jd_tt_fraction, basis)
    words = block * grid.words
    nutation, _ = value_and_rate(leads, middles, tails, pieces, quanta, words, 0, 0, basis)
    obliquity_nutation, _ = value_and_rate(leads, middles, tails, pieces, quanta, words, 1, 0, basis)
    sun = grid.sun_piece
    sun_longitude, _ = value_and_rate(leads, middles, tails, pieces, quanta, words, sun, 0, basis)
    sun_latitude, _ = value_and_rate(leads, middles, tails, pieces, quanta, words, sun + 1, 0, basis)
    out[SUN_DISTANCE], _ = value_and_rate(leads, middles, tails, pieces, quanta, words, sun + 2, 0, basis)

    centuries = centuries_since_j2000(jd_tt_day, jd_tt_fraction)
    rotation = icrs_to_ecliptic(centuries)
    out[FROM_SUN], out[FROM_SUN + 1], out[FROM_SUN + 2] = earth_from_sun(
        sun_longitude * ARCSECOND_RAD, sun_latitude * ARCSECOND_RAD, rotation, velocity
    )
    # Nutation in longitude turns the ecliptic about its pole.
    sn, cn = sine_cosine(nutation * ARCSECOND_RAD)
    for axis in range(3):
        out[TO_ECLIPTIC + axis] = cn * rotation[axis] - sn * rotation[3 + axis]
        out[TO_ECLIPTIC + 3 + axis] = sn * rotation[axis] + cn * rotation[3 + axis]
        out[TO_ECLIPTIC + 6 + axis] = rotation[6 + axis]
    out[OBLIQUITY_SINE], out[OBLIQUITY_COSINE] = sine_cosine(
        mean_obliquity_rad(centuries) + obliquity_nutation * ARCSECOND_RAD
    )
    out[YEAR] = 2000.0 + 100.0 * centuries
    return True


@kernel(
    types.void(types.float64[::1], types.float64[:, ::1], types.float64[:, ::1]),
)
def fill_star_places(standpoint: Array, stars: Array, out: Array) -> None:
    """Fill `out[i]` with the apparent place of `stars[i]` from a standpoint: degrees, columns above."""
    ox, oy, oz = standpoint[EARTH_PLACE], standpoint[EARTH_PLACE + 1], standpoint[EARTH_PLACE + 2]
    vx, vy, vz = standpoint[EARTH_VELOCITY], standpoint[EARTH_VELOCITY + 1], standpoint[EARTH_VELOCITY + 2]
    ex, ey, ez = standpoint[FROM_SUN], standpoint[FROM_SUN + 1], standpoint[FROM_SUN + 2]
    m00, m01, m02 = standpoint[TO_ECLIPTIC], standpoint[TO_ECLIPTIC + 1], standpoint[TO_ECLIPTIC + 2]
    m10, m11, m12 = standpoint[TO_ECLIPTIC + 3], standpoint[TO_ECLIPTIC + 4], standpoint[TO_ECLIPTIC + 5]
    m20, m21, m22 = standpoint[TO_ECLIPTIC + 6], standpoint[TO_ECLIPTIC + 7], standpoint[TO_ECLIPTIC + 8]
    se, ce = standpoint[OBLIQUITY_SINE], standpoint[OBLIQUITY_COSINE]
    year, sun_distance = standpoint[YEAR], standpoint[SUN_DISTANCE]
    lorentz = sqrt(1.0 - (vx * vx + vy * vy + vz * vz))
    least = LEAST_DENOMINATOR / max(1.0, sun_distance * sun_distance)
    for i in range(stars.shape[0]):
        x, y, z = stars[i, DIRECTION], stars[i, DIRECTION + 1], stars[i, DIRECTION + 2]
        parallax = stars[i, PARALLAX]
        # Space motion, by the time at which the light passes the barycentre, and parallax (eraPmpx).
        years = year - stars[i, EPOCH] + (x * ox + y * oy + z * oz) / LIGHT_SPEED_AU_PER_YEAR
        x += years * stars[i, MOTION] - parallax * ox
        y += years * stars[i, MOTION + 1] - parallax * oy
        z += years * stars[i, MOTION + 2] - parallax * oz
        length = sqrt(x * x + y * y + z * z)
        x, y, z = x / length, y / length, z / length
        # Deflection by the Sun of light from infinity (eraLdsun).
        toward = x * ex + y * ey + z * ez
        bend = SUN_SCHWARZSCHILD_AU / (sun_distance * max(1.0 + toward, least))
        x += bend * (ex - toward * x)
        y += bend * (ey - toward * y)
        z += bend * (ez - toward * z)
        # Aberration (eraAb); the Sun's potential would add 4e-7″. The length stays free: only angles are taken.
        weight = 1.0 + (x * vx + y * vy + z * vz) / (1.0 + lorentz)
        x, y, z = lorentz * x + weight * vx, lorentz * y + weight * vy, lorentz * z + weight * vz
        x, y, z = (
            m00 * x + m01 * y + m02 * z,
            m10 * x + m11 * y + m12 * z,
            m20 * x + m21 * y + m22 * z,
        )
        out[i, LONGITUDE] = wrap_degrees(arctangent(y, x) * DEG)
        out[i, LATITUDE] = arctangent(z, sqrt(x * x + y * y)) * DEG
        y, z = ce * y - se * z, se * y + ce * z
        out[i, RIGHT_ASCENSION] = wrap_degrees(arctangent(y, x) * DEG)
        out[i, DECLINATION] = arctangent(z, sqrt(x * x + y * y)) * DEG


@kernel(
    types.int64(
        STAR_SKY, types.float64[::1], types.float64[::1], types.float64[:, ::1], types.float64[:, :, ::1]
    ),
    allocates=True,
)
def fill_many_star_places(sky: StarSky, day: Array, fraction: Array, stars: Array, out: Array) -> int:
    """Fill the places of every instant; returns the row of the first instant outside the tables, or -1."""
    basis = np.empty(BASIS_SHAPE)
    standpoint = np.empty(STANDPOINT_COLUMNS)
    leads, middles, tails, earth_leads, earth_middles, earth_tails, pieces, quanta, grid = sky
    for row in range(day.size):
        if not fill_standpoint(
            leads,
            middles,
            tails,
            earth_leads,
            earth_middles,
            earth_tails,
            pieces,
            quanta,
            grid,
            day[row],
            fraction[row],
            basis,
            standpoint,
        ):
            return row
        fill_star_places(standpoint, stars, out[row])
    return -1
