"""Kernels that see bodies from the Sun, by vectors alone: the tables of apparent places know all that is needed.

A body's apparent place, freed of aberration and added to the Earth's, says where the body was when its light left.
Seen from the Sun that light has another age, so the tables are read at the instant, up to nine minutes off, at which
the Earth receives the light that reaches the Sun now. Its age is found by one rough and one exact reading.
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
    RIGHT_ASCENSION,
    STATE,
    State,
    wrap_degrees,
)
from astrarium.sky.chebyshev import BASIS, BASIS_SHAPE, block_of, fill_basis
from astrarium.sky.compiling import kernel
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.moment import (
    EARTH_ACCELERATION,
    EARTH_PLACE,
    EARTH_VELOCITY,
    LIGHT_SPEED_AU_PER_DAY,
    MOMENT,
    MOMENT_COLUMNS,
    NUTATION,
    OBLIQUITY,
    SUN,
    SUN_RATE,
    VIEW,
    View,
    body_place,
    earth_state,
    fill_moment,
    from_earth,
    rotation_of,
    sight_of,
    vector_at,
)
from astrarium.sky.precession import ARCSECOND_RAD, DAYS_PER_CENTURY
from astrarium.sky.trigonometry import arctangent, sine_cosine
from astrarium.sky.vectors import VECTOR, Vector, length_of

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

EARTH: Final = -1  # the number of the Earth among bodies, which the tables do not list

PRECESSION_RAD_PER_DAY: Final = 5028.796195 * ARCSECOND_RAD / DAYS_PER_CENTURY
"""General precession in longitude, Capitaine, Wallace & Chapront 2003; over nine minutes its change is nothing."""


@kernel(VECTOR(MOMENT))
def sun_now(moment: Array) -> Vector:
    """The vector from the Earth to the Sun at the moment itself: the light that we see left it eight minutes ago."""
    x, y, z = vector_at(moment, SUN)
    age = length_of((x, y, z)) / LIGHT_SPEED_AU_PER_DAY
    # Rates count from the moving equinox, which is taken off here.
    return (
        x
        + age
        * (moment[SUN_RATE] + PRECESSION_RAD_PER_DAY * y + moment[EARTH_VELOCITY] * LIGHT_SPEED_AU_PER_DAY),
        y
        + age
        * (
            moment[SUN_RATE + 1]
            - PRECESSION_RAD_PER_DAY * x
            + moment[EARTH_VELOCITY + 1] * LIGHT_SPEED_AU_PER_DAY
        ),
        z + age * (moment[SUN_RATE + 2] + moment[EARTH_VELOCITY + 2] * LIGHT_SPEED_AU_PER_DAY),
    )


@kernel(types.float64(VECTOR, VECTOR, types.float64))
def light_age(place: Vector, velocity: Vector, left: float) -> float:
    """How much later (days) than `left` light left a body to be here at time 0; `place` is where it was at `left`.

    `velocity` is the body's, au per day.
    """
    later = 0.0
    for _ in range(3):
        x = place[0] + later * velocity[0]
        y = place[1] + later * velocity[1]
        z = place[2] + later * velocity[2]
        later = -length_of((x, y, z)) / LIGHT_SPEED_AU_PER_DAY - left
    return later


@kernel(STATE(VIEW, types.float64, types.float64, MOMENT, VECTOR, types.int64, BASIS))
def from_sun(
    view: View, jd_tt_day: float, jd_tt_fraction: float, moment: Array, sun: Vector, body: int, basis: Array
) -> State:
    """The vector (au, axes of the moment) from the Sun to a body when its light left, and its daily rate.

    The instant is that of the moment; `sun` from `sun_now`; `basis` is scratch.
    """
    grid, earth_grid = view.grid, view.earth_grid
    block = block_of(grid.first_jd, grid.blocks, jd_tt_day, jd_tt_fraction)
    earth_block = block_of(earth_grid.first_jd, earth_grid.blocks, jd_tt_day, jd_tt_fraction)
    days = (jd_tt_day - grid.first_jd - BLOCK_DAYS * block) + jd_tt_fraction
    earth_days = (jd_tt_day - earth_grid.first_jd - BLOCK_DAYS * earth_block) + jd_tt_fraction
    acceleration = vector_at(moment, EARTH_ACCELERATION)
    light = LIGHT_SPEED_AU_PER_DAY
    x, y, z, vx, vy, vz, later = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    shift = -length_of(sun) / light if body == EARTH else 0.0
    for _ in range(2):
        earth = earth_state(view, earth_block, earth_days + shift, rotation_of(moment), basis)
        velocity = (earth[3], earth[4], earth[5])
        left, pace = shift, 1.0
        x, y, z, vx, vy, vz = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        if body != EARTH:
            there, days_there = block, days + shift
            if days_there < 0.0 and there > 0:
                there, days_there = there - 1, days_there + BLOCK_DAYS
            elif days_there >= BLOCK_DAYS and there < grid.blocks - 1:
                there, days_there = there + 1, days_there - BLOCK_DAYS
            fill_basis(days_there, basis)
            place = body_place(view, there, days_there, body, basis)
            longitude = place[0] - PRECESSION_RAD_PER_DAY * shift
            x, y, z, vx, vy, vz = from_earth(
                sight_of((longitude, place[1], place[2], place[3], place[4], place[5])),
                velocity,
                acceleration,
            )
            left -= place[2] / light
            pace -= place[5] / light
        x += earth[0] - moment[EARTH_PLACE] - sun[0]
        y += earth[1] - moment[EARTH_PLACE + 1] - sun[1]
        z += earth[2] - moment[EARTH_PLACE + 2] - sun[2]
        vx, vy, vz = (
            (vx + velocity[0] * light) / pace,
            (vy + velocity[1] * light) / pace,
            (vz + velocity[2] * light) / pace,
        )
        later = light_age((x, y, z), (vx, vy, vz), left)
        shift += later
    x, y, z = x + later * vx, y + later * vy, z + later * vz
    distance = length_of((x, y, z))
    sx = moment[SUN_RATE] + moment[EARTH_VELOCITY] * light
    sy = moment[SUN_RATE + 1] + moment[EARTH_VELOCITY + 1] * light
    sz = moment[SUN_RATE + 2] + moment[EARTH_VELOCITY + 2] * light
    # As the body recedes its light takes longer, so that its time runs slower.
    pace = (1.0 + (x * sx + y * sy + z * sz) / (distance * light)) / (
        1.0 + (x * vx + y * vy + z * vz) / (distance * light)
    )
    return x, y, z, vx * pace - sx, vy * pace - sy, vz * pace - sz


@kernel(types.void(STATE, MOMENT, types.float64[::1]))
def fill_row(state: State, moment: Array, out: Array) -> None:
    """Fill the columns of a place (`apparent`) from a vector and its rate in the axes of the moment."""
    x, y, z, x_rate, y_rate, z_rate = state
    across = sqrt(x * x + y * y)
    distance = sqrt(across * across + z * z)
    sn, cn = sine_cosine(moment[NUTATION])
    se, ce = sine_cosine(moment[OBLIQUITY])
    receding = (x * x_rate + y * y_rate) / across
    out[LONGITUDE_SPEED] = ((x * y_rate - y * x_rate) / (across * across) + moment[NUTATION + 1]) * DEG
    out[LATITUDE_SPEED] = (across * z_rate - z * receding) / (distance * distance) * DEG
    out[DISTANCE_SPEED] = (across * receding + z * z_rate) / distance
    out[DISTANCE] = distance
    x, y = cn * x - sn * y, sn * x + cn * y
    out[LONGITUDE] = wrap_degrees(arctangent(y, x) * DEG)
    out[LATITUDE] = arctangent(z, across) * DEG
    y, z = ce * y - se * z, se * y + ce * z
    out[RIGHT_ASCENSION] = wrap_degrees(arctangent(y, x) * DEG)
    out[DECLINATION] = arctangent(z, sqrt(x * x + y * y)) * DEG


@kernel(
    types.boolean(VIEW, types.float64, types.float64, types.int64[::1], BASIS, MOMENT, types.float64[:, ::1])
)
def fill_heliocentric(
    view: View,
    jd_tt_day: float,
    jd_tt_fraction: float,
    bodies: IntArray,
    basis: Array,
    moment: Array,
    out: Array,
) -> bool:
    """Fill the heliocentric places of bodies, `EARTH` among them, at an instant; whether it is inside the tables.

    `basis` and `moment` are scratch.
    """
    if not fill_moment(view, jd_tt_day, jd_tt_fraction, basis, moment):
        return False
    sun = sun_now(moment)
    for i in range(bodies.size):
        state = from_sun(view, jd_tt_day, jd_tt_fraction, moment, sun, bodies[i], basis)
        fill_row(state, moment, out[i])
    return True


@kernel(
    types.int64(VIEW, types.float64[::1], types.float64[::1], types.int64[::1], types.float64[:, :, ::1]),
    allocates=True,
)
def fill_many_heliocentric(view: View, day: Array, fraction: Array, bodies: IntArray, values: Array) -> int:
    """Fill the heliocentric places of every instant; returns the first row outside the tables, or -1."""
    basis = np.empty(BASIS_SHAPE)
    moment = np.empty(MOMENT_COLUMNS)
    for row in range(day.size):
        if not fill_heliocentric(view, day[row], fraction[row], bodies, basis, moment, values[row]):
            return row
    return -1
