"""Apparent places for an observer on the Earth's surface: parallax, light time from there, and diurnal aberration.

The geocentric vector of a body (`moment`) less that of the observer is the topocentric one; the light that reaches the
observer left up to 21 ms earlier or later than that which reaches the Earth's centre, and the body's own motion in
that time counts (0.3″ for the Moon). Then the Sun bends it and the observer's motion, the Earth's and that of its
turning, throws it forward. Speeds are the change over two steps of a second on the same polynomials.
"""

from math import floor, pi, sqrt
from typing import Final

import numpy as np
from numba import types
from numpy.typing import ArrayLike, NDArray

from astrarium.sky.apparent import (
    ARRAYS,
    COS_LONGITUDE,
    DECLINATION,
    DEG,
    DIRECTION_COLUMNS,
    DISTANCE,
    DISTANCE_SPEED,
    GRID,
    LATITUDE,
    LATITUDE_SPEED,
    LONGITUDE,
    LONGITUDE_SPEED,
    MINOR,
    RAD,
    RIGHT_ASCENSION,
    SIN_LONGITUDE,
    TAN_LATITUDE,
    UNDEFLECTED,
    Grid,
    wrap_degrees,
)
from astrarium.sky.bodies import STANDARD, body_indices
from astrarium.sky.chebyshev import BASIS, BASIS_SHAPE, LEADS, MIDDLES, TAILS, block_of
from astrarium.sky.compiling import kernel
from astrarium.sky.earth_motion import earth_motion_table
from astrarium.sky.horizon import Horizontal, horizontal, local_sidereal_time_deg
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.moment import (
    EARTH_GRID,
    EARTH_VELOCITY,
    EQUATION_OF_EQUINOXES,
    LIGHT_SPEED_AU_PER_DAY,
    MOMENT,
    MOMENT_COLUMNS,
    NUTATION,
    OBLIQUITY,
    SUN,
    VIEW,
    EarthGrid,
    View,
    body_place,
    fill_moment,
    from_earth,
    rotation_of,
    vector_at,
    view_of,
)
from astrarium.sky.positions import Places, outside, places
from astrarium.sky.sidereal import greenwich_mean_sidereal_rad
from astrarium.sky.site import ROTATION_RAD_PER_DAY, SIDEREAL_RAD_PER_DAY, from_axis_and_equator, site_columns
from astrarium.sky.table import default_table, minor_table
from astrarium.sky.timescales import Instants
from astrarium.sky.trigonometry import sine_cosine
from astrarium.sky.vectors import (
    VECTOR,
    Vector,
    aberrated,
    deflected,
    length_of,
    rotated,
    rotated_back,
    spherical,
    unit,
)

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

STEP_DAYS: Final = 1e-5
"""A second or so: what the third derivative adds to the Moon's speed is 4e-9 °/day, what rounding does the same."""


class TopocentricPlaces(Places, frozen=True):
    """Apparent places as seen from one site, or one site per instant, otherwise as `Places`.

    `local_sidereal_deg` and `site_latitude_deg` have one number per instant. Points without distance have no parallax:
    their places are the geocentric ones.
    """

    local_sidereal_deg: Array
    site_latitude_deg: Array

    @property
    def horizontal(self) -> Horizontal:
        """Where the bodies stand above the site's horizon, without refraction."""
        return horizontal(
            self.right_ascension_deg, self.declination_deg, self.local_sidereal_deg, self.site_latitude_deg
        )


@kernel(types.UniTuple(types.float64, 6)(MOMENT, *(types.float64,) * 3))
def observer_of(
    moment: Array, sidereal: float, from_axis: float, from_equator: float
) -> tuple[float, float, float, float, float, float]:
    """Place (au) and velocity (in units of the speed of light) of an observer from the Earth's centre, ICRF.

    `sidereal` is the local apparent sidereal time (rad); the other two come from `site.from_axis_and_equator`.
    """
    st, ct = sine_cosine(sidereal)
    se, ce = sine_cosine(moment[OBLIQUITY])
    sn, cn = sine_cosine(moment[NUTATION])
    rotation = rotation_of(moment)
    x, y, z = from_axis * ct, from_axis * st, from_equator
    y, z = ce * y + se * z, ce * z - se * y
    place = rotated_back(rotation, (cn * x + sn * y, cn * y - sn * x, z))
    speed = ROTATION_RAD_PER_DAY / LIGHT_SPEED_AU_PER_DAY * from_axis
    x, y, z = -speed * st, ce * speed * ct, -se * speed * ct
    velocity = rotated_back(rotation, (cn * x + sn * y, cn * y - sn * x, z))
    return place[0], place[1], place[2], velocity[0], velocity[1], velocity[2]


@kernel(VECTOR(types.UniTuple(types.float64, 6), VECTOR, VECTOR))
def from_observer(
    geocentric: tuple[float, float, float, float, float, float], velocity: Vector, observer: Vector
) -> Vector:
    """The vector (au) from an observer to a body when the light that they see left it.

    `geocentric` from `moment.from_earth`, `velocity` the Earth's (units of the speed of light), `observer` from the
    Earth's centre. Light time is found by two corrections; they converge by a factor of ten thousand.
    """
    x, y, z, rx, ry, rz = geocentric
    distance = length_of((x, y, z))
    x, y, z = x - observer[0], y - observer[1], z - observer[2]
    # Relative to the barycentre, au a day.
    rx += velocity[0] * LIGHT_SPEED_AU_PER_DAY
    ry += velocity[1] * LIGHT_SPEED_AU_PER_DAY
    rz += velocity[2] * LIGHT_SPEED_AU_PER_DAY
    found = (x, y, z)
    for _ in range(2):
        later = (distance - length_of(found)) / LIGHT_SPEED_AU_PER_DAY
        found = (x + later * rx, y + later * ry, z + later * rz)
    return found


@kernel(
    types.void(
        *ARRAYS, LEADS, MIDDLES, TAILS, GRID, EARTH_GRID, types.int64, types.int64, types.float64, types.float64,
        VECTOR, BASIS, MOMENT, types.float64[:, :, ::1], types.int64[::1],
        types.float64[:, ::1], types.float64[:, ::1],
    ),
)  # fmt: skip
def fill_topocentric(
    leads: Array,
    middles: NDArray[np.int32],
    tails: NDArray[np.int16],
    minor_leads: Array,
    minor_middles: NDArray[np.int32],
    minor_tails: NDArray[np.int16],
    pieces: IntArray,
    quanta: Array,
    sources: IntArray,
    earth_leads: Array,
    earth_middles: NDArray[np.int32],
    earth_tails: NDArray[np.int16],
    grid: Grid,
    earth_grid: EarthGrid,
    block: int,
    earth_block: int,
    jd_tt_day: float,
    jd_tt_fraction: float,
    site: Vector,
    basis: Array,
    moment: Array,
    steps: Array,
    bodies: IntArray,
    out: Array,
    directions: Array,
) -> None:
    """Turn geocentric places into topocentric ones: `out` and `directions` as `apparent.fill_places` left them.

    The first arguments are the parts of a `View`. `site` is the local *mean* sidereal time (rad) and the
    distances from axis and equator (`site.from_axis_and_equator`); `basis`, `moment` and `steps`, of the shape
    (2, bodies, 3), are scratch. Points without distance stay as they are.
    """
    sidereal, from_axis, from_equator = site
    days = (jd_tt_day - grid.first_jd - BLOCK_DAYS * block) + jd_tt_fraction
    for turn in range(3):
        step = STEP_DAYS * (-1.0, 1.0, 0.0)[turn]
        fill_moment(
            leads, middles, tails, earth_leads, earth_middles, earth_tails, pieces, quanta, grid, earth_grid,
            block, earth_block, jd_tt_day, jd_tt_fraction, step, basis, moment,
        )  # fmt: skip
        rotation = rotation_of(moment)
        observer = observer_of(
            moment,
            sidereal + SIDEREAL_RAD_PER_DAY * step + moment[EQUATION_OF_EQUINOXES],
            from_axis,
            from_equator,
        )
        place = (observer[0], observer[1], observer[2])
        earth_velocity = vector_at(moment, EARTH_VELOCITY)
        velocity = (
            earth_velocity[0] + observer[3],
            earth_velocity[1] + observer[4],
            earth_velocity[2] + observer[5],
        )
        sun = (moment[SUN] - place[0], moment[SUN + 1] - place[1], moment[SUN + 2] - place[2])
        for i in range(bodies.size):
            method = sources[bodies[i], 0]
            if method > MINOR:
                continue
            state = body_place(
                leads, middles, tails, minor_leads, minor_middles, minor_tails, pieces, quanta, sources, grid,
                block, days, bodies[i], basis,
            )  # fmt: skip
            seen = from_observer(from_earth(state, rotation, earth_velocity), earth_velocity, place)
            direction = unit(seen) if method == UNDEFLECTED else deflected(seen, sun)
            x, y, z = rotated(rotation, aberrated(direction, velocity))
            longitude, latitude, _ = spherical((x, y, z))
            if turn < 2:
                steps[turn, i, 0] = longitude + moment[NUTATION]
                steps[turn, i, 1] = latitude
                steps[turn, i, 2] = length_of(seen)
                continue
            across = sqrt(x * x + y * y)
            directions[i, SIN_LONGITUDE] = y / across
            directions[i, COS_LONGITUDE] = x / across
            directions[i, TAN_LATITUDE] = z / across
            sn, cn = sine_cosine(moment[NUTATION])
            se, ce = sine_cosine(moment[OBLIQUITY])
            y, x = sn * x + cn * y, cn * x - sn * y
            right_ascension, declination, _ = spherical((x, ce * y - se * z, se * y + ce * z))
            moved = steps[1, i, 0] - steps[0, i, 0]
            moved -= 2.0 * pi * floor(moved / (2.0 * pi) + 0.5)
            out[i, LONGITUDE] = wrap_degrees((longitude + moment[NUTATION]) * DEG)
            out[i, LATITUDE] = latitude * DEG
            out[i, DISTANCE] = length_of(seen)
            out[i, LONGITUDE_SPEED] = moved * (DEG / (2.0 * STEP_DAYS))
            out[i, LATITUDE_SPEED] = (steps[1, i, 1] - steps[0, i, 1]) * (DEG / (2.0 * STEP_DAYS))
            out[i, DISTANCE_SPEED] = (steps[1, i, 2] - steps[0, i, 2]) / (2.0 * STEP_DAYS)
            out[i, RIGHT_ASCENSION] = wrap_degrees(right_ascension * DEG)
            out[i, DECLINATION] = declination * DEG


@kernel(
    types.int64(
        VIEW,
        types.float64[::1],
        types.float64[::1],
        types.float64[::1],
        types.float64[::1],
        types.float64[::1],
        types.float64[::1],
        types.int64[::1],
        types.float64[:, :, ::1],
    ),
    allocates=True,
)
def _topocentric_kernel(
    view: View,
    day: Array,
    fraction: Array,
    delta_t_s: Array,
    latitude: Array,
    longitude: Array,
    altitude: Array,
    bodies: IntArray,
    values: Array,
) -> int:
    """Make the geocentric places of every instant topocentric; returns the first row outside a table, or -1."""
    basis = np.empty(BASIS_SHAPE)
    moment = np.empty(MOMENT_COLUMNS)
    steps = np.empty((2, bodies.size, 3))
    directions = np.empty((bodies.size, DIRECTION_COLUMNS))
    leads, middles, tails, minor_leads, minor_middles, minor_tails = view[:6]
    pieces, quanta, sources, earth_leads, earth_middles, earth_tails = view[6:12]
    grid, earth_grid = view.grid, view.earth_grid
    for row in range(day.size):
        block = block_of(grid.first_jd, grid.blocks, day[row], fraction[row])
        earth_block = block_of(earth_grid.first_jd, earth_grid.blocks, day[row], fraction[row])
        if block < 0 or earth_block < 0:
            return row
        sidereal = greenwich_mean_sidereal_rad(
            day[row], fraction[row] - delta_t_s[row] / 86400.0, day[row], fraction[row]
        )
        from_axis, from_equator = from_axis_and_equator(latitude[row] * RAD, altitude[row])
        fill_topocentric(
            leads, middles, tails, minor_leads, minor_middles, minor_tails, pieces, quanta, sources,
            earth_leads, earth_middles, earth_tails, grid, earth_grid, block, earth_block, day[row], fraction[row],
            (sidereal + longitude[row] * RAD, from_axis, from_equator), basis, moment, steps, bodies,
            values[row], directions,
        )  # fmt: skip
    return -1


def topocentric_places(
    instants: Instants,
    latitude_deg: ArrayLike,
    longitude_deg: ArrayLike,
    altitude_m: ArrayLike = 0.0,
    bodies: tuple[str, ...] = STANDARD,
) -> TopocentricPlaces:
    """Apparent places of bodies for observers on the Earth: n instants × m bodies.

    Args:
        instants: TT with ΔT (`timescales.from_universal`, `from_terrestrial`): the Earth turns by UT1 = TT - ΔT.
        latitude_deg: geodetic latitude (WGS84), north positive, -90 to 90; one, or one per instant.
        longitude_deg: east positive, -180 to 360; likewise.
        altitude_m: above the ellipsoid; likewise.
        bodies: ids. Points without distance (nodes, apogees) stay where they are seen from the Earth's centre.

    Accuracy against the direct reduction: 0.001″ and 1e-6 °/day, given ΔT (a second of it moves the Moon by up to
    0.3″); the polar motion, 0.3″ of the site at most, is left out. Raises `OutOfRange`, `NotFinite`, `UnknownBody`,
    `SiteInvalid`.
    """
    planets, earth = default_table(), earth_motion_table()
    count = instants.size
    latitude, longitude, altitude = site_columns(
        count, latitude_deg=latitude_deg, longitude_deg=longitude_deg, altitude_m=altitude_m
    )
    geocentric = places(instants.tt_day, instants.tt_fraction, bodies)
    indices = np.array(body_indices(bodies), dtype=np.int64)
    view = view_of(planets, minor_table(), earth)
    bad = _topocentric_kernel(
        view,
        instants.tt_day,
        instants.tt_fraction,
        instants.delta_t_s,
        latitude,
        longitude,
        altitude,
        indices,
        geocentric.values,
    )
    if bad >= 0:
        raise outside(float(instants.tt_day[bad]) + float(instants.tt_fraction[bad]), earth)
    return TopocentricPlaces(
        bodies=geocentric.bodies,
        values=geocentric.values,
        earth=geocentric.earth,
        local_sidereal_deg=local_sidereal_time_deg(instants, geocentric.earth, longitude),
        site_latitude_deg=latitude,
    )
