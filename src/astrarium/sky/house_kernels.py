"""House cusps as numba kernels: one call for any system, scalar, without allocation, callable from other kernels.

The systems are numbered by the constants below, which are also the indices of `astrarium.sky.houses.SYSTEMS`.
Whole signs depend on a zodiac and are filled by `fill_whole_sign` from its boundaries.
"""

import math

from numba import njit

from astrarium.sky.house_angles import AngleSet, angles, angles_from_sines
from astrarium.sky.house_arcs import (
    FloatArray,
    fill_equal_arcs,
    fill_opposite,
    fill_porphyry,
    fill_sripati,
)
from astrarium.sky.house_lookup import (
    fill_house_numbers,
    fill_whole_sign,
    house_in_run,
    house_of,
    run_of_cusps,
)
from astrarium.sky.house_semi_arcs import placidus_cusps

__all__ = [
    "MAX_CUSPS",
    "OK",
    "UNDEFINED",
    "AngleSet",
    "angles",
    "angles_from_sines",
    "fill_cusps",
    "fill_cusps_from_sines",
    "fill_house_numbers",
    "fill_whole_sign",
    "house_in_run",
    "house_of",
    "run_of_cusps",
]

OK = 0
UNDEFINED = 1

PLACIDUS = 0
KOCH = 1
PORPHYRY = 2
REGIOMONTANUS = 3
CAMPANUS = 4
ALCABITIUS = 5
EQUAL_ASCENDANT = 6
EQUAL_MIDHEAVEN = 7
VEHLOW = 8
WHOLE_SIGN = 9
ARC13 = 10
MERIDIAN = 11
AZIMUTHAL = 12
POLICH_PAGE = 13
MORINUS = 14
KRUSINSKI = 15
CARTER = 16
SRIPATI = 17
APC = 18
SUNSHINE = 19
GAUQUELIN = 20

MAX_CUSPS = 36
QUARTER = 0.5 * math.pi


@njit(cache=True, nogil=True)
def _undefined(out: FloatArray) -> int:
    for i in range(out.shape[0]):
        out[i] = math.nan
    return UNDEFINED


@njit(cache=True, nogil=True, error_model="numpy")
def fill_cusps_from_sines(
    system_code: int,
    sin_armc: float,
    cos_armc: float,
    sin_latitude: float,
    cos_latitude: float,
    sin_obliquity: float,
    cos_obliquity: float,
    ascendant_rad: float,
    midheaven_rad: float,
    sun_declination_rad: float,
    out: FloatArray,
) -> int:
    """`fill_cusps` for a caller that has the sines and cosines already."""
    if system_code == EQUAL_ASCENDANT:
        fill_equal_arcs(ascendant_rad, 12, out)
    elif system_code == EQUAL_MIDHEAVEN:
        fill_equal_arcs(midheaven_rad + QUARTER, 12, out)
    elif system_code == VEHLOW:
        fill_equal_arcs(ascendant_rad - math.pi / 12.0, 12, out)
    elif system_code == ARC13:
        fill_equal_arcs(ascendant_rad, 13, out)
    elif system_code == PORPHYRY:
        fill_porphyry(ascendant_rad, midheaven_rad, out)
    elif system_code == SRIPATI:
        fill_sripati(ascendant_rad, midheaven_rad, out)
    elif system_code == PLACIDUS:
        if cos_latitude * cos_obliquity <= abs(sin_latitude) * sin_obliquity:
            return _undefined(out)
        k = sin_latitude * sin_obliquity / (cos_latitude * cos_obliquity)
        out[9] = midheaven_rad
        out[0] = ascendant_rad
        out[10], out[11], out[1], out[2] = placidus_cusps(sin_armc, cos_armc, k, cos_obliquity)
        fill_opposite(out)
    else:
        return _undefined(out)
    return OK


@njit(
    "int64(int64, float64, float64, float64, float64, float64, float64, float64[::1])",
    cache=True,
    nogil=True,
)
def fill_cusps(
    system_code: int,
    armc_rad: float,
    latitude_rad: float,
    obliquity_rad: float,
    ascendant_rad: float,
    midheaven_rad: float,
    sun_declination_rad: float,
    out: FloatArray,
) -> int:
    """The cusps of one system into `out`, ecliptic longitudes of date in radians, in [0, 2π).

    Args:
        system_code: the index of the system in `astrarium.sky.houses.SYSTEMS`; not `WHOLE_SIGN`.
        armc_rad: right ascension of the meridian.
        latitude_rad: geographic latitude.
        obliquity_rad: true obliquity of the ecliptic.
        ascendant_rad: the ascendant that `angles` gives for the same sky.
        midheaven_rad: the midheaven that `angles` gives for the same sky.
        sun_declination_rad: read by `SUNSHINE` alone.
        out: as many places as the system has cusps, at least; cusp 1 first.

    Returns:
        `OK`, or `UNDEFINED` where the system has no solution; `out` is then filled with NaN.
    """
    return fill_cusps_from_sines(
        system_code,
        math.sin(armc_rad),
        math.cos(armc_rad),
        math.sin(latitude_rad),
        math.cos(latitude_rad),
        math.sin(obliquity_rad),
        math.cos(obliquity_rad),
        ascendant_rad,
        midheaven_rad,
        sun_declination_rad,
        out,
    )
