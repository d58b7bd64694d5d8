"""What a single chart shows beyond the arrays of a batch: every angle and cusp in every sign frame with its speed, the
boundaries of the frames, and the constellations of the bodies.
"""

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.columns import fill_placements, rounded_circle
from astrarium.chart.kernel import meridian_rad
from astrarium.chart.plan import ANGLES, PLAN, Plan
from astrarium.chart.sign_kernels import add_point, fill_offsets, fill_signs
from astrarium.sky.apparent import (
    CENTURIES,
    DEG,
    EARTH_COLUMNS,
    EQUATION_OF_EQUINOXES,
    LATITUDE,
    LONGITUDE,
    NUTATION,
    OBLIQUITY,
    PLACE_COLUMNS,
    RAD,
    SUN_DECLINATION,
    wrap_degrees,
)
from astrarium.sky.chebyshev import BASIS_SHAPE, block_of, fill_basis
from astrarium.sky.compiling import kernel
from astrarium.sky.constellations import TABLE_TYPE, ConstellationTable, constellation_of_date
from astrarium.sky.house_angles import angles_of, orientation_of
from astrarium.sky.house_kernels import MAX_CUSPS, OK, PORPHYRY, WHOLE_SIGN, fill_cusps_of
from astrarium.sky.lanes import LANES_SIZE
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.precession import ecliptic_to_j2000, turn_to_j2000
from astrarium.sky.zodiacs.kernels import boundary_of_date_rad

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
ByteArray = NDArray[np.int8]

# The angles of a chart in the order they are told: the kernel's angle, and how far it is turned from it.
TOLD_ANGLES: Final = (
    ("ascendant", 0, 0.0),
    ("midheaven", 1, 0.0),
    ("descendant", 0, 180.0),
    ("imum_coeli", 1, 180.0),
    ("vertex", 2, 0.0),
    ("antivertex", 2, 180.0),
    ("equatorial_ascendant", 3, 0.0),
    ("co_ascendant_koch", 4, 0.0),
    ("co_ascendant_munkasey", 5, 0.0),
    ("polar_ascendant", 6, 0.0),
)
TOLD_ROWS: Final = tuple(row for _, row, _ in TOLD_ANGLES)
TOLD_TURNS: Final = tuple(turn for _, _, turn in TOLD_ANGLES)
NUDGE_DEG: Final = 1e-9  # a whole-sign cusp stands on the boundary itself; this keeps it on the right side

STEP_RAD: Final = 1e-4  # of sidereal time, for the speed of angles and cusps by central difference
SIDEREAL_TURN_DEG_PER_DAY: Final = 360.98564736629


@kernel("float64(float64)")
def signed_degrees(angle_deg: float) -> float:
    """The angle in [-180, 180)."""
    return wrap_degrees(angle_deg + 180.0) - 180.0


@kernel(
    types.void(
        types.float64,
        types.float64,
        types.float64,
        types.float64,
        types.int64,
        types.float64[::1],
        types.float64[::1],
    ),
    allocates=True,
)
def fill_turning_speeds(
    armc_rad: float,
    latitude_rad: float,
    obliquity_rad: float,
    sun_declination_rad: float,
    house_system: int,
    angle_speeds: Array,
    cusp_speeds: Array,
) -> None:
    """Speeds of the angles and cusps (degrees per day) as the Earth turns; NaN where a neighbour is undefined.

    `house_system` is a code of `sky.house_systems`, not whole sign, whose cusps do not move with the Earth.
    """
    before, after = np.empty(MAX_CUSPS), np.empty(MAX_CUSPS)
    early = orientation_of(armc_rad - STEP_RAD, latitude_rad, obliquity_rad)
    late = orientation_of(armc_rad + STEP_RAD, latitude_rad, obliquity_rad)
    angles_before, angles_after = angles_of(early), angles_of(late)
    scale = SIDEREAL_TURN_DEG_PER_DAY / (2.0 * STEP_RAD * DEG)
    for angle in range(ANGLES):
        angle_speeds[angle] = scale * signed_degrees((angles_after[angle] - angles_before[angle]) * DEG)
    first = fill_cusps_of(
        house_system, early, angles_before[0], angles_before[1], sun_declination_rad, before
    )
    second = fill_cusps_of(house_system, late, angles_after[0], angles_after[1], sun_declination_rad, after)
    for cusp in range(cusp_speeds.size):
        defined = first == OK and second == OK
        cusp_speeds[cusp] = scale * signed_degrees((after[cusp] - before[cusp]) * DEG) if defined else np.nan


@kernel(
    types.void(
        PLAN,
        *(types.float64,) * 5,
        types.float64[::1],
        types.float64[:, ::1],
        types.float64[::1],
        types.int8[:, ::1],
        types.float64[:, :, ::1],
    ),
    allocates=True,
)
def fill_angles_and_cusps(
    plan: Plan,
    jd_tt_day: float,
    jd_tt_fraction: float,
    delta_t_s: float,
    latitude_deg: float,
    longitude_deg: float,
    numbers: Array,
    widths: Array,
    longitudes_deg: Array,
    signs: ByteArray,
    columns: Array,
) -> None:
    """Everything that one chart tells of its angles and cusps, rounded.

    `numbers` is the chart's row; points are the told angles (`TOLD_ROWS`, `TOLD_TURNS`), then the cusps. Fills
    `longitudes_deg[point]`, `signs[frame, point]` and the `columns` of `columns.fill_placements`.
    """
    sky, frames = plan.sky, plan.frames
    grid = sky.grid
    told, cusps = len(TOLD_ROWS), plan.cusp_count
    angles_at = EARTH_COLUMNS + PLACE_COLUMNS * plan.bodies.size
    basis = np.empty(BASIS_SHAPE)
    offsets = np.empty(frames.kinds.size)
    lanes_of_points = np.zeros(LANES_SIZE)
    degrees = np.empty(signs.shape)
    speeds = np.zeros(told + cusps)
    angle_speeds = np.empty(ANGLES)
    block = block_of(grid.first_jd, grid.blocks, jd_tt_day, jd_tt_fraction)
    days = (jd_tt_day - grid.first_jd - BLOCK_DAYS * block) + jd_tt_fraction
    fill_basis(days, basis)
    nutation, centuries = numbers[NUTATION], numbers[CENTURIES]
    rotation = ecliptic_to_j2000(centuries)
    turn = turn_to_j2000(rotation)
    fill_offsets(sky, frames, block, days, basis, centuries, nutation, rotation, offsets)
    whole = plan.house_system == WHOLE_SIGN
    fill_turning_speeds(
        meridian_rad(jd_tt_day, jd_tt_fraction, delta_t_s, numbers[EQUATION_OF_EQUINOXES], longitude_deg),
        latitude_deg * RAD,
        numbers[OBLIQUITY],
        numbers[SUN_DECLINATION],
        PORPHYRY if whole else plan.house_system,
        angle_speeds,
        speeds[told : told if whole else told + cusps],
    )
    for point in range(told + cusps):
        if point < told:
            longitude = wrap_degrees(numbers[angles_at + TOLD_ROWS[point]] + TOLD_TURNS[point])
            speeds[point] = angle_speeds[TOLD_ROWS[point]]
            looked_up = longitude
        else:
            longitude = numbers[angles_at + ANGLES + point - told]
            looked_up = longitude + NUDGE_DEG if whole else longitude
        longitudes_deg[point] = rounded_circle(longitude)
        add_point(lanes_of_points, point, looked_up, nutation)
    fill_signs(frames, offsets, turn, lanes_of_points, told + cusps, signs, degrees)
    fill_placements(widths, signs, degrees, speeds, columns)


@kernel(
    types.void(PLAN, types.float64, types.float64, types.float64[::1], types.float64[:, ::1]),
    allocates=True,
)
def fill_boundaries(
    plan: Plan, jd_tt_day: float, jd_tt_fraction: float, numbers: Array, boundaries_deg: Array
) -> None:
    """The rounded longitude of date where each sign begins, `boundaries_deg[frame, sign]`, of a chart's row."""
    sky, frames = plan.sky, plan.frames
    grid = sky.grid
    basis = np.empty(BASIS_SHAPE)
    offsets = np.empty(frames.kinds.size)
    block = block_of(grid.first_jd, grid.blocks, jd_tt_day, jd_tt_fraction)
    days = (jd_tt_day - grid.first_jd - BLOCK_DAYS * block) + jd_tt_fraction
    fill_basis(days, basis)
    rotation = ecliptic_to_j2000(numbers[CENTURIES])
    fill_offsets(sky, frames, block, days, basis, numbers[CENTURIES], numbers[NUTATION], rotation, offsets)
    for frame in range(frames.kinds.size):
        for sign in range(frames.counts[frame]):
            boundaries_deg[frame, sign] = rounded_circle(
                boundary_of_date_rad(
                    frames.kinds[frame], frames.starts[frame, sign], offsets[frame], rotation
                )
                * DEG
            )


@kernel(types.void(types.float64[:, ::1], types.float64, types.float64, TABLE_TYPE, types.int8[::1]))
def fill_constellations(
    places: Array, nutation_rad: float, centuries: float, table: ConstellationTable, found: ByteArray
) -> None:
    """The index of the constellation that each place stands in; nowhere (-1) for a place that is none."""
    rotation = ecliptic_to_j2000(centuries)
    for body in range(places.shape[0]):
        found[body] = constellation_of_date(
            places[body, LONGITUDE] * RAD, places[body, LATITUDE] * RAD, nutation_rad, rotation, table
        )
