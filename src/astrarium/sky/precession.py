"""Precession of the ecliptic and equinox, IAU 2006: kernels that carry a direction of date to J2000 and back.

Unequal zodiacs are fixed to the stars, so a longitude of date is turned rigorously to the mean ecliptic and
equinox of J2000 before a sign is looked up. "Mean ecliptic and equinox of a date" is the frame of
`erfa.ecm06`, which carries the ICRS frame bias inside it.

The four Fukushima-Williams angles γ̄, φ̄, ψ̄, ε_A with the frame bias are those of Hilton et al. 2006,
Celest. Mech. Dyn. Astron. 94, 351 (table 1), after Capitaine, Wallace & Chapront 2003, Astron. Astrophys.
412, 567. ICRS to the mean equator of date is R1(-ε_A)·R3(-ψ̄)·R1(φ̄)·R3(γ̄), and a last R1(ε_A) leads to the
mean ecliptic, so that ICRS to the mean ecliptic of date is simply R3(-ψ̄)·R1(φ̄)·R3(γ̄).

Time is TT in Julian centuries since J2000.0 as one float: the angles move by 50″ a year, so the 3 µs that a
float of this size resolves weigh 1e-11″. The polynomials hold for a millennium around J2000 (1550 to 2650 and
beyond).
"""

from math import pi
from typing import TypeAlias

import numpy as np

from astrarium.sky.compiling import kernel
from astrarium.sky.trigonometry import arctangent, sine_cosine

Rotation: TypeAlias = tuple[float, float, float, float, float, float, float, float, float]
"""A 3×3 rotation matrix, row-major."""

Turn: TypeAlias = tuple[float, float, float, float]
"""The rotation from the ecliptic of date to that of J2000, condensed by `turn_to_j2000`."""

ARCSECOND_RAD = pi / 648000.0
FULL_CIRCLE_RAD = 2.0 * pi
DAYS_PER_CENTURY = 36525.0
J2000_JD = 2451545.0

GAMMA_BAR_ARCSEC = (-0.052928, 10.556378, 0.4932044, -0.00031238, -0.000002788, 0.0000000260)
PHI_BAR_ARCSEC = (84381.412819, -46.811016, 0.0511268, 0.00053289, -0.000000440, -0.0000000176)
PSI_BAR_ARCSEC = (-0.041775, 5038.481484, 1.5584175, -0.00018522, -0.000026452, -0.0000000148)
OBLIQUITY_ARCSEC = (84381.406, -46.836769, -0.0001831, 0.00200340, -0.000000576, -0.0000000434)


@kernel("float64(float64, float64)")
def centuries_since_j2000(jd_day: float, jd_fraction: float) -> float:
    """Julian centuries since J2000.0 of a Julian date in two parts, day and fraction."""
    return ((jd_day - J2000_JD) + jd_fraction) / DAYS_PER_CENTURY


@kernel("float64(float64)", inlined=True)
def wrap_rad(angle_rad: float) -> float:
    """The angle in [0, 2π), never 2π itself; NaN stays NaN."""
    wrapped = angle_rad - FULL_CIRCLE_RAD * np.floor(angle_rad / FULL_CIRCLE_RAD)
    wrapped = wrapped + FULL_CIRCLE_RAD if wrapped < 0.0 else wrapped
    return 0.0 if wrapped >= FULL_CIRCLE_RAD else wrapped


@kernel("float64(UniTuple(float64, 6), float64)")
def _polynomial_rad(arcsec: tuple[float, float, float, float, float, float], t: float) -> float:
    """Value in radians of a fifth-degree polynomial whose coefficients are arcseconds."""
    c0, c1, c2, c3, c4, c5 = arcsec
    return (c0 + (c1 + (c2 + (c3 + (c4 + c5 * t) * t) * t) * t) * t) * ARCSECOND_RAD


@kernel("float64(float64)")
def mean_obliquity_rad(centuries_tt: float) -> float:
    """Mean obliquity of the ecliptic ε_A (IAU 2006), radians; the same as `erfa.obl06`."""
    return _polynomial_rad(OBLIQUITY_ARCSEC, centuries_tt)


@kernel("UniTuple(float64, 9)(float64)")
def icrs_to_ecliptic(centuries_tt: float) -> Rotation:
    """ICRS to the mean ecliptic and equinox of date: R3(-ψ̄)·R1(φ̄)·R3(γ̄), row-major (`erfa.ecm06`)."""
    gamma = _polynomial_rad(GAMMA_BAR_ARCSEC, centuries_tt)
    phi = _polynomial_rad(PHI_BAR_ARCSEC, centuries_tt)
    psi = _polynomial_rad(PSI_BAR_ARCSEC, centuries_tt)
    sg, cg = sine_cosine(gamma)
    sf, cf = sine_cosine(phi)
    sp, cp = sine_cosine(psi)
    return (
        cp * cg + sp * cf * sg,
        cp * sg - sp * cf * cg,
        -sp * sf,
        sp * cg - cp * cf * sg,
        sp * sg + cp * cf * cg,
        cp * sf,
        sf * sg,
        -sf * cg,
        cf,
    )


ICRS_TO_ECLIPTIC_J2000: Rotation = icrs_to_ecliptic(0.0)


@kernel("UniTuple(float64, 9)(float64)")
def ecliptic_to_j2000(centuries_tt: float) -> Rotation:
    """Mean ecliptic and equinox of date to those of J2000: `ecm06(J2000)`·`ecm06(date)`ᵀ, row-major.

    The inverse, J2000 to date, is the transpose.
    """
    a00, a01, a02, a10, a11, a12, a20, a21, a22 = ICRS_TO_ECLIPTIC_J2000
    b00, b01, b02, b10, b11, b12, b20, b21, b22 = icrs_to_ecliptic(centuries_tt)
    return (
        a00 * b00 + a01 * b01 + a02 * b02,
        a00 * b10 + a01 * b11 + a02 * b12,
        a00 * b20 + a01 * b21 + a02 * b22,
        a10 * b00 + a11 * b01 + a12 * b02,
        a10 * b10 + a11 * b11 + a12 * b12,
        a10 * b20 + a11 * b21 + a12 * b22,
        a20 * b00 + a21 * b01 + a22 * b02,
        a20 * b10 + a21 * b11 + a22 * b12,
        a20 * b20 + a21 * b21 + a22 * b22,
    )


@kernel("UniTuple(float64, 9)(UniTuple(float64, 9))")
def transpose(rotation: Rotation) -> Rotation:
    """The inverse of a rotation."""
    r00, r01, r02, r10, r11, r12, r20, r21, r22 = rotation
    return (r00, r10, r20, r01, r11, r21, r02, r12, r22)


@kernel("float64(float64, float64, UniTuple(float64, 9))")
def longitude_j2000(longitude_rad: float, latitude_rad: float, rotation: Rotation) -> float:
    """Longitude in [0, 2π) of a direction after a rotation.

    With `ecliptic_to_j2000` and a longitude of the *mean* equinox of date (subtract Δψ from a true one) it is
    the longitude on the mean ecliptic of J2000; with the transpose it goes the other way.
    """
    sl, cl = sine_cosine(longitude_rad)
    z, cb = sine_cosine(latitude_rad)
    x, y = cb * cl, cb * sl
    longitude = arctangent(
        rotation[3] * x + rotation[4] * y + rotation[5] * z,
        rotation[0] * x + rotation[1] * y + rotation[2] * z,
    )
    return wrap_rad(longitude)


@kernel("UniTuple(float64, 2)(float64, float64, UniTuple(float64, 9))")
def direction_j2000(longitude_rad: float, latitude_rad: float, rotation: Rotation) -> tuple[float, float]:
    """Longitude in [0, 2π) and latitude of a direction after a rotation; see `longitude_j2000`."""
    sl, cl = sine_cosine(longitude_rad)
    z, cb = sine_cosine(latitude_rad)
    x, y = cb * cl, cb * sl
    x1 = rotation[0] * x + rotation[1] * y + rotation[2] * z
    y1 = rotation[3] * x + rotation[4] * y + rotation[5] * z
    z1 = rotation[6] * x + rotation[7] * y + rotation[8] * z
    return wrap_rad(arctangent(y1, x1)), arctangent(z1, (x1 * x1 + y1 * y1) ** 0.5)


@kernel("UniTuple(float64, 4)(UniTuple(float64, 9))")
def turn_to_j2000(rotation: Rotation) -> Turn:
    """Condense a rotation between two nearly parallel ecliptics, once per instant, for `turned_longitude`.

    Such a rotation is a turn about the pole (general precession) after a tilt by a small angle i (under 0.1°
    in 1600 to 2201). Returned: the turn in radians, the x and y of the second frame's pole in the first, 1/(1
    + cos i).
    """
    turn = arctangent(rotation[3] - rotation[1], rotation[0] + rotation[4])
    return turn, rotation[6], rotation[7], 1.0 / (1.0 + rotation[8])


@kernel("float64(float64, float64, float64, float64, UniTuple(float64, 4))")
def turned_longitude(
    longitude_rad: float, sin_longitude: float, cos_longitude: float, tan_latitude: float, turn: Turn
) -> float:
    """As `longitude_j2000`, from sine and cosine that the caller already has, without an arctangent.

    With L the longitude from the node of the two ecliptics, the rotated longitude differs from L by
    atan(c·(tan b - a·h) / (1 + a·(tan b - a·h))), a = sin i·sin L, c = sin i·cos L, h = 1/(1 + cos i): exact,
    free of the node (a and c are linear in the pole's x and y), and so small that three terms of the series
    give 1e-16. Not wrapped: the result is within a turn of `longitude_rad`.
    """
    angle, pole_x, pole_y, h = turn
    a = -(pole_x * cos_longitude + pole_y * sin_longitude)
    c = pole_x * sin_longitude - pole_y * cos_longitude
    q = a * h - tan_latitude
    x = -c * q / (1.0 - a * q)
    if -0.003 < x < 0.003:
        x2 = x * x
        x *= 1.0 - x2 * (1.0 / 3.0 - x2 * 0.2)
    else:
        x = arctangent(x, 1.0)
    return longitude_rad + angle + x


@kernel("float64(float64, float64, UniTuple(float64, 4))")
def longitude_j2000_by_turn(longitude_rad: float, latitude_rad: float, turn: Turn) -> float:
    """As `longitude_j2000` with a `Turn`, in [0, 2π); exact for every latitude within 89°."""
    sl, cl = sine_cosine(longitude_rad)
    sb, cb = sine_cosine(latitude_rad)
    return wrap_rad(turned_longitude(longitude_rad, sl, cl, sb / cb, turn))
