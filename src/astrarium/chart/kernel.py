"""The kernel of a chart: positions, angles, houses, signs and aspects of many charts, one per loop turn.

Arrays come in, arrays are filled; nothing is allocated per chart. The Python side is `astrarium.chart.batch`, which
makes the named tuples below and hands slices of them to as many threads as it likes.
"""

from math import pi
from typing import Final, NamedTuple

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

from astrarium.chart.aspects import NO_ASPECT, READ_F8, READ_I1, fill_aspects
from astrarium.sky.apparent import LATITUDE, LONGITUDE, fill_places, wrap_degrees
from astrarium.sky.chebyshev import BASIS_SHAPE, RECORDS, block_of, part_of, value_and_rate
from astrarium.sky.house_angles import angles_of, orientation_of
from astrarium.sky.house_kernels import MAX_CUSPS, OK, WHOLE_SIGN, fill_cusps_of
from astrarium.sky.house_lookup import fill_whole_sign, house_in_run, run_of_cusps
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.points import mean_node
from astrarium.sky.precession import ARCSECOND_RAD, Rotation, ecliptic_to_j2000
from astrarium.sky.sidereal import greenwich_mean_sidereal_rad
from astrarium.sky.table import Records
from astrarium.sky.zodiacs.frames import FrameTable
from astrarium.sky.zodiacs.kernels import (
    DRACONIC_MEAN,
    DRACONIC_TRUE,
    boundary_of_date_rad,
    frame_offset_rad,
    longitude_in_frame,
    place_in_signs,
)

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
ByteArray = NDArray[np.int8]

RAD: Final = pi / 180.0
DEG: Final = 180.0 / pi
SECONDS_PER_DAY: Final = 86400.0
ANGLES: Final = 7
NO_HOUSE: Final = 0
NO_SIGN: Final = -1

# Status of a chart.
COMPUTED: Final = 0
OUTSIDE_TABLE: Final = 1
NOT_FINITE: Final = 2
BAD_LATITUDE: Final = 3
BAD_LONGITUDE: Final = 4
HOUSES_UNDEFINED: Final = 5


class Sky(NamedTuple):
    """What positions are made from: the records, how each body is made, the pieces of the Sun and the true node."""

    records: Records
    sources: IntArray
    sun_piece: int
    node_piece: int
    node_level: int


class Wanted(NamedTuple):
    """What every chart of a batch is asked for."""

    bodies: IntArray
    frames: FrameTable
    house_system: int
    aspect_angles_deg: Array
    aspect_orbs_deg: Array
    aspect_nearest: ByteArray


class Moments(NamedTuple):
    """When and where, one entry per chart: TT in two parts, ΔT (s), geodetic coordinates (degrees)."""

    tt_day: Array
    tt_fraction: Array
    delta_t_s: Array
    latitude_deg: Array
    longitude_deg: Array


class Results(NamedTuple):
    """What is filled, one row per chart; see `batch.ChartArrays` for shapes and meaning."""

    status: ByteArray
    earth: Array
    places: Array
    angles: Array
    cusps: Array
    houses: ByteArray
    signs: ByteArray
    degrees: Array
    aspects: ByteArray
    orbs: Array
    orb_rates: Array


_BYTES = types.int8[::1]
FRAMES_TYPE: Final = types.NamedTuple(
    (types.int64[::1], types.float64[:, ::1], types.float64[:, ::1], types.int64[::1]), FrameTable
)
SKY_TYPE: Final = types.NamedTuple((RECORDS, types.int64[:, ::1], types.int64, types.int64, types.int64), Sky)
WANTED_TYPE: Final = types.NamedTuple(
    (types.int64[::1], FRAMES_TYPE, types.int64, READ_F8, READ_F8, READ_I1), Wanted
)
MOMENTS_TYPE: Final = types.NamedUniTuple(types.float64[::1], 5, Moments)
RESULTS_TYPE: Final = types.NamedTuple(
    (
        _BYTES,
        types.float64[:, ::1],
        types.float64[:, :, ::1],
        types.float64[:, ::1],
        types.float64[:, ::1],
        types.int8[:, ::1],
        types.int8[:, :, ::1],
        types.float64[:, :, ::1],
        types.int8[:, ::1],
        types.float64[:, ::1],
        types.float64[:, ::1],
    ),
    Results,
)


@njit(types.int64(MOMENTS_TYPE, types.int64, RECORDS), cache=True, nogil=True)
def check_moment(moments: Moments, row: int, records: Records) -> int:
    """Whether one chart can be computed: `COMPUTED`, or the status that says why not."""
    jd = moments.tt_day[row] + moments.tt_fraction[row]
    if not (np.isfinite(jd) and np.isfinite(moments.delta_t_s[row])):
        return NOT_FINITE
    if not abs(moments.latitude_deg[row]) <= 90.0:
        return BAD_LATITUDE
    if not abs(moments.longitude_deg[row]) <= 360.0:
        return BAD_LONGITUDE
    if block_of(records, moments.tt_day[row], moments.tt_fraction[row]) < 0:
        return OUTSIDE_TABLE
    return COMPUTED


@njit(types.void(RESULTS_TYPE, types.int64), cache=True, nogil=True)
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


@njit(
    types.float64(SKY_TYPE, types.int64, types.float64, types.float64, types.float64[:, :, ::1]),
    cache=True,
    nogil=True,
)
def true_node_rad(sky: Sky, block: int, jd_tt_day: float, jd_tt_fraction: float, basis: Array) -> float:
    """Longitude of the Moon's osculating node, mean equinox of date."""
    days = (jd_tt_day - sky.records.first_jd - BLOCK_DAYS * block) + jd_tt_fraction
    part = part_of(days, sky.node_level)
    return float(
        value_and_rate(sky.records, block, sky.node_piece + part, sky.node_level, basis)[0] * ARCSECOND_RAD
    )


@njit(
    types.void(
        FRAMES_TYPE,
        types.float64[::1],
        types.UniTuple(types.float64, 9),
        types.float64,
        types.float64,
        types.int64,
        types.int8[:, ::1],
        types.float64[:, ::1],
    ),
    cache=True,
    nogil=True,
)
def fill_signs(
    frames: FrameTable,
    offsets_rad: Array,
    rotation: Rotation,
    longitude_deg: float,
    latitude_deg: float,
    point: int,
    signs: ByteArray,
    degrees: Array,
) -> None:
    """Place one direction of date in every frame: `signs[z, point]` and the degrees from the sign's start."""
    for frame in range(frames.kinds.size):
        counted = longitude_in_frame(
            frames.kinds[frame], offsets_rad[frame], longitude_deg * RAD, latitude_deg * RAD, rotation
        )
        sign, arc, _ = place_in_signs(counted, frames.starts[frame], frames.counts[frame])
        signs[frame, point] = sign
        degrees[frame, point] = arc * DEG


@njit(
    types.void(
        SKY_TYPE,
        FRAMES_TYPE,
        types.int64,
        types.float64,
        types.float64,
        types.float64[:, :, ::1],
        types.float64,
        types.float64,
        types.UniTuple(types.float64, 9),
        types.float64[::1],
    ),
    cache=True,
    nogil=True,
)
def fill_offsets(
    sky: Sky,
    frames: FrameTable,
    block: int,
    jd_tt_day: float,
    jd_tt_fraction: float,
    basis: Array,
    centuries: float,
    nutation_rad: float,
    rotation: Rotation,
    offsets_rad: Array,
) -> None:
    """What each frame subtracts from longitudes of date (`zodiacs.kernels.frame_offset_rad`), once per instant."""
    for frame in range(frames.kinds.size):
        kind = frames.kinds[frame]
        node = np.nan
        if kind == DRACONIC_MEAN:
            node = mean_node(centuries)[0] + nutation_rad
        elif kind == DRACONIC_TRUE:
            node = true_node_rad(sky, block, jd_tt_day, jd_tt_fraction, basis) + nutation_rad
        offsets_rad[frame] = frame_offset_rad(
            kind, frames.parameters[frame], centuries, rotation, nutation_rad, node, node
        )


@njit("float64(float64, float64, float64, float64, float64)", cache=True, nogil=True)
def meridian_rad(
    jd_tt_day: float, jd_tt_fraction: float, delta_t_s: float, equation_rad: float, longitude_deg: float
) -> float:
    """Right ascension of the meridian (local apparent sidereal time) of a place east by `longitude_deg`."""
    universal = jd_tt_fraction - delta_t_s / SECONDS_PER_DAY
    mean = greenwich_mean_sidereal_rad(jd_tt_day, universal, jd_tt_day, jd_tt_fraction)
    return mean + equation_rad + longitude_deg * RAD


@njit(types.void(SKY_TYPE, WANTED_TYPE, MOMENTS_TYPE, RESULTS_TYPE), cache=True, nogil=True)
def fill_charts(sky: Sky, wanted: Wanted, moments: Moments, results: Results) -> None:
    """Compute every chart of `moments` into the same row of `results`. A bad row gets its status and hurts no other."""
    basis = np.empty(BASIS_SHAPE)
    cusps_rad = np.empty(MAX_CUSPS)
    frames = wanted.frames
    offsets = np.empty(frames.kinds.size)
    boundaries = np.empty(frames.starts.shape[1])
    bodies = wanted.bodies.size
    cusp_count = results.cusps.shape[1]
    for row in range(moments.tt_day.size):
        status = check_moment(moments, row, sky.records)
        results.status[row] = status
        if status != COMPUTED:
            blank(results, row)
            continue
        day, fraction = moments.tt_day[row], moments.tt_fraction[row]
        block = block_of(sky.records, day, fraction)
        places = results.places[row]
        earth = fill_places(
            sky.records, block, sky.sun_piece, day, fraction, basis, sky.sources, wanted.bodies, places
        )
        for column in range(7):
            results.earth[row, column] = earth[column]
        nutation, equation, obliquity, centuries, sun_declination = (
            earth[0],
            earth[3],
            earth[4],
            earth[5],
            earth[6],
        )

        rotation = ecliptic_to_j2000(centuries)
        fill_offsets(sky, frames, block, day, fraction, basis, centuries, nutation, rotation, offsets)
        armc = meridian_rad(day, fraction, moments.delta_t_s[row], equation, moments.longitude_deg[row])
        orientation = orientation_of(armc, moments.latitude_deg[row] * RAD, obliquity)
        angles = angles_of(orientation)
        for angle in range(ANGLES):
            results.angles[row, angle] = wrap_degrees(angles[angle] * DEG)
        if wanted.house_system == WHOLE_SIGN:
            for sign in range(cusp_count):
                boundaries[sign] = boundary_of_date_rad(
                    frames.kinds[0], frames.starts[0, sign], offsets[0], rotation
                )
            fill_whole_sign(angles[0], boundaries, cusp_count, cusps_rad)
            outcome = OK
        else:
            outcome = fill_cusps_of(
                wanted.house_system, orientation, angles[0], angles[1], sun_declination, cusps_rad
            )
        if outcome == OK:
            run, start = run_of_cusps(cusps_rad, cusp_count)
            for house in range(cusp_count):
                results.cusps[row, house] = wrap_degrees(cusps_rad[house] * DEG)
            for body in range(bodies):
                results.houses[row, body] = house_in_run(
                    places[body, LONGITUDE] * RAD, cusps_rad, cusp_count, run, start
                )
        else:
            results.status[row] = HOUSES_UNDEFINED
            results.cusps[row] = np.nan
            results.houses[row] = NO_HOUSE

        signs, degrees = results.signs[row], results.degrees[row]
        for body in range(bodies):
            fill_signs(
                frames,
                offsets,
                rotation,
                places[body, LONGITUDE],
                places[body, LATITUDE],
                body,
                signs,
                degrees,
            )
        fill_signs(frames, offsets, rotation, results.angles[row, 0], 0.0, bodies, signs, degrees)
        fill_signs(frames, offsets, rotation, results.angles[row, 1], 0.0, bodies + 1, signs, degrees)
        fill_aspects(
            places,
            wanted.aspect_angles_deg,
            wanted.aspect_orbs_deg,
            wanted.aspect_nearest,
            results.aspects[row],
            results.orbs[row],
            results.orb_rates[row],
        )
