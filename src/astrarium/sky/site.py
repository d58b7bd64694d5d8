"""A place on the Earth as astronomy needs it: where an observer stands, and how the Earth carries them."""

from math import pi, sqrt
from typing import Final

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from astrarium.sky.compiling import kernel
from astrarium.sky.errors import NotFinite
from astrarium.sky.perspective_errors import SiteInvalid
from astrarium.sky.trigonometry import sine_cosine

Array = NDArray[np.float64]

KM_PER_AU: Final = 149597870.7
EQUATORIAL_RADIUS_KM: Final = 6378.137  # WGS84 (erfa.eform)
FLATTENING: Final = 1.0 / 298.257223563
ROTATION_RAD_PER_DAY: Final = 2.0 * pi * 1.00273781191135448  # of the Earth rotation angle, IAU 2000 B1.8
SIDEREAL_RAD_PER_DAY: Final = (
    ROTATION_RAD_PER_DAY + 4612.156534 * pi / 648000.0 / 36525.0
)  # from the mean equinox

LIMITS: Final = {
    "latitude_deg": (-90.0, 90.0),
    "longitude_deg": (-180.0, 360.0),
    "altitude_m": (-12_000.0, 100_000.0),
}


class Site(msgspec.Struct, frozen=True):
    """A place on the Earth: geodetic latitude and longitude (WGS84; north and east positive), metres above it."""

    latitude_deg: float
    longitude_deg: float
    altitude_m: float = 0.0


def site_columns(count: int, **coordinates: ArrayLike) -> tuple[Array, ...]:
    """Coordinates of sites, each one number or `count` of them, as arrays of `count`.

    Raises `NotFinite` and `SiteInvalid` for the first that is no number or outside `LIMITS`.
    """
    columns = []
    for name, given in coordinates.items():
        values = np.array(np.broadcast_to(np.asarray(given, dtype=np.float64), (count,)))
        least, most = LIMITS[name]
        good = (values >= least) & (values <= most)
        if not good.all():
            value = float(values[int(np.argmin(good))])
            raise SiteInvalid(name, value, least, most) if np.isfinite(value) else NotFinite(name, value)
        columns.append(values)
    return tuple(columns)


@kernel("UniTuple(float64, 2)(float64, float64)")
def from_axis_and_equator(latitude_rad: float, altitude_m: float) -> tuple[float, float]:
    """Distances (au) of a site from the Earth's axis and, northward, from the plane of its equator (`erfa.gd2gc`)."""
    sine, cosine = sine_cosine(latitude_rad)
    squash = (1.0 - FLATTENING) * (1.0 - FLATTENING)
    curvature = EQUATORIAL_RADIUS_KM / sqrt(cosine * cosine + squash * sine * sine)
    altitude_km = altitude_m / 1000.0
    return (
        (curvature + altitude_km) * cosine / KM_PER_AU,
        (squash * curvature + altitude_km) * sine / KM_PER_AU,
    )
