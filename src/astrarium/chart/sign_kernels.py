"""Kernels that place the points of a chart in its sign frames: points side by side, one frame after another."""

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.plan import FRAMES
from astrarium.chart.status import NO_SIGN
from astrarium.sky import lanes
from astrarium.sky.apparent import DEG, LANES, RAD, SKY, Sky
from astrarium.sky.chebyshev import BASIS, part_of, value_and_rate
from astrarium.sky.compiling import kernel
from astrarium.sky.lanes import count_passed, padded
from astrarium.sky.points import mean_node
from astrarium.sky.precession import ARCSECOND_RAD, FULL_CIRCLE_RAD, Rotation, Turn, wrap_rad
from astrarium.sky.trigonometry import sine_cosine
from astrarium.sky.zodiacs.frames import FrameTable
from astrarium.sky.zodiacs.kernels import (
    DRACONIC_MEAN,
    DRACONIC_TRUE,
    STARS,
    frame_offset_rad,
    turn_to_stars,
)

Array = NDArray[np.float64]
ByteArray = NDArray[np.int8]


@kernel(
    types.void(
        FRAMES,
        types.float64[::1],
        types.UniTuple(types.float64, 4),
        LANES,
        types.int64,
        types.int8[:, ::1],
        types.float64[:, ::1],
    ),
    inlined=True,
)
def fill_signs(
    frames: FrameTable,
    offsets_rad: Array,
    turn: Turn,
    columns: Array,
    points: int,
    signs: ByteArray,
    degrees: Array,
) -> None:
    """Place the first points of `columns` in every frame: `signs[z, point]` and the degrees from the sign's start.

    `turn` leads to J2000. The columns must hold the true longitude (degrees) and the direction from the mean equinox.
    """
    count = padded(points)
    for frame in range(frames.kinds.size):
        for i in range(count):
            columns[lanes.COUNTED + i] = columns[lanes.TRUE_LONGITUDE + i] * RAD - offsets_rad[frame]
        if frames.kinds[frame] == STARS:
            turn_to_stars(columns, count, turn)
        for i in range(count):
            columns[lanes.COUNTED + i] = wrap_rad(columns[lanes.COUNTED + i])
        starts = frames.starts[frame]
        signs_in_frame = frames.counts[frame]
        count_passed(columns, count, lanes.COUNTED, starts, signs_in_frame)
        for i in range(points):
            counted = columns[lanes.COUNTED + i]
            sign = int(columns[lanes.PASSED + i]) - 1
            start = starts[sign]
            if sign < 0:  # before the first start, in the last sign; or nowhere
                sign = NO_SIGN if np.isnan(counted) else signs_in_frame - 1
                start = starts[signs_in_frame - 1] - FULL_CIRCLE_RAD
            signs[frame, i] = sign
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
        SKY,
        FRAMES,
        types.int64,
        types.float64,
        BASIS,
        types.float64,
        types.float64,
        types.UniTuple(types.float64, 9),
        types.float64[::1],
    ),
    inlined=True,
)
def fill_offsets(
    sky: Sky,
    frames: FrameTable,
    block: int,
    days_in_block: float,
    basis: Array,
    centuries: float,
    nutation_rad: float,
    rotation: Rotation,
    offsets_rad: Array,
) -> None:
    """What each frame subtracts from longitudes of date (`zodiacs.kernels.frame_offset_rad`), once per instant.

    `basis` must be filled for the instant.
    """
    grid = sky.grid
    for frame in range(frames.kinds.size):
        kind = frames.kinds[frame]
        node = np.nan
        if kind == DRACONIC_MEAN:
            node = mean_node(centuries)[0] + nutation_rad
        elif kind == DRACONIC_TRUE:
            arcsec, _ = value_and_rate(
                sky.leads,
                sky.middles,
                sky.tails,
                sky.pieces,
                sky.quanta,
                block * grid.words,
                grid.node_piece + part_of(days_in_block, grid.node_level),
                grid.node_level,
                basis,
            )
            node = arcsec * ARCSECOND_RAD + nutation_rad
        offsets_rad[frame] = frame_offset_rad(
            kind, frames.parameters[frame], centuries, rotation, nutation_rad, node, node
        )
