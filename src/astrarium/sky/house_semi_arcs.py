"""Houses that share out the time a degree spends above and below the horizon: Placidus, Gauquelin, Koch.

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

import numpy as np
import numpy.typing as npt

from astrarium.sky.compiling import kernel
from astrarium.sky.house_angles import Orientation, ecliptic_crossing, wrapped
from astrarium.sky.house_arcs import fill_opposite
from astrarium.sky.trigonometry import arcsine, arctangent, sine_cosine

FloatArray = npt.NDArray[np.float64]

SIN_30 = 0.5
COS_30 = math.sqrt(0.75)
NEAR_POLAR_CIRCLE = 0.95
"""The |k| beyond which the polynomials of Placidus are too ill-conditioned for plain Newton steps (65.5° today)."""
MOST_STEPS = 100
LAST_STEP = 1e-8
"""Newton's error after a step of this size is below 2e-16: error <= 2 step² for |k| <= NEAR_POLAR_CIRCLE."""


@kernel(error_model="numpy")
def ascensional_difference(origin_rad: float, share: float, k: float) -> float:
    """The root D of sin D = k sin(origin + share D) in [-π/2, π/2], for |k| < 1 and |share| < 1.

    D - asin(k sin(origin + share D)) rises everywhere (its slope is at least 1 - |share|), so that |D| <= asin |k|
    brackets exactly one root. Newton's steps are kept inside the bracket; every eighth, and every one that would leave
    it, is replaced by halving it. Newton's error after a step is at most step² / (2 (1 - |share|) cos D).
    """
    high = arcsine(abs(k))
    low = -high
    difference = arcsine(k * sine_cosine(origin_rad)[0])
    for step in range(MOST_STEPS):
        ascension = origin_rad + share * difference
        sine, cosine = sine_cosine(ascension)
        sine *= k
        root = math.sqrt(1.0 - sine * sine)
        excess = difference - arcsine(sine)
        if excess > 0.0:
            high = difference
        else:
            low = difference
        change = -excess / (1.0 - share * k * cosine / root)
        error = change * change / root
        if step % 8 == 7 or not low <= difference + change <= high:
            change = 0.5 * (low + high) - difference
            error = abs(change)
        difference += change
        if error <= 1e-16 or abs(change) <= 1e-15:
            break
    return difference


@kernel()
def semi_arc_cusp(sky: Orientation, arc_rad: float, share: float, k: float) -> float:
    """The longitude of α = θ + arc + share D, by angles: for every share and up to the polar circles."""
    origin = arctangent(sky.sin_armc, sky.cos_armc) + arc_rad
    hour_angle = arc_rad + share * ascensional_difference(origin, share, k)
    sine, cosine = sine_cosine(hour_angle)
    return ecliptic_crossing(sky, sine, cosine, 0.0)


@kernel(error_model="numpy")
def cusp_at_one_third(sky: Orientation, sin_arc: float, cos_arc: float, k: float) -> float:
    """The cusp with w = 1/3. With D = 3x and t = tan x, sin 3x = k sin(M + x) is a cubic in t."""
    s = k * (sky.sin_armc * cos_arc + sky.cos_armc * sin_arc)
    c = k * (sky.cos_armc * cos_arc - sky.sin_armc * sin_arc)
    t = s / (3.0 - c)
    for _ in range(8):
        value = s + t * (c - 3.0 + t * (s + t * (c + 1.0)))
        slope = c - 3.0 + t * (2.0 * s + 3.0 * t * (c + 1.0))
        step = value / slope
        t -= step
        if abs(step) < LAST_STEP:
            break
    return ecliptic_crossing(sky, sin_arc + t * cos_arc, cos_arc - t * sin_arc, 0.0)


@kernel(error_model="numpy")
def cusp_at_two_thirds(sky: Orientation, sin_arc: float, cos_arc: float, k: float) -> float:
    """The cusp with w = 2/3. With D = 3x, t = tan x, M's sine S and cosine C:

    3t - t³ = k (S (1 - t²) + 2 C t) sqrt(1 + t²).
    """
    s = k * (sky.sin_armc * cos_arc + sky.cos_armc * sin_arc)
    c = 2.0 * k * (sky.cos_armc * cos_arc - sky.sin_armc * sin_arc)
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
    once = 1.0 - t * t
    twice = 2.0 * t
    return ecliptic_crossing(sky, sin_arc * once + cos_arc * twice, cos_arc * once - sin_arc * twice, 0.0)


@kernel()
def fill_placidus(sky: Orientation, k: float, out: FloatArray) -> None:
    """Twelve houses of a third of a semi-arc each; needs cusps 1 and 10, and |k| < 1."""
    if abs(k) <= NEAR_POLAR_CIRCLE:
        out[10] = cusp_at_one_third(sky, SIN_30, COS_30, k)
        out[11] = cusp_at_two_thirds(sky, COS_30, SIN_30, k)
        out[1] = cusp_at_two_thirds(sky, COS_30, -SIN_30, k)
        out[2] = cusp_at_one_third(sky, SIN_30, -COS_30, k)
    else:
        out[10] = semi_arc_cusp(sky, math.pi / 6.0, 1.0 / 3.0, k)
        out[11] = semi_arc_cusp(sky, math.pi / 3.0, 2.0 / 3.0, k)
        out[1] = semi_arc_cusp(sky, 2.0 * math.pi / 3.0, 2.0 / 3.0, k)
        out[2] = semi_arc_cusp(sky, 5.0 * math.pi / 6.0, 1.0 / 3.0, k)
    fill_opposite(out)


@kernel()
def fill_gauquelin(sky: Orientation, k: float, out: FloatArray) -> None:
    """Thirty-six sectors, numbered with the daily motion: from rising (1) by culmination (10) to setting (19).

    Each semi-arc is divided into nine as Placidus divides it into three. Longitudes fall from one sector to the next;
    sector 1 reaches from the ascendant into the 12th house of Placidus (Michel and Françoise Gauquelin; calculation
    by Neil Michelsen and Mark Pottenger, 1988). Needs the ascendant in `out[0]`, the midheaven in `out[9]`, |k| < 1.
    """
    for sector in range(18):
        ninths = 9 - sector
        if ninths not in (0, 9):
            out[sector] = semi_arc_cusp(sky, ninths * math.pi / 18.0, ninths / 9.0, k)
        out[sector + 18] = wrapped(out[sector] + math.pi)


@kernel()
def fill_koch(sky: Orientation, k: float, out: FloatArray) -> None:
    """The ascendants at thirds of the midheaven's semi-arc before and after (Walter Koch, 1960s).

    The degree at the midheaven has the ascensional difference D, sin D = k sin θ, and has been up for 90° + D. Cusps
    11, 12, 1, 2, 3 are what rises at the sidereal times θ - 2u, θ - u, θ, θ + u, θ + 2u with u = (90° + D) / 3.
    Needs cusps 1 and 10, and |k| < 1.
    """
    u = (0.5 * math.pi + arcsine(k * sky.sin_armc)) / 3.0
    sine, cosine = sine_cosine(u)
    sine_2 = 2.0 * sine * cosine * sky.cos_latitude
    cosine_2 = (cosine - sine) * (cosine + sine) * sky.cos_latitude
    sine *= sky.cos_latitude
    cosine *= sky.cos_latitude
    # A later sidereal time carries the eastern horizon, at the hour angle 90°, eastward over the sky.
    out[10] = ecliptic_crossing(sky, cosine_2, sine_2, sky.sin_latitude)
    out[11] = ecliptic_crossing(sky, cosine, sine, sky.sin_latitude)
    out[1] = ecliptic_crossing(sky, cosine, -sine, sky.sin_latitude)
    out[2] = ecliptic_crossing(sky, cosine_2, -sine_2, sky.sin_latitude)
    fill_opposite(out)
