"""Apparent places for an observer on the Earth's surface: arrays in, arrays out.

The Moon is displaced by up to a degree, the Sun by 9″, Pluto by 0.3″ at most, of which 0.3″ is everybody's: the
aberration by the Earth's turning.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from astrarium.sky.bodies import STANDARD, body_indices
from astrarium.sky.earth_motion import earth_motion_table
from astrarium.sky.horizon import Horizontal, horizontal, local_sidereal_time_deg
from astrarium.sky.moment import view_of
from astrarium.sky.positions import Places, outside, places
from astrarium.sky.site import site_columns
from astrarium.sky.table import default_table, minor_table
from astrarium.sky.timescales import Instants
from astrarium.sky.topocentric_kernels import fill_many_topocentric

Array = NDArray[np.float64]


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
    bad = fill_many_topocentric(
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
