"""Visual magnitudes: how bright a body is at its distances and phase angle, by published formulas.

Planets: A. Mallama & J. Hilton 2018, *Computing apparent planetary magnitudes for The Astronomical Almanac*, Astronomy
and Computing 25, 10 (equations are named by their numbers there); 0.01 to 0.1 magnitudes true where the phase angle is
one that the Earth sees. Mars' changes with rotation and season: A. Mallama 2007, Icarus 192, 404, tables 6 and 8.
Everywhere `distances` is 5 log₁₀(r·Δ), r from the Sun and Δ from the observer in au, and phase angles are degrees.
"""

from math import log10
from typing import Final

import numpy as np
from numpy.polynomial.polynomial import polyval
from numpy.typing import NDArray

Array = NDArray[np.float64]

VENUS_CRESCENT_DEG: Final = 163.7
MARS_LIMIT_DEG: Final = 50.0
JUPITER_LIMIT_DEG: Final = 12.0
SATURN_LIMIT_DEG: Final = 6.5
URANUS_LIMIT_DEG: Final = 3.1
NEPTUNE_LIMIT_DEG: Final = 1.9

# Every 10° from 0° on, of the planet's longitude below Sun and Earth, and of the season (0° the northern equinox).
MARS_ROTATION: Final = (
    0.036, 0.045, 0.038, 0.023, 0.015, 0.011, 0.000, -0.012, -0.018, -0.036, -0.044, -0.059, -0.060, -0.055,
    -0.043, -0.041, -0.041, -0.036, -0.036, -0.018, -0.038, -0.011, 0.002, 0.004, 0.018, 0.019, 0.035, 0.050,
    0.035, 0.027, 0.037, 0.048, 0.025, 0.022, 0.024, 0.034,
)  # fmt: skip
MARS_SEASON: Final = (
    -0.029, -0.017, -0.014, -0.006, -0.018, -0.020, -0.014, -0.030, -0.008, -0.040, -0.024, -0.037, -0.036,
    -0.032, 0.010, 0.010, -0.001, 0.044, 0.025, -0.004, -0.016, -0.008, 0.029, -0.054, -0.033, 0.055, 0.017,
    0.052, 0.006, 0.087, 0.006, 0.064, 0.030, 0.019, -0.030, -0.017,
)  # fmt: skip


def mercury(phase_deg: Array) -> Array:
    """Mercury at unit distances, equation 2; observed from 2° to 170°."""
    return _series(
        phase_deg, -0.613, 6.3280e-02, -1.6336e-03, 3.3644e-05, -3.4265e-07, 1.6893e-09, -3.0334e-12
    )


def venus(phase_deg: Array) -> Array:
    """Venus at unit distances, equations 3 and 4; observed from 2° to 179°."""
    wide = _series(phase_deg, -4.384, -1.044e-03, 3.687e-04, -2.814e-06, 8.938e-09)
    thin = _series(phase_deg, 236.05828, -2.81914, 8.39034e-03)
    return np.where(phase_deg < VENUS_CRESCENT_DEG, wide, thin)


def mars(phase_deg: Array, meridian_deg: Array, season_deg: Array) -> Array:
    """Mars at unit distances, equations 6 and 7.

    `meridian_deg` is the mean of the planet's (western) longitudes below Earth and Sun, `season_deg` the areocentric
    longitude of the Sun.
    """
    low = _series(phase_deg, -1.601, 2.267e-02, -1.302e-04)
    high = _series(phase_deg, -0.367, -0.02573, 3.445e-04)
    return (
        np.where(phase_deg <= MARS_LIMIT_DEG, low, high)
        + _stirling(MARS_ROTATION, meridian_deg)
        + _stirling(MARS_SEASON, season_deg)
    )


def jupiter(phase_deg: Array) -> Array:
    """Jupiter at unit distances, equations 8 and 9; observed to 130°."""
    share = phase_deg / 180.0
    lit = np.maximum(_series(share, 1.0, -1.507, -0.363, -0.062, 2.809, -1.876), 1e-6)
    low = _series(phase_deg, -9.395, -3.7e-04, 6.16e-04)
    return np.where(phase_deg <= JUPITER_LIMIT_DEG, low, -9.428 - 2.5 * np.log10(lit))


def saturn(phase_deg: Array, earth_latitude_deg: Array, sun_latitude_deg: Array) -> Array:
    """Saturn with its rings at unit distances, equation 10, for phase angles to 6.5°; beyond, the globe's equation 12.

    The latitudes are saturnicentric, of Earth and Sun; rings lit from the other side count as edge on.
    """
    product = np.maximum(earth_latitude_deg * sun_latitude_deg, 0.0)
    tilt = np.sin(np.radians(np.sqrt(product)))
    rings = -8.914 - 1.825 * tilt + 0.026 * phase_deg - 0.378 * tilt * np.exp(-2.25 * phase_deg)
    globe = _series(phase_deg, -8.94, 2.446e-04, 2.672e-04, -1.506e-06, 4.767e-09)
    return np.where(phase_deg <= SATURN_LIMIT_DEG, rings, globe)


def uranus(phase_deg: Array, earth_latitude_deg: Array, sun_latitude_deg: Array) -> Array:
    """Uranus at unit distances, equations 13 and 14; the latitudes are planetographic, of Earth and Sun."""
    latitude = 0.5 * (np.abs(earth_latitude_deg) + np.abs(sun_latitude_deg))
    high = _series(phase_deg, 0.0, 6.587e-03, 1.045e-04)
    return -7.110 - 8.4e-04 * latitude + np.where(phase_deg > URANUS_LIMIT_DEG, high, 0.0)


def neptune(phase_deg: Array, year: Array) -> Array:
    """Neptune at unit distances, equations 15 and 16: it brightened between 1980 and 2000."""
    base = np.clip(-6.89 - 0.0054 * (year - 1980.0), -7.00, -6.89)
    base = np.where(year > 2000.0, -7.00, base)
    high = _series(phase_deg, 0.0, 7.944e-03, 9.617e-05)
    return base + np.where(phase_deg > NEPTUNE_LIMIT_DEG, high, 0.0)


def moon(phase_deg: Array) -> Array:
    """The Moon at unit distances: C. W. Allen 1973, *Astrophysical Quantities*, p. 144, -12.73 at 384,400 km.

    Measured to 150°; nearer than 7° to full it is up to 0.4 brighter than this.
    """
    return _series(phase_deg, -12.73 - 5.0 * log10(384400.0 / 149597870.7), 0.026, 0.0, 0.0, 4e-9)


def small_body(phase_deg: Array, absolute_magnitude: float, slope: float) -> Array:
    """A small body at unit distances in the IAU's H, G system: E. Bowell et al. 1989, *Asteroids II*, p. 524."""
    half = np.tan(np.radians(0.5 * np.minimum(phase_deg, 179.9)))
    first = np.exp(-3.33 * half**0.63)
    second = np.exp(-1.87 * half**1.22)
    return np.asarray(absolute_magnitude - 2.5 * np.log10((1.0 - slope) * first + slope * second))


def _series(argument: Array, *coefficients: float) -> Array:
    return np.asarray(polyval(argument, np.array(coefficients)))


def _stirling(table: tuple[float, ...], angle_deg: Array) -> Array:
    """Interpolation in a table of 36 values round the circle, by Stirling's formula to fourth differences."""
    values = np.array(table)
    place = np.nan_to_num(np.remainder(angle_deg, 360.0) / 10.0)
    middle = np.floor(place).astype(np.int64)
    p = place - middle
    a, b, c, d, e = (values[(middle + step) % 36] for step in (-2, -1, 0, 1, 2))
    fourth = a - 4.0 * b + 6.0 * c - 4.0 * d + e
    third = (e - 2.0 * d + 2.0 * b - a) / 2.0
    second = d - 2.0 * c + b
    first = (d - b) / 2.0
    result = (
        c
        + p * (first - third / 6.0)
        + p**2 * (second / 2.0 - fourth / 24.0)
        + p**3 * third / 6.0
        + p**4 * fourth / 24.0
    )
    return np.asarray(np.where(np.isfinite(angle_deg), result, np.nan))
