"""House cusps as numba kernels: one call for any system, scalar, without allocation, callable from other kernels.

The systems are numbered by the constants below, which are also the indices of `astrarium.sky.houses.SYSTEMS`. Whole
signs depend on a zodiac: `fill_whole_sign` makes them from its boundaries, not `fill_cusps`.
"""

import math

import numpy as np
import numpy.typing as npt

from astrarium.sky.compiling import kernel
from astrarium.sky.house_angles import Orientation, angles, angles_of, orientation_of
from astrarium.sky.house_arcs import fill_equal_arcs, fill_porphyry, fill_sripati
from astrarium.sky.house_circles import (
    fill_alcabitius,
    fill_apc,
    fill_azimuthal,
    fill_campanus,
    fill_carter,
    fill_krusinski,
    fill_meridian,
    fill_morinus,
    fill_parallel_circles,
    fill_polich_page,
    fill_regiomontanus,
)
from astrarium.sky.house_lookup import (
    fill_house_numbers,
    fill_whole_sign,
    house_in_run,
    house_of,
    run_of_cusps,
)
from astrarium.sky.house_semi_arcs import fill_gauquelin, fill_koch, fill_placidus
from astrarium.sky.trigonometry import arcsine, sine_cosine

__all__ = [
    "MAX_CUSPS",
    "OK",
    "UNDEFINED",
    "Orientation",
    "angles",
    "angles_of",
    "fill_cusps",
    "fill_cusps_of",
    "fill_house_numbers",
    "fill_whole_sign",
    "house_in_run",
    "house_of",
    "orientation_of",
    "run_of_cusps",
    "takes_upper_midheaven",
]

FloatArray = npt.NDArray[np.float64]

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
POLE = 1e-9
"""The cosine of latitude below which a place counts as a pole: 6 mm from it."""


@kernel()
def undefined(out: FloatArray) -> int:
    """Fill `out` with NaN: no stand-ins."""
    for i in range(out.shape[0]):
        out[i] = math.nan
    return UNDEFINED


@kernel(error_model="numpy")
def fill_semi_arcs(system_code: int, sky: Orientation, out: FloatArray) -> int:
    """The systems that need every degree of the ecliptic to rise and set: undefined from the polar circles on."""
    if sky.cos_latitude * sky.cos_obliquity <= abs(sky.sin_latitude) * sky.sin_obliquity:
        return undefined(out)
    k = sky.sin_latitude * sky.sin_obliquity / (sky.cos_latitude * sky.cos_obliquity)
    if not abs(k) < 1.0:
        return undefined(out)
    if system_code == PLACIDUS:
        fill_placidus(sky, k, out)
    elif system_code == KOCH:
        fill_koch(sky, k, out)
    else:
        fill_gauquelin(sky, k, out)
    return OK


@kernel()
def fill_circles(system_code: int, sky: Orientation, out: FloatArray) -> int:
    """The systems of great circles; those whose circles fall together at the poles are undefined there."""
    if system_code == CAMPANUS:
        fill_campanus(sky, out)
    elif system_code == ALCABITIUS:
        fill_alcabitius(sky, out)
    elif system_code == MERIDIAN:
        fill_meridian(sky, out)
    elif system_code == AZIMUTHAL:
        fill_azimuthal(sky, out)
    elif system_code == MORINUS:
        fill_morinus(sky, out)
    elif system_code == CARTER:
        fill_carter(sky, out)
    elif sky.cos_latitude < POLE:
        return undefined(out)
    elif system_code == REGIOMONTANUS:
        fill_regiomontanus(sky, out)
    elif system_code == POLICH_PAGE:
        fill_polich_page(sky, out)
    elif system_code == KRUSINSKI:
        fill_krusinski(sky, out)
    elif system_code == APC:
        fill_apc(sky, out)
    else:
        return undefined(out)
    return OK


@kernel(error_model="numpy")
def fill_sunshine(sky: Orientation, sun_declination_rad: float, out: FloatArray) -> int:
    """The Sun's parallel; undefined where the Sun neither rises nor sets that day, and for a NaN declination."""
    sine, cosine = sine_cosine(sun_declination_rad)
    cos_semi_arc = -sine / cosine * sky.sin_latitude / max(sky.cos_latitude, POLE)
    if sky.cos_latitude < POLE or not abs(cos_semi_arc) < 1.0:
        return undefined(out)
    fill_parallel_circles(sky, 0.5 * math.pi - arcsine(cos_semi_arc), out)
    return OK


@kernel()
def takes_upper_midheaven(system_code: int) -> bool:
    """Whether a system's midheaven is its 10th cusp: the end of the meridian that is up, should the other be down."""
    return system_code in (REGIOMONTANUS, CAMPANUS, POLICH_PAGE, APC, SUNSHINE)


@kernel()
def fill_cusps_of(
    system_code: int,
    sky: Orientation,
    ascendant_rad: float,
    midheaven_rad: float,
    sun_declination_rad: float,
    out: FloatArray,
) -> int:
    """`fill_cusps` for a caller that has the orientation already."""
    out[0] = ascendant_rad
    out[9] = midheaven_rad
    if system_code in (PLACIDUS, KOCH, GAUQUELIN):
        return fill_semi_arcs(system_code, sky, out)
    if system_code == EQUAL_ASCENDANT:
        fill_equal_arcs(ascendant_rad, 12, out)
    elif system_code == EQUAL_MIDHEAVEN:
        fill_equal_arcs(midheaven_rad + 0.5 * math.pi, 12, out)
    elif system_code == VEHLOW:
        fill_equal_arcs(ascendant_rad - math.pi / 12.0, 12, out)
    elif system_code == ARC13:
        fill_equal_arcs(ascendant_rad, 13, out)
    elif system_code == PORPHYRY:
        fill_porphyry(ascendant_rad, midheaven_rad, out)
    elif system_code == SRIPATI:
        fill_sripati(ascendant_rad, midheaven_rad, out)
    elif system_code == SUNSHINE:
        return fill_sunshine(sky, sun_declination_rad, out)
    else:
        return fill_circles(system_code, sky, out)
    return OK


@kernel(
    "int64(int64, float64, float64, float64, float64, float64, float64, float64[::1])",
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
        sun_declination_rad: the Sun's declination; read by `SUNSHINE` alone.
        out: cusp 1 first; as many places as the system has cusps, at least.

    Returns:
        `OK`, or `UNDEFINED` where the system has no solution; `out` is then filled with NaN.
    """
    sky = orientation_of(armc_rad, latitude_rad, obliquity_rad)
    return fill_cusps_of(system_code, sky, ascendant_rad, midheaven_rad, sun_declination_rad, out)
