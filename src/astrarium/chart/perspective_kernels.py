"""Kernels that take charts seen from the middle of the Earth to another standpoint: a place on its surface, or the Sun.

The geocentric charts are there already; what depends on where bodies are seen is filled anew. So the geocentric kernel
knows nothing of this one, which is loaded when it is first asked for.
"""

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.aspects import fill_aspects
from astrarium.chart.kernel import SCRATCH, Scratch, fill_houses
from astrarium.chart.plan import ANGLES, ANGLES_IN_SIGNS, ASPECTS, FRAMES, PLAN, AspectTable, Plan
from astrarium.chart.sign_kernels import add_point, fill_offsets, fill_signs
from astrarium.chart.status import (
    BAD_ALTITUDE,
    COMPUTED,
    HOUSES_UNDEFINED,
    NO_HOUSE,
    NO_SIGN,
    OUTSIDE_TABLE,
)
from astrarium.sky import lanes
from astrarium.sky.apparent import (
    CENTURIES,
    EARTH_COLUMNS,
    LATITUDE,
    LONGITUDE,
    NUTATION,
    PLACE_COLUMNS,
    RAD,
    SKY,
    Sky,
)
from astrarium.sky.chebyshev import BASIS_SHAPE, block_of, fill_basis
from astrarium.sky.compiling import kernel
from astrarium.sky.heliocentric_kernels import fill_heliocentric
from astrarium.sky.house_kernels import MAX_CUSPS
from astrarium.sky.lanes import LANES_SIZE, WIDTH
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.moment import MOMENT_COLUMNS, VIEW, View
from astrarium.sky.precession import ecliptic_to_j2000, turn_to_j2000
from astrarium.sky.site import LIMITS
from astrarium.sky.topocentric_kernels import OBSERVERS_SHAPE, fill_topocentric
from astrarium.sky.trigonometry import sine_cosine
from astrarium.sky.zodiacs.frames import FrameTable

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
ByteArray = NDArray[np.int8]

LOWEST_M, HIGHEST_M = LIMITS["altitude_m"]


@kernel(types.void(types.float64[::1], types.int8[::1], types.int64, types.int64))
def blank(numbers: Array, codes: ByteArray, bodies: int, status: int) -> None:
    """Make a chart one that is not computed."""
    numbers[:] = np.nan
    codes[:] = NO_SIGN
    codes[1 : 1 + bodies] = NO_HOUSE
    codes[0] = status


@kernel(
    types.void(
        SKY, FRAMES, ASPECTS, types.int64, types.int64, types.boolean, types.float64, types.float64, SCRATCH,
        types.float64[::1], types.int8[::1],
    ),
)  # fmt: skip
def fill_from_places(
    sky: Sky,
    frames: FrameTable,
    aspects: AspectTable,
    bodies: int,
    cusp_count: int,
    has_houses: bool,
    jd_tt_day: float,
    jd_tt_fraction: float,
    scratch: Scratch,
    numbers: Array,
    codes: ByteArray,
) -> None:
    """Fill the houses of bodies, signs and aspects of a chart's row again, from the places that stand in it."""
    columns, cusps_rad, offsets_rad = scratch.columns, scratch.cusps_rad, scratch.offsets_rad
    points = bodies + ANGLES_IN_SIGNS
    angles_at = EARTH_COLUMNS + PLACE_COLUMNS * bodies
    cusps_at = angles_at + ANGLES
    degrees_at = cusps_at + cusp_count
    signs_at = 1 + bodies
    aspects_at = signs_at + frames.kinds.size * points
    places = numbers[EARTH_COLUMNS:angles_at].reshape((bodies, PLACE_COLUMNS))
    nutation, centuries = numbers[NUTATION], numbers[CENTURIES]
    for body in range(bodies):
        add_point(columns, body, places[body, LONGITUDE], nutation)
        sine, cosine = sine_cosine(places[body, LATITUDE] * RAD)
        columns[lanes.TAN_LATITUDE + body] = sine / cosine if cosine != 0.0 else np.inf * sine
    if not has_houses:
        numbers[angles_at:degrees_at] = np.nan
        codes[0] = COMPUTED
        codes[1:signs_at] = NO_HOUSE
    elif codes[0] == COMPUTED:
        for house in range(cusp_count):
            cusps_rad[house] = numbers[cusps_at + house] * RAD
        fill_houses(columns, bodies, cusps_rad, cusp_count, codes[1:signs_at])
    for angle in range(ANGLES_IN_SIGNS):
        add_point(columns, bodies + angle, numbers[angles_at + angle], nutation)
    grid = sky.grid
    block = block_of(grid.first_jd, grid.blocks, jd_tt_day, jd_tt_fraction)
    days = (jd_tt_day - grid.first_jd - BLOCK_DAYS * block) + jd_tt_fraction
    fill_basis(days, scratch.basis)
    rotation = ecliptic_to_j2000(centuries)
    fill_offsets(sky, frames, block, days, scratch.basis, centuries, nutation, rotation, offsets_rad)
    signs = codes[signs_at:aspects_at].reshape((frames.kinds.size, points))
    degrees = numbers[degrees_at:].reshape((frames.kinds.size, points))
    fill_signs(frames, offsets_rad, turn_to_j2000(rotation), columns, points, signs, degrees)
    fill_aspects(columns, scratch.bins, bodies, aspects, codes[aspects_at:])


@kernel(
    types.void(
        PLAN, VIEW, types.int64[::1], *(types.float64[::1],) * 6, types.boolean,
        types.float64[:, ::1], types.int8[:, ::1],
    ),
    allocates=True,
)  # fmt: skip
def move_charts(
    plan: Plan,
    view: View,
    bodies: IntArray,
    tt_day: Array,
    tt_fraction: Array,
    delta_t_s: Array,
    latitude_deg: Array,
    longitude_deg: Array,
    altitude_m: Array,
    is_from_sun: bool,
    numbers: Array,
    codes: ByteArray,
) -> None:
    """Take charts that `kernel.fill_charts` computed to the places of `altitude_m` (m), or to the Sun.

    `bodies` are those of the plan as the perspective numbers them. A heliocentric chart has no angles and houses.
    """
    count = bodies.size
    sky, frames, aspects, cusp_count = plan.sky, plan.frames, plan.aspects, plan.cusp_count
    moment = np.empty(MOMENT_COLUMNS)
    observers = np.empty(OBSERVERS_SHAPE)
    scratch = Scratch(
        np.empty(BASIS_SHAPE),
        np.zeros(LANES_SIZE),
        np.empty(MAX_CUSPS),
        np.empty(frames.kinds.size),
        np.empty(0),
        np.empty(WIDTH, np.int32),
    )
    for row in range(tt_day.size):
        if codes[row, 0] != COMPUTED and codes[row, 0] != HOUSES_UNDEFINED:
            continue
        day, fraction = tt_day[row], tt_fraction[row]
        end = EARTH_COLUMNS + PLACE_COLUMNS * count
        places = numbers[row, EARTH_COLUMNS:end].reshape((count, PLACE_COLUMNS))
        if is_from_sun:
            is_inside = fill_heliocentric(view, day, fraction, bodies, scratch.basis, moment, places)
        else:
            if not LOWEST_M <= altitude_m[row] <= HIGHEST_M:
                blank(numbers[row], codes[row], count, BAD_ALTITUDE)
                continue
            site = (latitude_deg[row], longitude_deg[row], altitude_m[row])
            is_inside = fill_topocentric(
                view, day, fraction, delta_t_s[row], site, scratch.basis, moment, observers, bodies, places
            )
        if not is_inside:
            blank(numbers[row], codes[row], count, OUTSIDE_TABLE)
            continue
        fill_from_places(
            sky, frames, aspects, count, cusp_count, not is_from_sun, day, fraction, scratch,
            numbers[row], codes[row],
        )  # fmt: skip
