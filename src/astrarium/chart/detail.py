"""What a single chart shows beyond the arrays of a batch: every angle and cusp in every sign frame, with its speed,
the boundaries of the frames, and where bodies stand in the frames at other instants.
"""

from typing import Final

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

from astrarium.chart.kernel import (
    ANGLES,
    DEG,
    FRAMES_TYPE,
    RAD,
    SKY_TYPE,
    Sky,
    fill_offsets,
    fill_signs,
)
from astrarium.sky.apparent import LATITUDE, LONGITUDE, LONGITUDE_SPEED, fill_places, wrap_degrees
from astrarium.sky.chebyshev import BASIS_SHAPE, block_of
from astrarium.sky.house_angles import angles_of, orientation_of
from astrarium.sky.house_kernels import MAX_CUSPS, OK, fill_cusps_of
from astrarium.sky.precession import ecliptic_to_j2000
from astrarium.sky.zodiacs.frames import FrameTable
from astrarium.sky.zodiacs.kernels import boundary_of_date_rad, longitude_in_frame

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
ByteArray = NDArray[np.int8]

STEP_RAD: Final = 1e-4  # of sidereal time, for the speed of angles and cusps by central difference
SIDEREAL_TURN_DEG_PER_DAY: Final = 360.98564736629


@njit("float64(float64)", cache=True, nogil=True)
def signed_degrees(angle_deg: float) -> float:
    """The angle in [-180, 180)."""
    return wrap_degrees(angle_deg + 180.0) - 180.0


@njit(
    types.void(
        types.float64,
        types.float64,
        types.float64,
        types.float64,
        types.int64,
        types.float64[::1],
        types.float64[::1],
    ),
    cache=True,
    nogil=True,
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


@njit(
    types.void(
        SKY_TYPE,
        FRAMES_TYPE,
        types.float64,
        types.float64,
        types.float64[::1],
        types.int8[:, ::1],
        types.float64[:, ::1],
        types.float64[:, ::1],
    ),
    cache=True,
    nogil=True,
)
def fill_point_signs(
    sky: Sky,
    frames: FrameTable,
    jd_tt_day: float,
    jd_tt_fraction: float,
    longitudes_deg: Array,
    signs: ByteArray,
    degrees: Array,
    boundaries_deg: Array,
) -> None:
    """Place points of the ecliptic of date (latitude 0) in every frame at one instant inside the table.

    Fills `signs[z, point]`, `degrees[z, point]`, and `boundaries_deg[z, sign]`: the longitude of date where each
    sign of each frame begins.
    """
    basis = np.empty(BASIS_SHAPE)
    offsets = np.empty(frames.kinds.size)
    nothing = np.empty((0, 8))
    no_bodies = np.empty(0, dtype=np.int64)
    block = block_of(sky.records, jd_tt_day, jd_tt_fraction)
    earth = fill_places(
        sky.records, block, sky.sun_piece, jd_tt_day, jd_tt_fraction, basis, sky.sources, no_bodies, nothing
    )
    nutation, centuries = earth[0], earth[5]
    rotation = ecliptic_to_j2000(centuries)
    fill_offsets(sky, frames, block, jd_tt_day, jd_tt_fraction, basis, centuries, nutation, rotation, offsets)
    for point in range(longitudes_deg.size):
        fill_signs(frames, offsets, rotation, longitudes_deg[point], 0.0, point, signs, degrees)
    for frame in range(frames.kinds.size):
        for sign in range(frames.counts[frame]):
            boundaries_deg[frame, sign] = wrap_degrees(
                boundary_of_date_rad(
                    frames.kinds[frame], frames.starts[frame, sign], offsets[frame], rotation
                )
                * DEG
            )


@njit(
    types.int64(
        SKY_TYPE,
        FRAMES_TYPE,
        types.int64[::1],
        types.float64,
        types.float64[::1],
        types.float64[:, :, ::1],
        types.float64[:, ::1],
    ),
    cache=True,
    nogil=True,
)
def fill_frame_longitudes(
    sky: Sky,
    frames: FrameTable,
    bodies: IntArray,
    jd_tt_day: float,
    jd_tt_fractions: Array,
    longitudes_deg: Array,
    speeds: Array,
) -> int:
    """Longitudes of bodies as each frame counts them, `[instant, frame, body]`, and their speeds `[instant, body]`.

    Instants are `jd_tt_day + jd_tt_fractions[i]` (TT). Returns the first instant outside the table, or -1.
    """
    basis = np.empty(BASIS_SHAPE)
    offsets = np.empty(frames.kinds.size)
    places = np.empty((bodies.size, 8))
    for row in range(jd_tt_fractions.size):
        fraction = jd_tt_fractions[row]
        block = block_of(sky.records, jd_tt_day, fraction)
        if block < 0:
            return row
        earth = fill_places(
            sky.records, block, sky.sun_piece, jd_tt_day, fraction, basis, sky.sources, bodies, places
        )
        rotation = ecliptic_to_j2000(earth[5])
        fill_offsets(sky, frames, block, jd_tt_day, fraction, basis, earth[5], earth[0], rotation, offsets)
        for body in range(bodies.size):
            speeds[row, body] = places[body, LONGITUDE_SPEED]
            for frame in range(frames.kinds.size):
                counted = longitude_in_frame(
                    frames.kinds[frame],
                    offsets[frame],
                    places[body, LONGITUDE] * RAD,
                    places[body, LATITUDE] * RAD,
                    rotation,
                )
                longitudes_deg[row, frame, body] = counted * DEG
    return -1
