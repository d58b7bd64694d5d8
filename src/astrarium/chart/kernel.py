"""The kernel of a chart: positions, angles, houses, signs and aspects of many charts, one per loop turn.

Arrays come in, rows are filled; nothing is allocated per chart. The Python side is `astrarium.chart.batch`, which hands
slices of the arrays to as many threads as it likes.
"""

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.aspects import fill_aspects
from astrarium.chart.plan import ANGLES, ANGLES_IN_SIGNS, FRAME_ARRAYS, PLAN, Plan
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
    CENTURIES,
    DEG,
    EARTH_COLUMNS,
    EQUATION_OF_EQUINOXES,
    GRID,
    LANES,
    NUTATION,
    OBLIQUITY,
    PLACE_COLUMNS,
    RAD,
    SUN_DECLINATION,
    Grid,
    wrap_degrees,
)
from astrarium.sky.chebyshev import (
    BASIS,
    BASIS_SHAPE,
    LEADS,
    MIDDLES,
    PIECES,
    QUANTA,
    TAILS,
    block_of,
    part_of,
    value_and_rate,
)
from astrarium.sky.compiling import kernel
from astrarium.sky.house_angles import angles_of, orientation_of
from astrarium.sky.house_kernels import MAX_CUSPS, OK, WHOLE_SIGN, fill_cusps_of, takes_upper_midheaven
from astrarium.sky.house_lookup import fill_whole_sign, house_in_run, run_of_cusps
from astrarium.sky.lanes import LANES_SIZE, count_passed, padded
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.place_kernels import fill_places
from astrarium.sky.points import mean_node
from astrarium.sky.precession import (
    ARCSECOND_RAD,
    FULL_CIRCLE_RAD,
    Rotation,
    Turn,
    ecliptic_to_j2000,
    turn_to_j2000,
    wrap_rad,
)
from astrarium.sky.sidereal import greenwich_mean_sidereal_rad
from astrarium.sky.sums import prefetch
from astrarium.sky.trigonometry import sine_cosine
from astrarium.sky.zodiacs.kernels import (
    DRACONIC_MEAN,
    DRACONIC_TRUE,
    STARS,
    boundary_of_date_rad,
    frame_offset_rad,
    turn_to_stars,
)

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
ByteArray = NDArray[np.int8]

SECONDS_PER_DAY = 86400.0
MIDHEAVEN = 1  # of the angles
KINDS, PARAMETERS_TABLE, STARTS, COUNTS = FRAME_ARRAYS

CHARTS_AHEAD = 1
CACHE_LINE_WORDS = 8


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


@kernel(
    types.void(
        KINDS,
        STARTS,
        COUNTS,
        types.float64[::1],
        types.UniTuple(types.float64, 4),
        LANES,
        types.int64,
        types.int8[:, ::1],
        types.float64[:, ::1],
    ),
)
def fill_signs(
    kinds: IntArray,
    starts: Array,
    counts: IntArray,
    offsets_rad: Array,
    turn: Turn,
    columns: Array,
    points: int,
    signs: ByteArray,
    degrees: Array,
) -> None:
    """Place the first points of `columns` in every frame: `signs[z, point]` and the degrees from the sign's start.

    The first three arguments are parts of a `FrameTable`; `turn` leads to J2000. The columns must hold the true
    longitude (degrees) and the direction from the mean equinox.
    """
    count = padded(points)
    for frame in range(kinds.size):
        for i in range(count):
            columns[lanes.COUNTED + i] = columns[lanes.TRUE_LONGITUDE + i] * RAD - offsets_rad[frame]
        if kinds[frame] == STARS:
            turn_to_stars(columns, count, turn)
        for i in range(count):
            columns[lanes.COUNTED + i] = wrap_rad(columns[lanes.COUNTED + i])
        count_passed(columns, count, lanes.COUNTED, starts[frame], counts[frame])
        last = counts[frame] - 1
        for i in range(points):
            counted = columns[lanes.COUNTED + i]
            sign = int(columns[lanes.PASSED + i]) - 1
            start = starts[frame, sign] if sign >= 0 else starts[frame, last] - FULL_CIRCLE_RAD
            exists = not np.isnan(counted)
            signs[frame, i] = (sign if sign >= 0 else last) if exists else NO_SIGN
            degrees[frame, i] = (counted - start) * DEG


@kernel(types.void(LANES, types.int64, types.float64, types.float64))
def add_point(columns: Array, point: int, longitude_deg: float, nutation_rad: float) -> None:
    """Put a point of the ecliptic (latitude 0) in a lane; its longitude is of the true equinox."""
    sine, cosine = sine_cosine(longitude_deg * RAD - nutation_rad)
    columns[lanes.TRUE_LONGITUDE + point] = longitude_deg
    columns[lanes.SIN_LONGITUDE + point] = sine
    columns[lanes.COS_LONGITUDE + point] = cosine
    columns[lanes.TAN_LATITUDE + point] = 0.0


@kernel(
    types.void(
        LEADS,
        MIDDLES,
        TAILS,
        PIECES,
        QUANTA,
        GRID,
        KINDS,
        PARAMETERS_TABLE,
        types.int64,
        types.float64,
        BASIS,
        types.float64,
        types.float64,
        types.UniTuple(types.float64, 9),
        types.float64[::1],
    ),
)
def fill_offsets(
    leads: Array,
    middles: NDArray[np.int32],
    tails: NDArray[np.int16],
    pieces: IntArray,
    quanta: Array,
    grid: Grid,
    kinds: IntArray,
    parameters: Array,
    block: int,
    days_in_block: float,
    basis: Array,
    centuries: float,
    nutation_rad: float,
    rotation: Rotation,
    offsets_rad: Array,
) -> None:
    """What each frame subtracts from longitudes of date (`zodiacs.kernels.frame_offset_rad`), once per instant.

    The first six arguments are parts of a `Sky`, the next two those of a `FrameTable`; `basis` must be filled for
    the instant.
    """
    for frame in range(kinds.size):
        kind = kinds[frame]
        node = np.nan
        if kind == DRACONIC_MEAN:
            node = mean_node(centuries)[0] + nutation_rad
        elif kind == DRACONIC_TRUE:
            piece = grid.node_piece + part_of(days_in_block, grid.node_level)
            arcsec, _ = value_and_rate(
                leads, middles, tails, pieces, quanta, block * grid.words, piece, grid.node_level, basis
            )
            node = arcsec * ARCSECOND_RAD + nutation_rad
        offsets_rad[frame] = frame_offset_rad(
            kind, parameters[frame], centuries, rotation, nutation_rad, node, node
        )


@kernel("float64(float64, float64, float64, float64, float64)")
def meridian_rad(
    jd_tt_day: float, jd_tt_fraction: float, delta_t_s: float, equation_rad: float, longitude_deg: float
) -> float:
    """Right ascension of the meridian (local apparent sidereal time) of a place east by `longitude_deg`."""
    universal = jd_tt_fraction - delta_t_s / SECONDS_PER_DAY
    mean = greenwich_mean_sidereal_rad(jd_tt_day, universal, jd_tt_day, jd_tt_fraction)
    return mean + equation_rad + longitude_deg * RAD


@kernel(types.void(LEADS, LEADS, GRID, types.float64, types.float64))
def fetch_records(
    leads: Array, minor_leads: Array, grid: Grid, jd_tt_day: float, jd_tt_fraction: float
) -> None:
    """Ask memory for the records of an instant that comes soon, so that they are there when it does."""
    block = block_of(grid.first_jd, grid.blocks, jd_tt_day, jd_tt_fraction)
    if block < 0:
        return
    for word in range(0, grid.words, CACHE_LINE_WORDS):
        prefetch(leads, block * grid.words + word)
    minor = block - grid.minor_shift
    if 0 <= minor < grid.minor_blocks:
        for word in range(0, grid.minor_words, CACHE_LINE_WORDS):
            prefetch(minor_leads, minor * grid.minor_words + word)


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
    grid, kinds, starts, counts = plan.grid, plan.kinds, plan.starts, plan.counts
    wanted, house_system, cusp_count = plan.bodies, plan.house_system, plan.cusp_count
    leads, middles, tails, pieces, quanta = plan.leads, plan.middles, plan.tails, plan.pieces, plan.quanta
    minor_leads, minor_middles, minor_tails = plan.minor_leads, plan.minor_middles, plan.minor_tails
    sources, parameters = plan.sources, plan.parameters
    aspect_angles, aspect_orbs = plan.aspect_angles_deg, plan.aspect_orbs_deg
    aspect_nearest = plan.aspect_nearest
    bodies, frames = wanted.size, kinds.size
    points = bodies + ANGLES_IN_SIGNS
    basis = np.empty(BASIS_SHAPE)
    columns = np.zeros(LANES_SIZE)
    cusps_rad = np.empty(MAX_CUSPS)
    offsets = np.empty(frames)
    boundaries = np.empty(starts.shape[1])
    angles_at = EARTH_COLUMNS + PLACE_COLUMNS * bodies
    cusps_at = angles_at + ANGLES
    degrees_at = cusps_at + cusp_count
    signs_at = 1 + bodies
    aspects_at = signs_at + frames * points
    for row in range(tt_day.size):
        if row + CHARTS_AHEAD < tt_day.size:
            fetch_records(
                leads, minor_leads, grid, tt_day[row + CHARTS_AHEAD], tt_fraction[row + CHARTS_AHEAD]
            )
        day, fraction = tt_day[row], tt_fraction[row]
        status = check_moment(day, fraction, delta_t_s[row], latitude_deg[row], longitude_deg[row], grid)
        if status != COMPUTED:
            numbers[row] = np.nan
            codes[row] = NO_SIGN
            codes[row, 1:signs_at] = NO_HOUSE
            codes[row, 0] = status
            continue
        block = block_of(grid.first_jd, grid.blocks, day, fraction)
        places = numbers[row, EARTH_COLUMNS:angles_at].reshape((bodies, PLACE_COLUMNS))
        earth = fill_places(
            leads,
            middles,
            tails,
            minor_leads,
            minor_middles,
            minor_tails,
            pieces,
            quanta,
            sources,
            grid,
            block,
            day,
            fraction,
            basis,
            wanted,
            places,
            columns,
        )
        for column in range(EARTH_COLUMNS):
            numbers[row, column] = earth[column]
        nutation, centuries = earth[NUTATION], earth[CENTURIES]

        rotation = ecliptic_to_j2000(centuries)
        turn = turn_to_j2000(rotation)
        days = (day - grid.first_jd - BLOCK_DAYS * block) + fraction
        fill_offsets(
            leads,
            middles,
            tails,
            pieces,
            quanta,
            grid,
            kinds,
            parameters,
            block,
            days,
            basis,
            centuries,
            nutation,
            rotation,
            offsets,
        )
        armc = meridian_rad(day, fraction, delta_t_s[row], earth[EQUATION_OF_EQUINOXES], longitude_deg[row])
        orientation = orientation_of(armc, latitude_deg[row] * RAD, earth[OBLIQUITY])
        angles = angles_of(orientation)
        if house_system == WHOLE_SIGN:
            for sign in range(cusp_count):
                boundaries[sign] = boundary_of_date_rad(kinds[0], starts[0, sign], offsets[0], rotation)
            fill_whole_sign(angles[0], boundaries, cusp_count, cusps_rad)
            outcome = OK
        else:
            outcome = fill_cusps_of(
                house_system, orientation, angles[0], angles[1], earth[SUN_DECLINATION], cusps_rad
            )
        for angle in range(ANGLES):
            numbers[row, angles_at + angle] = wrap_degrees(angles[angle] * DEG)
        if outcome == OK:
            codes[row, 0] = COMPUTED
            run, start = run_of_cusps(cusps_rad, cusp_count)
            for house in range(cusp_count):
                numbers[row, cusps_at + house] = wrap_degrees(cusps_rad[house] * DEG)
            if takes_upper_midheaven(house_system):
                numbers[row, angles_at + MIDHEAVEN] = numbers[row, cusps_at + 9]
            for body in range(bodies):
                longitude = columns[lanes.TRUE_LONGITUDE + body] * RAD
                codes[row, 1 + body] = NO_HOUSE
                if not np.isnan(longitude):
                    codes[row, 1 + body] = house_in_run(longitude, cusps_rad, cusp_count, run, start)
        else:
            codes[row, 0] = HOUSES_UNDEFINED
            numbers[row, cusps_at:degrees_at] = np.nan
            codes[row, 1:signs_at] = NO_HOUSE

        signs = codes[row, signs_at:aspects_at].reshape((frames, points))
        degrees = numbers[row, degrees_at:].reshape((frames, points))
        for angle in range(ANGLES_IN_SIGNS):
            add_point(columns, bodies + angle, numbers[row, angles_at + angle], nutation)
        fill_signs(kinds, starts, counts, offsets, turn, columns, points, signs, degrees)
        fill_aspects(
            columns,
            bodies,
            aspect_angles,
            aspect_orbs,
            aspect_nearest,
            codes[row, aspects_at:],
        )
