"""The kernel of a chart: positions, angles, houses, signs and aspects of many charts, one per loop turn.

Arrays come in, arrays are filled; nothing is allocated per chart. The Python side is `astrarium.chart.batch`, which
makes the named tuples below and hands slices of them to as many threads as it likes.
"""

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.arrays import (
    ANGLES,
    ANGLES_IN_SIGNS,
    BAD_LATITUDE,
    BAD_LONGITUDE,
    COMPUTED,
    COUNTS,
    DEG,
    HOUSES_UNDEFINED,
    KINDS,
    MIDHEAVEN,
    MOMENTS,
    NO_HOUSE,
    NO_SIGN,
    NOT_FINITE,
    OUTSIDE_TABLE,
    PARAMETERS_TABLE,
    RAD,
    RESULTS,
    SECONDS_PER_DAY,
    STARTS,
    WANTED,
    Array,
    ByteArray,
    IntArray,
    Moments,
    Results,
    Wanted,
)
from astrarium.chart.aspects import NO_ASPECT, fill_aspects
from astrarium.sky.apparent import (
    CENTURIES,
    COS_LONGITUDE,
    DIRECTION_COLUMNS,
    EARTH_COLUMNS,
    EQUATION_OF_EQUINOXES,
    GRID,
    LONGITUDE,
    NUTATION,
    OBLIQUITY,
    SIN_LONGITUDE,
    SKY,
    SUN_DECLINATION,
    TAN_LATITUDE,
    Grid,
    Sky,
    fill_places,
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
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.points import mean_node
from astrarium.sky.precession import (
    ARCSECOND_RAD,
    Rotation,
    Turn,
    ecliptic_to_j2000,
    turn_to_j2000,
    turned_longitude,
    wrap_rad,
)
from astrarium.sky.sidereal import greenwich_mean_sidereal_rad
from astrarium.sky.trigonometry import sine_cosine
from astrarium.sky.zodiacs.kernels import (
    DRACONIC_MEAN,
    DRACONIC_TRUE,
    STARS,
    boundary_of_date_rad,
    frame_offset_rad,
    place_in_signs,
)


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


@kernel(types.void(RESULTS, types.int64))
def blank(results: Results, row: int) -> None:
    """Fill one chart's row with "not there": NaN, no house, no sign, no aspect."""
    results.earth[row] = np.nan
    results.places[row] = np.nan
    results.angles[row] = np.nan
    results.cusps[row] = np.nan
    results.houses[row] = NO_HOUSE
    results.signs[row] = NO_SIGN
    results.degrees[row] = np.nan
    results.aspects[row] = NO_ASPECT
    results.orbs[row] = np.nan
    results.orb_rates[row] = np.nan


@kernel(
    types.void(
        KINDS,
        STARTS,
        COUNTS,
        types.float64[::1],
        types.UniTuple(types.float64, 4),
        types.float64,
        types.float64[::1],
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
    longitude_rad: float,
    direction: Array,
    point: int,
    signs: ByteArray,
    degrees: Array,
) -> None:
    """Place one direction of date in every frame: `signs[z, point]` and the degrees from the sign's start.

    The first three arguments are parts of a `FrameTable`; `longitude_rad` is of the true equinox, `direction` as
    `sky.apparent.fill_places` fills it, `turn` leads to J2000.
    """
    for frame in range(kinds.size):
        counted = longitude_rad - offsets_rad[frame]
        if kinds[frame] == STARS:
            counted = turned_longitude(
                counted, direction[SIN_LONGITUDE], direction[COS_LONGITUDE], direction[TAN_LATITUDE], turn
            )
        sign, arc, _ = place_in_signs(wrap_rad(counted), starts[frame], counts[frame])
        signs[frame, point] = sign
        degrees[frame, point] = arc * DEG


@kernel("void(float64, float64, float64[::1])")
def fill_direction(longitude_rad: float, nutation_rad: float, direction: Array) -> None:
    """The direction of a point of the ecliptic (latitude 0) whose longitude is of the true equinox."""
    sine, cosine = sine_cosine(longitude_rad - nutation_rad)
    direction[SIN_LONGITUDE] = sine
    direction[COS_LONGITUDE] = cosine
    direction[TAN_LATITUDE] = 0.0


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


@kernel(types.void(SKY, WANTED, MOMENTS, RESULTS), allocates=True)
def fill_charts(sky: Sky, wanted: Wanted, moments: Moments, results: Results) -> None:
    """Compute every chart of `moments` into the same row of `results`. A bad row gets its status and hurts no other."""
    leads, middles, tails, minor_leads, minor_middles, minor_tails, pieces, quanta, sources, grid = sky
    wanted_bodies, frames, house_system, aspect_angles, aspect_orbs, aspect_nearest = wanted
    kinds, parameters, starts, counts = frames
    tt_day, tt_fraction, delta_t_s, latitude_deg, longitude_deg = moments
    basis = np.empty(BASIS_SHAPE)
    directions = np.empty((wanted_bodies.size, DIRECTION_COLUMNS))
    direction = np.empty(DIRECTION_COLUMNS)
    cusps_rad = np.empty(MAX_CUSPS)
    offsets = np.empty(kinds.size)
    boundaries = np.empty(starts.shape[1])
    bodies = wanted_bodies.size
    cusp_count = results.cusps.shape[1]
    for row in range(tt_day.size):
        day, fraction = tt_day[row], tt_fraction[row]
        status = check_moment(day, fraction, delta_t_s[row], latitude_deg[row], longitude_deg[row], grid)
        results.status[row] = status
        if status != COMPUTED:
            blank(results, row)
            continue
        block = block_of(grid.first_jd, grid.blocks, day, fraction)
        places = results.places[row]
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
            wanted_bodies,
            places,
            directions,
        )
        for column in range(EARTH_COLUMNS):
            results.earth[row, column] = earth[column]
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
        if outcome == OK:
            run, start = run_of_cusps(cusps_rad, cusp_count)
            for house in range(cusp_count):
                results.cusps[row, house] = wrap_degrees(cusps_rad[house] * DEG)
            for body in range(bodies):
                longitude = places[body, LONGITUDE] * RAD
                results.houses[row, body] = NO_HOUSE
                if not np.isnan(longitude):
                    results.houses[row, body] = house_in_run(longitude, cusps_rad, cusp_count, run, start)
        else:
            results.status[row] = HOUSES_UNDEFINED
            results.cusps[row] = np.nan
            results.houses[row] = NO_HOUSE
        for angle in range(ANGLES):
            results.angles[row, angle] = wrap_degrees(angles[angle] * DEG)
        if outcome == OK and takes_upper_midheaven(house_system):
            results.angles[row, MIDHEAVEN] = results.cusps[row, 9]

        signs, degrees = results.signs[row], results.degrees[row]
        for body in range(bodies):
            longitude = places[body, LONGITUDE] * RAD
            fill_signs(
                kinds,
                starts,
                counts,
                offsets,
                turn,
                longitude,
                directions[body],
                body,
                signs,
                degrees,
            )
        for angle in range(ANGLES_IN_SIGNS):
            longitude = results.angles[row, angle] * RAD
            fill_direction(longitude, nutation, direction)
            fill_signs(
                kinds,
                starts,
                counts,
                offsets,
                turn,
                longitude,
                direction,
                bodies + angle,
                signs,
                degrees,
            )
        fill_aspects(
            places,
            aspect_angles,
            aspect_orbs,
            aspect_nearest,
            results.aspects[row],
            results.orbs[row],
            results.orb_rates[row],
        )
