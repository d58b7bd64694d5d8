"""Mean points of the Moon's orbit, by formula.

The fundamental arguments are those of the IERS Conventions 2003 (chapter 5, after Simon et al. 1994, Astron.
Astrophys. 282, 663; the routines `erfa.fal03`, `faf03`, `faom03`), referred to the mean equinox of date.
"""

from math import cos, pi, sin, sqrt
from typing import Final

import numpy as np

from astrarium.sky.compiling import kernel
from astrarium.sky.precession import ARCSECOND_RAD, DAYS_PER_CENTURY, wrap_rad
from astrarium.sky.trigonometry import arcsine, arctangent, sine_cosine

FULL_TURN_ARCSEC: Final = 1296000.0
MEAN_INCLINATION_RAD: Final = 5.145396 * pi / 180.0  # of the Moon's orbit, Chapront-Touzé & Chapront 1988
SIN_INCLINATION: Final = sin(MEAN_INCLINATION_RAD)
COS_INCLINATION: Final = cos(MEAN_INCLINATION_RAD)

NODE_ARCSEC: Final = (450160.398036, -6962890.5431, 7.4722, 0.007702, -0.00005939)
# Mean perigee F + Ω − l, term by term.
PERIGEE_ARCSEC: Final = (
    335779.526232 + 450160.398036 - 485868.249036,
    1739527262.8478 - 6962890.5431 - 1717915923.2178,
    -12.7512 + 7.4722 - 31.8792,
    -0.001037 + 0.007702 - 0.051635,
    0.00000417 - 0.00005939 + 0.00024470,
)


@kernel("UniTuple(float64, 2)(UniTuple(float64, 5), float64)")
def _angle_and_rate(arcsec: tuple[float, float, float, float, float], t: float) -> tuple[float, float]:
    """A polynomial angle (rad) in centuries and its rate per day."""
    c0, c1, c2, c3, c4 = arcsec
    value = c0 + (c1 + (c2 + (c3 + c4 * t) * t) * t) * t
    rate = c1 + (2.0 * c2 + (3.0 * c3 + 4.0 * c4 * t) * t) * t
    value -= FULL_TURN_ARCSEC * np.floor(value / FULL_TURN_ARCSEC)
    return value * ARCSECOND_RAD, rate * ARCSECOND_RAD / DAYS_PER_CENTURY


@kernel("UniTuple(float64, 2)(float64)")
def mean_node(centuries_tt: float) -> tuple[float, float]:
    """Longitude (rad, mean equinox of date) of the Moon's mean ascending node and its daily rate."""
    return _angle_and_rate(NODE_ARCSEC, centuries_tt)


@kernel("UniTuple(float64, 4)(float64)")
def mean_apogee(centuries_tt: float) -> tuple[float, float, float, float]:
    """Longitude and latitude (rad, mean ecliptic of date) of the Moon's mean apogee and their daily rates.

    The apogee lies on the mean inclined orbit, so that it has a latitude and its longitude is reduced to the ecliptic.
    """
    node, node_rate = _angle_and_rate(NODE_ARCSEC, centuries_tt)
    perigee, perigee_rate = _angle_and_rate(PERIGEE_ARCSEC, centuries_tt)
    argument = perigee + pi - node
    argument_rate = perigee_rate - node_rate
    s, c = sine_cosine(argument)
    sin_latitude = SIN_INCLINATION * s
    cos_squared = 1.0 - sin_latitude * sin_latitude
    longitude = wrap_rad(node + arctangent(COS_INCLINATION * s, c))
    return (
        longitude,
        arcsine(sin_latitude),
        node_rate + argument_rate * COS_INCLINATION / cos_squared,
        argument_rate * SIN_INCLINATION * c / sqrt(cos_squared),
    )
