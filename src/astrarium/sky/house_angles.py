"""The angles of a chart: where the ecliptic meets the horizon, the meridian and the circles built on them.

Every angle is the ecliptic longitude of a point on a great circle, and every one is written here without a tangent
of the latitude (numerator and denominator multiplied by its cosine), so that the formulas hold at the poles too.

Conventions, those of the reference data. Beyond the polar circles the ecliptic point of the upper meridian may stand
below the horizon; the ascendant is then the *setting* point, so that it always follows the midheaven by less than
180°. The vertex is kept on the western side: it precedes the midheaven by less than 180°. On the equator, where
both of its ends belong to the prime vertical alike, it is the limit from the north.
"""

import math

from numba import njit

TAU = 2.0 * math.pi

AngleSet = tuple[float, float, float, float, float, float, float]


@njit(cache=True, nogil=True)
def wrapped(angle_rad: float) -> float:
    """The same direction in [0, 2π), for an angle between -2π and 4π."""
    if angle_rad < 0.0:
        angle_rad += TAU
    if angle_rad >= TAU:
        angle_rad -= TAU
    return angle_rad + 0.0  # never -0.0


@njit(cache=True, nogil=True)
def direction(y: float, x: float) -> float:
    """The direction of the vector (x, y) in [0, 2π)."""
    return wrapped(math.atan2(y, x))


@njit(cache=True, nogil=True)
def angles_from_sines(
    sin_armc: float,
    cos_armc: float,
    sin_latitude: float,
    cos_latitude: float,
    sin_obliquity: float,
    cos_obliquity: float,
) -> AngleSet:
    """`angles` for a caller that has the sines and cosines already."""
    north = 1.0 if sin_latitude >= 0.0 else -1.0
    abs_sin_latitude = north * sin_latitude
    along = sin_armc * cos_obliquity
    tilt = sin_latitude * sin_obliquity
    colatitude_tilt = north * cos_latitude * sin_obliquity

    midheaven = direction(sin_armc, cos_armc * cos_obliquity)
    turn = -1.0 if cos_obliquity * cos_latitude + tilt * sin_armc < 0.0 else 1.0
    ascendant = direction(turn * cos_armc * cos_latitude, -turn * (along * cos_latitude + tilt))
    turn = -1.0 if colatitude_tilt * sin_armc - cos_obliquity * abs_sin_latitude > 0.0 else 1.0
    vertex = direction(
        -turn * cos_armc * abs_sin_latitude, turn * (along * abs_sin_latitude - colatitude_tilt)
    )
    equatorial_ascendant = direction(cos_armc, -along)
    co_ascendant_koch = direction(cos_armc * cos_latitude, tilt - along * cos_latitude)
    co_ascendant_munkasey = direction(
        cos_armc * abs_sin_latitude, -along * abs_sin_latitude - colatitude_tilt
    )
    polar_ascendant = wrapped(co_ascendant_koch + math.pi)
    return (
        ascendant,
        midheaven,
        vertex,
        equatorial_ascendant,
        co_ascendant_koch,
        co_ascendant_munkasey,
        polar_ascendant,
    )


@njit(
    "UniTuple(float64, 7)(float64, float64, float64)",
    cache=True,
    nogil=True,
)
def angles(armc_rad: float, latitude_rad: float, obliquity_rad: float) -> AngleSet:
    """The seven angles of a sky, as ecliptic longitudes of date in radians, in [0, 2π).

    Args:
        armc_rad: right ascension of the meridian (local apparent sidereal time).
        latitude_rad: geographic latitude, -π/2 to π/2; the poles are the limits from their own side.
        obliquity_rad: true obliquity of the ecliptic.

    Returns:
        ascendant, midheaven, vertex, equatorial ascendant (the ecliptic point rising on the equator at the same
        sidereal time, or "east point"), co-ascendant after Walter Koch, co-ascendant after Michael Munkasey (the
        point rising at the co-latitude), polar ascendant after Munkasey (opposite to Koch's co-ascendant).
        Where the ecliptic lies in the horizon itself (on a polar circle, once a day) the ascendant is undefined;
        an arbitrary direction is returned there, never NaN.
    """
    return angles_from_sines(
        math.sin(armc_rad),
        math.cos(armc_rad),
        math.sin(latitude_rad),
        math.cos(latitude_rad),
        math.sin(obliquity_rad),
        math.cos(obliquity_rad),
    )
