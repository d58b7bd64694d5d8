"""What a single chart shows beyond the arrays of a batch: every angle and cusp in every sign frame, with its speed,
the boundaries of the frames, and where bodies stand in the frames at other instants.
"""

from typing import Final

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.arrays import ANGLES, DEG, FRAMES, RAD
from astrarium.chart.kernel import fill_direction, fill_offsets, fill_signs
from astrarium.sky.apparent import (
    CENTURIES,
    DIRECTION_COLUMNS,
    LONGITUDE,
    LONGITUDE_SPEED,
    NUTATION,
    PLACE_COLUMNS,
    SKY,
    Sky,
    fill_places,
    wrap_degrees,
)
from astrarium.sky.chebyshev import BASIS_SHAPE, block_of
from astrarium.sky.compiling import kernel
from astrarium.sky.house_angles import angles_of, orientation_of
from astrarium.sky.house_kernels import MAX_CUSPS, OK, fill_cusps_of
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.precession import ecliptic_to_j2000, turn_to_j2000, turned_longitude, wrap_rad
from astrarium.sky.zodiacs.frames import FrameTable
from astrarium.sky.zodiacs.kernels import STARS, boundary_of_date_rad

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
ByteArray = NDArray[np.int8]

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
        SKY,
        FRAMES,
        types.float64,
        types.float64,
        types.float64[::1],
        types.int8[:, ::1],
        types.float64[:, ::1],
        types.float64[:, ::1],
    ),
    allocates=True,
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
    leads, middles, tails, minor_leads, minor_middles, minor_tails, pieces, quanta, sources, grid = sky
    kinds, parameters, starts, counts = frames
    basis = np.empty(BASIS_SHAPE)
    offsets = np.empty(kinds.size)
    direction = np.empty(DIRECTION_COLUMNS)
    block = block_of(grid.first_jd, grid.blocks, jd_tt_day, jd_tt_fraction)
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
        jd_tt_day,
        jd_tt_fraction,
        basis,
        np.empty(0, dtype=np.int64),
        np.empty((0, PLACE_COLUMNS)),
        np.empty((0, DIRECTION_COLUMNS)),
    )
    nutation, centuries = earth[NUTATION], earth[CENTURIES]
    rotation = ecliptic_to_j2000(centuries)
    turn = turn_to_j2000(rotation)
    days = (jd_tt_day - grid.first_jd - BLOCK_DAYS * block) + jd_tt_fraction
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
    for point in range(longitudes_deg.size):
        longitude = longitudes_deg[point] * RAD
        fill_direction(longitude, nutation, direction)
        fill_signs(kinds, starts, counts, offsets, turn, longitude, direction, point, signs, degrees)
    for frame in range(kinds.size):
        for sign in range(counts[frame]):
            boundaries_deg[frame, sign] = wrap_degrees(
                boundary_of_date_rad(kinds[frame], starts[frame, sign], offsets[frame], rotation) * DEG
            )


@kernel(
    types.int64(
        SKY,
        FRAMES,
        types.int64[::1],
        types.float64,
        types.float64[::1],
        types.float64[:, :, ::1],
        types.float64[:, ::1],
    ),
    allocates=True,
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
    leads, middles, tails, minor_leads, minor_middles, minor_tails, pieces, quanta, sources, grid = sky
    kinds, parameters, _, _ = frames
    basis = np.empty(BASIS_SHAPE)
    offsets = np.empty(kinds.size)
    places = np.empty((bodies.size, PLACE_COLUMNS))
    directions = np.empty((bodies.size, DIRECTION_COLUMNS))
    for row in range(jd_tt_fractions.size):
        fraction = jd_tt_fractions[row]
        block = block_of(grid.first_jd, grid.blocks, jd_tt_day, fraction)
        if block < 0:
            return row
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
            jd_tt_day,
            fraction,
            basis,
            bodies,
            places,
            directions,
        )
        nutation, centuries = earth[NUTATION], earth[CENTURIES]
        rotation = ecliptic_to_j2000(centuries)
        turn = turn_to_j2000(rotation)
        days = (jd_tt_day - grid.first_jd - BLOCK_DAYS * block) + fraction
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
        for body in range(bodies.size):
            speeds[row, body] = places[body, LONGITUDE_SPEED]
            for frame in range(kinds.size):
                counted = places[body, LONGITUDE] * RAD - offsets[frame]
                if kinds[frame] == STARS:
                    counted = turned_longitude(
                        counted, directions[body, 0], directions[body, 1], directions[body, 2], turn
                    )
                longitudes_deg[row, frame, body] = wrap_rad(counted) * DEG
    return -1
