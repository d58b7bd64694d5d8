"""Vectors from an observer to bodies, free of aberration and deflection: what phases and magnitudes are made from."""

import numpy as np
from numba import types
from numpy.typing import NDArray

from astrarium.sky.apparent import RAD
from astrarium.sky.bodies import body_indices
from astrarium.sky.chebyshev import BASIS_SHAPE, block_of
from astrarium.sky.compiling import kernel
from astrarium.sky.earth_motion import earth_motion_table
from astrarium.sky.layout import BLOCK_DAYS
from astrarium.sky.moment import (
    EARTH_ACCELERATION,
    EARTH_VELOCITY,
    MOMENT_COLUMNS,
    SUN,
    VIEW,
    View,
    body_place,
    fill_moment,
    light_path,
    rotation_of,
    sight_of,
    vector_at,
    view_of,
)
from astrarium.sky.positions import outside
from astrarium.sky.sidereal import greenwich_mean_sidereal_rad
from astrarium.sky.site import Site, from_axis_and_equator, site_columns
from astrarium.sky.table import default_table, minor_table
from astrarium.sky.timescales import Instants
from astrarium.sky.topocentric_kernels import OBSERVERS_SHAPE, fill_observers
from astrarium.sky.vectors import rotated_back

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@kernel(
    types.int64(
        VIEW,
        types.float64[::1],
        types.float64[::1],
        types.float64[::1],
        types.UniTuple(types.float64, 3),
        types.int64[::1],
        types.float64[:, :, ::1],
        types.float64[:, ::1],
    ),
    allocates=True,
)
def _fill_light_paths(
    view: View,
    day: Array,
    fraction: Array,
    delta_t_s: Array,
    site: tuple[float, float, float],
    bodies: IntArray,
    paths: Array,
    suns: Array,
) -> int:
    """Fill the vectors to bodies and Sun; `site` is longitude (rad) and distances from axis and equator (au)."""
    basis = np.empty(BASIS_SHAPE)
    moment = np.empty(MOMENT_COLUMNS)
    observers = np.empty(OBSERVERS_SHAPE)
    grid = view.grid
    longitude, from_axis, from_equator = site
    for row in range(day.size):
        if not fill_moment(view, day[row], fraction[row], basis, moment):
            return row
        sidereal = greenwich_mean_sidereal_rad(
            day[row], fraction[row] - delta_t_s[row] / 86400.0, day[row], fraction[row]
        )
        fill_observers(moment, (sidereal + longitude, from_axis, from_equator), observers)
        rotation = rotation_of(moment)
        x, y, z = observers[1, 0], observers[1, 1], observers[1, 2]
        sun = rotated_back(rotation, (moment[SUN] - x, moment[SUN + 1] - y, moment[SUN + 2] - z))
        suns[row, 0], suns[row, 1], suns[row, 2] = sun
        block = block_of(grid.first_jd, grid.blocks, day[row], fraction[row])
        days = (day[row] - grid.first_jd - BLOCK_DAYS * block) + fraction[row]
        for i in range(bodies.size):
            place = body_place(view, block, days, bodies[i], basis)
            path = light_path(
                sight_of(place), vector_at(moment, EARTH_VELOCITY), vector_at(moment, EARTH_ACCELERATION), 0.0
            )
            path = rotated_back(rotation, (path[0] - x, path[1] - y, path[2] - z))
            paths[row, i, 0], paths[row, i, 1], paths[row, i, 2] = path
    return -1


def light_paths(instants: Instants, bodies: tuple[str, ...], site: Site | None) -> tuple[Array, Array]:
    """Vectors (au, ICRF axes) from the observer to where bodies were when their light left, and to the Sun.

    Shapes (instants, bodies, 3) and (instants, 3); NaN for points without distance and minor bodies outside their
    years. The observer is at `site`, or in the Earth's centre. The 21 ms by which light reaches a site sooner or
    later than the centre are left out (0.3″ for the Moon). Raises `OutOfRange`, `NotFinite`, `UnknownBody`,
    `SiteInvalid`.
    """
    indices = np.array(body_indices(bodies), dtype=np.int64)
    where = (0.0, 0.0, 0.0)
    if site is not None:
        site_columns(
            1, latitude_deg=site.latitude_deg, longitude_deg=site.longitude_deg, altitude_m=site.altitude_m
        )
        where = (site.longitude_deg * RAD, *from_axis_and_equator(site.latitude_deg * RAD, site.altitude_m))
    earth = earth_motion_table()
    paths = np.empty((instants.size, indices.size, 3))
    suns = np.empty((instants.size, 3))
    bad = _fill_light_paths(
        view_of(default_table(), minor_table(), earth),
        instants.tt_day,
        instants.tt_fraction,
        instants.delta_t_s,
        where,
        indices,
        paths,
        suns,
    )
    if bad >= 0:
        raise outside(float(instants.tt_day[bad]) + float(instants.tt_fraction[bad]), earth)
    return paths, suns
