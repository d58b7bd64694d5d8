"""The kernel of a chart: positions, angles, houses, signs and aspects of many charts, one per loop turn.

Arrays come in, rows are filled; nothing is allocated per chart. The Python side is `astrarium.chart.batch`, which hands
slices of the arrays to as many threads as it likes.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.aspects import BIN_NUMBERS, fill_aspects
from astrarium.chart.plan import ANGLES, ANGLES_IN_SIGNS, ASPECTS, FRAMES, PLAN, AspectTable, Plan
from astrarium.chart.sign_kernels import add_point, fill_offsets, fill_signs
from astrarium.chart.status import (
    BAD_LATITUDE,
    BAD_LONGITUDE,
    COMPUTED,
    HOUSES_UNDEFINED,
    NO_HOUSE,
    NO_SIGN,
    NOT_FINITE,
    OUTSIDE_TABLE,
)
from astrarium.sky import lanes
from astrarium.sky.apparent import (
    ABSENT,
    CENTURIES,
    DEG,
    EARTH_COLUMNS,
    EQUATION_OF_EQUINOXES,
    GRID,
    LANES,
    MEAN_APOGEE,
    MEAN_NODE,
    MINOR,
    NUTATION,
    OBLIQUITY,
    PLACE_COLUMNS,
    POINT,
    POINT_LONGITUDE,
    RAD,
    SKY,
    SUN_DECLINATION,
    Grid,
    Sky,
    wrap_degrees,
)
from astrarium.sky.chebyshev import BASIS, BASIS_SHAPE, block_of
from astrarium.sky.compiling import kernel
from astrarium.sky.house_angles import AngleSet, Orientation, angles_of, orientation_of
from astrarium.sky.house_kernels import MAX_CUSPS, OK, WHOLE_SIGN, fill_cusps_of, takes_upper_midheaven
from astrarium.sky.house_lookup import RISING, fill_whole_sign, house_in_run, run_of_cusps
from astrarium.sky.lanes import LANES_SIZE, WIDTH, count_passed, padded
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.place_kernels import fill_places
from astrarium.sky.precession import Rotation, ecliptic_to_j2000, turn_to_j2000
from astrarium.sky.sidereal import greenwich_mean_sidereal_rad
from astrarium.sky.sums import prefetch
from astrarium.sky.zodiacs.frames import FrameTable
from astrarium.sky.zodiacs.kernels import boundary_of_date_rad

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
ByteArray = NDArray[np.int8]

SECONDS_PER_DAY = 86400.0
MIDHEAVEN = 1  # of the angles

CHARTS_AHEAD = 2
CACHE_LINE = 64


@kernel(types.int64(*(types.float64,) * 5, GRID))
def check_moment(
    jd_tt_day: float,
    jd_tt_fraction: float,
    delta_t_s: float,
    latitude_deg: float,
    longitude_deg: float,
    grid: Grid,
) -> int:
    """Whether one chart can be computed: `COMPUTED`, or the status that says why not."""
    if not (np.isfinite(jd_tt_day + jd_tt_fraction) and np.isfinite(delta_t_s)):
        return NOT_FINITE
    if not abs(latitude_deg) <= 90.0:
        return BAD_LATITUDE
    if not abs(longitude_deg) <= 360.0:
        return BAD_LONGITUDE
    if block_of(grid.first_jd, grid.blocks, jd_tt_day, jd_tt_fraction) < 0:
        return OUTSIDE_TABLE
    return COMPUTED


ROWS: Final = types.float64[:, ::1]
CODES: Final = types.int8[:, ::1]


class Scratch(NamedTuple):
    """What the kernel of one chart works in, made once for many."""

    basis: Array
    columns: Array
    cusps_rad: Array
    offsets_rad: Array
    boundaries_rad: Array
    bins: NDArray[np.int32]


SCRATCH: Final = types.NamedTuple((BASIS, *(types.float64[::1],) * 4, BIN_NUMBERS), Scratch)
ORIENTATION: Final = types.NamedUniTuple(types.float64, 6, Orientation)


@kernel("float64(float64, float64, float64, float64, float64)")
def meridian_rad(
    jd_tt_day: float, jd_tt_fraction: float, delta_t_s: float, equation_rad: float, longitude_deg: float
) -> float:
    """Right ascension of the meridian (local apparent sidereal time) of a place east by `longitude_deg`."""
    universal = jd_tt_fraction - delta_t_s / SECONDS_PER_DAY
    mean = greenwich_mean_sidereal_rad(jd_tt_day, universal, jd_tt_day, jd_tt_fraction)
    return mean + equation_rad + longitude_deg * RAD


@kernel(types.void(SKY, types.int64[::1], types.int8[:, ::1]))
def mark_cache_lines(sky: Sky, bodies: IntArray, lines: ByteArray) -> None:
    """Mark which cache lines of a record, of planets and of minor bodies, hold pieces of some bodies."""
    lines[:] = 0
    lines[0, 0] = 1
    for body in bodies:
        method, first, level = sky.sources[body]
        if method in (MEAN_NODE, MEAN_APOGEE, ABSENT):
            continue
        coordinates = 1 if method == POINT_LONGITUDE else 2 if method == POINT else 3
        for piece in range(first, first + (coordinates << level)):
            lead, middle, middles, tail, tails = sky.pieces[piece]
            for begin, end in (
                (8 * lead, 8 * lead + 16),
                (4 * middle, 4 * (middle + middles)),
                (2 * tail, 2 * (tail + tails)),
            ):
                for line in range(begin // CACHE_LINE, (end - 1) // CACHE_LINE + 1):
                    lines[int(method == MINOR), line] = 1


@kernel(types.void(SKY, types.int8[:, ::1], types.float64, types.float64), inlined=True)
def fetch_records(sky: Sky, lines: ByteArray, jd_tt_day: float, jd_tt_fraction: float) -> None:
    """Ask memory for what a chart that comes soon reads of its records, so that it is there when it does."""
    grid = sky.grid
    block = block_of(grid.first_jd, grid.blocks, jd_tt_day, jd_tt_fraction)
    if block < 0:
        return
    for line in range(lines.shape[1]):
        if lines[0, line]:
            prefetch(sky.leads, block * grid.words + line * CACHE_LINE // 8)
    minor = block - grid.minor_shift
    if 0 <= minor < grid.minor_blocks:
        for line in range(lines.shape[1]):
            if lines[1, line]:
                prefetch(sky.minor_leads, minor * grid.minor_words + line * CACHE_LINE // 8)


@kernel(
    types.int64(
        FRAMES,
        types.int64,
        types.int64,
        ORIENTATION,
        types.UniTuple(types.float64, 7),
        types.float64,
        types.UniTuple(types.float64, 9),
        SCRATCH,
    ),
    inlined=True,
)
def fill_cusps_rad(
    frames: FrameTable,
    house_system: int,
    cusp_count: int,
    orientation: Orientation,
    angles: AngleSet,
    sun_declination: float,
    rotation: Rotation,
    scratch: Scratch,
) -> int:
    """Fill the cusps of any system, whole signs of the first frame among them; returns whether they are defined."""
    if house_system != WHOLE_SIGN:
        return fill_cusps_of(
            house_system, orientation, angles[0], angles[1], sun_declination, scratch.cusps_rad
        )
    for sign in range(cusp_count):
        scratch.boundaries_rad[sign] = boundary_of_date_rad(
            frames.kinds[0], frames.starts[0, sign], scratch.offsets_rad[0], rotation
        )
    fill_whole_sign(angles[0], scratch.boundaries_rad, cusp_count, scratch.cusps_rad)
    return OK


@kernel(types.void(LANES, types.int64, types.float64[::1], types.int64, types.int8[::1]), inlined=True)
def fill_houses(columns: Array, bodies: int, cusps_rad: Array, cusp_count: int, houses: ByteArray) -> None:
    """The house of every body (`house_lookup`); `NO_HOUSE` of one that has no place."""
    run, start = run_of_cusps(cusps_rad, cusp_count)
    count = padded(bodies)
    for i in range(count):
        columns[lanes.COUNTED + i] = columns[lanes.TRUE_LONGITUDE + i] * RAD
    if run == RISING:
        count_passed(columns, count, lanes.COUNTED, cusps_rad, cusp_count)
    for body in range(bodies):
        longitude = columns[lanes.COUNTED + body]
        if np.isnan(longitude):
            houses[body] = NO_HOUSE
        elif run == RISING:
            house = start + int(columns[lanes.PASSED + body])
            house = house + cusp_count if house < 1 else house
            houses[body] = house - cusp_count if house > cusp_count else house
        else:
            houses[body] = house_in_run(longitude, cusps_rad, cusp_count, run, start)


@kernel(
    types.void(
        SKY, FRAMES, types.int64[::1], types.int64, types.int64, ASPECTS, SCRATCH,
        *(types.float64,) * 5, types.float64[::1], types.int8[::1],
    ),
    inlined=True,
)  # fmt: skip
def fill_chart(
    sky: Sky,
    frames: FrameTable,
    wanted: IntArray,
    house_system: int,
    cusp_count: int,
    aspects: AspectTable,
    scratch: Scratch,
    day: float,
    fraction: float,
    delta_t_s: float,
    latitude_deg: float,
    longitude_deg: float,
    numbers: Array,
    codes: ByteArray,
) -> None:
    """Compute one chart that `check_moment` lets pass; its rows are laid out as `plan` says."""
    bodies = wanted.size
    points = bodies + ANGLES_IN_SIGNS
    angles_at = EARTH_COLUMNS + PLACE_COLUMNS * bodies
    cusps_at = angles_at + ANGLES
    degrees_at = cusps_at + cusp_count
    signs_at = 1 + bodies
    aspects_at = signs_at + frames.kinds.size * points
    columns, cusps_rad = scratch.columns, scratch.cusps_rad
    block = block_of(sky.grid.first_jd, sky.grid.blocks, day, fraction)
    places = numbers[EARTH_COLUMNS:angles_at].reshape((bodies, PLACE_COLUMNS))
    earth = fill_places(sky, block, day, fraction, scratch.basis, wanted, places, columns)
    for column in range(EARTH_COLUMNS):
        numbers[column] = earth[column]
    nutation, centuries = earth[NUTATION], earth[CENTURIES]

    rotation = ecliptic_to_j2000(centuries)
    days = (day - sky.grid.first_jd - BLOCK_DAYS * block) + fraction
    fill_offsets(sky, frames, block, days, scratch.basis, centuries, nutation, rotation, scratch.offsets_rad)
    armc = meridian_rad(day, fraction, delta_t_s, earth[EQUATION_OF_EQUINOXES], longitude_deg)
    orientation = orientation_of(armc, latitude_deg * RAD, earth[OBLIQUITY])
    angles = angles_of(orientation)
    outcome = fill_cusps_rad(
        frames, house_system, cusp_count, orientation, angles, earth[SUN_DECLINATION], rotation, scratch
    )
    for angle in range(ANGLES):
        numbers[angles_at + angle] = wrap_degrees(angles[angle] * DEG)
    if outcome == OK:
        codes[0] = COMPUTED
        for house in range(cusp_count):
            numbers[cusps_at + house] = wrap_degrees(cusps_rad[house] * DEG)
        if takes_upper_midheaven(house_system):
            numbers[angles_at + MIDHEAVEN] = numbers[cusps_at + 9]
        fill_houses(columns, bodies, cusps_rad, cusp_count, codes[1:signs_at])
    else:
        codes[0] = HOUSES_UNDEFINED
        numbers[cusps_at:degrees_at] = np.nan
        codes[1:signs_at] = NO_HOUSE

    for angle in range(ANGLES_IN_SIGNS):
        add_point(columns, bodies + angle, numbers[angles_at + angle], nutation)
    signs = codes[signs_at:aspects_at].reshape((frames.kinds.size, points))
    degrees = numbers[degrees_at:].reshape((frames.kinds.size, points))
    fill_signs(frames, scratch.offsets_rad, turn_to_j2000(rotation), columns, points, signs, degrees)
    fill_aspects(columns, scratch.bins, bodies, aspects, codes[aspects_at:])


@kernel(
    types.void(PLAN, *(types.float64[::1],) * 5, types.float64[:, ::1], types.int8[:, ::1]),
    allocates=True,
)
def fill_charts(
    plan: Plan,
    tt_day: Array,
    tt_fraction: Array,
    delta_t_s: Array,
    latitude_deg: Array,
    longitude_deg: Array,
    numbers: Array,
    codes: ByteArray,
) -> None:
    """Compute every chart into its row of `numbers` and `codes`, laid out as `plan` says.

    One entry per chart: TT in two parts, ΔT (s), geodetic coordinates (degrees). A bad row gets its status and is
    blank otherwise; it hurts no other.
    """
    sky, frames, wanted = plan.sky, plan.frames, plan.bodies
    house_system, cusp_count, aspects = plan.house_system, plan.cusp_count, plan.aspects
    scratch = Scratch(
        np.empty(BASIS_SHAPE),
        np.zeros(LANES_SIZE),
        np.empty(MAX_CUSPS),
        np.empty(frames.kinds.size),
        np.empty(frames.starts.shape[1]),
        np.empty(WIDTH, np.int32),
    )
    lines = np.empty((2, 2 + 8 * max(sky.grid.words, sky.grid.minor_words) // CACHE_LINE), np.int8)
    if tt_day.size > CHARTS_AHEAD:
        mark_cache_lines(sky, wanted, lines)
    for row in range(tt_day.size):
        ahead = row + CHARTS_AHEAD
        if ahead < tt_day.size:
            fetch_records(sky, lines, tt_day[ahead], tt_fraction[ahead])
        day, fraction = tt_day[row], tt_fraction[row]
        place = latitude_deg[row], longitude_deg[row]
        status = check_moment(day, fraction, delta_t_s[row], place[0], place[1], sky.grid)
        if status != COMPUTED:
            numbers[row] = np.nan
            codes[row] = NO_SIGN
            codes[row, 1 : 1 + wanted.size] = NO_HOUSE
            codes[row, 0] = status
            continue
        fill_chart(
            sky, frames, wanted, house_system, cusp_count, aspects, scratch,
            day, fraction, delta_t_s[row], place[0], place[1], numbers[row], codes[row],
        )  # fmt: skip
