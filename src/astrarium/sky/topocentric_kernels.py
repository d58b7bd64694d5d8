"""Kernels that see bodies from a site on the Earth: parallax, light time from there, and diurnal aberration.

The geocentric vector of a body (`moment`) less that of the observer is the topocentric one. Then the Sun bends the
light, and the observer's motion, the Earth's and that of its turning, throws it forward. Speeds are the change over a
step of a second along the motions of body and observer.
"""

from math import sqrt
from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.sky.apparent import (
    DECLINATION,
    DEG,
    DISTANCE,
    DISTANCE_SPEED,
    LATITUDE,
    LATITUDE_SPEED,
    LONGITUDE,
    LONGITUDE_SPEED,
    MINOR,
    RAD,
    RIGHT_ASCENSION,
    UNDEFLECTED,
    wrap_degrees,
)
from astrarium.sky.chebyshev import BASIS, BASIS_SHAPE, block_of
from astrarium.sky.compiling import kernel
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.moment import (
    EARTH_ACCELERATION,
    EARTH_VELOCITY,
    EQUATION_OF_EQUINOXES,
    LIGHT_SPEED_AU_PER_DAY,
    MOMENT,
    MOMENT_COLUMNS,
    NUTATION,
    OBLIQUITY,
    SIGHT,
    STEP_DAYS,
    SUN,
    SUN_RATE,
    VIEW,
    Sight,
    View,
    body_place,
    fill_moment,
    light_path,
    sight_of,
    vector_at,
)
from astrarium.sky.sidereal import greenwich_mean_sidereal_rad
from astrarium.sky.site import ROTATION_RAD_PER_DAY, SIDEREAL_RAD_PER_DAY, from_axis_and_equator
from astrarium.sky.trigonometry import arctangent, sine_cosine
from astrarium.sky.vectors import (
    VECTOR,
    Vector,
    aberrated,
    deflected,
    length_of,
    unit,
)

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

EARTH_MOON_GM: Final = 403503.235502 * 86400.0**2 / 149597870.7**3  # au³/day², DE440
OBSERVERS_SHAPE: Final = (3, 9)


@kernel(types.void(MOMENT, VECTOR, types.float64[:, ::1]))
def fill_observers(moment: Array, site: Vector, observers: Array) -> None:
    """Fill the rows of `observers`, a step before, at and a step after the moment: place, velocity, Earth's velocity.

    From the Earth's centre, au, and from the barycentre in units of the speed of light, in the axes of the moment.
    `site` is the local *mean* sidereal time (rad) and the distances from axis and equator
    (`site.from_axis_and_equator`).
    """
    sidereal, from_axis, from_equator = site
    turning = SIDEREAL_RAD_PER_DAY + moment[EQUATION_OF_EQUINOXES + 1]
    speed = ROTATION_RAD_PER_DAY / LIGHT_SPEED_AU_PER_DAY * from_axis
    for row in range(3):
        step = (row - 1) * STEP_DAYS
        st, ct = sine_cosine(sidereal + moment[EQUATION_OF_EQUINOXES] + turning * step)
        se, ce = sine_cosine(moment[OBLIQUITY] + moment[OBLIQUITY + 1] * step)
        sn, cn = sine_cosine(moment[NUTATION] + moment[NUTATION + 1] * step)
        # From the true equator to the true ecliptic, then back by the nutation to the mean equinox.
        x, y, z = from_axis * ct, from_axis * st, from_equator
        y, z = ce * y + se * z, ce * z - se * y
        observers[row, 0], observers[row, 1], observers[row, 2] = cn * x + sn * y, cn * y - sn * x, z
        x, y, z = -speed * st, ce * speed * ct, -se * speed * ct
        observers[row, 3], observers[row, 4], observers[row, 5] = cn * x + sn * y, cn * y - sn * x, z
        for i in range(3):
            earth = moment[EARTH_VELOCITY + i] + step * moment[EARTH_ACCELERATION + i]
            observers[row, 3 + i] += earth
            observers[row, 6 + i] = earth


@kernel(
    types.UniTuple(types.float64, 4)(
        MOMENT, types.float64[:, ::1], types.int64, VECTOR, VECTOR, types.boolean
    )
)
def seen_from_site(
    moment: Array, observers: Array, row: int, geocentric: Vector, rate: Vector, is_deflected: bool
) -> tuple[float, float, float, float]:
    """The direction in which an observer sees a body (axes of the moment, not of length one) and its distance (au).

    `geocentric` is the vector from the Earth's centre at the observer's step, `rate` its daily rate at the moment.
    Light that reaches the observer left up to 21 ms before or after that which reaches the Earth's centre; the body's
    way in that time is found by two corrections, which converge by a factor of ten thousand.
    """
    step = (row - 1) * STEP_DAYS
    x, y, z = geocentric
    distance = length_of(geocentric)
    pull = step * EARTH_MOON_GM / (distance * distance * distance)  # only the Moon feels it
    # The body's velocity from the barycentre at the step, au a day.
    vx = rate[0] - pull * x + observers[row, 6] * LIGHT_SPEED_AU_PER_DAY
    vy = rate[1] - pull * y + observers[row, 7] * LIGHT_SPEED_AU_PER_DAY
    vz = rate[2] - pull * z + observers[row, 8] * LIGHT_SPEED_AU_PER_DAY
    x, y, z = x - observers[row, 0], y - observers[row, 1], z - observers[row, 2]
    seen = (x, y, z)
    for _ in range(2):
        later = (distance - length_of(seen)) / LIGHT_SPEED_AU_PER_DAY
        seen = (x + later * vx, y + later * vy, z + later * vz)
    if is_deflected:
        sun = (
            moment[SUN] + step * moment[SUN_RATE] - observers[row, 0],
            moment[SUN + 1] + step * moment[SUN_RATE + 1] - observers[row, 1],
            moment[SUN + 2] + step * moment[SUN_RATE + 2] - observers[row, 2],
        )
        direction = deflected(seen, sun)
    else:
        direction = unit(seen)
    x, y, z = aberrated(direction, (observers[row, 3], observers[row, 4], observers[row, 5]))
    return x, y, z, length_of(seen)


@kernel(types.void(MOMENT, types.float64[:, ::1], SIGHT, types.boolean, types.float64[::1]))
def fill_seen(moment: Array, observers: Array, sight: Sight, is_deflected: bool, out: Array) -> None:
    """Fill one body's row of places (columns of `apparent`) as seen from the site."""
    velocity, acceleration = vector_at(moment, EARTH_VELOCITY), vector_at(moment, EARTH_ACCELERATION)
    per_day = 0.5 / STEP_DAYS
    earlier = light_path(sight, velocity, acceleration, -STEP_DAYS)
    now = light_path(sight, velocity, acceleration, 0.0)
    later = light_path(sight, velocity, acceleration, STEP_DAYS)
    rate = (
        (later[0] - earlier[0]) * per_day,
        (later[1] - earlier[1]) * per_day,
        (later[2] - earlier[2]) * per_day,
    )
    before = seen_from_site(moment, observers, 0, earlier, rate, is_deflected)
    x, y, z, distance = seen_from_site(moment, observers, 1, now, rate, is_deflected)
    after = seen_from_site(moment, observers, 2, later, rate, is_deflected)
    x_rate, y_rate, z_rate = after[0] - before[0], after[1] - before[1], after[2] - before[2]
    across = sqrt(x * x + y * y)
    sl, cl = y / across, x / across
    turn = (cl * y_rate - sl * x_rate) / across * per_day
    rise = (across * z_rate - z * (cl * x_rate + sl * y_rate)) / (across * across + z * z) * per_day
    sn, cn = sine_cosine(moment[NUTATION])
    se, ce = sine_cosine(moment[OBLIQUITY])
    x, y = cn * x - sn * y, sn * x + cn * y
    out[LONGITUDE] = wrap_degrees(arctangent(y, x) * DEG)
    out[LATITUDE] = arctangent(z, across) * DEG
    out[DISTANCE] = distance
    out[LONGITUDE_SPEED] = (turn + moment[NUTATION + 1]) * DEG
    out[LATITUDE_SPEED] = rise * DEG
    out[DISTANCE_SPEED] = (after[3] - before[3]) * per_day
    y, z = ce * y - se * z, se * y + ce * z
    out[RIGHT_ASCENSION] = wrap_degrees(arctangent(y, x) * DEG)
    out[DECLINATION] = arctangent(z, sqrt(x * x + y * y)) * DEG


@kernel(
    types.boolean(
        VIEW, *(types.float64,) * 3, VECTOR, BASIS, MOMENT, types.float64[:, ::1], types.int64[::1],
        types.float64[:, ::1],
    ),
)  # fmt: skip
def fill_topocentric(
    view: View,
    jd_tt_day: float,
    jd_tt_fraction: float,
    delta_t_s: float,
    site: Vector,
    basis: Array,
    moment: Array,
    observers: Array,
    bodies: IntArray,
    out: Array,
) -> bool:
    """Turn geocentric places into topocentric ones: `out` as `place_kernels.fill_places` left it.

    `site` is latitude and longitude (degrees) and altitude (m); `basis`, `moment` and `observers`, of the shape
    `OBSERVERS_SHAPE`, are scratch. Points without distance stay as they are. Returns whether the instant is inside
    the tables.
    """
    if not fill_moment(view, jd_tt_day, jd_tt_fraction, basis, moment):
        return False
    latitude_deg, longitude_deg, altitude_m = site
    sidereal = greenwich_mean_sidereal_rad(
        jd_tt_day, jd_tt_fraction - delta_t_s / 86400.0, jd_tt_day, jd_tt_fraction
    )
    from_axis, from_equator = from_axis_and_equator(latitude_deg * RAD, altitude_m)
    fill_observers(moment, (sidereal + longitude_deg * RAD, from_axis, from_equator), observers)
    grid = view.grid
    block = block_of(grid.first_jd, grid.blocks, jd_tt_day, jd_tt_fraction)
    days = (jd_tt_day - grid.first_jd - BLOCK_DAYS * block) + jd_tt_fraction
    for i in range(bodies.size):
        method = view.sources[bodies[i], 0]
        if method <= MINOR:
            place = body_place(view, block, days, bodies[i], basis)
            fill_seen(moment, observers, sight_of(place), method != UNDEFLECTED, out[i])
    return True


@kernel(
    types.int64(VIEW, *(types.float64[::1],) * 6, types.int64[::1], types.float64[:, :, ::1]),
    allocates=True,
)
def fill_many_topocentric(
    view: View,
    day: Array,
    fraction: Array,
    delta_t_s: Array,
    latitude: Array,
    longitude: Array,
    altitude: Array,
    bodies: IntArray,
    values: Array,
) -> int:
    """Make the geocentric places of every instant topocentric; returns the first row outside a table, or -1."""
    basis = np.empty(BASIS_SHAPE)
    moment = np.empty(MOMENT_COLUMNS)
    observers = np.empty(OBSERVERS_SHAPE)
    for row in range(day.size):
        site = (latitude[row], longitude[row], altitude[row])
        if not fill_topocentric(
            view, day[row], fraction[row], delta_t_s[row], site, basis, moment, observers, bodies, values[row]
        ):
            return row
    return -1
