"""The sky over a stretch of time as polynomials: cubics through the table's own values, one row per quantity.

What is asked of a birth-time window (when does a body leave its sign, a cusp pass a planet, an orb end?) is a question
about when some longitude reaches some other one. Within a quarter of a day every longitude of the sky is as good
as a cubic, and so are sidereal time, the obliquity and the boundaries of the signs, so that the questions become roots
of cubics. The cubic of a step runs through four values, at its ends and a quarter of the step from them (the
Chebyshev-Lobatto points): its error is h⁴ f⁗ / 2730. Measured: below 2e-7° for the Moon and all planets, 2e-6° for the
quickest of all, the osculating apogee. (Behind the Sun's disc, where light bends within minutes, up to 3e-5°.) At a
place on the Earth, which turns, steps are half an hour, which follows the Moon as well.
"""

from math import ceil, floor
from typing import Final

import msgspec
import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.chart.batch import compute
from astrarium.chart.kernel import meridian_rad
from astrarium.chart.plan import PLAN, Plan
from astrarium.chart.selection import Selection
from astrarium.chart.sign_kernels import fill_offsets
from astrarium.sky import lanes
from astrarium.sky.apparent import (
    CENTURIES,
    DEG,
    EQUATION_OF_EQUINOXES,
    LONGITUDE,
    NUTATION,
    OBLIQUITY,
    PLACE_COLUMNS,
    RAD,
    SUN_DECLINATION,
)
from astrarium.sky.chebyshev import BASIS_SHAPE, block_of
from astrarium.sky.compiling import kernel
from astrarium.sky.lanes import LANES_SIZE
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.place_kernels import fill_places
from astrarium.sky.precession import ecliptic_to_j2000, turn_to_j2000, turned_longitude
from astrarium.sky.timescales import Instants
from astrarium.sky.zodiacs.kernels import STARS, boundary_of_date_rad

Array = NDArray[np.float64]

STEP_DAYS: Final = 0.25
STEP_DAYS_AT_A_PLACE: Final = 1.0 / 48.0  # where the Earth's turning moves the observer
COEFFICIENTS: Final = 4
ROUNDING: Final = 1e-9  # of a step: a day is four steps, not five
NUDGE_DEG: Final = (
    1e-10  # the node of a draconic frame stands on its first boundary; this keeps it on the right side
)

# Rows of the quantities; the boundaries, the longitudes of date and those of each frame follow.
SIDEREAL_TIME, TRUE_OBLIQUITY, DECLINATION_OF_SUN = 0, 1, 2
FIRST_BOUNDARY: Final = 3


class Window(msgspec.Struct, frozen=True):
    """A stretch of TT: `days` from a day at midnight and a fraction."""

    tt_day: float
    tt_fraction: float
    days: float


class Spot(msgspec.Struct, frozen=True):
    """Where the Earth turns under the window: geodetic degrees, metres, and ΔT (s) at the window's start and end."""

    latitude_deg: float
    longitude_deg: float
    delta_t_s: tuple[float, float]
    altitude_m: float = 0.0


class Tracks(msgspec.Struct, frozen=True, eq=False):
    """Cubics of the sky over a window, degrees in shares of a step.

    `cubics[row, step]` are the coefficients c of c0 + c1 s + c2 s² + c3 s³, s from 0 to 1 within the step; angles run
    on over 360° without a jump. Rows: sidereal time of the place, obliquity, the Sun's declination, where each sign of
    each frame begins as a longitude of date (`most_signs` rows a frame), the bodies' `longitudes` of date, and their
    longitudes `counted` by each frame.
    """

    cubics: Array
    selection: Selection
    spot: Spot
    most_signs: int

    @property
    def first_longitude(self) -> int:
        """The row of the first body's longitude of date."""
        return FIRST_BOUNDARY + self.selection.layout.frames * self.most_signs

    @property
    def longitudes(self) -> Array:
        """The bodies' longitudes of date (bodies, steps, 4)."""
        return self.cubics[self.first_longitude : self.first_longitude + self.selection.layout.bodies]

    def counted(self, frame: int) -> Array:
        """The bodies' longitudes as a frame counts them (bodies, steps, 4)."""
        bodies = self.selection.layout.bodies
        first = self.first_longitude + (1 + frame) * bodies
        return self.cubics[first : first + bodies]


def track(selection: Selection, window: Window, spot: Spot) -> Tracks:
    """The cubics of everything that a chart of this selection shows. The window must lie inside the table."""
    most_signs = max(len(zodiac.signs) for zodiac in selection.zodiacs)
    bodies, frames = selection.layout.bodies, selection.layout.frames
    step_days = STEP_DAYS_AT_A_PLACE if selection.perspective == "topocentric" else STEP_DAYS
    steps = max(1, ceil(window.days / step_days - ROUNDING))
    values = np.empty((FIRST_BOUNDARY + frames * most_signs + (1 + frames) * bodies, 3 * steps + 1))
    fill_values(
        selection.plan,
        window.tt_day,
        window.tt_fraction,
        window.days,
        spot.longitude_deg,
        *spot.delta_t_s,
        values,
    )
    if selection.standpoint is not None:
        _see_from_there(selection, window, spot, values[-(1 + frames) * bodies :])
    cubics = np.empty((values.shape[0], steps, COEFFICIENTS))
    fill_cubics(values, cubics)
    return Tracks(cubics, selection, spot, most_signs)


def _see_from_there(selection: Selection, window: Window, spot: Spot, longitudes: Array) -> None:
    """Replace the rows of the bodies' longitudes, of date and of each frame, by those of charts from a standpoint."""
    nodes = np.arange(longitudes.shape[1])
    shares = (nodes // 3 + np.array((0.0, 0.25, 0.75))[nodes % 3]) / (nodes.size // 3)
    first, last = spot.delta_t_s
    charts = compute(
        selection,
        Instants(
            np.full(nodes.size, window.tt_day),
            window.tt_fraction + shares * window.days,
            first + shares * (last - first),
        ),
        spot.latitude_deg,
        spot.longitude_deg,
        altitude_m=spot.altitude_m,
    )
    bodies = selection.layout.bodies
    longitudes[:bodies] = charts.places.longitude_deg.T + NUDGE_DEG
    for number, frame in enumerate(selection.zodiacs):
        starts = np.array(frame.starts)[charts.signs[:, number, :bodies]]
        counted = starts + charts.degrees[:, number, :bodies] + NUDGE_DEG
        longitudes[(1 + number) * bodies : (2 + number) * bodies] = counted.T


@kernel("float64(float64[:, ::1], float64)")
def value_at(cubics: Array, steps: float) -> float:
    """The value of a row of cubics at an instant, counted in steps from the window's start."""
    step = min(max(floor(steps), 0), cubics.shape[0] - 1)
    s = steps - step
    value: float = cubics[step, 0] + s * (cubics[step, 1] + s * (cubics[step, 2] + s * cubics[step, 3]))
    return value


@kernel("void(float64[:, ::1], float64[:, :, ::1])")
def fill_cubics(values: Array, cubics: Array) -> None:
    """The cubics through values at 0, ¼, ¾ and 1 of every step; angles in `values` may jump by full turns."""
    for row in range(cubics.shape[0]):
        previous = values[row, 0]
        for step in range(cubics.shape[1]):
            a = previous
            b = a + (values[row, 3 * step + 1] - a + 180.0) % 360.0 - 180.0
            c = b + (values[row, 3 * step + 2] - b + 180.0) % 360.0 - 180.0
            d = c + (values[row, 3 * step + 3] - c + 180.0) % 360.0 - 180.0
            # Lagrange's polynomials of the four points, multiplied out; differences keep the digits.
            b, c, d = b - a, c - a, d - a
            cubics[row, step, 0] = a
            cubics[row, step, 1] = 8.0 * b - 8.0 / 3.0 * c + d
            cubics[row, step, 2] = (-56.0 * b + 40.0 * c - 16.0 * d) / 3.0
            cubics[row, step, 3] = (32.0 * b - 32.0 * c + 16.0 * d) / 3.0
            previous = a + d


@kernel(
    types.void(
        PLAN,
        types.float64,
        types.float64,
        types.float64,
        types.float64,
        types.float64,
        types.float64,
        types.float64[:, ::1],
    ),
    allocates=True,
)
def fill_values(
    plan: Plan,
    jd_tt_day: float,
    jd_tt_fraction: float,
    days: float,
    longitude_deg: float,
    first_delta_t_s: float,
    last_delta_t_s: float,
    values: Array,
) -> None:
    """Every quantity in degrees at the ends of the window's steps and a quarter of a step from them."""
    sky, frames, bodies = plan.sky, plan.frames, plan.bodies
    grid, kinds, starts, counts = sky.grid, frames.kinds, frames.starts, frames.counts
    steps = (values.shape[1] - 1) // 3
    most_signs = starts.shape[1]
    first_longitude = FIRST_BOUNDARY + kinds.size * most_signs
    basis = np.empty(BASIS_SHAPE)
    offsets = np.empty(kinds.size)
    places = np.empty((bodies.size, PLACE_COLUMNS))
    columns = np.zeros(LANES_SIZE)
    values[FIRST_BOUNDARY:first_longitude] = 0.0
    for node in range(values.shape[1]):
        of_step = node % 3
        share = (node // 3 + (0.25 if of_step == 1 else 0.75 if of_step == 2 else 0.0)) / steps
        fraction = jd_tt_fraction + share * days
        block = block_of(grid.first_jd, grid.blocks, jd_tt_day, fraction)
        earth = fill_places(sky, block, jd_tt_day, fraction, basis, bodies, places, columns)
        nutation, centuries = earth[NUTATION], earth[CENTURIES]
        rotation = ecliptic_to_j2000(centuries)
        turn = turn_to_j2000(rotation)
        days_in_block = (jd_tt_day - grid.first_jd - BLOCK_DAYS * block) + fraction
        fill_offsets(sky, frames, block, days_in_block, basis, centuries, nutation, rotation, offsets)
        delta_t_s = first_delta_t_s + share * (last_delta_t_s - first_delta_t_s)
        values[SIDEREAL_TIME, node] = DEG * meridian_rad(
            jd_tt_day, fraction, delta_t_s, earth[EQUATION_OF_EQUINOXES], longitude_deg
        )
        values[TRUE_OBLIQUITY, node] = earth[OBLIQUITY] * DEG
        values[DECLINATION_OF_SUN, node] = earth[SUN_DECLINATION] * DEG
        for frame in range(kinds.size):
            for sign in range(counts[frame]):
                values[FIRST_BOUNDARY + frame * most_signs + sign, node] = DEG * boundary_of_date_rad(
                    kinds[frame], starts[frame, sign], offsets[frame], rotation
                )
        for body in range(bodies.size):
            values[first_longitude + body, node] = places[body, LONGITUDE] + NUDGE_DEG
            for frame in range(kinds.size):
                counted = places[body, LONGITUDE] * RAD - offsets[frame]
                if kinds[frame] == STARS:
                    counted = turned_longitude(
                        counted,
                        columns[lanes.SIN_LONGITUDE + body],
                        columns[lanes.COS_LONGITUDE + body],
                        columns[lanes.TAN_LATITUDE + body],
                        turn,
                    )
                row = first_longitude + (1 + frame) * bodies.size + body
                values[row, node] = counted * DEG + NUDGE_DEG
