"""Houses that share out the time a degree spends above and below the horizon: Placidus and Gauquelin.

A degree of the ecliptic with right ascension α and declination δ is above the horizon for twice the arc 90° + D,
where D, its ascensional difference, obeys sin D = tan φ tan δ. On the ecliptic tan δ = tan ε sin α, hence

    sin D = k sin α,   k = tan φ tan ε.

A cusp is the degree that has covered a given share of its own semi-arc at the given sidereal time θ, which makes

    α = M + w D

with M and w fixed for each cusp: 11th M = θ + 30°, w = 1/3; 12th θ + 60°, 2/3; 2nd θ + 120°, 2/3; 3rd θ + 150°,
1/3 (Placidus de Titis, Primum Mobile, 1657; as equations in Makransky, Primary Directions, 1988).
For 0 ≤ w < 1 and |k| < 1 there is exactly one such α. At |k| = 1, the polar circles, some degrees neither rise
nor set, and the system ends.
"""

import math

from numba import njit

from astrarium.sky.house_angles import direction

SIN_30 = 0.5
COS_30 = math.sqrt(0.75)
NEAR_POLAR_CIRCLE = 0.95
"""The |k| beyond which the polynomial form of Placidus is too ill-conditioned for plain Newton steps (65.5° today)."""
LAST_STEP = 1e-8
"""Newton's error after a step of this size is below 2e-16: error ≤ 2 step² for |k| ≤ NEAR_POLAR_CIRCLE."""


@njit(cache=True, nogil=True, error_model="numpy")
def ascensional_difference(origin_rad: float, share: float, k: float) -> float:
    """The root D of sin D = k sin(origin + share D) between -π/2 and π/2, for |k| < 1 and 0 <= share < 1.

    D - asin(k sin(origin + share D)) rises everywhere (its slope is at least 1 - share), so that the bracket
    |D| <= asin |k| holds one root; Newton's steps are kept inside it and give way to halving if they dawdle.
    """
    high = math.asin(abs(k))
    low = -high
    sine = k * math.sin(origin_rad)
    difference = math.asin(sine)
    for step in range(70):
        ascension = origin_rad + share * difference
        sine = k * math.sin(ascension)
        excess = difference - math.asin(sine)
        if excess > 0.0:
            high = difference
        else:
            low = difference
        slope = 1.0 - share * k * math.cos(ascension) / math.sqrt(1.0 - sine * sine)
        following = difference - excess / slope
        if step >= 10 or not low <= following <= high:
            following = 0.5 * (low + high)
        if abs(following - difference) <= 1e-15:
            return following
        difference = following
    return difference


@njit(cache=True, nogil=True, error_model="numpy")
def _cusp_by_angle(
    sin_origin: float, cos_origin: float, share: float, k: float, cos_obliquity: float
) -> float:
    origin = math.atan2(sin_origin, cos_origin)
    ascension = origin + share * ascensional_difference(origin, share, k)
    return direction(math.sin(ascension), math.cos(ascension) * cos_obliquity)


@njit(cache=True, nogil=True, error_model="numpy")
def _cusp_at_one_third(sin_origin: float, cos_origin: float, k: float, cos_obliquity: float) -> float:
    """The cusp with w = 1/3. With D = 3x and t = tan x, sin 3x = k sin(M + x) is a cubic in t."""
    if abs(k) > NEAR_POLAR_CIRCLE:
        return _cusp_by_angle(sin_origin, cos_origin, 1.0 / 3.0, k, cos_obliquity)
    s = k * sin_origin
    c = k * cos_origin
    t = s / (3.0 - c)
    for _ in range(8):
        value = s + t * (c - 3.0 + t * (s + t * (c + 1.0)))
        slope = c - 3.0 + t * (2.0 * s + 3.0 * t * (c + 1.0))
        step = value / slope
        t -= step
        if abs(step) < LAST_STEP:
            break
    return direction(sin_origin + t * cos_origin, (cos_origin - t * sin_origin) * cos_obliquity)


@njit(cache=True, nogil=True, error_model="numpy")
def _cusp_at_two_thirds(sin_origin: float, cos_origin: float, k: float, cos_obliquity: float) -> float:
    """The cusp with w = 2/3. With D = 3x, t = tan x: 3t - t³ = k (S (1 - t²) + 2 C t) sqrt(1 + t²)."""
    if abs(k) > NEAR_POLAR_CIRCLE:
        return _cusp_by_angle(sin_origin, cos_origin, 2.0 / 3.0, k, cos_obliquity)
    s = k * sin_origin
    c = 2.0 * k * cos_origin
    t = s / (3.0 - c)
    for _ in range(8):
        square = t * t
        secant = math.sqrt(1.0 + square)
        sine = s * (1.0 - square) + c * t
        value = t * (3.0 - square) - sine * secant
        slope = 3.0 - 3.0 * square - (c - 2.0 * s * t) * secant - sine * t / secant
        step = value / slope
        t -= step
        if abs(step) < LAST_STEP:
            break
    twice = 2.0 * t
    rest = 1.0 - t * t
    return direction(
        sin_origin * rest + cos_origin * twice, (cos_origin * rest - sin_origin * twice) * cos_obliquity
    )


@njit(cache=True, nogil=True, error_model="numpy")
def placidus_cusps(
    sin_armc: float, cos_armc: float, k: float, cos_obliquity: float
) -> tuple[float, float, float, float]:
    """The 11th, 12th, 2nd and 3rd cusps after Placidus, for |k| < 1, k = tan φ tan ε."""
    sin_30 = sin_armc * COS_30 + cos_armc * SIN_30
    cos_30 = cos_armc * COS_30 - sin_armc * SIN_30
    sin_60 = sin_armc * SIN_30 + cos_armc * COS_30
    cos_60 = cos_armc * SIN_30 - sin_armc * COS_30
    return (
        _cusp_at_one_third(sin_30, cos_30, k, cos_obliquity),
        _cusp_at_two_thirds(sin_60, cos_60, k, cos_obliquity),
        _cusp_at_two_thirds(cos_30, -sin_30, k, cos_obliquity),
        _cusp_at_one_third(cos_60, -sin_60, k, cos_obliquity),
    )
